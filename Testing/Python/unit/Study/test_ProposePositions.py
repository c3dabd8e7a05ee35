"""Which volumes become positions, which companions, which are left alone; with studies as scanners name them."""

from __future__ import annotations

import re

import pytest
from ForbiddenWords import forbiddenIn

from DynamicSpineLib.Study.Paths import POSITION_ID
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.ProposePositions import dateOf, proposePositions, scannerName
from DynamicSpineLib.Study.SeriesKind import COMPANION, IGNORED, MARKED, SeriesFacts, planeOf, seriesKind
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

RIGHT, FRONT, UP = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
BACK, DOWN = (0.0, -1.0, 0.0), (0.0, 0.0, -1.0)


def grid(size, spacing, axes):
    return VolumeGeometry(size, spacing, (0.0, 0.0, 0.0), axes)


SAGITTAL = grid((320, 320, 15), (0.8, 0.8, 4.0), (BACK, DOWN, RIGHT))
CORONAL = grid((320, 320, 15), (0.8, 0.8, 4.0), (RIGHT, DOWN, FRONT))
AXIAL = grid((320, 320, 24), (0.6, 0.6, 3.5), (RIGHT, BACK, UP))
CUBES = grid((64, 320, 320), (0.8, 0.7, 0.7), (RIGHT, FRONT, UP))
T2_TIMES = {"Modality": "MR", "EchoTime": "102", "RepetitionTime": "3200"}


def series(name, geometry=SAGITTAL, **header):
    return SeriesFacts(name, name, header, geometry)


def proposed(*facts, existing=()):
    return proposePositions(facts, existing)


def rows(*facts):
    return {item.volumeName: (item.id, item.posture, item.bend) for item in proposed(*facts).positions}


UPRIGHT_NECK = [
    series("1: 3-plane loc", AXIAL),
    series("2: SAG T2 NEUTRAL SITTING"),
    series("3: SAG T2 FLEXION SITTING 35 deg"),
    series("4: SAG T2 EXTENSION SITTING"),
    series("5: SAG T1 NEUTRAL SITTING"),
    series("6: AX T2 NEUTRAL SITTING", AXIAL),
    series("7: COR T2 LAT BEND LEFT SITTING", CORONAL),
    series("8: SAG T2 RECUMBENT NEUTRAL"),
    series("9: Phoenix Zip Report"),
]


def test_an_upright_study_becomes_its_rows():
    found = proposed(*UPRIGHT_NECK)
    assert [(item.id, item.posture, item.bend, item.load) for item in found.positions] == [
        ("SIT_N", "sitting", "neutral", "weightBearing"), ("SIT_F", "sitting", "flexion", "weightBearing"),
        ("SIT_E", "sitting", "extension", "weightBearing"), ("SUP_N", "supine", "neutral", "none"),
    ]  # fmt: skip
    assert [item.angleDeg for item in found.positions] == [None, 35.0, None, None]
    assert found.markedIn == "SUP_N"
    assert {item.name: (item.use, item.role, item.of) for item in found.others} == {
        "1: 3-plane loc": (IGNORED, "", ""), "5: SAG T1 NEUTRAL SITTING": (COMPANION, "sagittalT1", "SIT_N"),
        "6: AX T2 NEUTRAL SITTING": (COMPANION, "axialT2", "SIT_N"),
        "7: COR T2 LAT BEND LEFT SITTING": (COMPANION, "coronalT2", ""), "9: Phoenix Zip Report": (IGNORED, "", ""),
    }  # fmt: skip
    assert all(item.sureness == "certain" for item in found.positions[:3])
    assert found.positions[3].sureness == "likely"


def test_names_without_a_position_leave_posture_and_bend_to_the_user():
    (row,) = proposed(series("T2 TSE SAG")).positions
    assert (row.id, row.posture, row.bend, row.sureness) == ("T2_TSE_SAG", "", "", "")


def test_a_series_without_a_word_on_its_bend_is_weakly_neutral_beside_others_that_tell_theirs():
    found = proposed(series("T2w_0.6mm", CUBES), series("T2w_0.6mm_headUp", CUBES), series("T2w_0.6mm_headDown", CUBES))
    assert [(item.id, item.bend, item.sureness) for item in found.positions] == [
        ("neutral", "neutral", ""), ("extension", "extension", ""), ("flexion", "flexion", "")]
    assert found.positions[0].surenessOfBend == "weak"
    assert any("tell no bend" in text for text in found.positions[0].reasons)


