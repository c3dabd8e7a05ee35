"""The fields of a motion's pictures: at every frame they lead from each bone in it to itself in either image."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from PhantomCases import phantomCase, posedSpine
from scipy.ndimage import map_coordinates

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Compare.MotionFields import motionFields
from DynamicSpineLib.Compare.MotionGrid import slabGrid
from DynamicSpineLib.Compare.MotionPath import motionPath
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Study.Marks import LandmarkSet

CASES = [("lumbarSlip", "L5", ("ST_E", "ST_F")), ("cervicalNarrowing", "C7", ("UP_E", "UP_F"))]
REFERENCE = "SUP_N"


def carried(points, matrix):
    return points @ matrix[:3, :3].T + matrix[:3, 3]


def through(grid, points):
    """Points carried by a grid of displacements, linear between its nodes and level beyond them, as Slicer does it."""
    indices = carried(points, np.linalg.inv(grid.ijkToRAS))[:, ::-1].T
    shift = [map_coordinates(grid.displacements_RAS[..., axis], indices, order=1, mode="nearest") for axis in range(3)]
    return points + np.stack(shift, axis=-1)


def bodyPoints(scenario, position, level):
    """Points of a bone's body and its corners in a position, from the phantom's outline, in RAS."""
    spine = posedSpine(scenario, position)
    bone = spine.bones[level]
    if not bone.corners:  # of the occiput and C1 the field knows the marks only
        codes = [code for code in bone.points if boneOfMark(f"{level}_{code}") == level]
        flat = np.array([bone.points[code] for code in codes])
        return carried(np.column_stack([np.zeros(len(flat)), flat]), spine.boneToRAS[level])
    outline = np.array([*bone.corners.values()])
    inside = np.random.default_rng(0).dirichlet(np.ones(len(outline)), 100) @ outline
    flat = np.concatenate([outline, inside])
    return carried(np.column_stack([np.zeros(len(flat)), flat]), spine.boneToRAS[level])


def sagittalSlab(scenario, **more):
    spine = posedSpine(scenario, REFERENCE)
    plane = np.eye(4)
    plane[:3, :3] = np.array([[0.0, -1.0, 0.0], [0.0, 0.0, 1.0], [-1.0, 0.0, 0.0]]).T
    plane[:3, 3] = np.mean([matrix[:3, 3] for matrix in spine.boneToRAS.values()], axis=0)
    return slabGrid(plane, 300.0, 300.0, **more)


@pytest.mark.parametrize(("scenario", "held", "order"), CASES)
def test_bones_are_followed_within_half_a_millimeter_at_every_frame(scenario, held, order):
    case = phantomCase(scenario)
    path = motionPath(case, held, order, REFERENCE)
    frames = path.frames(between=6, dwell=1)
    fields = runSteps(motionFields(case, path, frames, sagittalSlab(scenario)))
    bones = {key: posedSpine(scenario, key).boneToRAS[held] for key in (REFERENCE, *order)}
    hold = [bones[REFERENCE] @ np.linalg.inv(bones[key]) for key in order]
    for frame in frames:
        pair = fields.at(frame)
        assert (pair is None) == frame.isObserved
        for level in path.legs[0].levels if pair is not None else ():
            places = carried(bodyPoints(scenario, REFERENCE, level), path.posesAt(0, frame.fraction)[level])
            for number, grid in enumerate((pair.toStart, pair.toEnd)):
                truth = carried(bodyPoints(scenario, order[number], level), hold[number])
                error = np.linalg.norm(through(grid, places) - truth, axis=1)
                assert error.max() < 0.5, (level, frame)
                if level != "C2":  # of which only the edge of the endplate is marked
                    assert error.mean() < 0.06, (level, frame)


def test_the_maps_leave_the_held_bone_alone_and_agree_with_the_other_direction():
    case = phantomCase("lumbarSlip")
    path = motionPath(case, "L5", ("ST_E", "ST_F"), REFERENCE)
    back = motionPath(case, "L5", ("ST_F", "ST_E"), REFERENCE)
    slab = sagittalSlab("lumbarSlip")
    fields = runSteps(motionFields(case, path, path.frames(3, 1), slab))
    others = runSteps(motionFields(case, back, back.frames(3, 1), slab))
    held = bodyPoints("lumbarSlip", REFERENCE, "L5")[4:]
    for frame, mirror in zip(path.frames(3, 1), back.frames(3, 1)[::-1], strict=True):
        pair, other = fields.at(frame), others.at(mirror)
        if pair is not None:
            assert np.abs(through(pair.toStart, held) - held).max() < 0.05
            assert np.abs(pair.toStart.displacements_RAS - other.toEnd.displacements_RAS).max() < 1e-4
            assert np.abs(pair.toStart.displacements_RAS).max() > 2.0


def test_a_way_there_and_back_makes_each_frame_once():
    case = phantomCase("lumbarSlip")
    path = motionPath(case, "L5", ("ST_E", "ST_F", "ST_E"), REFERENCE)
    frames = path.frames(4, 2)
    steps = []
    slab = sagittalSlab("lumbarSlip")
    fields = runSteps(motionFields(case, path, frames, slab, fineMm=5.0), steps.append)
    assert len(fields.pairs) == 4
    assert [step.fraction for step in steps] == pytest.approx(np.arange(1, 9) / 8)
    between = [frame for frame in frames if not frame.isObserved]
    for there, back in zip(between[:4], between[:3:-1], strict=True):
        assert fields.at(there).toStart is fields.at(back).toEnd


def test_filled_in_nodes_are_nearly_those_found_exactly():
    case = phantomCase("cervicalNarrowing")
    path = motionPath(case, "C7", ("UP_E", "UP_F"), REFERENCE)
    frames = path.frames(1, 1)
    slab = sagittalSlab("cervicalNarrowing")
    (pair,) = runSteps(motionFields(case, path, frames, slab)).pairs.values()
    from DynamicSpineLib.Compare.MotionBodies import motionBodies

    field = motionBodies(case, path, 0).fieldFromFrame(0.5, False)
    middle = posedSpine("cervicalNarrowing", REFERENCE).boneToRAS["C5"][:3, 3]
    points = middle + np.random.default_rng(3).uniform(-1, 1, (400, 3)) * (0.0, 60.0, 60.0)
    points[:, 0] = slab.ijkToRAS[0, 3]
    error = np.linalg.norm(through(pair.toStart, points) - field.carry(points), axis=1)
    assert np.percentile(error, 95) < 0.1
    assert error.max() < 0.6


def test_a_thick_slab_has_layers_and_a_volume_its_own_extent():
    thick = sagittalSlab("lumbarSlip", thicknessMm=12.0)
    corners = carried(np.array([[0, 0, 0], np.array(thick.size) - 1]), thick.ijkToRAS)
    middle = sagittalSlab("lumbarSlip")
    assert corners.mean(axis=0) == pytest.approx(carried(0.5 * (np.array(middle.size) - 1), middle.ijkToRAS))
    assert np.abs(corners[1] - corners[0]) == pytest.approx([12.0, 300.0, 300.0])
    case = phantomCase("lumbarSlip")
    path = motionPath(case, "L5", ("ST_E", "ST_F"), REFERENCE)
    fields = runSteps(motionFields(case, path, path.frames(1, 1), thick, fineMm=4.0))
    (pair,) = fields.pairs.values()
    assert pair.toEnd.displacements_RAS.shape == (4, 76, 76, 3)
    for width, height, thickness in ((0.0, 10.0, 0.0), (10.0, float("nan"), 0.0), (10.0, 10.0, -1.0)):
        with pytest.raises(InputError, match="a width and a height"):
            slabGrid(np.eye(4), width, height, thickness)


def test_a_leg_without_two_neighbors_fades_without_bending_and_says_so():
    case = phantomCase("lumbarSlip")
    kept = ("L5_", "L3_")

    def stripped(position):
        marks = {key: item for key, item in position.marks.landmarks.items() if key.startswith(kept)}
        return replace(position, marks=LandmarkSet(MappingProxyType(marks)))

    case = replace(case, bones=(), positions=tuple(stripped(item) for item in case.positions))
    path = motionPath(case, "L5", ("ST_E", "ST_F"), REFERENCE)
    fields = runSteps(motionFields(case, path, path.frames(3, 1), sagittalSlab("lumbarSlip")))
    assert all(fields.at(frame) is None for frame in path.frames(3, 1))
    assert "fade without bending" in fields.sentences[0]
