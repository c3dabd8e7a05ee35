"""Slicer markups files: what is written, what Slicer writes, and what is refused."""

from __future__ import annotations

import json

import pytest

from DynamicSpineLib.Errors import InputError, InputFaults
from DynamicSpineLib.Study.Marks import Contour, Landmark, landmarkSet
from DynamicSpineLib.Study.MarkupsJson import SCHEMA, markupsText, readMarkups, writeMarkups

AWKWARD = (0.1 + 0.2, -1e-17, 2 / 3)

# As written by 3D Slicer 5.11 (vtkMRMLMarkupsJsonStorageNode), display section left out: an unset position is "".
SLICER_POINT = {
    "id": "1",
    "description": "",
    "associatedNodeID": "",
    "selected": True,
    "locked": False,
    "visibility": True,
    "orientation": [-1.0, -0.0, -0.0, -0.0, -1.0, -0.0, 0.0, 0.0, 1.0],
}


def slicerFile(points, kind="Fiducial", **members):
    """The content of a markups file with one markup."""
    return {
        "@schema": SCHEMA,
        "markups": [
            {
                "type": kind,
                "coordinateSystem": "LPS",
                "coordinateUnits": "mm",
                "locked": False,
                "labelFormat": "%N-%d",
                "measurements": [],
                **members,
                "controlPoints": [{**SLICER_POINT, **p} for p in points],
            }
        ],
    }


@pytest.fixture
def write(tmp_path):
    """A function that writes a value or text as supine.mrk.json and returns the path."""

    def writer(content, name="supine.mrk.json"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return writer


def problems(path):
    """Every fault's sentence in a file that is refused."""
    with pytest.raises(InputFaults) as caught:
        readMarkups(path)
    return [fault.sentence() for fault in caught.value.faults]


@pytest.mark.parametrize("system", ["LPS", "RAS"])
def test_marks_come_back_to_the_last_bit_and_with_how_they_were_placed(tmp_path, system):
    marks = landmarkSet(
        [
            Landmark("L4_SA", AWKWARD),
            Landmark("L4_SP", (1.0, 2.0, 3.0), origin="carried", confirmed=False, note='a; b "q"\nü'),
            Landmark("L4_IA", None, "missing", note="artefact"),
            Landmark("L4L5_CA", AWKWARD, "defined", "predicted", False, "sd 1 mm", 0.1 + 0.2, "drawn to the edge"),
            Landmark("L4_IP", None, "undefined"),
        ],
        [
            Contour("L4L5_DS", (AWKWARD, (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)), True, "segmented", False, 0.4),
            Contour("L4L5_LF_L", (AWKWARD, (1.0, 0.0, 0.0)), closed=False),
        ],
    )
    path = tmp_path / "supine.mrk.json"
    writeMarkups(path, marks, system)
    assert readMarkups(path) == marks
    assert f'"coordinateSystem": "{system}"' in path.read_text(encoding="utf-8")


def test_a_file_as_slicer_writes_it_is_read_in_ras(write):
    path = write(
        slicerFile(
            [
                {"label": "L4_SA", "position": [-1.1, -2.2, 3.3], "positionStatus": "defined"},
                {"label": "L4_SP", "position": "", "positionStatus": "undefined"},
                {"label": "L4_IA", "position": "", "positionStatus": "missing"},
                {"label": "L4_IP", "position": [9, 9, 9], "positionStatus": "preview"},
            ]
        )
    )
    marks = readMarkups(path).landmarks
    assert marks["L4_SA"].point_RAS == (1.1, 2.2, 3.3)
    assert [marks[name].status for name in marks] == ["defined", "undefined", "missing", "undefined"]
    assert marks["L4_IP"].point_RAS is None


def test_an_old_file_without_status_and_system_is_in_lps_and_placed(write):
    path = write({"markups": [{"type": "Fiducial", "controlPoints": [{"label": "L4_SA", "position": [1, 2, 3]}]}]})
    assert readMarkups(path).landmarks["L4_SA"] == Landmark("L4_SA", (-1.0, -2.0, 3.0))


@pytest.mark.parametrize(
    ("name", "members", "label"),
    [
        ("x.mrk.json", {"name": "L4L5_DS"}, "A"),
        ("x.mrk.json", {}, "L4L5_DS"),
        ("supine-L4L5_DS.mrk.json", {}, "F"),
        ("L4L5_DS.mrk.json", {}, "F"),
    ],
)
def test_a_curve_is_named_by_itself_its_points_or_its_file(write, name, members, label):
    points = [{"label": f"{label}-{index}", "position": [index, index**2, 0.0]} for index in range(1, 5)]
    path = write(slicerFile(points, "ClosedCurve", **members), name)
    assert list(readMarkups(path).contours) == ["L4L5_DS"]


def test_a_byte_order_mark_is_tolerated(write):
    assert len(readMarkups(write("\ufeff" + markupsText([Landmark("L4_SA", (0, 0, 0))]))).landmarks) == 1


def test_every_fault_of_a_file_is_named_with_its_landmark(write):
    found = problems(
        write(
            slicerFile(
                [
                    {"label": "L4_SQ", "position": [0, 0, 0]},
                    {"label": "L4_SA", "position": [0, 0, 0]},
                    {"label": "L4_SA", "position": [1, 0, 0]},
                    {"label": "L4_SP", "position": [0, 0]},
                    {"label": "L4_IA", "position": [0, "1", 0]},
                    {"label": "L4_IP", "position": [0, 0, 2e6]},
                    {"label": "L5_SA", "position": [0, 0, 0], "positionStatus": "lost"},
                    {"position": [0, 0, 0]},
                    {"label": "L4L5_DS", "position": [0, 0, 0]},
                ]
            )
        )
    )
    assert found == [
        "supine.mrk.json, L4_SA: is there twice; one of the two must go",
        "supine.mrk.json, L4_SP: needs a position of three numbers; it is '[0, 0]'",
        """supine.mrk.json, L4_IA: needs a position of three numbers; it is '[0, "1", 0]'""",
        "supine.mrk.json, L4_IP: lies more than a kilometer away at '[0, 0, 2000000.0]'",
        "supine.mrk.json, L5_SA: has the status 'lost'; it must be defined, missing or undefined",
        "supine.mrk.json: has a point without a label (labels are landmark names such as L4_SA)",
        "supine.mrk.json, L4L5_DS: is given as a point of a point list; it must be a closed curve",
        "supine.mrk.json: 'L4_SQ' is not a landmark name (nearest: L4_SP)",
    ]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("l4_ip", "L4_IP"),
        (" L4_IP ", "L4_IP"),
        ("L5S1-CA", "L5S1_CA"),
        ("L6_SAA", "L6_SA"),
        ("L5S1_FA", "L5S1_FA_L or L5S1_FA_R"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(write, wrong, right):
    assert f"(nearest: {right})" in problems(write(slicerFile([{"label": wrong, "position": [0, 0, 0]}])))[0]


def test_hundreds_of_unknown_names_are_summed_up(write):
    found = problems(write(slicerFile([{"label": f"F-{index}", "position": [0, 0, 0]} for index in range(300)])))
    assert len(found) == 11
    assert "290 more names" in found[-1]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("{", "is not JSON (it ends too early"),
        ("[1, 2", "ends too early"),
        ("{'a': 1}", "is not JSON"),
        ('{"markups": [], "markups": []}', "the key 'markups' occurs twice"),
        ('{"markups": [NaN]}', "holds NaN or Infinity"),
        ('{"markups": [-Infinity]}', "holds NaN or Infinity"),
        ('{"markups": [1e999]}', "too large"),
        ('{"markups": [1' + "0" * 400 + "]}", "too large"),
        ("[" * 200_000, "nested too deeply"),  # deeper than the parser of any Python version goes
        ("[" * 5000 + "]" * 5000, "nested too deeply"),
        ("[" * 100 + "]" * 100, "nested too deeply"),
        ("[]", "no list 'markups'"),
        ('{"markups": 3}', "no list 'markups'"),
        ('{"markups": [{"type": "ROI", "controlPoints": []}]}', "type 'ROI'"),
        ('{"a": "\\ud800"}', "half of a character"),
        (json.dumps(slicerFile([], coordinateUnits="um")), "coordinates in 'um'"),
        (json.dumps(slicerFile([], coordinateSystem="IJK")), "LPS or RAS"),
    ],
)
def test_a_file_that_is_no_markups_file_says_why(write, content, words):
    found = problems(write(content))
    assert len(found) == 1
    assert found[0].startswith("supine.mrk.json: ")
    assert words in found[0]


