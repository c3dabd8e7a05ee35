"""The phantom's truth against a ruler laid on its own points, and against closed forms."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import PhantomRuler as measures
import pytest
from PhantomCases import posedSpine, truthValues

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Phantom.PhantomLandmarks import phantomMarks
from DynamicSpineLib.Phantom.Scenario import loadScenario, scenarioIds
from DynamicSpineLib.Phantom.Truth import motionTruth, stateTruth
from DynamicSpineLib.Phantom.TruthAreas import ellipseArea, splineAreas
from DynamicSpineLib.Phantom.TruthMotion import isSagittal

CASES = [
    (scenario, position, region)
    for scenario in scenarioIds()
    for region in loadScenario(scenario).regions
    for position in loadScenario(scenario).positionIds
    if isSagittal(loadScenario(scenario).state(region, position))
]


@lru_cache(maxsize=256)
def _ruled(scenario: str, position: str, region: str):
    spine = posedSpine(scenario, position, region)
    points, curves = phantomMarks(spine)
    table = stateTruth(spine, loadScenario(scenario).state(region, position))
    return spine, measures.Ruler(spine, points), curves, table


@pytest.mark.parametrize(("scenario", "position", "region"), CASES)
def test_the_truth_of_every_segment_is_what_a_ruler_reads_from_the_points(scenario, position, region) -> None:
    spine, ruler, _, table = _ruled(scenario, position, region)
    checked = 0
    for segment in Chain(spine.levels).segments:
        if segment.name in spine.discs:
            for metric, value in measures.segmentMeasures(ruler, segment.upper, segment.lower).items():
                assert table.values[metric, segment.name, ""] == pytest.approx(value, abs=1e-9), (metric, segment.name)
                checked += 1
            for side in ("L", "R"):
                for metric, value in measures.foramenMeasures(ruler, segment.name, side).items():
                    assert table.values[metric, segment.name, side] == pytest.approx(value, abs=1e-9), metric
    assert checked >= 80


@pytest.mark.parametrize(("scenario", "position", "region"), [case for case in CASES if case[2] == "cervical"])
def test_the_truth_of_the_craniocervical_junction_is_what_a_ruler_reads(scenario, position, region) -> None:
    _, ruler, _, table = _ruled(scenario, position, region)
    for metric, value in measures.craniocervicalMeasures(ruler).items():
        assert table.values[metric, "OcC2", ""] == pytest.approx(value, abs=1e-9), metric


@pytest.mark.parametrize(("scenario", "position", "region"), [case for case in CASES if case[2] == "cervical"])
def test_the_truth_of_the_neck_as_a_whole_is_what_a_ruler_reads(scenario, position, region) -> None:
    _, ruler, _, table = _ruled(scenario, position, region)
    bottom, top = ruler.at("C7_IP"), ruler.at("C2_IP")
    chord = top - bottom
    bow = 0.0
    for level in ("C3", "C4", "C5", "C6"):
        to = ruler.at(f"{level}_IP") - bottom
        bow += float(chord[1] * to[0] - chord[0] * to[1]) / float(chord @ chord)
    assert table.values["ishihara", "C2C7", ""] == pytest.approx(100.0 * bow, abs=1e-9)
    cobb = ruler.angle("C2_IP", "C2_IA") - ruler.angle("C7_IP", "C7_IA")
    assert table.values["c2c7Cobb", "C2C7", ""] == pytest.approx(cobb, abs=1e-9)
    tangent = ruler.angle("C2_IP", "C2_DP") - ruler.angle("C7_IP", "C7_SP")
    assert table.values["c2c7Tangent", "C2C7", ""] == pytest.approx(tangent, abs=1e-9)
    lower, upper = (ruler.middle(f"{name}_KA", f"{name}_KP") for name in ("C7T1", "C2C3"))
    line = (upper - lower) / np.hypot(*(upper - lower))
    fronts = [ruler.at(f"{name}_CA") - lower for name in ("C3C4", "C4C5", "C5C6", "C6C7")]
    nearest = min(float(line[1] * to[0] - line[0] * to[1]) for to in fronts)
    assert table.values["kLineMinimum", "C2C7", ""] == pytest.approx(nearest, abs=1e-9)
    if ("t1Slope", "T1", "") in table.values:
        assert table.values["t1Slope", "T1", ""] == pytest.approx(-ruler.angle("T1_SP", "T1_SA"), abs=1e-9)
        sva = ruler.center("C2", "C3")[0] - ruler.at("C7_SP")[0]
        assert table.values["c2c7Sva", "C2C7", ""] == pytest.approx(sva, abs=1e-9)


def test_gravity_measures_are_left_out_lying_down() -> None:
    rows = {(row.metric, row.position) for row in truthValues("healthyCervical") if row.kind == "state"}
    assert ("t1Slope", "UP_N") in rows
    assert not {("t1Slope", "SUP_N"), ("c2c7Sva", "SUP_N"), ("tonsil", "SUP_N")} & rows


@pytest.mark.parametrize(("scenario", "start", "end"), [
    ("healthyCervical", "UP_E", "UP_F"), ("lumbarSlip", "ST_E", "ST_F"), ("healthyLumbar", "ST_E", "ST_F"),
])
def test_the_center_of_rotation_stays_where_it_is_in_the_upper_bone(scenario, start, end) -> None:
    before, after = posedSpine(scenario, start), posedSpine(scenario, end)
    region = loadScenario(scenario).regions[0]
    states = [loadScenario(scenario).state(region, item) for item in (start, end)]
    table = motionTruth(before, *states)
    found = 0
    for segment in Chain(before.levels).segments:
        key = ("icrAnterior", segment.name, "")
        if key not in table.values:
            continue
        lower = before.bones[segment.lower]
        height = measures.Ruler(before, phantomMarks(before)[0]).height(
            segment.lower if segment.lower != "S1" else segment.upper
        )
        posterior, anterior = np.array(lower.corners["SP"]), np.array(lower.corners["SA"])
        along = (anterior - posterior) / np.hypot(*(anterior - posterior))
        across = np.array([-along[1], along[0]])
        depth = math.hypot(*measures.Ruler(before, phantomMarks(before)[0]).midPlane(segment.lower))
        center = posterior + table.values[key] / 100.0 * depth * along
        center = center + table.values["icrCranial", segment.name, ""] / 100.0 * height * across
        inUpper = []
        for spine in (before, after):
            world = spine.boneToRAS[segment.lower] @ np.array([0.0, *center, 1.0])
            inUpper.append(np.linalg.inv(spine.boneToRAS[segment.upper]) @ world)
        np.testing.assert_allclose(inUpper[0], inUpper[1], atol=1e-8)
        found += 1
    assert found >= 4


def test_side_bends_and_turns_of_the_bones_come_out_as_the_pose_states_them() -> None:
    rows = [row for row in truthValues("cervicalTurns") if row.kind == "motion" and row.position != row.fromPosition]
    spines = {name: posedSpine("cervicalTurns", name) for name in loadScenario("cervicalTurns").positionIds}
    checked = 0
    for row in rows:
        if row.metric not in ("lateralBend", "axialRotation", "lateralTranslation"):
            continue
        if "UP_N" not in (row.fromPosition, row.position):
            continue
        segment = next(item for item in Chain(spines["UP_N"].levels).segments if item.name == row.level)
        relative = [
            np.linalg.inv(spines[name].boneToRAS[segment.lower]) @ spines[name].boneToRAS[segment.upper]
            for name in (row.fromPosition, row.position)
        ]
        turn = relative[1][:3, :3] @ relative[0][:3, :3].T
        if row.metric == "lateralBend":
            value = math.degrees(math.atan2(turn[0, 2], turn[2, 2]))
        elif row.metric == "axialRotation":
            value = math.degrees(math.atan2(turn[1, 0], turn[0, 0]))
        else:
            value = -(relative[1][0, 3] - relative[0][0, 3])
        assert row.value == pytest.approx(value, abs=1e-9), row
        checked += 1
    assert checked > 80


def test_an_outline_through_twelve_points_of_an_ellipse_loses_little_of_its_area() -> None:
    area = ellipseArea(12.0, 18.0)
    assert area.smooth == pytest.approx(math.pi * 54.0)
    assert 0.0 < area.smooth - area.spline < 0.0005 * area.smooth
    assert 0.0 < area.spline - area.polyline < 0.0006 * area.smooth


def test_the_spline_area_agrees_with_a_finely_drawn_scipy_spline() -> None:
    interpolate = pytest.importorskip("scipy.interpolate")
    controls = [(0.0, 0.0), (4.0, 1.0), (6.0, 4.0), (5.0, 8.0), (1.0, 9.0), (-1.0, 4.0)]
    spline = interpolate.CubicSpline(np.arange(7), np.array([*controls, controls[0]]), bc_type="periodic")

    def shoelace(points: np.ndarray) -> float:
        x, y = points[:, 0], points[:, 1]
        return 0.5 * abs(float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))))

    polyline, exact = splineAreas(controls)
    assert polyline == pytest.approx(shoelace(spline(np.arange(60) / 10.0)), abs=1e-10)
    assert exact == pytest.approx(shoelace(spline(np.arange(600000) / 100000.0)), abs=1e-6)


@pytest.mark.parametrize(("scenario", "position", "region"), CASES[::3])
def test_the_areas_of_outlines_are_those_of_their_control_points(scenario, position, region) -> None:
    _, _, curves, table = _ruled(scenario, position, region)
    names = {"duralSacArea": "DS", "cordArea": "KC", "foramenArea": "FC"}
    checked = 0
    for (metric, place, side), area in table.areas.items():
        curve = curves[f"{place}_{names[metric]}" + (f"_{side}" if side else "")]
        centered = curve - curve.mean(axis=0)
        _, spread, axes = np.linalg.svd(centered)
        assert spread[2] < 1e-9
        flat = centered @ axes[:2].T
        polyline, exact = splineAreas([(float(x), float(y)) for x, y in flat])
        assert area.polyline == pytest.approx(polyline, rel=1e-9)
        assert area.spline == pytest.approx(exact, rel=1e-9)
        checked += 1
    assert checked > 15


def test_every_metric_of_the_design_has_a_truth_somewhere() -> None:
    named = {row.metric for scenario in scenarioIds() for row in truthValues(scenario)}
    design = [
        "discAngle", "segmentCobb", "bodyAngle", "slip", "slipPercent", "slipPercentUpper", "slipCenter",
        "meyerding", "discHeightAnterior", "discHeightMiddle", "discHeightPosterior", "discHeightIndex",
        "discBulge", "canalApDisc", "cordAp", "spaceAvailable", "occupationRatio", "csfReserve", "ligamentumFlavum",
        "ligamentumFlavumAxial", "spaceAnterior", "spacePosterior",
        "mscc", "mcc", "facetGap", "recessDepth", "foramenHeight", "foramenWidthSuperior", "foramenWidthMiddle",
        "foramenArea", "duralSacArea", "cordArea", "compressionRatio", "interspinousDistance", "bodyDepth",
        "bodyHeight", "canalApBody", "torgPavlov", "c2c7Cobb", "c2c7Tangent", "ishihara", "c2c7Sva", "t1Slope",
        "lumbarLordosis", "kLineMinimum", "cxa", "pbc2", "bdi", "bai", "adi", "padi", "powers", "chamberlain",
        "mcrae", "mcgregor", "wackenheim", "ranawat", "redlundJohnell", "tonsil", "rotation", "rotationDisc",
        "translation", "translationCorner", "translationPercent", "tpdr", "icrAnterior", "icrCranial", "romShare",
        "lateralBend", "lateralTranslation", "axialRotation", "occiputC2", "regionRotation",
    ]
    assert set(design) - named == set()