def test_a_series_that_contradicts_itself_is_not_taken_for_neutral():
    contrary = SeriesFacts("a", "sub-002_ses-headDown_T2w", {"SeriesDescription": "T2w_0.7mm_headUp"}, CUBES)
    row = next(item for item in proposed(contrary, series("T2 sag flexion")).positions if item.key == "a")
    assert (row.bend, row.sureness) == ("", "")
    assert len(row.doubts) == 1


def test_identifiers_are_valid_and_unique_whatever_the_names():
    names = ["3: t2 sag", "T2 SAG", "t2_sag", "\u9838\u690e", "...", "con", "123", "a" * 80, "a" * 80]
    facts = [series(name) for name in names]
    found = [item.id for item in proposed(*facts, existing=(Position("T2_sag", "supine", "neutral"),)).positions]
    assert len(found) == len(names)
    assert all(re.fullmatch(POSITION_ID, item) for item in found)
    assert len({item.casefold() for item in (*found, "T2_sag")}) == len(found) + 1
    assert "con" not in found


def test_two_flexions_are_told_apart_by_their_angles_or_by_a_number():
    assert [row[0] for row in rows(series("sag T2 flexion 20 deg"), series("sag T2 flexion 40 deg")).values()] == [
        "flexion20", "flexion40"]
    found = proposed(series("sag T2 flex sit"), series("sag T2 flex sit repeat")).positions
    assert [item.id for item in found] == ["SIT_F", "SIT_F_2"]
    assert found[0].doubts == ()
    assert "SIT_F" in found[1].doubts[0]


def test_a_position_that_the_case_has_is_said_and_gets_a_name_of_its_own():
    (row,) = proposed(series("SAG T2 supine neutral"), existing=(Position("sup_n", "supine", "neutral"),)).positions
    assert row.id == "SUP_N_2"
    assert "sup_n" in row.doubts[0]


def test_a_companion_finds_its_position_in_the_case():
    (other,) = proposed(series("AX T2 standing flexion", AXIAL),
                        existing=(Position("up", "standing", "flexion"), Position("n", "standing", "neutral"))).others
    assert (other.of, other.role) == ("up", "axialT2")


def test_the_only_position_takes_companions_that_do_not_tell_theirs():
    (other,) = proposed(series("T2 sag supine neutral"), series("AX T2 L3-S1", AXIAL)).others
    assert other.of == "SUP_N"


def test_another_contrast_stands_in_where_no_t2_shows_a_position():
    names = ("SAG T2 neutral supine", "SAG T1 flexion supine", "SAG STIR flexion supine")
    found = proposed(*(series(name) for name in names))
    assert [item.id for item in found.positions] == ["SUP_N", "SUP_F"]
    assert found.positions[1].volumeName == "SAG STIR flexion supine"
    assert "no T2 shows this position" in found.positions[1].reasons[0]
    assert [(item.role, item.of) for item in found.others] == [("sagittalT1", "SUP_F")]


