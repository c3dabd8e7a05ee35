"""Marks on their way from position to position: on their bones, and where each position has them when it is reached."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from PhantomCases import phantomCase, posedSpine

from DynamicSpineLib.Compare.MotionFrames import frameOf
from DynamicSpineLib.Compare.MotionMarks import MotionMarks
from DynamicSpineLib.Compare.MotionPath import motionPath
from DynamicSpineLib.Study.Marks import Contour, LandmarkSet

ORDER = ("UP_E", "UP_F")


@pytest.fixture(scope="module")
def case():
    return phantomCase("cervicalNarrowing")


def marksAt(case, fraction, held="C7"):
    path = motionPath(case, held, ORDER, "SUP_N")
    return MotionMarks(case, path).at(frameOf(path.legs, 0, fraction)), path


def withContour(case, positionId, contour):
    def changed(position):
        contours = MappingProxyType({**position.marks.contours, contour.name: contour})
        return replace(position, marks=LandmarkSet(position.marks.landmarks, contours))

    return replace(case, positions=tuple(changed(item) if item.id == positionId else item for item in case.positions))


@pytest.mark.parametrize("number", [0, 1])
def test_at_a_position_all_its_marks_lie_where_it_has_them_laid_on_the_reference(case, number):
    found, _ = marksAt(case, float(number))
    bones = [posedSpine("cervicalNarrowing", key).boneToRAS for key in ("SUP_N", ORDER[number])]
    hold = bones[0]["C7"] @ np.linalg.inv(bones[1]["C7"])
    marks = case.position(ORDER[number]).marks
    assert set(found.points_RAS) == {name for name in marks.landmarks if marks.point(name) is not None}
    for name in ("C5_SA", "C5C6_KA", "C1_AC"):
        expected = hold[:3, :3] @ marks.point(name) + hold[:3, 3]
        assert found.points_RAS[name] == pytest.approx(expected, abs=1e-6)
    assert set(found.curves) == set(marks.contours)


@pytest.mark.parametrize(("near", "end"), [(1e-4, 0.0), (1.0 - 1e-4, 1.0)])
def test_marks_arrive_where_the_position_has_them(case, near, end):
    there, here = marksAt(case, near)[0], marksAt(case, end)[0]
    assert len(there.points_RAS) > 100
    for name, point in there.points_RAS.items():
        assert np.linalg.norm(point - here.points_RAS[name]) < 0.02, name
    assert len(there.curves) > 20
    for name, curve in there.curves.items():
        distance = np.linalg.norm(curve.points_RAS[:, None] - here.curves[name].points_RAS, axis=-1).min(axis=1)
        assert distance.max() < 0.3, name  # the spacing of the points of a curve is larger


def test_between_positions_marks_keep_to_their_bone_and_the_canal_to_its_walls(case):
    found, path = marksAt(case, 0.5)
    at = found.points_RAS
    for level in ("C4", "C6"):
        pose = path.posesAt(0, 0.5)[level]
        own = [f"{level}_{code}" for code in ("SA", "SP", "IA", "IP", "SL")]
        before = np.array([case.position("SUP_N").marks.point(name) for name in own])
        assert np.array([at[name] for name in own]) == pytest.approx(before @ pose[:3, :3].T + pose[:3, 3], abs=1e-6)
    for segment in ("C4C5", "C5C6"):
        widths = [np.linalg.norm(marks[f"{segment}_CA"] - marks[f"{segment}_CP"])
                  for marks in (marksAt(case, share)[0].points_RAS for share in (0.0, 0.5, 1.0))]
        assert min(widths[0], widths[2]) - 0.7 < widths[1] < max(widths[0], widths[2]) + 0.7
        # The cord stays inside the canal: the order of the walls from front to back is kept.
        across = (at[f"{segment}_CP"] - at[f"{segment}_CA"]) / np.linalg.norm(at[f"{segment}_CP"] - at[f"{segment}_CA"])
        depths = [float((at[f"{segment}_{code}"] - at[f"{segment}_CA"]) @ across) for code in ("CA", "KA", "KP", "CP")]
        assert depths == sorted(depths)


def test_curves_drawn_from_another_start_and_the_other_way_round_are_paired(case):
    name = "C5C6_DS"
    curve = case.position("UP_F").marks.contours[name]
    turned = Contour(name, (*curve.points_RAS[3:], *curve.points_RAS[:3])[::-1])
    plain, other = (marksAt(one, 0.4)[0].curves[name] for one in (case, withContour(case, "UP_F", turned)))
    distance = np.linalg.norm(plain.points_RAS[:, None] - other.points_RAS, axis=-1).min(axis=1)
    assert distance.max() < 0.25
    size = np.ptp(plain.points_RAS, axis=0).max()
    ends = [np.ptp(marksAt(case, share)[0].curves[name].points_RAS, axis=0).max() for share in (0.0, 1.0)]
    assert min(ends) * 0.9 < size < max(ends) * 1.1


def test_what_one_position_lacks_is_not_shown_between(case):
    extra = Contour("C5C6_XX", ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)))
    found, _ = marksAt(withContour(case, "UP_E", extra), 0.5)
    assert "C5C6_XX" not in found.curves
    assert "C5C6_XX" in marksAt(withContour(case, "UP_E", extra), 0.0)[0].curves
