"""Bodies, walls and edges of a position as lines: on the phantom's true anatomy, and broken where marks are missing."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PhantomCases import phantomCase, posedSpine

from DynamicSpineLib.Compare.Anchor import anchorOn
from DynamicSpineLib.Compare.Outlines import (
    ACROSS,
    BACK,
    BODY,
    BONE_LINE,
    CANAL,
    CONTOUR,
    CORD,
    FRONT,
    heldOutlines,
    outlinesOf,
    unbentOutlines,
)
from DynamicSpineLib.Compare.Unbending import unbend
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.EditMarks import withCleared, withMarks, withMissing
from DynamicSpineLib.Study.Marks import LandmarkSet

NECK, LUMBAR = ("healthyCervical", "UP_N"), ("lumbarSlip", "ST_F")


def caseOf(study, *cleared):
    found = phantomCase(study[0])
    return withCleared(found, study[1], cleared) if cleared else found


def bodies(study, *cleared):
    return {item.place: item for item in outlinesOf(caseOf(study, *cleared), study[1], (BODY,))}


def lines(case, study, kind, part):
    return [item for item in outlinesOf(case, study[1], (kind,)) if item.part == part]


def inBone(points_RAS, study, level):
    """Points in a bone's own frame (right, anterior, cranial)."""
    matrix = np.linalg.inv(posedSpine(*study).boneToRAS[level])
    return np.asarray(points_RAS) @ matrix[:3, :3].T + matrix[:3, 3]


def distancesToLine(points, line):
    """Distance of points (N, 3) from a polyline (M, 3), by dense sampling of it."""
    share = np.linspace(0.0, 1.0, 20)[:, None, None]
    dense = (line[:-1] + share * (line[1:] - line[:-1])).reshape(-1, 3)
    return np.linalg.norm(points[:, None] - dense, axis=-1).min(axis=1)


def test_a_body_runs_round_its_true_corners():
    found = bodies(LUMBAR)
    for level in ("L1", "L4", "L5"):
        corners = posedSpine(*LUMBAR).bones[level].corners
        local = inBone(found[level].points_RAS, LUMBAR, level)
        assert local[:, 1:] == pytest.approx(np.array([corners[code] for code in ("SA", "SP", "IP", "IA")]), abs=1e-6)
        assert (found[level].closed, found[level].note, found[level].inside_RAS) == (True, "", None)


@pytest.mark.parametrize(("study", "level", "side"), [(LUMBAR, "S1", -1.0), (NECK, "C2", 1.0)])
def test_a_lone_endplate_is_an_open_line_that_knows_its_bone(study, level, side):
    found = bodies(study)[level]
    assert (found.closed, len(found.points_RAS), found.note) == (False, 2, "one endplate")
    plate, inside = inBone(found.points_RAS, study, level), inBone(found.inside_RAS, study, level)
    middle, length = plate.mean(axis=0), np.linalg.norm(plate[0] - plate[1])
    assert side * (inside - middle)[2] == pytest.approx(0.3 * length, rel=0.02)
    assert (inside - middle) @ (plate[0] - plate[1]) == pytest.approx(0.0, abs=1e-6)


def test_missing_corners_open_a_body_and_are_said():
    three = bodies(LUMBAR, "L4_IA")["L4"]
    assert (three.closed, len(three.points_RAS), three.note) == (False, 3, "three corners only")
    whole = bodies(LUMBAR)["L4"].points_RAS
    assert three.points_RAS == pytest.approx(whole[:3])
    two = bodies(LUMBAR, "L4_IA", "L4_IP")["L4"]
    assert (two.closed, two.note) == (False, "two corners only")
    assert inBone(two.inside_RAS, LUMBAR, "L4")[2] < inBone(two.points_RAS, LUMBAR, "L4")[:, 2].min()
    wall = bodies(LUMBAR, "L4_SA", "L4_IA")["L4"]
    assert (wall.points_RAS == pytest.approx(whole[1:3]), wall.inside_RAS) == (True, None)
    assert "L4" not in bodies(LUMBAR, "L4_SA", "L4_IP")  # a diagonal is no edge of a body
    assert "L4" not in bodies(LUMBAR, "L4_SA", "L4_IP", "L4_IA")


