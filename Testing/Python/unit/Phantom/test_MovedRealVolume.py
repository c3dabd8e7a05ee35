"""Real volumes with known motion: marks on the anatomy, tissue that goes where the truth says, figures of the field."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from DynamicSpineLib.Anatomy.BodyCorners import cornersOf, segmentsOf
from DynamicSpineLib.Anatomy.BoneRegions import processesFrom, rigidBodies
from DynamicSpineLib.Geometry.PolyrigidField import PolyrigidField
from DynamicSpineLib.Phantom.JointMotion import Excursion, boneMotions, sharedTurns
from DynamicSpineLib.Phantom.MovedVolume import Series, inverseResidualMm, moveVolume
from DynamicSpineLib.Study.VolumeVoxels import readVolume

PROJECT = Path(__file__).resolve().parents[4]
SHARED = PROJECT.parent / "shared" / "data"
CERVICAL, LUMBAR = "cervicalMarks.json", "lumbosacralMarks.json"


class Spine:
    """A marked real volume."""

    def __init__(self, name):
        data = json.loads((PROJECT / "Testing" / "Data" / name).read_text(encoding="utf-8"))
        self.path = SHARED / data["volume"]
        self.marks = {mark: np.array(point) for mark, point in data["marks"].items()}
        self.corners = cornersOf(self.marks)
        self.processes = processesFrom(data["regions"])

    def motions(self, flexionDeg, rotationDeg=0.0):
        """Motions by level of a flexion shared by the table."""
        return boneMotions(self.corners, sharedTurns(segmentsOf(self.corners), Excursion(flexionDeg, rotationDeg)))

    def field(self, flexionDeg):
        """The field of such a motion."""
        return PolyrigidField(rigidBodies(self.corners, self.motions(flexionDeg), self.processes))

    def volume(self):
        """Voxels and grid; skips the test where the volume is absent."""
        if not self.path.is_file():
            pytest.skip("the shared volumes are not here")
        volume = readVolume(self.path)
        return volume.voxels, volume.geometry

    def center(self, level):
        """Mean of a level's corners."""
        return np.mean(list(self.corners[level].values()), axis=0)


def sampled(voxels, geometry, points):
    """Linear interpolation at RAS points."""
    from scipy.ndimage import map_coordinates

    return map_coordinates(voxels, geometry.indices(points).T[::-1], order=1)


def aroundSpine(spine, geometry, count=4000, reach=14.0):
    """Random points within reach of the marks and well inside the volume."""
    random = np.random.default_rng(6)
    marks = np.array(list(spine.marks.values()))
    points = marks[random.integers(len(marks), size=count)] + random.uniform(-reach, reach, (count, 3))
    return points[geometry.contains(points, marginMm=-3.0)]


@pytest.mark.parametrize("name", [CERVICAL, LUMBAR])
def test_marked_bodies_have_the_sizes_of_vertebrae(name):
    spine = Spine(name)
    shortest, longest = (12.0, 17.0) if name == CERVICAL else (25.0, 37.0)
    for level, own in spine.corners.items():
        depths = [np.linalg.norm(own[f"{end}A"] - own[f"{end}P"]) for end in "SI" if f"{end}A" in own]
        assert min(depths) > shortest, level
        assert max(depths) < longest, level
        if len(own) == 4:
            heights = [np.linalg.norm(own[f"S{side}"] - own[f"I{side}"]) for side in "AP"]
            assert abs(heights[0] - heights[1]) < 0.25 * max(heights), level
    for segment in segmentsOf(spine.corners):
        upper, lower = spine.corners[segment[:2]], spine.corners[segment[2:]]
        for side in "AP":
            assert 1.5 < np.linalg.norm(upper[f"I{side}"] - lower[f"S{side}"]) < 16.0, segment


def test_marked_cervical_bodies_lie_at_the_rows_counted_by_another_reader():
    spine = Spine(CERVICAL)
    _, geometry = spine.volume()
    top = (geometry.ijkToRAS @ [0, geometry.size[1] - 1, 0, 1])[2]
    rows = {"C3": 31, "C4": 48, "C5": 66, "C6": 82, "C7": 100, "T1": 118}
    assert {level: abs(top - row - spine.center(level)[2]) for level, row in rows.items()} == pytest.approx(
        dict.fromkeys(rows, 0.0), abs=3.0
    )


