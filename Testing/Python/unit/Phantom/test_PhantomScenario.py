"""The phantom's scenarios: data that say what happens, and physiology that follows the sources."""

from __future__ import annotations

import json
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path

import numpy as np
import PhantomCases
import pytest
from PhantomCases import phantomCase

import DynamicSpineLib
from DynamicSpineLib.Anatomy.Landmarks import namesFor
from DynamicSpineLib.Errors import InputError, JobError
from DynamicSpineLib.Phantom.PhantomLandmarks import phantomMarks
from DynamicSpineLib.Phantom.PosedPhantom import posedSpine
from DynamicSpineLib.Phantom.Scenario import PhantomScenario, loadScenario, regionData, scenarioIds
from DynamicSpineLib.Phantom.Truth import truthValues
from DynamicSpineLib.Study.Roles import orderedPairs

DATA = Path(DynamicSpineLib.__file__).parent / "Data" / "Phantom"
CERVICAL_DISCS = ("C2C3", "C3C4", "C4C5", "C5C6", "C6C7")


def _values(scenario: str, kind: str, metric: str) -> dict[tuple[str, str, str], float]:
    """True values by (level, position, fromPosition)."""
    return {
        (row.level, row.position, row.fromPosition): row.value
        for row in PhantomCases.truthValues(scenario) if row.kind == kind and row.metric == metric and not row.side
    }


