"""Where the marking views are brought to, and what of the user's views stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Scene.PicturePlane import PicturePlane
from DynamicSpineLib.Scene.Views.Layouts import AXIAL, CORONAL, MARKING_TAGS, SAGITTAL
from DynamicSpineLib.Scene.Views.MarkPlacing import showMark, showPlace, showPosition
from DynamicSpineLib.Scene.Views.PositionPlanes import midsagittalPlane
from DynamicSpineLib.Scene.Views.SlicePlacing import shownPlane
from DynamicSpineLib.Scene.Views.ViewNodes import compositeNode
from DynamicSpineLib.Study.Marks import LandmarkSet, landmarkSet


@pytest.fixture
def shown(viewed, openCase):
    """The marking views with a position in them, as (kind -> view, position, volume)."""
    views = {kind: viewed.view(tag) for kind, tag in MARKING_TAGS.items()}
    position, volume = openCase.case.position("SUP_N"), openCase.volume("SUP_N")
    showPosition(viewed.scene, position, openCase.chain, volume)
    return views, position, volume


def without(position, *names):
    kept = [item for item in position.marks.landmarks.values() if item.name not in names]
    return replace(position, marks=landmarkSet(kept))


def offSlice(view, point):
    return abs(float(shownPlane(view).project(point)[2]))


def isInside(view, point):
    right, up, _ = shownPlane(view).project(point)
    width, height, _ = view.GetFieldOfView()
    return abs(right) < width / 2 and abs(up) < height / 2


def test_a_position_is_seen_from_three_sides_as_radiologists_do(shown):
    views, position, volume = shown
    letters = {kind: shownPlane(view).edgeLetters() for kind, view in views.items()}
    assert letters == {SAGITTAL: ("A", "P", "S", "I"), AXIAL: ("R", "L", "A", "P"), CORONAL: ("R", "L", "S", "I")}
    assert {compositeNode(view).GetBackgroundVolumeID() for view in views.values()} == {volume.GetID()}
    corners = [item.point_RAS for item in position.marks.landmarks.values() if item.name.endswith(("_SA", "_IP"))]
    assert all(isInside(views[SAGITTAL], point) for point in corners)


def test_the_users_own_views_keep_their_volumes(viewed, openCase):
    red = viewed.view("Red")
    compositeNode(red).SetBackgroundVolumeID(openCase.volume("ST_F").GetID())
    compositeNode(red).SetForegroundVolumeID(openCase.volume("ST_E").GetID())
    before = red.GetXYToRAS().Determinant(), shownPlane(red)
    viewed.view(MARKING_TAGS[SAGITTAL])
    showPosition(viewed.scene, openCase.case.positions[0], openCase.chain, openCase.volume("SUP_N"))
    assert compositeNode(red).GetBackgroundVolumeID() == openCase.volume("ST_F").GetID()
    assert compositeNode(red).GetForegroundVolumeID() == openCase.volume("ST_E").GetID()
    assert (red.GetXYToRAS().Determinant(), shownPlane(red)) == before


def test_a_volume_that_slicer_shows_everywhere_does_not_come_into_our_views(viewed, openCase, shown):
    views, _, volume = shown
    red = viewed.view("Red")
    viewed.logic.GetSelectionNode().SetActiveVolumeID(openCase.volume("ST_F").GetID())
    before = shownPlane(views[SAGITTAL])
    viewed.logic.PropagateVolumeSelection(1)
    assert compositeNode(red).GetBackgroundVolumeID() == openCase.volume("ST_F").GetID()
    assert compositeNode(views[SAGITTAL]).GetBackgroundVolumeID() == volume.GetID()
    assert shownPlane(views[SAGITTAL]) == before


@pytest.mark.parametrize("name", ["L4_SA", "L4L5_CA", "S1_SP", "L3L4_FA_L", "L2L3_FS_R"])
def test_all_three_views_go_through_a_placed_mark(viewed, openCase, shown, name):
    views, position, volume = shown
    assert showMark(viewed.scene, position, openCase.chain, name, volume)
    point = position.marks.point(name)
    for view in views.values():
        assert offSlice(view, point) < 1e-6
        assert isInside(view, point)


def test_the_axial_view_turns_with_the_disc_and_the_sagittal_one_does_not_turn(viewed, openCase, shown):
    views, position, volume = shown
    showMark(viewed.scene, position, openCase.chain, "L1L2_CA", volume)
    first = {kind: shownPlane(view) for kind, view in views.items()}
    showMark(viewed.scene, position, openCase.chain, "L5S1_CA", volume)
    second = {kind: shownPlane(view) for kind, view in views.items()}
    turned = {kind: np.degrees(np.arccos(np.dot(first[kind].up_RAS, second[kind].up_RAS))) for kind in views}
    assert turned[SAGITTAL] == pytest.approx(0.0, abs=1e-3)
    assert turned[AXIAL] > 20.0  # lordosis
    plates = [np.subtract(position.marks.point(front), position.marks.point(back))
              for front, back in (("L5_IA", "L5_IP"), ("S1_SA", "S1_SP"))]
    normal = second[AXIAL].sliceToRAS[:3, 2]
    tilts = [np.degrees(np.arcsin(plate @ normal / np.linalg.norm(plate))) for plate in plates]
    assert sum(tilts) == pytest.approx(0.0, abs=0.3)


def test_from_mark_to_mark_zoom_and_pan_of_the_user_stay(viewed, openCase, shown):
    views, position, volume = shown
    view = views[SAGITTAL]
    view.SetFieldOfView(110.0, 110.0 * 420 / 360, 4.0)
    showMark(viewed.scene, position, openCase.chain, "L3_SA", volume)
    view.SetSliceOrigin(9.0, -6.0, 0.0)
    before, field = shownPlane(view), view.GetFieldOfView()
    showMark(viewed.scene, position, openCase.chain, "L3_IP", volume)
    moved = np.array(shownPlane(view).center_RAS) - before.center_RAS
    assert moved == pytest.approx((moved @ before.sliceToRAS[:3, 2]) * before.sliceToRAS[:3, 2], abs=1e-6)
    assert view.GetFieldOfView()[:2] == field[:2]
    showMark(viewed.scene, position, openCase.chain, "S1_SA", volume)  # far out of sight
    assert view.GetFieldOfView()[:2] == field[:2]
    assert isInside(view, position.marks.point("S1_SA"))


def test_an_unplaced_mark_is_looked_for_at_its_level(viewed, openCase, shown):
    views, position, volume = shown
    assert showMark(viewed.scene, without(position, "L4_SA"), openCase.chain, "L4_SA", volume)
    assert all(isInside(view, position.marks.point("L4_SA")) for view in views.values())
    assert offSlice(views[SAGITTAL], position.marks.point("L4_SA")) < 1.0
    assert offSlice(views[AXIAL], position.marks.point("L4_SA")) < 25.0  # within the body
    for side in "LR":
        name = f"L4L5_FA_{side}"
        showMark(viewed.scene, without(position, name), openCase.chain, name, volume)
        assert offSlice(views[SAGITTAL], position.marks.point(name)) < 4.0  # in it the user finds the foramen


@pytest.mark.parametrize("side", ["L", "R"])
def test_before_any_foramen_is_marked_its_side_is_shown_and_then_the_other_at_the_same_distance(
    viewed, openCase, shown, side
):
    views, position, volume = shown
    other = "R" if side == "L" else "L"
    bare = without(position, *(name for name in position.marks.landmarks if name.endswith(("_L", "_R"))))
    sagittal = midsagittalPlane(bare, openCase.chain)

    def shownOffset(given):
        """Signed mm from the midline, right positive, of the sagittal slice for the foramen."""
        showMark(viewed.scene, given, openCase.chain, f"L3L4_FA_{side}", volume)
        normal = sagittal.sliceToRAS[:3, 2]
        return float(sagittal.project(shownPlane(views[SAGITTAL]).center_RAS)[2] * np.sign(normal[0]))

    usual = shownOffset(bare)
    assert (usual < 0) == (side == "L")  # +R is the patient's right
    assert 10.0 < abs(usual) < 25.0
    ours = position.marks.landmarks[f"L3L4_FA_{other}"]
    marked = replace(bare, marks=landmarkSet([*bare.marks.landmarks.values(), ours]))
    assert abs(shownOffset(marked)) == pytest.approx(abs(float(sagittal.project(ours.point_RAS)[2])), abs=0.2)
    assert shownOffset(marked) * usual > 0


def test_where_nothing_is_known_the_views_stay(viewed, openCase, shown):
    views, position, volume = shown
    bare = replace(position, marks=LandmarkSet())
    before = {kind: shownPlane(view) for kind, view in views.items()}
    assert not showMark(viewed.scene, bare, openCase.chain, "L4_SA", volume)
    assert not showPlace(viewed.scene, bare, openCase.chain, "L4L5", volume)
    assert {kind: shownPlane(view) for kind, view in views.items()} == before


def test_a_level_is_brought_into_all_three_views(viewed, openCase, shown):
    views, position, volume = shown
    assert showPlace(viewed.scene, position, openCase.chain, "L2", volume)
    middle = np.mean([position.marks.point(f"L2_{code}") for code in ("SA", "SP", "IA", "IP")], axis=0)
    assert all(offSlice(view, middle) < 1.0 and isInside(view, middle) for view in views.values())


def test_an_unmarked_position_without_a_volume_shows_planes_through_the_origin(viewed, openCase):
    view = viewed.view(MARKING_TAGS[SAGITTAL])
    bare = replace(openCase.case.positions[0], marks=LandmarkSet(), geometry=None)
    showPosition(viewed.scene, bare, openCase.chain, None)
    assert shownPlane(view) == PicturePlane((0.0, 0.0, 0.0), (0.0, -1.0, 0.0), (0.0, 0.0, 1.0))
    assert not compositeNode(view).GetBackgroundVolumeID()


def test_marks_are_found_under_a_transform_of_the_user(viewed, openCase, shown, putUnder):
    views, position, volume = shown
    matrix = np.eye(4)
    matrix[:3, 3] = (5.0, -40.0, 30.0)
    putUnder(matrix, volume)
    showMark(viewed.scene, position, openCase.chain, "L4_SA", volume)
    moved = (matrix @ [*position.marks.point("L4_SA"), 1.0])[:3]
    assert all(offSlice(view, moved) < 1e-6 for view in views.values())
