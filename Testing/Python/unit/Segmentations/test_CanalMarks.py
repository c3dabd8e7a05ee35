"""Canal and cord on lines square to the canal, TPTBox's point files, and what a user's own marks are worth."""

from __future__ import annotations

import json

import numpy as np
import pytest

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Segmentations.MergeMarks import mergeMarks
from DynamicSpineLib.Segmentations.PoiFile import readPoi
from DynamicSpineLib.Study.Marks import CARRIED, MISSING, SEGMENTED, UNDEFINED, Landmark, landmarkSet
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

PIR = VolumeGeometry((68, 52, 67), (0.5, 1.0, 3.0), (10.0, 20.0, 30.0), ((0, -1.0, 0), (0, 0, -1.0), (1.0, 0, 0)))


def widthErrors(read, truth, codes=("CA", "CP")):
    """Error of every segment's width between two codes."""
    errors = {}
    for name in read.points_RAS:
        place, code = name.split("_")
        ends = [f"{place}_{end}" for end in codes]
        if code == codes[0] and all(end in read.points_RAS and end in truth for end in ends):
            widths = [np.linalg.norm(points[ends[1]] - points[ends[0]]) for points in (read.points_RAS, truth)]
            errors[place] = abs(widths[0] - widths[1])
    return errors


def test_the_canal_is_as_wide_as_in_truth_at_every_narrowest_section(a_lumbar_phantom, a_lumbar_reading):
    errors = widthErrors(a_lumbar_reading, a_lumbar_phantom[1])
    assert len(errors) == 6
    assert np.median(list(errors.values())) < 0.3
    assert max(errors.values()) < 1.0, errors


def test_the_cord_is_as_wide_as_in_truth(a_neck_reading):
    _, truth, read = a_neck_reading
    errors = widthErrors(read, truth, ("KA", "KP"))
    assert {"C3C4", "C5C6", "C4", "C6"} <= set(errors)
    assert np.median(list(errors.values())) < 0.4


def test_read_marks_are_segmented_and_unconfirmed(a_lumbar_reading):
    marks = a_lumbar_reading.landmarks("spineps, vert.nii.gz")
    assert {(mark.origin, mark.confirmed, mark.note) for mark in marks} == {(SEGMENTED, False, "spineps, vert.nii.gz")}


def test_a_users_marks_are_kept_and_others_give_way():
    here, new = (1.0, 2.0, 3.0), (4.0, 5.0, 6.0)
    existing = landmarkSet([
        Landmark("L4_SA", here), Landmark("L4_SP", here, origin=CARRIED), Landmark("L4_IP", None, MISSING),
        Landmark("L4_IA", here, origin=CARRIED, confirmed=False), Landmark("L5_SA", None, UNDEFINED),
    ])  # fmt: skip
    read = [Landmark(name, new, origin=SEGMENTED, confirmed=False)
            for name in ("L4_SA", "L4_SP", "L4_IP", "L4_IA", "L5_SA", "L5_SP")]  # fmt: skip
    merged = mergeMarks(existing, read)
    assert merged.kept == ("L4_SA", "L4_SP", "L4_IP")
    assert merged.replaced == ("L4_IA",)
    assert merged.added == ("L5_SA", "L5_SP")
    assert [merged.marks.point(name) for name in ("L4_SA", "L4_IA", "L5_SP")] == [here, new, new]


def writePoi(folder, header, *items):
    path = folder / "poi.json"
    path.write_text(json.dumps([header, *items]), encoding="utf-8")
    return path


def test_points_in_voxels_are_placed_by_the_files_own_grid(tmp_path):
    grid = {"direction": ["P", "I", "R"], "zoom": [0.5, 1.0, 3.0], "origin": [10.0, 20.0, 30.0],
            "rotation": [[0, 0, 1], [-1, 0, 0], [0, -1, 0]]}  # fmt: skip
    wanted = [10.0 + 3 * 3, 20.0 - 4 * 0.5, 30.0 - 5]
    nested = writePoi(tmp_path, {**grid, "format": "POI"}, {"L4": {"101": [4, 5, 3], "50": [1, 1, 1]}})
    np.testing.assert_allclose(readPoi(nested).points_RAS["L4_SA"], wanted)
    flat = writePoi(tmp_path, {**grid, "format": "docker"}, {"label": 104 * 256 + 23, "X": 4, "Y": 5, "Z": 3})
    np.testing.assert_allclose(readPoi(flat).points_RAS["L4_IP"], wanted)
    text = writePoi(tmp_path, {**grid, "format": "guber"}, {"label": "TH12_PLL_CR", "X": 4, "Y": 5, "Z": 3})
    np.testing.assert_allclose(readPoi(text).points_RAS["T12_SP"], wanted)


def test_points_without_a_grid_are_placed_by_the_volume_in_any_direction(tmp_path):
    own = writePoi(tmp_path, {"direction": ["P", "I", "R"], "format": "POI"}, {"L4": {"102": [4, 5, 3]}})
    wanted = PIR.ijkToRAS[:3] @ [4, 5, 3, 1]
    np.testing.assert_allclose(readPoi(own, PIR).points_RAS["L4_SP"], wanted)
    turned = writePoi(tmp_path, {"direction": ["L", "A", "S"], "zoom": [3.0, 0.5, 1.0], "format": "POI"},
                      {"L4": {"102": [67 - 1 - 3, 68 - 1 - 4, 52 - 1 - 5]}})  # fmt: skip
    np.testing.assert_allclose(readPoi(turned, PIR).points_RAS["L4_SP"], wanted)


def test_global_points_are_in_ras_or_in_lps(tmp_path):
    for system, wanted in (("nib", [1.0, 2.0, 3.0]), ("itk", [-1.0, -2.0, 3.0])):
        path = writePoi(tmp_path, {"format": "POI_GLOBAL", "coordinate_system": system}, {"C2": {"103": [1, 2, 3]}})
        np.testing.assert_allclose(readPoi(path).points_RAS["C2_IA"], wanted)


@pytest.mark.parametrize(("header", "item", "sentence"), [
    ({"direction": ["P", "I", "R"], "format": "POI"}, {"L4": {"101": [1, 2, 3]}}, "has no volume to place it by"),
    ({"direction": ["P", "Q", "R"], "format": "POI"}, {"L4": {"101": [1, 2, 3]}}, "gives no direction"),
    ({"format": "POI_GLOBAL"}, {"L4": {"50": [1, 2, 3]}}, "none of the median corners 101 to 104"),
    ({"format": "POI_GLOBAL"}, {"L4": {"101": [1, 2]}}, "point 101 of L4 has no three coordinates"),
    ({"format": "POI_GLOBAL", "coordinate_system": "mri"}, {}, "has the coordinate system 'mri'"),
])  # fmt: skip
def test_bad_point_files_are_refused_in_one_sentence(header, item, sentence, tmp_path):
    with pytest.raises(InputError, match=rf"poi\.json: .*{sentence}"):
        readPoi(writePoi(tmp_path, header, item))
