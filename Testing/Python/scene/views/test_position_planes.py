"""The planes in which positions, vertebrae and discs are looked at, against where the phantom's bones are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from PhantomCases import phantomCase

from DynamicSpineLib.Scene.Views.Layouts import AXIAL, CORONAL, SAGITTAL
from DynamicSpineLib.Scene.Views.PositionPlanes import (
    fieldOfPosition,
    fieldOfVolume,
    frameOfPlace,
    midsagittalPlane,
    spacingAcross,
    volumePlane,
)
from DynamicSpineLib.Study.Marks import LandmarkSet, landmarkSet
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

CORNERS = ("SA", "SP", "IA", "IP")


@pytest.fixture(scope="module")
def case():
    return phantomCase("lumbarSlip")


def geometryOf(axes, size=(200, 210, 14), spacing=(1.0, 1.1, 4.0)):
    origin = -axes @ ((np.array(size) - 1) / 2 * spacing)
    return VolumeGeometry(size, spacing, tuple(map(float, origin)),
                          tuple(tuple(map(float, axis)) for axis in axes.T))


def keeping(position, wanted):
    """The position with the corners only that are wanted."""
    kept = [item for item in position.marks.landmarks.values() if wanted(item.name)]
    return replace(position, marks=landmarkSet(kept))


def corners(position, level):
    return np.array([position.marks.point(f"{level}_{code}") for code in CORNERS])


@pytest.mark.parametrize("positionId", ["SUP_N", "ST_F", "ST_E"])
def test_the_midsagittal_plane_holds_the_corners_with_the_head_end_up(case, positionId):
    position = case.position(positionId)
    plane = midsagittalPlane(position, case.chain)
    for level in case.chain.levels[:-1]:
        assert np.abs(plane.project(corners(position, level))[:, 2]).max() < 1.0
    assert plane.up_RAS[2] > 0.95
    assert plane.edgeLetters()[0] == "A"


@pytest.mark.parametrize("leftHanded", [False, True])
def test_without_marks_a_position_is_seen_in_a_slice_of_its_volume(case, oblique, leftHanded):
    geometry = geometryOf(oblique(leftHanded))
    bare = replace(case.positions[0], marks=LandmarkSet(), geometry=geometry)
    plane = midsagittalPlane(bare, case.chain)
    assert abs(plane.sliceToRAS[:3, 2] @ geometry.through_RAS) == pytest.approx(1.0)
    index = geometry.indices(np.array(plane.center_RAS))[2]
    assert index == pytest.approx(round(float(index)), abs=1e-9)  # between two slices both would be blurred
    assert abs(index - 6.5) <= 0.5
    assert plane.edgeLetters() == ("A", "P", "S", "I")


@pytest.mark.parametrize("axes", [np.diag([-1.0, -1.0, 1.0]), np.array([[-1.0, 0, 0], [0, 0, -1.0], [0, -1.0, 0]])])
def test_axial_and_coronal_stacks_are_named_by_the_patient_too(axes):
    geometry = geometryOf(axes)
    assert volumePlane(geometry, SAGITTAL).edgeLetters() == ("A", "P", "S", "I")
    assert volumePlane(geometry, AXIAL).edgeLetters() == ("R", "L", "A", "P")
    assert volumePlane(geometry, CORONAL).edgeLetters() == ("R", "L", "S", "I")


def test_the_axial_plane_of_a_disc_halves_the_angle_of_its_endplates(case):
    position = case.position("ST_F")
    sagittal = midsagittalPlane(position, case.chain)
    plane = frameOfPlace(position, case.chain, "L3L4", sagittal).plane(AXIAL)
    upper, lower = corners(position, "L3"), corners(position, "L4")
    tilts = [np.degrees(np.arcsin((front - back) @ plane.sliceToRAS[:3, 2] / np.linalg.norm(front - back)))
             for front, back in ((upper[2], upper[3]), (lower[0], lower[1]))]
    assert sum(tilts) == pytest.approx(0.0, abs=0.3)
    assert plane.center_RAS == pytest.approx(np.mean([upper[2], upper[3], lower[0], lower[1]], axis=0), abs=1e-9)
    assert plane.edgeLetters()[0] == "R"


def test_the_planes_of_a_vertebra_go_through_its_middle_and_are_square_to_each_other(case):
    position = case.position("ST_E")
    frame = frameOfPlace(position, case.chain, "L2", midsagittalPlane(position, case.chain))
    assert frame.center_RAS == pytest.approx(corners(position, "L2").mean(axis=0), abs=1e-9)
    normals = np.array([frame.plane(kind).sliceToRAS[:3, 2] for kind in (SAGITTAL, AXIAL, CORONAL)])
    assert np.abs(normals @ normals.T) == pytest.approx(np.eye(3), abs=1e-9)


@pytest.mark.parametrize(("missing", "withinMm"), [("L2", 3.0), ("L1", 8.0), ("L5", 12.0)])
def test_an_unmarked_vertebra_is_looked_for_in_line_with_the_others(case, missing, withinMm):
    position = case.position("SUP_N")
    others = {"L1", "L2", "L3", "L4", "L5"} - {missing}
    marked = keeping(position, lambda name: name.split("_")[0] in others)
    found = frameOfPlace(marked, case.chain, missing, midsagittalPlane(marked, case.chain))
    assert np.linalg.norm(np.array(found.center_RAS) - corners(position, missing).mean(axis=0)) < withinMm


def test_a_disc_beside_the_only_marked_vertebra_is_not_taken_to_be_that_vertebra(case):
    only = keeping(case.position("SUP_N"), lambda name: name in ("L3_SA", "L3_SP"))
    assert frameOfPlace(only, case.chain, "L3L4", midsagittalPlane(only, case.chain)) is None
    assert frameOfPlace(only, case.chain, "L3", midsagittalPlane(only, case.chain)) is not None


def test_the_first_field_holds_every_mark_near_the_plane(case):
    position = case.position("ST_F")
    plane = midsagittalPlane(position, case.chain)
    width, height = fieldOfPosition(position, case.chain, plane)
    points = np.array([item.point_RAS for item in position.marks.landmarks.values() if item.point_RAS])
    offsets = plane.project(points)
    near = np.abs(offsets[np.abs(offsets[:, 2]) < 5.0])
    assert width / 2 > near[:, 0].max()
    assert height / 2 > near[:, 1].max()
    assert height < 2 * near[:, 1].max() + 60


def test_with_one_vertebra_marked_the_whole_volume_is_shown_so_that_the_next_is_found(case, oblique):
    geometry = geometryOf(oblique())
    started = replace(keeping(case.position("SUP_N"), lambda name: name.startswith("L3_")), geometry=geometry)
    plane = midsagittalPlane(started, case.chain)
    assert fieldOfPosition(started, case.chain, plane) == fieldOfVolume(geometry, plane)
    assert max(fieldOfVolume(geometry, volumePlane(geometry, SAGITTAL))) == pytest.approx(209 * 1.1, abs=2.5)


def test_the_spacing_across_a_plane_is_that_of_the_axis_it_cuts(oblique):
    geometry = geometryOf(oblique())
    assert spacingAcross(geometry, volumePlane(geometry, SAGITTAL)) == 4.0
    assert spacingAcross(geometry, volumePlane(geometry, AXIAL)) in (1.0, 1.1)
    assert spacingAcross(None, volumePlane(geometry, AXIAL)) == 0.0
