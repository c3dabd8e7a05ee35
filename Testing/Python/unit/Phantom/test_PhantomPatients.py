"""The scenarios' patients: each shows what its title says, in the direction that physiology has."""

from __future__ import annotations

import pytest
from PhantomCases import phantomCase, posedSpine, truthValues

from DynamicSpineLib.Phantom.Scenario import loadScenario, scenarioIds


def _state(scenario: str, metric: str, level: str, side: str = "") -> dict[str, float]:
    """True values by position."""
    return {row.position: row.value for row in truthValues(scenario)
            if (row.kind, row.metric, row.level, row.side) == ("state", metric, level, side)}  # fmt: skip


def _motion(scenario: str, metric: str, level: str) -> dict[tuple[str, str], float]:
    return {(row.fromPosition, row.position): row.value for row in truthValues(scenario)
            if (row.kind, row.metric, row.level) == ("motion", metric, level)}  # fmt: skip


def _sections(scenario: str, level: str):
    return {name: posedSpine(scenario, name).sections[level] for name in loadScenario(scenario).positionIds}


@pytest.mark.parametrize("scenario", ["nullCervical", "nullLumbar"])
def test_nothing_moves_but_the_patient(scenario: str) -> None:
    case = phantomCase(scenario)
    assert len(case.positions) == 5
    assert {"neutral", "flexion", "extension"} == {item.bend for item in case.positions}
    rows = (row for row in truthValues(scenario) if row.kind != "state" and row.metric not in ("t1Slope", "c2c7Sva"))
    assert [row for row in rows if abs(row.value) > 1e-9] == []
    region = loadScenario(scenario).regions[0]
    slopes = [loadScenario(scenario).state(region, item.id).base["slopeDeg"] for item in case.positions]
    assert 1.0 < max(abs(slope - slopes[0]) for slope in slopes) < 3.0


def test_healthy_spines_slip_little() -> None:
    for scenario, metric in (("healthyCervical", "C4C5"), ("healthyLumbar", "L4L5")):
        slips = _state(scenario, "slip", metric)
        assert max(map(abs, slips.values())) < 1.5
    values = [row.value for row in truthValues("healthyCervical") if row.kind == "state" and row.metric == "slip"]
    assert max(map(abs, values)) < 1.5
    percents = _motion("healthyLumbar", "translationPercent", "L4L5")
    assert 3.0 < percents["ST_E", "ST_F"] < 8.0
    areas = _state("healthyLumbar", "duralSacArea", "L4L5")
    assert areas["ST_E"] < areas["SUP_N"] < areas["ST_N"] < areas["ST_F"]


def test_a_slip_shows_against_supine_only() -> None:
    assert _state("slipOnlyAgainstSupine", "slip", "L4L5") == {"SUP_N": 1.5, "ST_N": 7.5, "ST_F": 7.5, "ST_E": 7.4}
    assert _state("slipWithoutSupine", "slip", "L4L5") == {"ST_N": 7.5, "ST_F": 7.5, "ST_E": 7.4}


def test_a_backward_slip_grows_in_extension_and_pinches_the_canal() -> None:
    slips = _state("retrolisthesisExtension", "slip", "C4C5")
    assert slips["UP_E"] == -4.0
    assert all(-0.7 < slips[name] < -0.3 for name in ("SUP_N", "UP_N", "UP_F"))
    sections = _sections("retrolisthesisExtension", "C4C5")
    assert sections["UP_E"].canalAp < sections["UP_N"].canalAp - 3.0
    assert sections["UP_E"].leanDeg < -10.0 < sections["UP_N"].leanDeg


def test_an_isthmic_slip_grows_standing_in_a_wide_canal() -> None:
    slips = _state("isthmicSlip", "slip", "L5S1")
    assert (slips["SUP_N"], slips["ST_N"]) == (9.0, 11.0)
    assert slips["ST_E"] < slips["ST_N"] < slips["ST_F"]
    wide, usual = _sections("isthmicSlip", "L5S1"), _sections("healthyLumbar", "L5S1")
    assert all(wide[name].canalAp > usual[name].canalAp + 1.0 for name in wide)
    assert [(item.kind, item.side) for item in phantomCase("isthmicSlip").observations] == [("parsDefect", "both")]


@pytest.mark.parametrize("scenario", ["paracentralStenosis", "trefoilCanal", "midlineOnly"])
def test_the_midline_is_that_of_a_healthy_back(scenario: str) -> None:
    healthy = _state("healthyLumbar", "canalApDisc", "L4L5")
    assert _state(scenario, "canalApDisc", "L4L5") == pytest.approx(healthy)


def test_what_lies_beside_the_midline_is_narrow() -> None:
    recess = {name: posedSpine("paracentralStenosis", name).discs["L4L5"].recessDepthMm for name in ("ST_N", "ST_E")}
    assert recess["ST_E"]["L"] < 2.0 < recess["ST_N"]["L"]
    assert recess["ST_E"]["R"] > 4.0
    areas, healthy = (_state(name, "duralSacArea", "L4L5") for name in ("trefoilCanal", "healthyLumbar"))
    assert min(areas, key=lambda name: areas[name]) == "ST_E"
    assert all(areas[name] < 0.6 * healthy[name] for name in areas)
    assert not any(item.grades for item in phantomCase("midlineOnly").positions)


