"""The motion diagram holds one vertebra, draws what was marked, and nothing else."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from DynamicSpineLib.Reports.MotionDiagram import motionDiagram
from DynamicSpineLib.Reports.Plots import motionPlots, statePlots, valueAxis
from DynamicSpineLib.Reports.SagittalView import heldLevel, overlaid, sagittalView
from DynamicSpineLib.Reports.Styles import positionStyles, styleAt
from DynamicSpineLib.Study.Marks import landmarkSet


def turnedPosition(position, matrix, shift):
    """The position with all its points moved rigidly in space."""
    marks = [replace(mark, point_RAS=tuple(matrix @ np.array(mark.point_RAS) + shift))
             for mark in position.marks.landmarks.values()]
    return replace(position, marks=landmarkSet(marks))


def rotation(axis, angleDeg):
    """Rotation matrix about an axis (Rodrigues)."""
    x, y, z = np.array(axis) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.radians(angleDeg)
    return np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross


def test_a_view_does_not_depend_on_how_the_patient_lay(lumbar):
    position, chain = lumbar.case.positions[0], lumbar.case.chain
    straight = sagittalView(position, chain)
    oblique = sagittalView(turnedPosition(position, rotation((1, 2, 3), 65), np.array([9.0, -40.0, 7.0])), chain)
    for name, point in straight.points.items():
        assert oblique.points[name] == pytest.approx(point, abs=1e-9)


def test_anterior_and_cranial_come_from_the_bones(lumbar):
    view = sagittalView(lumbar.case.positions[0], lumbar.case.chain)
    assert view.points["L3_SA"][0] > view.points["L3_SP"][0] + 30
    assert view.points["L1_SA"][1] > view.points["L5_SA"][1] + 100


def test_the_held_vertebra_lies_still_and_the_others_moved(lumbar):
    chain = lumbar.case.chain
    views = [sagittalView(position, chain) for position in lumbar.case.positions]
    held = heldLevel(views, chain)
    assert held == "S1"
    moved = overlaid(views[2], views[0], held)
    assert np.abs(moved.corners("S1") - views[0].corners("S1"))[:2].max() < 1e-9
    # Flexion by 30 degrees over 35 mm deep bodies 180 mm up moves L1 forward by tens of millimeters.
    shift = moved.points["L1_SP"] - views[0].points["L1_SP"]
    assert 40 < shift[0] < 110


def test_a_slip_shows_at_its_true_size(lumbar):
    """Held on L5, the lower back corner of L4 moves by the difference of slips along the endplate."""
    chain = lumbar.case.chain
    views = {position.id: sagittalView(position, chain) for position in lumbar.case.positions}
    moved = overlaid(views["flexion"], views["supine"], "L5")
    shift = moved.points["L4_IP"] - views["supine"].points["L4_IP"]
    assert np.hypot(*shift) == pytest.approx(4.0, abs=1e-9)


def test_every_position_is_drawn_in_its_own_style(lumbar):
    diagram = motionDiagram(lumbar)
    styles = positionStyles(lumbar)
    root = ET.fromstring(diagram.svg)
    assert diagram.positions == tuple(position.id for position in lumbar.case.positions)
    assert len(diagram.singles) == 3
    for style in styles.values():
        bodies = [item for item in root.iter("polygon") if item.get("stroke") == style.color]
        assert len(bodies) == 5
    assert len({(style.color, style.dash, style.marker) for style in styles.values()}) == 4
    assert "S1 is held still; Supine neutral is drawn solid." in diagram.remarks


def test_unaccepted_bodies_are_hatched(lumbar, cervical):
    root = ET.fromstring(motionDiagram(lumbar).svg)
    hatched = [item for item in root.iter("polygon") if item.get("fill", "").startswith("url(#hatch-")]
    assert len(hatched) == 5
    assert all(item.get("stroke") == positionStyles(lumbar)["extension"].color for item in hatched)
    assert "url(#hatch-overlay)" not in motionDiagram(cervical).svg


def test_everything_drawn_lies_inside_the_picture(everyReport):
    for report in everyReport.values():
        diagram = motionDiagram(report)
        for svg in [] if diagram is None else [diagram.svg, *(single[2] for single in diagram.singles)]:
            root = ET.fromstring(svg)
            width, height = (float(root.get(name)) for name in ("width", "height"))
            numbers = [float(text) for item in (*root.iter("polygon"), *root.iter("polyline"))
                       for text in re.split(r"[ ,]", item.get("points"))]
            assert min(numbers) >= 0
            assert max(numbers[0::2]) <= width
            assert max(numbers[1::2]) <= height


def test_positions_of_one_picture_share_one_scale(lumbar):
    singles = [ET.fromstring(svg) for _, _, svg in motionDiagram(lumbar).singles]
    assert len({(item.get("width"), item.get("height")) for item in singles}) == 1
    leading = [next(shape.get("points") for shape in item.iter("polygon")) for item in singles]
    assert len(set(leading)) == 1


def test_no_diagram_is_made_up_where_nothing_is_marked(everyReport):
    assert motionDiagram(everyReport["empty"]) is None
    assert motionDiagram(everyReport["one"]).remarks == ("Drawn from the marks of one position.",)


def test_a_plot_puts_value_and_interval_at_their_places(cervical):
    plot = next(item for item in statePlots(cervical) if item.metric == "canalApDisc")
    root = ET.fromstring(plot.svg)
    ticks = {float(item.text): float(item.get("x")) for item in root.iter("text") if item.get("class") == "tick"}
    (low, lowX), (high, highX) = min(ticks.items()), max(ticks.items())
    row = cervical.state("canalApDisc", "C5C6", "extension")
    group = next(item for item in root.iter("g") if "extension, C5" in item.find("title").text)
    corners = [tuple(map(float, pair.split(","))) for pair in group[1].get("points").split()]
    x = (min(corner[0] for corner in corners) + max(corner[0] for corner in corners)) / 2
    assert low + (x - lowX) / (highX - lowX) * (high - low) == pytest.approx(row.value, abs=0.02)
    assert "2.8 mm" not in group.find("title").text
    assert "6.9" in group.find("title").text
    assert "Canal width at the narrowest point, midline (mm)" in [item.text for item in root.iter("text")]


def test_axes_of_signed_metrics_name_both_directions(cervical):
    texts = {plot.metric: plot.svg for plot in (*statePlots(cervical), *motionPlots(cervical))}
    assert "kyphosis" in texts["discAngle"]
    assert "lordosis" in texts["discAngle"]
    assert "flexion" in texts["rotation"]


@pytest.mark.parametrize(("values", "signed"), [([3.1, 9.7], False), ([-2.0, 5.0], True), ([11.2, 11.2], False),
                                                ([0.0], True), ([1e-9, 0.0], False), ([950.0, 1040.0], False)])
def test_an_axis_holds_all_values_with_a_few_round_ticks(values, signed):
    axis = valueAxis(values, signed)
    assert axis.low <= min(values)
    assert axis.high >= max(values)
    assert 2 <= len(axis.ticks) <= 9
    assert not signed or (axis.low <= 0 <= axis.high)


def test_seventy_series_still_look_different():
    assert len({styleAt(index) for index in range(49)}) == 49
