"""A chart holds the measured values and what the phantom did, in plain words that a plot view can draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from ForbiddenWords import forbiddenIn
from JudgedCases import phantom
from Measured import measured
from ReviewCases import toldPhantom
from test_ReviewContent import slipOf, stringsIn

from DynamicSpineLib.Metrics.Measurement import CHANGE, MOTION, STATE
from DynamicSpineLib.Reports.Styles import positionOrder, styleAt
from DynamicSpineLib.Session.ChartContent import chartContent
from DynamicSpineLib.Study.Case import Numbering, Reading
from DynamicSpineLib.Study.Marks import LandmarkSet


def chart(name, metric, kind=STATE, side=""):
    """The chart of a metric of a scenario."""
    found, _ = toldPhantom(name)
    return chartContent(found.case, found.rows, metric, kind, side)


def valuesAt(content, level):
    """Value by series key at a level."""
    place = content.levels.index(level) + 1
    return {item.key: point.value for item in content.series for point in item.points if point.place == place}


def test_values_are_those_that_the_phantom_has():
    content = chart("lumbarSlip", "slip")
    assert content.levels == ("T12-L1", "L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1")
    truth = {item: slipOf("lumbarSlip", "L4L5", item) for item in ("SUP_N", "ST_N", "ST_F", "ST_E")}
    assert valuesAt(content, "L4-L5") == pytest.approx(truth, abs=0.05)
    assert [item.title for item in content.series] == ["Supine neutral", "Standing neutral", "Standing flexion",
                                                       "Standing extension"]  # fmt: skip


@pytest.mark.parametrize(("metric", "kind", "side"), [
    ("slip", STATE, ""), ("canalApDisc", CHANGE, ""), ("rotation", MOTION, ""), ("foramenArea", STATE, "L"),
    ("bodyDepth", STATE, ""), ("lumbarLordosis", STATE, "")])  # fmt: skip
def test_each_point_is_a_row_with_its_interval(metric, kind, side):
    found, _ = toldPhantom("lumbarSlip")
    content = chart("lumbarSlip", metric, kind, side)
    rows = [row for row in found.rows if (row.kind, row.metric, row.side) == (kind, metric, side)]
    shown = {(item.key, content.levels[point.place - 1]): (point.value, point.lower95, point.upper95)
             for item in content.series for point in item.points}  # fmt: skip
    levels = dict.fromkeys(row.level for row in rows if row.value is not None)
    names = dict(zip(levels, [name for name in content.levels if name], strict=True))
    known = {(" ".join(end for end in (row.fromPosition, row.position) if end), names.get(row.level)):
             (row.value, row.lower95, row.upper95) for row in rows if row.value is not None}  # fmt: skip
    assert shown
    assert shown.items() <= known.items()
    if kind != MOTION:  # of all pairs, only the declared ones are drawn
        assert shown == known
    assert all(low <= value <= high for value, low, high in shown.values())
    assert all(content.low <= low <= high <= content.high for _, low, high in shown.values())


def test_motion_is_drawn_for_the_declared_pairs_only():
    content = chart("lumbarSlip", "rotation", MOTION)
    assert content.series[0].key == "ST_E ST_F"
    assert content.series[0].title == "Standing extension to standing flexion"
    assert len(content.series) == 4
    assert content.title == "Rotation of the level: by level and pair"


def test_a_pair_that_is_not_drawn_stretches_no_axis():
    found, _ = toldPhantom("lumbarSlip")
    drawn = {item.key for item in chart("lumbarSlip", "rotation", MOTION).series}
    rows = [replace(row, value=500.0, upper95=501.0) if row.metric == "rotation"
            and f"{row.fromPosition} {row.position}" not in drawn else row for row in found.rows]  # fmt: skip
    assert rows != list(found.rows)
    assert chartContent(found.case, rows, "rotation", MOTION) == chart("lumbarSlip", "rotation", MOTION)


def test_changes_name_the_position_compared_with_once():
    content = chart("lumbarSlip", "slip", CHANGE)
    assert content.title == "Slip at the posterior corners: change against supine neutral, by level"
    assert [item.title for item in content.series] == ["Standing neutral", "Standing flexion", "Standing extension"]
    assert content.valueTitle == "Slip, millimeters (up: more forward, down: more backward)"


def test_units_and_directions_are_words():
    assert chart("lumbarSlip", "slipPercent").valueTitle == "Slip, percent (up: forward, down: backward)"
    assert chart("lumbarSlip", "lumbarLordosis").valueTitle == "L1 to S1, degrees (up: lordosis)"
    assert chart("lumbarSlip", "duralSacArea").valueTitle == "Dural sac area, square millimeters"
    assert chart("lumbarSlip", "foramenArea", side="L").title == "Area of the foramen, left: by level and position"


def test_levels_that_are_no_neighbors_stand_apart():
    content = chart("fullCase", "discHeightMiddle")
    assert content.levels[5:8] == ("C7-T1", "", "T12-L1")
    _, values, words = content.columns(0)
    assert np.isnan(values[6])
    assert words[6] == ""
    assert ", 6 C7-T1, 8 T12-L1, " in content.numberedTitle
    assert chart("fullCase", "bodyDepth").levels[5:9] == ("C7", "T1", "", "T12")


def test_a_missing_value_is_a_gap_and_never_zero():
    case = phantom("lumbarSlip", "SUP_N", "ST_F")
    flexion = case.position("ST_F")
    fewer = {name: mark for name, mark in flexion.marks.landmarks.items() if not name.startswith("L3_")}
    case = replace(case, bones=(), positions=(case.positions[0], replace(
        flexion, marks=replace(flexion.marks, landmarks=fewer))))  # fmt: skip
    content = chartContent(case, measured(case, 60).rows, "slip")
    places, values, words = content.columns(1)
    missing = [content.levels.index(name) for name in ("L2-L3", "L3-L4")]
    assert [index for index, value in enumerate(values) if np.isnan(value)] == missing
    assert [index for index, text in enumerate(words) if not text] == missing
    assert np.isfinite(places).all()
    assert all(content.levels[index] in words[index] for index in (0, 1, 4))
    assert np.isfinite(content.columns(0)[1]).all()


def test_a_metric_without_a_value_has_no_chart():
    assert chart("lumbarSlip", "cxa") is None
    assert chart("lumbarSlip", "foramenArea") is None
    assert chartContent(phantom("lumbarSlip"), (), "slip") is None


def test_without_draws_there_are_no_bars():
    case = phantom("lumbarSlip", "SUP_N", "ST_F")
    content = chartContent(case, measured(case).rows, "slip")
    assert content.bars() == ([], [])
    assert all(point.lower95 is None for item in content.series for point in item.points)


def test_levels_that_nobody_verified_are_said_to_be_so():
    case = replace(phantom("lumbarSlip"), numbering=Numbering("sacrum"))
    content = chartContent(case, toldPhantom("lumbarSlip")[0].rows, "slip")
    assert content.levelTitle == "Level (levels counted from the sacrum, not verified)"
    assert content.numberedTitle.startswith("Level: 1 T12-L1, 2 L1-L2, ")
    assert content.numberedTitle.endswith("(levels counted from the sacrum, not verified)")


def test_titles_that_a_plot_cannot_write_become_posture_and_bend():
    case = phantom("lumbarSlip")
    titles = ("立位", "Überlänge °", "Standing", "Standing")
    named = replace(case, positions=tuple(replace(item, title=title) for item, title in
                                          zip(case.positions, titles, strict=True)))  # fmt: skip
    content = chartContent(named, toldPhantom("lumbarSlip")[0].rows, "slip")
    assert [item.title for item in content.series] == ["Supine neutral (SUP_N)", "Überlänge °", "Standing (ST_F)",
                                                       "Standing (ST_E)"]  # fmt: skip
    assert all(text.encode("latin-1") for text in stringsIn(content) if text)


def test_a_position_has_the_color_and_number_that_it_has_in_the_report():
    order = positionOrder(phantom("lumbarSlip"))
    for kind in (STATE, CHANGE):
        for item in chart("lumbarSlip", "slip", kind).series:
            number = order.index(item.key.split()[-1])
            color = "#" + "".join(f"{round(255 * part):02x}" for part in item.color)
            assert (item.number, color) == (number, styleAt(number).color)


def test_of_two_readings_the_first_is_drawn_unless_another_is_named():
    case = phantom("lumbarSlip", "SUP_N", "ST_F")
    marks = {item.id: item.marks for item in case.positions}
    fewer = {name: LandmarkSet({key: mark for key, mark in item.landmarks.items() if not key.startswith("T12")})
             for name, item in marks.items()}  # fmt: skip
    case = replace(case, readings=(Reading("A", marks=marks), Reading("B", marks=fewer)))
    rows = measured(case, 60).rows
    assert chartContent(case, rows, "slip").levels[0] == "T12-L1"
    assert chartContent(case, rows, "slip", reading=("B", "1")).levels[0] == "L1-L2"


def test_points_of_two_series_never_stand_on_each_other():
    content = chart("fullCase", "slip")
    across = [place for index in range(len(content.series)) for place in content.columns(index)[0]]
    assert np.diff(sorted(across)).min() > 0.05
    assert content.start < min(across)
    assert max(across) < content.end < content.endWithLegend


def test_no_text_says_what_it_may_not():
    charts = [chart(name, metric, kind) for name in ("lumbarSlip", "fullCase", "craniocervicalLaxity")
              for metric, kind in (("slip", STATE), ("slip", CHANGE), ("rotation", MOTION), ("spaceAvailable", STATE))]
    texts = [text for content in charts if content is not None for text in stringsIn(content)]
    assert len(texts) > 200
    assert not [text for text in texts if forbiddenIn(text)]
