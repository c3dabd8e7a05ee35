"""Names that series bear in practice, with what a reader takes from them; and names that must tell nothing.

The names are written after public sources: protocol and series names of the makers' systems, published descriptions
of upright and functional imaging in seven languages, and the sidecar files of OpenNeuro ds004507 (CC0).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ForbiddenWords import forbiddenIn

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Study.PositionGuess import guessPosition
from DynamicSpineLib.Study.PositionWords import CERTAIN, LIKELY, WEAK, evidenceIn

# name, posture, bend, load, angle
TOLD = [
    ("T2 sag upright flexion 30deg", "", "flexion", "", 30),
    ("sag T2 FLEX", "", "flexion", "", None),
    ("SAG T2 FLEX SIT", "sitting", "flexion", "", None),
    ("C-SPINE SAG T2 NEUTRAL SITTING", "sitting", "neutral", "", None),
    ("L/S SAG T2 STANDING EXTENSION", "standing", "extension", "", None),
    ("Sag T2 FRFSE Flexion", "", "flexion", "", None),
    ("t2_tse_sag_Hyperextension", "", "extension", "", None),
    ("T2W_TSE_sag_ext", "", "extension", "", None),
    ("SagT2Flex", "", "flexion", "", None),
    ("T2 SAG FLEX L-SPINE", "", "flexion", "", None),
    ("T2SAGFLEXION", "", "flexion", "", None),
    ("FLEXION 20\u00b0 T2", "", "flexion", "", 20),
    ("ext 15\u00ba", "", "extension", "", 15),
    ("sag flex30", "", "flexion", "", 30),
    ("sag T2 extension 12.5 degrees", "", "extension", "", 12.5),
    ("T2 Sag Supine", "supine", "", "", None),
    ("T2 prone neutral", "prone", "neutral", "", None),
    ("T2 sag recumbent", "supine", "", "", None),
    ("sag T2 weight-bearing", "", "", "weightBearing", None),
    ("T2 WB SEATED", "sitting", "", "weightBearing", None),
    ("Sag T2 non weight bearing", "", "", "none", None),
    ("T2 sag unloaded supine", "supine", "", "none", None),
    ("T2 sag axial loaded DynaWell", "", "", "axialLoad", None),
    ("lat bend left", "", "leftBend", "", None),
    ("COR T2 RIGHT LATERAL FLEXION", "", "rightBend", "", None),
    ("Cor T2 side bending to the right", "", "rightBend", "", None),
    ("AX T2 ROT LT", "", "leftRotation", "", None),
    ("head rotated right 40 deg", "", "rightRotation", "", 40),
    ("T2w_0.7mm_headDown_Scale2", "", "flexion", "", None),
    ("sub-004_ses-headUp_T2w", "", "extension", "", None),
    ("T2w_0.6mm_headNormal", "", "neutral", "", None),
    ("UP_LBL", "", "leftBend", "", None),
    ("SUP_N", "supine", "neutral", "", None),
    ("SIT_F", "sitting", "flexion", "", None),
    ("ST_E_2", "standing", "extension", "", None),
    # German
    ("Beugung", "", "flexion", "", None),
    ("sitzend", "sitting", "", "", None),
    ("T2_TSE_SAG_stehend", "standing", "", "", None),
    ("HWS T2 tse sag Inklination", "", "flexion", "", None),
    ("HWS T2 tse sag Reklination 25 Grad", "", "extension", "", 25),
    ("Flexionsaufnahme im Sitzen", "sitting", "flexion", "", None),
    ("LWS T2 sag im Stehen unter Belastung", "standing", "", "weightBearing", None),
    ("LWS sag R\u00fcckenlage unbelastet", "supine", "", "none", None),
    ("LWS sag Rueckenlage", "supine", "", "", None),
    ("Bauchlage", "prone", "", "", None),
    ("T2 cor Seitneigung links", "", "leftBend", "", None),
    ("Rotation nach rechts", "", "rightRotation", "", None),
    ("Neutralstellung", "", "neutral", "", None),
    # French
    ("SAG T2 en charge debout", "standing", "", "weightBearing", None),
    ("T2 sag assis flexion", "sitting", "flexion", "", None),
    ("SAG T2 hyperextension d\u00e9cubitus dorsal", "supine", "extension", "", None),
    ("position neutre", "", "neutral", "", None),
    ("inclinaison lat\u00e9rale gauche", "", "leftBend", "", None),
    ("rotation droite", "", "rightRotation", "", None),
    ("procubitus", "prone", "", "", None),
    # Spanish
    ("extensi\u00f3n", "", "extension", "", None),
    ("SAG T2 FLEXION EN BIPEDESTACION", "standing", "flexion", "", None),
    ("T2 sag sentado neutro", "sitting", "neutral", "", None),
    ("dec\u00fabito supino sin carga", "supine", "", "none", None),
    ("inclinaci\u00f3n lateral derecha", "", "rightBend", "", None),
    ("de pie", "standing", "", "", None),
    # Italian
    ("SAG T2 flessione seduto", "sitting", "flexion", "", None),
    ("T2 sag sotto carico estensione 20 gradi", "", "extension", "weightBearing", 20),
    ("T2 sag clinostatismo", "supine", "", "", None),
    ("in piedi", "standing", "", "", None),
    ("rotazione sx", "", "leftRotation", "", None),
    # Portuguese and Dutch
    ("sag T2 flex\u00e3o em p\u00e9", "standing", "flexion", "", None),
    ("T2 sag extensie staand", "standing", "extension", "", None),
]

UPRIGHT = ["T2 sag upright flexion 30deg", "t2_sag_ortostatismo", "LWS T2 aufrecht", "T2 SAG ORTO", "SAG T2 STANDING"]

SILENT = [
    "", "   ", "T2 Flex coil", "T2_FLEX_COIL_SAG", "t2_tse_sag_Flex_L", "Body Flex T2", "GEM Flex Large T2 sag",
    "SENSE-Flex-M", "flexible T2", "T2 FLAIR", "LOWER EXT", "T1 UPPER EXTREMITY", "ext carotid", "extended FOV T2 sag",
    "STANDARD T2 sag", "situs", "understanding", "supination", "T2 TSE SAG", "L SPINE T2", "ROT L SPINE",
    "COR OBL LEFT", "rotating MIP left", "sagittal T2 C2-T2", "text", "next", "MPR cor left", "Siemens flexform",
    "dorsiflexion",
    "knee flexion sag PD", "external rotation shoulder", "stand alone cage", "T2 TE 120 TR 3000 FA 150 deg",
    "head first", "reflexion", "L4-5 right", "30 deg", "standby", "axial T2",
]  # fmt: skip


def told(name):
    found = guessPosition({"name": name})
    return found.posture, found.bend, found.load, found.angleDeg


@pytest.mark.parametrize(("name", "posture", "bend", "load", "angle"), TOLD)
def test_what_a_name_says_is_recognized(name, posture, bend, load, angle):
    assert told(name) == (posture, bend, load, angle)


@pytest.mark.parametrize("name", [row[0] for row in TOLD if row[0] not in ("UP_LBL", "SUP_N", "SIT_F", "ST_E_2")])
def test_letter_case_and_signs_between_words_do_not_matter(name):
    words = name.replace("_", " ").replace("-", " ")
    assert told(words.upper() if name not in ("SagT2Flex",) and "head" not in name else words) == told(name)


@pytest.mark.parametrize("name", UPRIGHT)
def test_upright_is_told_even_where_it_is_not_said_how(name):
    assert guessPosition({"name": name}).isUpright


def test_an_upright_series_is_not_guessed_to_be_sitting_or_standing():
    found = guessPosition({"name": "T2 upright"})
    assert (found.posture, found.isUpright) == ("", True)
    assert any("sitting or standing" in text for text in found.remarks)


@pytest.mark.parametrize("name", SILENT)
def test_a_name_that_says_nothing_of_a_position_tells_nothing(name):
    assert told(name) == ("", "", "", None)
    assert not guessPosition({"name": name}).isUpright


def test_a_text_that_names_both_ends_of_a_study_says_neither():
    found = guessPosition({"name": "SAG T2 FLEX/EXT"})
    assert found.bend == ""
    assert found.doubts == ('The volume\'s name, "SAG T2 FLEX/EXT", names flexion and extension.',)
    assert guessPosition({"name": "sag T2 FLEX", "ProtocolName": "C-SPINE FLEX-EXT"}).bend == "flexion"


def test_names_that_contradict_each_other_are_said_and_leave_the_bend_open():
    found = guessPosition({"name": "t2_sag_flexion", "SeriesDescription": "T2 SAG EXTENSION", "ProtocolName": "T2 sag"})
    assert found.bend == ""
    (doubt,) = found.doubts
    assert all(word in doubt for word in ("flexion", "EXTENSION", "the volume's name", "the series description"))


def test_what_is_said_of_the_whole_study_gives_way_to_the_series():
    texts = {"name": "T2 sag neutral", "StudyDescription": "MRI C-SPINE FLEXION, STANDING"}
    found = guessPosition(texts)
    assert (found.bend, found.posture) == ("neutral", "standing")
    assert found.surenessOf("posture") == WEAK
    assert any("passed over" in text and "flexion" in text for text in found.remarks)
    assert found.doubts == ()


@pytest.mark.parametrize(
    ("code", "posture"),
    [("HFS", "supine"), ("FFS", "supine"), ("HFP", "prone"), ("ffp", "prone"), ("HFDR", "other"), ("XYZ", "")],
)
def test_the_patient_position_of_dicom_is_weak_evidence(code, posture):
    found = guessPosition({"name": "T2 sag", "PatientPosition": code})
    assert found.posture == posture
    assert found.surenessOf("posture") == (WEAK if posture else "")


def test_upright_scanners_write_head_first_supine_which_gives_way_to_the_name():
    found = guessPosition({"name": "T2 sag standing", "PatientPosition": "HFS"})
    assert (found.posture, found.doubts) == ("standing", ())
    assert any("HFS" in text for text in found.remarks)
    assert guessPosition({"name": "T2 upright", "PatientPosition": "HFS"}).posture == ""
    alone = guessPosition({"name": "T2 sag", "PatientPosition": "HFS"}, "FONAR UPRIGHT 0.6 T")
    assert alone.posture == ""
    assert any("FONAR" in text for text in alone.remarks)


def test_lying_is_prone_where_the_header_says_so():
    assert guessPosition({"name": "T2 recumbent", "PatientPosition": "HFP"}).posture == "prone"
    assert guessPosition({"name": "T2 recumbent", "PatientPosition": "HFS"}).posture == "supine"


def test_full_words_are_surer_than_abbreviations_and_the_surest_counts():
    assert guessPosition({"name": "sag flexion"}).surenessOf("bend") == CERTAIN
    assert guessPosition({"name": "sag flex"}).surenessOf("bend") == LIKELY
    assert guessPosition({"name": "sag flex", "SeriesDescription": "sag flexion"}).surenessOf("bend") == CERTAIN
    assert guessPosition({"name": "recumbent"}).surenessOf("posture") == LIKELY
    assert guessPosition({"name": "sag"}).surenessOf("bend") == ""


def test_an_angle_needs_a_bend_and_two_angles_leave_it_open():
    assert guessPosition({"name": "T2 table 30 deg"}).angleDeg is None
    assert guessPosition({"name": "neutral 30 deg"}).angleDeg is None
    found = guessPosition({"name": "flexion 30 deg", "SeriesDescription": "flexion 20 deg"})
    assert (found.bend, found.angleDeg) == ("flexion", None)
    assert "20\u00b0" in found.doubts[0]


def test_a_movement_to_both_sides_or_to_none_says_nothing():
    assert told("lateral bending") == ("", "", "", None)
    assert told("left lateral bending right") == ("", "", "", None)


def test_the_word_is_given_as_it_stands_and_so_are_the_reasons():
    (item,) = evidenceIn("SAG Fle\u0301xion", "SeriesDescription")[1:]
    assert item.value == "flexion"
    found = guessPosition({"name": "T2_FLEX_30deg"})
    assert found.reasons == (
        "Flexion: \"FLEX\" in the volume's name (likely).", "30\u00b0: \"30deg\" in the volume's name (certain).")


def test_roles_are_recognized():
    assert guessPosition({"name": "T2 sag routine supine"}).role == "routine"
    assert guessPosition({"name": "T2 sag Referenz"}).role == "reference"


def test_the_kind_of_a_series_is_recognized():
    def kinds(name):
        return {item.field: item.value for item in evidenceIn(name) if item.field in ("plane", "contrast", "kind")}

    assert kinds("T2_TSE_SAG") == {"plane": "sagittal", "contrast": "T2"}
    assert kinds("AX T1 post") == {"plane": "axial", "contrast": "T1"}
    assert kinds("t2_tirm_cor") == {"plane": "coronal", "contrast": "STIR"}
    assert kinds("3-plane loc")["kind"] == "localizer"
    assert kinds("sub-002_T2w_label-rootlets_dseg")["kind"] == "mask"
    assert kinds("MIP cor")["kind"] == "derived"


def test_sentences_hold_no_forbidden_word_of_their_own():
    for name in [*(row[0] for row in TOLD), *UPRIGHT, "FLEX/EXT"]:
        found = guessPosition({"name": name, "PatientPosition": "HFP", "StudyDescription": "sitting extension"})
        said = [*found.doubts, *found.remarks]
        assert not [text for text in said if forbiddenIn(text.replace(name, ""))]


def test_values_are_words_of_the_vocabulary():
    known = packageData("Study", "vocabulary.json")
    for entry in packageData("Study", "positionWords.json")["entries"]:
        allowed = known.get(entry["field"])
        assert allowed is None or entry["value"] in (*allowed, "upright", "recumbent"), entry["value"]
        assert set(entry["words"]) <= {"en", "de", "fr", "es", "it", "pt", "nl"}


def test_every_phrase_of_the_data_means_what_it_stands_for():
    """A phrase that a longer or a swallowed one hid, or that no text can be cut into, would be dead."""
    for entry in packageData("Study", "positionWords.json")["entries"]:
        for texts in entry["words"].values():
            for text in texts:
                found = {(item.field, item.value) for item in evidenceIn(text)}
                assert (entry["field"], entry["value"]) in found, text


@pytest.fixture(scope="module")
def headPositions():
    """Paths of the images in the public data set, without the images."""
    manifest = Path(__file__).resolve().parents[5] / "shared" / "data" / "head_positions" / "manifest.csv"
    if not manifest.is_file():
        pytest.skip("the list of ds004507 is not here")
    paths = [line.split(",")[0] for line in manifest.read_text(encoding="utf-8").splitlines()[1:]]
    return [path for path in paths if path.startswith("sub-") and path.endswith("_T2w.nii.gz")]


def test_every_series_of_the_head_positions_is_recognized_by_its_name(headPositions):
    wanted = {"headDown": "flexion", "headNormal": "neutral", "headUp": "extension"}
    assert len(headPositions) == 30
    for path in headPositions:
        session = path.split("ses-")[1].split("/")[0]
        assert guessPosition({"name": path.split("/")[-1].removesuffix(".nii.gz")}).bend == wanted[session]


# Folder, SeriesDescription of the sidecar file; the other positions of ds004507 agree or are silent.
SIDECARS = [("headDown", "T2w_0.7mm_headUp"), ("headUp", "T2w_0.7mm_headDown_Scale2")]


@pytest.mark.parametrize(("folder", "description"), SIDECARS)
def test_the_subject_whose_folders_contradict_its_headers_is_left_open_and_said(folder, description):
    texts = {"name": f"sub-002_ses-{folder}_T2w", "SeriesDescription": description, "PatientPosition": "HFS"}
    found = guessPosition(texts)
    assert found.bend == ""
    assert len(found.doubts) == 1
    assert folder in found.doubts[0]
    agreeing = {**texts, "SeriesDescription": f"T2w_0.6mm_{folder}"}
    assert guessPosition(agreeing).doubts == ()
    assert guessPosition({**texts, "SeriesDescription": "T2w_0.6mm"}).bend == guessPosition(agreeing).bend != ""


def test_the_data_is_plain_text():
    assert json.dumps(packageData("Study", "positionWords.json"), ensure_ascii=False).isprintable()
