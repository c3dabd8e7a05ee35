"""What bad input gets: one sentence with file, position and landmark, found in a case folder as a user has it."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from DynamicSpineLib.Errors import InputFaults
from DynamicSpineLib.Study import CaseFolder
from DynamicSpineLib.Study.Marks import LandmarkSet
from DynamicSpineLib.Study.MarkupsJson import readMarkups, writeMarkups
from DynamicSpineLib.Study.Validation import validateCase


def sentences(folder, severity="error"):
    """The sentences of every fault of one severity in a case folder."""
    case, faults = CaseFolder.readCaseWithFaults(folder)
    found = [fault.sentence() for fault in faults if fault.severity == severity]
    if severity == "error":
        assert (case is None) == bool(found)
        if found:
            with pytest.raises(InputFaults) as caught:
                CaseFolder.readCase(folder)
            assert caught.value.exitCode == 2
            assert "\n" not in str(caught.value)
    return found


def setIn(path, value):
    """A change of case.json: the member at a path (keys joined by /) set to a value, or taken out for GONE."""

    def change(raw):
        inside = raw
        *owners, last = path.split("/")
        for key in owners:
            inside = inside[key]
        if value is GONE:
            del inside[last]
        else:
            inside[last] = value

    return change


GONE = object()
POSITION = {"posture": "prone", "bend": "neutral", "landmarks": "c.mrk.json"}
BONE = {"level": "L4", "from": "supine", "to": "flexed", "matrix": np.eye(4).tolist()}
SUPINE = "positions/supine/"
OUTSIDE = "is outside the case folder"
POSTURES = "supine, prone, sitting, standing, other"

CASE_FAULTS = [
    ("formatVersion", 2, "was written in format 2 by a newer DynamicSpine; this one reads up to format 1: update it"),
    ("formatVersion", "1", "'formatVersion' must be a whole number; it is '1'"),
    ("reference", "Supine", "'reference' names the position 'Supine', which is not in the case (nearest: 'supine')"),
    ("markedIn", "prone", "'markedIn' names the position 'prone', which is not in the case"),
    ("refrence", "supine", "'refrence' is not a known key (nearest: 'reference')"),
    ("levels", ["L2", "L1"], "levels must be listed once each, from cranial to caudal"),
    ("levels", ["L1", "L9"], "'levels' item 2 must be one of Oc, C1,"),
    ("segments", {"L5S2": "fused"}, "'segments' names 'L5S2', which is no segment of this case (nearest: 'L5S1')"),
    ("segments", {"L4L5": "stiff"}, "'segments' 'L4L5' must be one of native, block, fused"),
    ("noise", {"corner": 0}, "'noise' 'corner' must be a number above 0 to 20 (mm); it is '0'"),
    ("noise", {"corners": 0.5}, "'noise' 'corners' must be one of corner, edge, poor, curve"),
    ("positions", {}, "the case has no positions"),
    ("positions", [], "'positions' must be an object with one member per position; it is '[]'"),
    ("positions/9x", {}, "'positions' '9x' must be a letter followed by up to 31 letters, digits, _ or -; it is '9x'"),
    ("positions/" + "x" * 33, {}, "must be a letter followed by up to 31"),
    ("positions/CON", POSITION, "the position 'CON' has a name that some systems keep for a device"),
    ("positions/Supine", POSITION, "the positions 'supine' and 'Supine' differ in upper and lower case only"),
    (
        "bones",
        [{**BONE, "to": "flexion"}],
        "'bones' L4 from 'supine' to 'flexion': 'to' names the position 'flexion', which",
    ),
    ("bones", [{**BONE, "matrix": (2 * np.eye(4)).tolist()}], "its matrix is no rigid motion"),
    ("bones", [{**BONE, "matrix": np.diag([-1.0, 1, 1, 1]).tolist()}], "its matrix is no rigid motion"),
    ("bones", [{**BONE, "matrix": [[1, 0], [0, 1]]}], "'bones' item 1 'matrix' must be a list of 4"),
    ("bones", [{**BONE, "covariance": (-np.eye(6)).tolist()}], "its covariance is not symmetric, or has a negative"),
    ("bones", [BONE, BONE], "'bones' has L4 from 'supine' to 'flexed' twice"),
    (
        "readings",
        [{"reader": "R", "files": {"prone": "supine.mrk.json"}}],
        "'readings' 'R' repeat 1 names the position",
    ),
    ("readings", [{"reader": "R"}, {"reader": "R"}], "'readings' 'R' repeat 1 is there twice"),
    ("readings", [{"reader": " "}], "'reader' must be a text that neither begins nor ends with a space"),
    ("positions/flexed/landmarks", "supine.mrk.json", "is used for more than one position: 'supine', 'flexed'"),
    ("positions/flexed/landmarks", "./supine.mrk.json", "'supine.mrk.json' is used for more than one position"),
]
POSITION_FAULTS = [
    ("posture", "suppine", f"'posture' must be one of {POSTURES}; it is 'suppine' (nearest: 'supine')"),
    ("bend", GONE, "'bend' is missing"),
    ("landmarks", GONE, "'landmarks' is missing"),
    ("gravity_RAS", [0, 0, 0], "'gravity_RAS' has no direction"),
    ("date", "1.3.2025", "'date' must be a date such as 2025-03-01"),
    ("angleReachedDeg", 1e9, "'angleReachedDeg' must be a number from -180 to 180 (degrees)"),
    ("grades", [{"level": "L4L5", "scheme": "lee", "value": "1"}], "'grades' L4L5: the scheme 'lee' is not known"),
    (
        "grades",
        [{"level": "C5C6", "scheme": "muhle", "value": "1"}],
        "'grades' names 'C5C6', which is not in the case's",
    ),
    ("grades", [{"level": "L4L5", "scheme": "schizas", "value": "E"}], "'E' is no class of Schizas grade (A, A1, A2,"),
    ("observations", [{"level": "L4L5", "kind": "cordContct"}], "'kind' must be one of cordContact, "),
    ("symptoms", [{"type": "leg", "score": 11}], "'symptoms' item 1 'score' must be a number from 0 to 10; it is '11'"),
    ("landmarks", "../x.mrk.json", "'landmarks' names '../x.mrk.json', which leads out of the case folder"),
    ("landmarks", "", "'landmarks' must be a path inside the case folder; it is ''"),
    ("volume", "/etc/passwd", f"'volume' names '/etc/passwd', which {OUTSIDE}"),
    ("volume", "C:/x.nrrd", f"'volume' names 'C:/x.nrrd', which {OUTSIDE}"),
    ("volume", "\\\\server\\x.nrrd", f"which {OUTSIDE}"),
    ("volume", "nul.nrrd", "not every system allows as a file name"),
]


@pytest.mark.parametrize(("path", "value", "sentence"), CASE_FAULTS)
def test_a_fault_of_the_case_is_one_sentence(caseJson, path, value, sentence):
    found = sentences(caseJson(setIn(path, value)))
    assert any(text.startswith("case.json: ") and sentence in text for text in found), found
    assert len(found) <= 2


@pytest.mark.parametrize(("key", "value", "sentence"), POSITION_FAULTS)
def test_a_fault_of_a_position_is_one_sentence(caseJson, key, value, sentence):
    (found,) = sentences(caseJson(setIn(SUPINE + key, value)))
    assert found.startswith("case.json, position 'supine': ")
    assert sentence in found


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (SUPINE + "volume", "v.nrrd", "v.nrrd, position 'supine': the volume is missing"),
        (SUPINE + "companions", {"axial": "a.nrrd"}, "a.nrrd, position 'supine': the file is missing"),
        (SUPINE + "landmarks", "x.mrk.json", "x.mrk.json, position 'supine': the file is missing"),
        (
            "readings",
            [{"reader": "R", "files": {"supine": "r.mrk.json"}}],
            "r.mrk.json, position 'supine': the file is missing",
        ),
    ],
)
def test_a_missing_file_is_named(caseJson, path, value, sentence):
    assert sentences(caseJson(setIn(path, value))) == [sentence]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"{", "ends too early"),
        (b"null", "must hold one object"),
        (b'{"caseId": 1, "caseId": 2}', "occurs twice"),
        (b"\x89PNG\r\n", "not UTF-8"),
        (b'{"formatVersion": NaN}', "holds NaN or Infinity"),
    ],
)
def test_a_damaged_case_json_is_named(tmp_path, content, words):
    (tmp_path / "case.json").write_bytes(content)
    found = sentences(tmp_path)
    assert len(found) == 1
    assert found[0].startswith("case.json: ")
    assert words in found[0]


def test_a_missing_case_is_named(tmp_path):
    assert sentences(tmp_path) == ["case.json: the file is missing"]
    assert "is missing or is no folder" in sentences(tmp_path / "nowhere")[0]


def test_a_link_to_outside_is_refused(caseJson, tmp_path):
    folder = caseJson()
    (tmp_path / "outside.mrk.json").write_bytes((folder / "supine.mrk.json").read_bytes())
    (folder / "supine.mrk.json").unlink()
    (folder / "supine.mrk.json").symlink_to(tmp_path / "outside.mrk.json")
    assert "a link to outside the case folder" in sentences(folder)[0]


def test_a_mark_in_two_files_of_a_position_is_named(caseJson):
    folder = caseJson(setIn(SUPINE + "contours", ["contours/supine.mrk.json", "again.mrk.json"]))
    contours = readMarkups(folder / "contours" / "supine.mrk.json").contours
    writeMarkups(folder / "again.mrk.json", LandmarkSet(contours={"L4L5_DS": contours["L4L5_DS"]}))
    assert sentences(folder) == ["again.mrk.json, position 'supine', L4L5_DS: is in another file of this position too"]


def test_all_faults_are_listed_at_once(caseJson):
    def spoil(raw):
        raw["positions"]["supine"].update(posture="lying", date="yesterday", volume="../a.nrrd")
        raw["markedIn"] = "x"

    folder = caseJson(spoil)
    text = json.loads((folder / "flexed.mrk.json").read_text(encoding="utf-8"))
    text["markups"][0]["controlPoints"][0]["label"] = "L1_SX"
    (folder / "flexed.mrk.json").write_text(json.dumps(text), encoding="utf-8")
    found = " | ".join(sentences(folder))
    for word in ("'posture'", "'date'", "'../a.nrrd'", "'L1_SX'", "'markedIn'"):
        assert word in found
    with pytest.raises(InputFaults, match=r"\(4 more: run 'dynamicspine validate'\)"):
        CaseFolder.readCase(folder)


def errorsOf(case):
    """(landmark, message) of every error in a case."""
    return [(fault.landmark, fault.message) for fault in validateCase(case) if fault.severity == "error"]


def warningsOf(case):
    """Messages of every warning in a case."""
    return [fault.message for fault in validateCase(case) if fault.severity == "warning"]


def twoPositions(kit, first=None, **second):
    """A case of two neutral positions that differ in nothing but what is given."""
    case = kit.case({"one": kit.spine(), "two": kit.spine().shifted(0, 1, 0)})
    same = {"posture": "supine", "bend": "neutral", "angleReachedDeg": None}
    return replace(
        case,
        positions=(
            replace(case.positions[0], **same, **(first or {})),
            replace(case.positions[1], **{**same, **second}),
        ),
    )


def test_two_series_of_one_position_are_refused(kit):
    assert "is the same position as 'one' (supine, neutral)" in errorsOf(twoPositions(kit))[0][1]


@pytest.mark.parametrize(
    "difference",
    [
        {"bend": "extension"},
        {"posture": "prone"},
        {"load": "axialLoad"},
        {"angleReachedDeg": 10.0},
        {"date": "2025-01-01"},
        {"scanner": "3 T"},
        {"support": "bolster"},
    ],
)
def test_series_that_differ_in_something_stated_are_two_positions(kit, difference):
    assert errorsOf(twoPositions(kit, **difference)) == []


def test_one_volume_for_two_positions_is_refused(kit):
    case = twoPositions(kit, {"volume": "a.nrrd"}, volume="a.nrrd", bend="flexion")
    assert errorsOf(case) == [("", "the volume 'a.nrrd' is used for more than one position: 'one', 'two'")]


def test_marks_of_a_level_that_the_case_does_not_have_are_named(kit):
    spine = kit.spine(("L4", "L5", "S1"))
    case = replace(kit.case({"one": spine}), chain=kit.case({"one": kit.spine(("L4", "L5"))}).chain)
    errors = dict(errorsOf(case))
    assert set(errors) == {"S1", "L5S1"}
    assert errors["S1"] == "S1_SA and 3 more marks are of S1, which is not in the case's levels (L4, L5)"


def test_one_position_unverified_levels_and_unknown_sides_are_warnings(kit):
    spine = kit.spine()
    case = kit.case({"one": spine})
    assert warningsOf(case) == ["the case has one position only: there is no motion to measure"]
    geometry = kit.box(spine, sidesKnown=False)
    case = replace(
        case,
        numbering=type(case.numbering)(),
        positions=(replace(case.positions[0], volume="a.nii", geometry=geometry),),
    )
    assert [text.split(":")[0].split(" (")[0] for text in warningsOf(case)[1:]] == [
        "the level names are not verified by anyone",
        "left and right are not known in the volume of 'one'",
    ]
    assert len(warningsOf(replace(case, sidesVerifiedBy="A. Reader"))) == 2
    assert errorsOf(case) == []


def test_a_body_that_changes_its_depth_is_a_warning(kit):
    other = kit.spine()
    other.points["L3_SA"] = other.points["L3_SA"] + (0, 9.0, 0)
    other.points["L3_IA"] = other.points["L3_IA"] + (0, 9.0, 0)
    case = kit.case({"one": kit.spine(), "two": other})
    found = [fault.sentence() for fault in validateCase(case)]
    assert found == ["L3: the body is 34.0 mm deep in position 'one' and 43.0 mm in 'two'"]


def test_marks_copied_from_another_position_are_a_warning(kit):
    case = kit.case({"one": kit.spine(), "two": kit.spine()})
    assert warningsOf(case) == ["all marks are at the very same coordinates as in position 'one'; is it a copy?"]


def test_an_outline_on_one_line_is_named_for_it_has_no_area(caseJson):
    folder = caseJson()
    path = folder / "contours" / "supine.mrk.json"
    contour = readMarkups(path).contours["L4L5_DS"]
    middle = np.mean(contour.points_RAS, axis=0)
    line = tuple((float(middle[0]) + 2.0 * step, float(middle[1]), float(middle[2])) for step in range(-2, 3))
    writeMarkups(path, LandmarkSet(contours={"L4L5_DS": replace(contour, points_RAS=line)}))
    found = sentences(folder)
    assert len(found) == 1
    assert "L4L5_DS: the points of the outline lie on one line" in found[0]