@pytest.mark.parametrize("study", [NECK, LUMBAR])
def test_the_canals_walls_lie_on_the_true_walls_from_head_to_foot(study):
    stations = posedSpine(*study).stations
    for part, wall in ((FRONT, stations.anteriorWall_RAS), (BACK, stations.posteriorWall_RAS)):
        (found,) = lines(caseOf(study), study, CANAL, part)
        assert distancesToLine(found.points_RAS, wall).max() < 0.6
        assert (np.diff(found.points_RAS[:, 2]) < 0.0).all()
        assert not found.closed


@pytest.mark.parametrize("dropped", [(), ("L3_IP",), ("L3L4_CA",)])
def test_beside_bodies_the_front_wall_leaves_their_backs_to_them(dropped):
    case = caseOf(LUMBAR, *dropped)

    def edges(outlines):
        return [frozenset(map(tuple, (one, two))) for item in outlines for one, two in pairwise(
            [*item.points_RAS, *(item.points_RAS[:1] if item.closed else [])])]  # fmt: skip

    drawn = edges(outlinesOf(case, LUMBAR[1], (BODY, CANAL)))
    apart = edges(outlinesOf(case, LUMBAR[1], (BODY,))) + edges(outlinesOf(case, LUMBAR[1], (CANAL,)))
    assert len(drawn) == len(set(drawn)) < len(apart)
    assert set(drawn) == set(apart)


def test_the_cords_edges_lie_on_the_true_cord():
    stations = posedSpine(*NECK).stations
    for part, edge in ((FRONT, stations.cordAnterior_RAS), (BACK, stations.cordPosterior_RAS)):
        (found,) = lines(caseOf(NECK), NECK, CORD, part)
        assert found.place == "C2 to T1"
        assert distancesToLine(found.points_RAS, edge).max() < 0.1


@pytest.mark.parametrize("name", ["C5C6_CA", "C5_IP", "C6_SP"])
def test_a_missing_mark_breaks_the_front_wall_there(name):
    (whole,) = lines(caseOf(NECK), NECK, CANAL, FRONT)
    gap = np.array(phantomCase(NECK[0]).position(NECK[1]).marks.point(name))
    parts = lines(caseOf(NECK, name), NECK, CANAL, FRONT)
    assert sum(len(part.points_RAS) for part in parts) == len(whole.points_RAS) - 1
    assert parts[0].points_RAS[-1][2] > gap[2] > parts[1].points_RAS[0][2]
    assert len(parts) == 2


def test_the_back_wall_is_never_drawn_across_a_level_without_its_mark():
    parts = lines(caseOf(NECK, "C5_SL"), NECK, CANAL, BACK)
    assert [item.place for item in parts] == ["C2C3 to C4C5", "C5C6 to T1"]
    levels = [f"{level}_SL" for level in ("C3", "C4", "C5", "C6", "C7", "T1")]
    case = caseOf(NECK, *levels)
    assert lines(case, NECK, CANAL, BACK) == []
    alone = lines(case, NECK, CANAL, ACROSS)
    assert [item.place for item in alone] == ["C2C3", "C3C4", "C4C5", "C5C6", "C6C7", "C7T1"]
    marks = case.position(NECK[1]).marks
    assert alone[0].points_RAS == pytest.approx(np.array([marks.point("C2C3_CA"), marks.point("C2C3_CP")]))
    assert lines(caseOf(NECK), NECK, CANAL, ACROSS) == []


def test_the_cord_is_broken_by_a_disc_without_marks_and_by_what_cannot_be_seen():
    assert len(lines(caseOf(NECK, "C5_KA"), NECK, CORD, FRONT)) == 1  # optional, and nobody looked for it
    assert len(lines(withMissing(caseOf(NECK), NECK[1], "C5_KA"), NECK, CORD, FRONT)) == 2
    assert len(lines(caseOf(NECK, "C5C6_KA"), NECK, CORD, FRONT)) == 2
    assert len(lines(caseOf(NECK, "C5C6_KA"), NECK, CORD, BACK)) == 1


def test_no_wall_joins_levels_that_are_no_neighbors():
    study = ("fullCase", "ST_N")
    places = [item.place for item in lines(phantomCase(study[0]), study, CANAL, FRONT)]
    assert places == ["C2 to T1", "T12 to S1"]


def test_the_bones_without_a_body_are_lines():
    found = {item.place: item for item in outlinesOf(caseOf(NECK), NECK[1], (BONE_LINE,))}
    marks = caseOf(NECK).position(NECK[1]).marks
    assert set(found) == {"Oc", "C1"}
    assert found["C1"].points_RAS == pytest.approx(np.array([marks.point("C1_AAP"), marks.point("C1_PAA")]))