@pytest.mark.parametrize(
    ("facts", "use", "contrast"),
    [
        (series("T2 SAG"), MARKED, "T2"),
        (series("flexion"), MARKED, ""),
        (series("SAG FRFSE neutral"), MARKED, "T2"),
        (series("sag", **T2_TIMES), MARKED, "T2"),
        (series("sag", EchoTime="0.12", RepetitionTime="1.5"), MARKED, "T2"),
        (series("sag", EchoTime="9.1", RepetitionTime="520"), COMPANION, "T1"),
        (series("sag gre", EchoTime="4.6", RepetitionTime="8.3"), COMPANION, "T1"),
        (series("SAG T1 C2-T2"), MARKED, "T2"),
        (series("T1 SAG C2-T2", EchoTime="9", RepetitionTime="520"), COMPANION, "T1"),
        (series("t2_tirm_sag"), COMPANION, "STIR"),
        (series("SAG PD"), COMPANION, "PD"),
        (series("SAG T2", Modality="CT"), IGNORED, "T2"),
        (series("SAG T2", ImageType="ORIGINAL\\PRIMARY\\LOCALIZER"), IGNORED, "T2"),
        (series("SAG T2", ImageType="DERIVED\\SECONDARY\\MPR"), IGNORED, "T2"),
        (series("SAG T2", ImageType="DERIVED\\PRIMARY\\M"), MARKED, "T2"),
        (series("SAG T2", None), IGNORED, "T2"),
        (series("SAG T2", grid((60, 60, 5), (0.8, 0.8, 4.0), (BACK, DOWN, RIGHT))), IGNORED, "T2"),
        (series("scout sag"), IGNORED, ""),
        (series("sub-004_T2w_label-rootlets_dseg", CUBES), IGNORED, "T2"),
        (series("T2 flexion", AXIAL), COMPANION, "T2"),
        (series("T2 flexion", CORONAL), COMPANION, "T2"),
        (series("T2 SPACE cor iso", CUBES), MARKED, "T2"),
    ],
)
def test_what_a_volume_is_used_for(facts, use, contrast):
    kind = seriesKind(facts)
    assert (kind.use, kind.contrast) == (use, contrast)
    assert kind.reason.endswith(".")
    assert not forbiddenIn(kind.reason)


def test_the_plane_comes_from_the_voxels_even_where_the_name_says_otherwise():
    assert [planeOf(item) for item in (SAGITTAL, CORONAL, AXIAL, CUBES, None)] == [
        "sagittal", "coronal", "axial", "sagittal", ""]
    assert seriesKind(series("AX T2", SAGITTAL)).use == MARKED


def test_the_patient_position_is_weak_and_not_believed_from_an_upright_scanner():
    header = {"PatientPosition": "HFS", "Manufacturer": "FONAR", "ManufacturerModelName": "UPRIGHT MRI"}
    (weak,) = proposed(series("T2 sag neutral", PatientPosition="HFS")).positions
    assert (weak.id, weak.posture, weak.sureness) == ("SUP_N", "supine", "weak")
    (upright,) = proposed(series("T2 sag neutral", **header)).positions
    assert (upright.id, upright.posture, upright.sureness) == ("neutral", "", "")


@pytest.mark.parametrize(
    ("header", "date"),
    [
        ({"AcquisitionDate": "20250301", "AcquisitionTime": "140510.250"}, "2025-03-01T14:05"),
        ({"SeriesDate": "20250301"}, "2025-03-01"),
        ({"StudyDate": "2025-03-01", "SeriesTime": "08:30:12"}, "2025-03-01T08:30"),
        ({"StudyDate": "20250301", "SeriesTime": "9"}, "2025-03-01"), ({"AcquisitionDate": "n/a"}, ""), ({}, ""),
    ],
)  # fmt: skip
def test_dates_are_written_as_in_a_case(header, date):
    assert dateOf(series("a", **header)) == date


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (("SIEMENS", "Prisma_fit", "3"), "SIEMENS Prisma_fit, 3 T"),
        (("FONAR", "Fonar Upright", "0.6"), "Fonar Upright, 0.6 T"),
        (("GE", "", "1.494"), "GE, 1.5 T"), (("", "", "0.25"), "0.25 T"), (("X", "", "15000"), "X"), (("", "", ""), ""),
    ],
)  # fmt: skip
def test_a_scanner_is_named_with_its_field_strength(header, name):
    tags = ("Manufacturer", "ManufacturerModelName", "MagneticFieldStrength")
    assert scannerName(series("a", **dict(zip(tags, header, strict=True)))) == name
    assert scannerName(series("a")) == ""


def test_what_is_said_holds_no_forbidden_word():
    found = proposed(*UPRIGHT_NECK, series("SAG T2 FLEX/EXT"), series("T2 upright", PatientPosition="HFS"))
    said = [text for item in found.positions for text in (*item.reasons, *item.doubts)]
    said += [item.reason for item in found.others]
    assert not [text for text in said if forbiddenIn(text)]
    assert all(text[-1] in ".?" for item in found.positions for text in (*item.reasons, *item.doubts))


def test_an_empty_scene_proposes_nothing():
    assert proposed().positions == ()
    assert proposed().markedIn == ""