def test_text_in_another_encoding_is_refused(tmp_path):
    path = tmp_path / "supine.mrk.json"
    path.write_bytes("ü".encode("utf-16"))
    assert "not UTF-8" in problems(path)[0]


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    with pytest.raises(InputError, match=r"supine\.mrk\.json: the file is missing"):
        readMarkups(tmp_path / "supine.mrk.json")
    with pytest.raises(InputError, match="is not a file"):
        readMarkups(tmp_path)


@pytest.mark.parametrize(
    ("kind", "name", "count", "word"),
    [
        ("Line", "L4L5_LF_L", 3, "needs two"),
        ("ClosedCurve", "L4L5_DS", 2, "three or more"),
        ("Line", "L4L5_DS", 2, "must be a closed curve"),
    ],
)
def test_a_curve_with_the_wrong_number_of_points_is_refused(write, kind, name, count, word):
    points = [{"label": "a", "position": [index, 0, 0]} for index in range(count)]
    assert word in problems(write(slicerFile(points, kind, name=name)))[0]


def test_a_curve_that_is_not_drawn_yet_is_left_out(write):
    path = write(slicerFile([{"label": "L4L5_DS-1", "positionStatus": "preview"}], "ClosedCurve", name="L4L5_DS"))
    assert readMarkups(path).contours == {}


def test_a_coordinate_that_is_no_number_is_named_with_its_landmark(tmp_path):
    path = tmp_path / "one.mrk.json"
    path.write_text(
        '{"markups": [{"type": "Fiducial", "coordinateSystem": "RAS", "controlPoints": '
        '[{"label": "L4_IP", "position": [0.0, NaN, 1.0]}]}]}',
        encoding="utf-8",
    )
    with pytest.raises(InputError, match=r"'L4_IP' holds NaN"):
        readMarkups(path)
