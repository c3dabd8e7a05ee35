"""The lines that move along with a motion's images: a position's own at positions, and on their bones between."""

from __future__ import annotations

import numpy as np
from PhantomCases import phantomCase

from DynamicSpineLib.Compare.MotionFrames import frameOf
from DynamicSpineLib.Compare.MotionOutlines import MotionOutlines
from DynamicSpineLib.Compare.MotionPath import motionPath
from DynamicSpineLib.Compare.Outlines import BODY, CANAL, CORD, outlinesOf

ORDER = ("UP_E", "UP_F")


def linesAt(fraction):
    case = phantomCase("cervicalNarrowing")
    path = motionPath(case, "C7", ORDER, "SUP_N")
    return case, path, MotionOutlines(case, path).at(frameOf(path.legs, 0, fraction))


def test_at_a_position_the_lines_are_its_own_laid_on_the_reference():
    case, path, lines = linesAt(1.0)
    own = outlinesOf(case, "UP_F", (BODY, CANAL, CORD))
    assert [(line.kind, line.place) for line in lines] == [(item.kind, item.place) for item in own]
    assert {line.positionId for line in lines} == {"UP_F"}
    assert {line.frameOf for line in lines} == {"SUP_N"}
    hold = path.toReference["UP_F"]
    for line, item in zip(lines, own, strict=True):
        if line.kind == BODY:
            assert np.abs(line.points_RAS - (item.points_RAS @ hold[:3, :3].T + hold[:3, 3])).max() < 1e-9


def test_between_positions_bodies_are_in_their_poses_and_say_whose_they_are():
    case, path, lines = linesAt(0.5)
    start = {(item.kind, item.place): item for item in outlinesOf(case, "SUP_N")}
    bodies = [line for line in lines if line.kind == BODY and line.place in ("C4", "C5", "C7")]
    assert len(bodies) == 3
    for line in bodies:
        pose = path.posesAt(0, 0.5)[line.place]
        expected = start[BODY, line.place].points_RAS @ pose[:3, :3].T + pose[:3, 3]
        assert np.abs(line.points_RAS - expected).max() < 1e-6
    assert {line.positionId for line in lines} == {"UP_E to UP_F"}
    assert {line.kind for line in lines} == {BODY, CANAL, CORD}