@pytest.mark.parametrize("path", sorted(DATA.glob("*.region.json")) + sorted(DATA.glob("*.scenario.json")), ids=str)
def test_every_data_file_follows_its_schema(path: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    data = json.loads(path.read_text(encoding="utf-8"))
    schema = json.loads((DATA / data["$schema"]).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(data)
    assert path.name.startswith(data.get("region", data.get("id")) + ".")


def test_the_slip_is_what_the_scenario_states_in_each_position() -> None:
    slips = _values("lumbarSlip", "state", "slip")
    stated = {"SUP_N": 3.0, "ST_N": 5.0, "ST_F": 7.0, "ST_E": 4.0}
    for position, slip in stated.items():
        assert slips["L4L5", position, ""] == slip
        points, _ = phantomMarks(posedSpine("lumbarSlip", position))
        endplate = points["L5_SA"] - points["L5_SP"]
        measured = (points["L4_IP"] - points["L5_SP"]) @ endplate / np.linalg.norm(endplate)
        assert measured == pytest.approx(slip, abs=1e-10)


def test_a_slip_pinches_the_canal_off_mid_disc_and_narrows_it_standing() -> None:
    sections = {name: posedSpine("lumbarSlip", name).sections["L4L5"] for name in ("SUP_N", "ST_N", "ST_F", "ST_E")}
    assert sections["ST_F"].alongDisc > 0.85
    assert sections["ST_N"].canalAp < sections["SUP_N"].canalAp - 1.0
    assert sections["ST_E"].sacAp == min(section.sacAp for section in sections.values())


def test_healthy_necks_move_as_far_as_the_source_says() -> None:
    rotation = _values("healthyCervical", "motion", "rotation")
    translation = _values("healthyCervical", "motion", "translation")
    ranges = dict(zip(CERVICAL_DISCS, (11.0, 12.0, 15.0, 19.0, 20.0), strict=True))
    shifts = dict(zip(CERVICAL_DISCS, (0.85, 1.05, 0.63, 0.57, 0.16), strict=True))
    for name in CERVICAL_DISCS:
        assert rotation[name, "UP_F", "UP_E"] == pytest.approx(ranges[name], abs=1e-9)
        assert translation[name, "UP_F", "UP_E"] == pytest.approx(shifts[name], abs=0.002)


def test_healthy_backs_move_as_far_as_the_source_says() -> None:
    rotation = _values("healthyLumbar", "motion", "rotation")
    corner = _values("healthyLumbar", "motion", "translationCorner")
    names = ("L1L2", "L2L3", "L3L4", "L4L5", "L5S1")
    for name, angle, shift in zip(names, (7.34, 8.56, 8.34, 8.87, 5.87), (1.38, 1.41, 1.14, 1.10, 1.01), strict=True):
        assert rotation[name, "ST_F", "ST_E"] == pytest.approx(angle, abs=1e-9)
        assert corner[name, "ST_F", "ST_E"] == pytest.approx(shift, abs=1e-9)
    assert max(_values("healthyLumbar", "state", "slip").values()) < 1.5


@pytest.mark.parametrize("name", [*CERVICAL_DISCS, "C7T1", "C3", "C4", "C5", "C6", "C7"])
def test_in_flexion_ventral_fluid_falls_by_43_and_dorsal_fluid_grows_by_89_percent(name: str) -> None:
    neutral, flexion = (posedSpine("healthyCervical", position).sections[name] for position in ("UP_N", "UP_F"))
    assert flexion.csfVentral / neutral.csfVentral == pytest.approx(0.57, abs=1e-9)
    assert flexion.csfDorsal / neutral.csfDorsal == pytest.approx(1.89, abs=1e-9)
    assert flexion.cordAp / neutral.cordAp == pytest.approx(0.89, abs=1e-9)


@pytest.mark.parametrize(("scenario", "positions"), [
    ("healthyCervical", ("UP_F", "UP_N", "UP_E")), ("healthyLumbar", ("ST_F", "ST_N", "ST_E")),
    ("cervicalNarrowing", ("UP_F", "UP_N", "UP_E")), ("lumbarSlip", ("ST_F", "ST_N", "ST_E")),
])
def test_the_flavum_is_thinnest_in_flexion_and_thickest_in_extension(scenario: str, positions: tuple[str, ...]) -> None:
    spines = [posedSpine(scenario, position) for position in positions]
    for name in spines[0].discs:
        thickness = [spine.sections[name].flavum for spine in spines]
        assert thickness == sorted(thickness), name
        assert thickness[0] < thickness[-1]


def test_the_cord_is_touched_in_extension_only() -> None:
    spines = {name: posedSpine("cervicalNarrowing", name) for name in ("SUP_N", "UP_N", "UP_F", "UP_E")}
    fluid = {name: spine.sections["C5C6"].sacAp - spine.sections["C5C6"].cordAp for name, spine in spines.items()}
    assert fluid["UP_E"] == pytest.approx(0.0, abs=1e-9)
    assert all(fluid[name] > 2.0 for name in ("SUP_N", "UP_N", "UP_F"))
    assert all(
        spine.sections[name].sacAp - spine.sections[name].cordAp > 2.0
        for spine in spines.values() for name in CERVICAL_DISCS if name != "C5C6"
    )
    present = {item.id: item.observations[0].present for item in phantomCase("cervicalNarrowing").positions}
    assert present == {"SUP_N": False, "UP_N": False, "UP_F": False, "UP_E": True}


def test_the_lax_junction_changes_with_flexion_and_extension_as_its_source_says() -> None:
    worst = {"cxa": ("UP_F", min), "pbc2": ("UP_F", max), "adi": ("UP_F", max), "bai": ("UP_F", max),
             "bdi": ("UP_E", max), "padi": ("UP_F", min)}
    for metric, (position, pick) in worst.items():
        values = {key[1]: value for key, value in _values("craniocervicalLaxity", "state", metric).items()}
        assert pick(values, key=lambda name: values[name]) == position, metric


def test_no_position_lets_the_soft_tissue_leave_the_canal() -> None:
    for scenario in scenarioIds():
        for region in loadScenario(scenario).regions:
            for position in loadScenario(scenario).positionIds:
                stations = PhantomCases.posedSpine(scenario, position, region).stations
                walls = [getattr(stations, f"{name}_RAS") for name in (
                    "anteriorWall", "duraAnterior", "cordAnterior", "cordPosterior", "duraPosterior", "posteriorWall")]
                backwards = walls[-1] - walls[0]
                depths = [np.einsum("ij,ij->i", wall - walls[0], backwards) for wall in walls]
                assert all(np.all(after - before > -1e-9) for before, after in pairwise(depths))
                steps = np.linalg.norm(np.diff(stations.center_RAS, axis=0), axis=1)
                assert steps.max() < 1.2


def test_the_cord_ends_within_the_first_lumbar_body() -> None:
    spine = posedSpine("healthyLumbar", "ST_N")
    bottom = (spine.boneToRAS["L1"] @ np.array([0.0, *spine.bones["L1"].corners["IP"], 1.0]))[2]
    withCord = spine.stations.center_RAS[spine.stations.cordHalfWidthMm > 1e-6][:, 2]
    middle = spine.boneToRAS["L1"][2, 3]
    assert bottom < withCord.min() < middle


@pytest.mark.parametrize("scenario", [name for name in scenarioIds() if loadScenario(name).hasTruth])
def test_a_case_has_every_mark_of_its_chain(scenario: str) -> None:
    case = phantomCase(scenario)
    unmarked = loadScenario(scenario).data.get("unmarked", [])
    for position in case.positions:
        have = set(position.marks.landmarks) | set(position.marks.contours)
        absent = set(namesFor(case.chain)) - have
        assert all(name == "L1L2_KC" or any(fnmatchcase(name, item) for item in unmarked) for name in absent)
        missing = {name for name, mark in position.marks.landmarks.items() if mark.status == "missing"}
        assert missing == ({"L1L2_KA", "L1L2_KP"} if "L1L2" in {item.name for item in case.chain.segments} else set())
        assert all(mark.note for name, mark in position.marks.landmarks.items() if name.endswith("_CA"))
    assert case.numbering.isConfirmed is (scenario != "sacralizedL5")
    first = case.positions[0]
    assert case.markedIn == first.id == ("SUP_N" if first.posture == "supine" else "ST_N")


@pytest.mark.parametrize("scenario", ["healthyCervical", "lumbarSlip", "craniocervicalLaxity", "cervicalTurns"])
def test_the_true_transforms_carry_every_bone_mark_to_where_it_is(scenario: str) -> None:
    case = phantomCase(scenario)
    start = case.position(case.markedIn)
    assert start is not None
    codes = {"SA", "SP", "IA", "IP", "SL", "SPU", "SPL", "DT", "DP", "DA", "DQ", "PD", "AAP", "PAA", "BA", "OP", "CL",
             "HP", "OL", "CSL", "CSR", "AX0", "AX1"}
    checked = 0
    for bone in case.bones:
        end = case.position(bone.toPosition)
        assert end is not None
        for name in start.marks.landmarks:
            level, code = name.split("_")[:2]
            if level == bone.level and code in codes:
                carried = np.array(bone.matrix) @ np.array([*start.marks.point(name), 1.0])
                np.testing.assert_allclose(carried[:3], end.marks.point(name), atol=1e-9)
                checked += 1
    assert checked > 150


def test_a_new_scenario_is_data_alone() -> None:
    data = {
        "regions": ["cervical"], "positions": {"UP_N": {}, "UP_E": {"segments": {"C4C5": {"slipMm": -3.0}}}},
        "segments": {"C4C5": {"bulgeMm": 1.5}},
    }
    scenario = PhantomScenario("retro", "Backward slip in extension", ("cervical",), ("UP_N", "UP_E"), "UP_N", data)
    slips = {row.position: row.value for row in truthValues(scenario)
             if row.kind == "state" and row.metric == "slip" and row.level == "C4C5"}
    assert slips == {"UP_N": 0.1, "UP_E": -3.0}
    kept = replace(scenario, data={**data, "positions": {"UP_N": {}, "UP_E": {}}})
    assert posedSpine(scenario, "UP_E").sections["C4C5"].canalAp < posedSpine(kept, "UP_E").sections["C4C5"].canalAp


def test_the_positions_of_a_case_pair_from_extension_to_flexion() -> None:
    pairs = {(pair.fromPosition, pair.toPosition, pair.question) for pair in orderedPairs(phantomCase("lumbarSlip"))}
    assert ("ST_E", "ST_F", "motion") in pairs
    assert ("SUP_N", "ST_N", "load") in pairs


def test_the_full_case_has_both_regions_in_five_positions() -> None:
    case = phantomCase("fullCase")
    assert len(case.positions) == 5
    assert {"Oc", "T1", "T12", "S1"} <= set(case.chain.levels)
    assert "T1T12" not in {segment.name for segment in case.chain.segments}
    neck, back = (posedSpine("fullCase", "ST_N", region) for region in ("cervical", "lumbar"))
    assert neck.boneToRAS["T1"][2, 3] > back.boneToRAS["T12"][2, 3] + 150.0


def test_a_subset_of_positions_keeps_its_marks() -> None:
    whole, part = phantomCase("healthyLumbar"), phantomCase("healthyLumbar", ["ST_E", "ST_F"])
    assert [item.id for item in part.positions] == ["ST_E", "ST_F"]
    assert part.markedIn == "ST_E"
    assert part.position("ST_F").marks == whole.position("ST_F").marks


def test_bad_names_are_refused_in_one_sentence() -> None:
    with pytest.raises(InputError, match="unknown phantom scenario 'x'; there are"):
        loadScenario("x")
    with pytest.raises(InputError, match="has no position 'ST_X'; it has SUP_N"):
        posedSpine("healthyLumbar", "ST_X")
    typo = replace(loadScenario("healthyLumbar"), data={"positions": {"SUP_N": {"segments": {"L4L6": {"slipMm": 1}}}}})
    with pytest.raises(InputError, match="unknown segment 'L4L6'"):
        posedSpine(typo, "SUP_N")
    pose = replace(loadScenario("healthyLumbar"), data={"positions": {"SUP_N": {"poses": {"lumbar": "SIT"}}}})
    with pytest.raises(InputError, match="unknown lumbar pose 'SIT'"):
        posedSpine(pose, "SUP_N")


def test_a_scenario_without_room_for_the_cord_says_where() -> None:
    data = {"positions": {"UP_N": {"segments": {"C5C6": {"flavumMm": 30.0}}}}}
    crowded = replace(loadScenario("healthyCervical"), data=data)
    with pytest.raises(JobError, match="no room in the canal of C5C6 in position 'UP_N'"):
        posedSpine(crowded, "UP_N")


def test_the_regions_name_the_sources_of_their_figures() -> None:
    for region in ("cervical", "lumbar"):
        assert len(regionData(region)["source"]) > 200