def test_contours_run_through_their_control_points_as_slicer_draws_them():
    marks = caseOf(NECK).position(NECK[1]).marks
    found = {f"{item.place}_{item.part}": item for item in outlinesOf(caseOf(NECK), NECK[1], (CONTOUR,))}
    assert set(found) == set(marks.contours)
    for name in ("C5C6_KC", "C5C6_FC_L"):
        assert found[name].points_RAS[::10] == pytest.approx(np.array(marks.contours[name].points_RAS))
        assert found[name].closed
    assert len(found["C5C6_LF_L"].points_RAS) == 2
    assert not found["C5C6_LF_L"].closed


def test_a_position_without_marks_has_no_lines_and_an_unknown_one_is_refused():
    empty = withMarks(caseOf(NECK), {NECK[1]: LandmarkSet()})
    assert outlinesOf(empty, NECK[1]) == ()
    with pytest.raises(InputError, match="no position 'nowhere'"):
        outlinesOf(empty, "nowhere")


def test_the_held_body_falls_on_itself_and_its_neighbors_do_not():
    case = phantomCase("lumbarSlip")
    anchor = anchorOn(case, "L5", "SUP_N", "ST_F")
    carried = {item.place: item for item in heldOutlines(outlinesOf(case, "ST_F", (BODY,)), anchor)}
    still = {item.place: item for item in outlinesOf(case, "SUP_N", (BODY,))}
    apart = {level: np.abs(carried[level].points_RAS - still[level].points_RAS).max() for level in still}
    assert apart["L5"] < 1e-6
    assert apart["L4"] > 3.0
    assert {(item.positionId, item.frameOf) for item in carried.values()} == {("ST_F", "SUP_N")}
    true = posedSpine("lumbarSlip", "SUP_N").boneToRAS["L5"] @ np.linalg.inv(
        posedSpine("lumbarSlip", "ST_F").boneToRAS["L5"])  # fmt: skip
    own = {item.place: item for item in outlinesOf(case, "ST_F", (BODY,))}["S1"]
    assert carried["S1"].inside_RAS == pytest.approx(true[:3, :3] @ own.inside_RAS + true[:3, 3])


def test_unbent_all_bodies_fall_on_themselves_and_the_canal_does_not():
    case = phantomCase("lumbarSlip")
    carried = unbentOutlines(outlinesOf(case, "ST_F", (BODY, CANAL)), unbend(case, "SUP_N", "ST_F"))
    still = outlinesOf(case, "SUP_N", (BODY, CANAL))
    apart = [(one.kind, np.abs(one.points_RAS - other.points_RAS).max())
             for one, other in zip(carried, still, strict=True)]  # fmt: skip
    assert max(value for kind, value in apart if kind == BODY) < 0.3
    assert max(value for kind, value in apart if kind == CANAL) > 1.0


def test_lines_of_another_frame_are_not_carried():
    case = phantomCase("lumbarSlip")
    anchor = anchorOn(case, "L5", "SUP_N", "ST_F")
    carried = heldOutlines(outlinesOf(case, "ST_F", (BODY,)), anchor)
    with pytest.raises(InputError, match="frame of 'SUP_N'"):
        heldOutlines(carried, anchor)
    with pytest.raises(InputError, match="frame of 'ST_E'"):
        unbentOutlines(outlinesOf(case, "ST_E", (BODY,)), unbend(case, "SUP_N", "ST_F"))
    assert heldOutlines((), anchor) == ()


def test_walls_do_not_depend_on_how_the_patient_lies():
    case = phantomCase("healthyCervical")
    turn = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
    position = case.position("UP_N")
    marks = {name: replace(mark, point_RAS=tuple(turn @ mark.point_RAS)) if mark.point_RAS else mark
             for name, mark in position.marks.landmarks.items()}  # fmt: skip
    turned = withMarks(case, {"UP_N": replace(position.marks, landmarks=marks)})
    for before, after in zip(outlinesOf(case, "UP_N", (BODY, CANAL, CORD)),
                             outlinesOf(turned, "UP_N", (BODY, CANAL, CORD)), strict=True):  # fmt: skip
        assert after.points_RAS == pytest.approx(before.points_RAS @ turn.T)