def test_marked_lumbar_discs_lie_on_the_manual_disc_masks():
    spine = Spine(LUMBAR)
    path = spine.path.with_name("ivd11_labels.nii.gz")
    if not path.is_file():
        pytest.skip("the shared volumes are not here")
    read = readVolume(path)
    labels, geometry = read.voxels, read.geometry
    for label, segment in enumerate(("L5S1", "L4L5", "L3L4", "L2L3", "L1L2"), start=1):
        middle = np.argwhere(labels == label)[:, ::-1].mean(axis=0)
        expected = geometry.ijkToRAS[:3, :3] @ middle + geometry.ijkToRAS[:3, 3]
        around = [spine.corners[segment[:2]][code] for code in ("IA", "IP")]
        around += [spine.corners[segment[2:]][code] for code in ("SA", "SP")]
        assert np.linalg.norm((np.mean(around, axis=0) - expected)[1:]) < 3.0, segment


def test_cord_marks_enclose_the_manual_cord_mask():
    spine = Spine(CERVICAL)
    path = spine.path.with_name("errsm30_T2w_small_cordseg-manual.nii.gz")
    if not path.is_file():
        pytest.skip("the shared volumes are not here")
    read = readVolume(path)
    cord, geometry = read.voxels, read.geometry
    for segment in ("C3C4", "C4C5"):
        front, back = spine.marks[f"{segment}_KA"], spine.marks[f"{segment}_KP"]
        outward = (front - back) / np.linalg.norm(front - back)
        inside = [front - 1.0 * outward, 0.5 * (front + back), back + 1.0 * outward]
        outside = [front + 1.0 * outward, back - 1.0 * outward]
        assert sampled(cord, geometry, np.array(inside)).min() > 0.5, segment
        assert sampled(cord, geometry, np.array(outside)).max() < 0.5, segment


@pytest.mark.parametrize(("name", "flexionDeg"), [(CERVICAL, 40.0), (CERVICAL, -30.0), (LUMBAR, 40.0), (LUMBAR, -25.0)])
def test_bones_stay_rigid_and_tissue_keeps_its_order(name, flexionDeg):
    spine = Spine(name)
    field, motions = spine.field(flexionDeg), spine.motions(flexionDeg)
    for level, own in spine.corners.items():
        points = np.array(list(own.values()))
        exact = points @ motions[level][:3, :3].T + motions[level][:3, 3]
        assert np.linalg.norm(field.carry(points) - exact, axis=1).max() < 0.02, level
    random = np.random.default_rng(1)
    marks = np.array(list(spine.marks.values()))
    points = marks[random.integers(len(marks), size=2500)] + random.uniform(-30.0, 30.0, (2500, 3))
    step = 0.02
    columns = [(field.carry(points + step * e) - field.carry(points - step * e)) / (2 * step) for e in np.eye(3)]
    assert np.linalg.det(np.stack(columns, axis=-1)).min() > 0.20
    assert np.linalg.norm(field.carryBack(field.carry(points)) - points, axis=1).max() < 0.005


@pytest.mark.parametrize(("name", "flexionDeg"), [(CERVICAL, 40.0), (LUMBAR, -20.0)])
def test_tissue_is_found_where_the_truth_says_it_went(name, flexionDeg):
    spine = Spine(name)
    voxels, geometry = spine.volume()
    series = Series(1.0, 1.0 if name == CERVICAL else 2.0, subSlices=1, fieldMm=(90.0, 190.0))
    moved = moveVolume(voxels, geometry, spine.marks, spine.motions(flexionDeg, 10.0), series, spine.processes)
    points = aroundSpine(spine, geometry)
    there = moved.field.carry(points)
    seen = moved.geometry.contains(there, marginMm=-2.0)
    assert seen.mean() > 0.8
    before, after = sampled(voxels, geometry, points[seen]), sampled(moved.voxels, moved.geometry, there[seen])
    assert np.corrcoef(before, after)[0, 1] > 0.98
    stayed = sampled(moved.voxels, moved.geometry, points[seen])
    assert np.corrcoef(before, stayed)[0, 1] < 0.7
    residual = inverseResidualMm(moved, there[seen])
    assert np.sqrt((residual**2).mean()) < 0.05
    assert np.quantile(residual, 0.99) < 0.15