@pytest.mark.parametrize(("scenario", "angle", "cord", "detached"), [
    ("hirayama35", 35.0, 4.2, True), ("hirayama20", 20.0, 4.9, False),
])  # fmt: skip
def test_the_cord_of_hirayama_flattens_and_moves_forward_in_flexion(scenario, angle, cord, detached) -> None:
    assert _motion(scenario, "regionRotation", "C2C7")["UP_N", "UP_F"] == pytest.approx(angle)
    for level in ("C5C6", "C6C7"):
        sections = _sections(scenario, level)
        assert (sections["UP_N"].cordAp, sections["UP_F"].cordAp) == (5.4, pytest.approx(cord))
        assert sections["UP_F"].csfVentral < 0.6 * sections["UP_N"].csfVentral
        assert (sections["UP_F"].epiduralDorsal > 5.0) is detached
    flexion = phantomCase(scenario).position("UP_F")
    assert {(item.level, item.present) for item in flexion.observations} == {("C5C6", detached), ("C6C7", detached)}


@pytest.mark.parametrize(("scenario", "skull", "neck"), [("chinTuck", 14.0, -13.0), ("chinPoke", -11.0, 20.5)])
def test_a_flexion_series_bends_skull_and_neck_in_opposite_ways(scenario, skull, neck) -> None:
    assert phantomCase(scenario).position("UP_F").bend == "flexion"
    assert _motion(scenario, "regionRotation", "OcC2")["UP_N", "UP_F"] == pytest.approx(skull)
    assert _motion(scenario, "regionRotation", "C2C7")["UP_N", "UP_F"] == pytest.approx(neck)


def test_narrowing_above_a_fusion_in_extension() -> None:
    sections = _sections("fusedC5C6", "C4C5")
    assert all(sections[name].canalAp - sections["UP_E"].canalAp >= 3.0 for name in ("SUP_N", "UP_N", "UP_F"))
    others = {item.value for position in phantomCase("fusedC5C6").positions for item in position.grades
              if not (position.id == "UP_E" and item.level == "C4C5")}  # fmt: skip
    assert others <= {"0", "1"}
    slips = _state("lumbarCage", "slip", "L3L4")
    assert slips == {"SUP_N": 2.0, "ST_N": 4.0, "ST_F": 6.4, "ST_E": 3.0}


def test_a_scoliosis_is_curved_in_every_position() -> None:
    scenario = loadScenario("scoliosisRotatory")
    for name in scenario.positionIds:
        segments = scenario.state("lumbar", name).segments
        assert sum(segments[level].lateralBendDeg for level in ("L1L2", "L2L3", "L3L4")) == pytest.approx(25.0)
        assert segments["L3L4"].lateralMm == 6.0
        assert segments["L3L4"].axialRotationDeg == 8.0
    assert not any(row.metric == "slip" for row in truthValues("scoliosisRotatory"))


def test_load_comes_with_or_without_a_loss_of_lordosis() -> None:
    standing = _state("loadStanding", "lumbarLordosis", "L1S1")
    sitting = _state("loadSitting", "lumbarLordosis", "L1S1")
    assert standing["ST_N"] == pytest.approx(standing["SUP_N"])
    assert sitting["SIT_N"] - sitting["SUP_N"] == pytest.approx(-18.0)
    for scenario, name in (("loadStanding", "ST_N"), ("loadSitting", "SIT_N")):
        widths = _state(scenario, "canalApDisc", "L4L5")
        assert widths[name] < widths["SUP_N"] - 1.5


def test_series_that_are_not_what_they_are_called() -> None:
    assert _motion("poorEffort", "regionRotation", "C2C7")["UP_E", "UP_F"] == pytest.approx(8.0)
    assert _motion("swappedPositions", "regionRotation", "C2C7")["UP_E", "UP_F"] == pytest.approx(-77.0)
    spare = _state("swappedPositions", "spaceAvailable", "C5C6")
    assert min(spare, key=lambda name: spare[name]) == "UP_F"


def test_scanners_and_their_noise_are_stated() -> None:
    low, mixed = phantomCase("lowField"), phantomCase("mixedScanners")
    assert {item.scanner for item in low.positions} == {"Open 0.6 T"}
    assert low.noise["corner"] == 0.8
    assert low.noise["edge"] > 0.3
    assert {(item.scanner, item.date) for item in mixed.positions} == {
        ("Closed 1.5 T", "2025-03-10"), ("Open 0.6 T", "2025-11-12")}  # fmt: skip


@pytest.mark.parametrize("region", ["cervical", "lumbar"])
def test_no_patients_flavum_buckles_in_flexion(region: str) -> None:
    swapped = {"swappedPositions"}
    for name in set(scenarioIds()) - swapped:
        scenario = loadScenario(name)
        bends = {scenario.state(item, position).bend: position
                 for item in scenario.regions if item == region for position in scenario.positionIds}  # fmt: skip
        if {"flexion", "extension"} <= set(bends):
            flexed, extended = (posedSpine(name, bends[bend], region).discs for bend in ("flexion", "extension"))
            assert all(flexed[level].flavumMm <= extended[level].flavumMm + 1e-9 for level in flexed), name
