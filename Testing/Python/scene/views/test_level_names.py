"""The names of levels as they stand in slice views."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from PhantomCases import phantomCase

from DynamicSpineLib.Scene.PicturePlane import PicturePlane
from DynamicSpineLib.Scene.Views.Layouts import AXIAL, CORONAL, MARKING_TAGS, SAGITTAL
from DynamicSpineLib.Scene.Views.LevelNames import LevelNames
from DynamicSpineLib.Scene.Views.NamePlaces import levelsCut, levelText, namePoint
from DynamicSpineLib.Scene.Views.PositionPlanes import frameOfPlace, midsagittalPlane
from DynamicSpineLib.Scene.Views.SlicePlacing import placeSlice
from DynamicSpineLib.Scene.Views.ViewNodes import showVolume
from DynamicSpineLib.Study.Marks import Landmark, landmarkSet

TAGS = {kind: (tag,) for kind, tag in MARKING_TAGS.items()}
CORNERS = ("SA", "SP", "IA", "IP")


@pytest.fixture(scope="module")
def case():
    return phantomCase("lumbarSlip")


@pytest.fixture(scope="module")
def position(case):
    return case.position("SUP_N")


@pytest.fixture(scope="module")
def sagittal(case, position):
    return midsagittalPlane(position, case.chain)


@pytest.fixture
def names(viewed, case):
    """Names in the three marking views, which show no volume."""
    for tag in MARKING_TAGS.values():
        showVolume(viewed.view(tag), None)
    return LevelNames(viewed.scene, "case supine", case.chain, TAGS)


def middle(position, level):
    return np.mean([position.marks.point(f"{level}_{code}") for code in CORNERS], axis=0)


def aim(viewed, plane, kind, point, fieldMm=80.0):
    """Show a plane's directions through a point in the view of a kind."""
    placeSlice(viewed.view(MARKING_TAGS[kind]), PicturePlane(tuple(point), plane.right_RAS, plane.up_RAS),
               (fieldMm, fieldMm), 1.0)


def white(viewed, kind):
    """Pixels right of and above the middle of a view that are white text, (n, 2), and mm per pixel."""
    picture = viewed.pixels(MARKING_TAGS[kind])
    rows, columns = np.nonzero(picture.min(axis=2) > 200)
    pixelMm = viewed.view(MARKING_TAGS[kind]).GetFieldOfView()[0] / picture.shape[1]
    places = np.column_stack([columns + 0.5 - picture.shape[1] / 2, picture.shape[0] / 2 - rows - 0.5])
    return places, pixelMm


def test_a_name_says_level_doubt_and_whether_the_numbering_is_verified():
    assert levelText("L4", True) == "L4"
    assert levelText("L4", False) == "L4?"
    assert levelText("L4", True, {"L4": "check", "L5": "failed"}) == "L4 check"
    assert levelText("L4", False, {"L4": "check"}) == "L4? check"


@pytest.mark.parametrize("level", ["L2", "L4"])
def test_a_name_stands_in_front_of_its_body_in_sagittal_views(viewed, names, position, sagittal, level):
    names.show(position.marks, sagittal, True)
    front = np.mean([position.marks.point(f"{level}_{code}") for code in ("SA", "IA")], axis=0)
    aim(viewed, sagittal, SAGITTAL, front, 30.0)  # so near that the others are out of sight
    text, pixelMm = white(viewed, SAGITTAL)
    assert len(text) > 30
    assert -20.0 < text[:, 0].min() * pixelMm < text[:, 0].max() * pixelMm < -1.0
    assert abs(text[:, 1].mean()) * pixelMm < 3.0


def test_a_name_is_seen_on_slices_far_from_the_midline(viewed, names, position, sagittal):
    names.show(position.marks, sagittal, True)
    aim(viewed, sagittal, SAGITTAL, middle(position, "L3"))
    onMidline = white(viewed, SAGITTAL)[0]
    aim(viewed, sagittal, SAGITTAL, middle(position, "L3") + 20.0 * sagittal.sliceToRAS[:3, 2])
    assert white(viewed, SAGITTAL)[0] == pytest.approx(onMidline, abs=1.0)


def test_a_name_stands_beside_its_body_at_the_patients_left_in_coronal_views(viewed, names, case, position, sagittal):
    names.show(position.marks, sagittal, True)
    plane = frameOfPlace(position, case.chain, "L3", sagittal).plane(CORONAL)
    aim(viewed, plane, CORONAL, plane.center_RAS, 90.0)
    text, pixelMm = white(viewed, CORONAL)
    assert len(text) > 30
    assert text[:, 0].min() * pixelMm > 18.0  # half of a lumbar body's width
    assert np.linalg.norm(np.array(namePoint(position.marks, "L3", CORONAL, sagittal)) - middle(position, "L3")) > 18.0


@pytest.mark.parametrize(("place", "cut"), [("L3", ("L3",)), ("L3L4", ("L3", "L4")), ("L5S1", ("L5", "S1"))])
def test_an_axial_view_names_what_its_slice_cuts(viewed, names, case, position, sagittal, place, cut):
    plane = frameOfPlace(position, case.chain, place, sagittal).plane(AXIAL)
    names.show(position.marks, sagittal, True)
    assert names.nameSlice(position.marks, plane) == cut
    aim(viewed, plane, AXIAL, plane.center_RAS, 120.0)
    text, pixelMm = white(viewed, AXIAL)
    assert len(text) > 20
    assert text[:, 1].mean() * pixelMm > 15.0  # in front of the body


def test_the_name_in_an_axial_view_follows_the_users_scrolling(viewed, names, case, position, sagittal):
    frames = {level: frameOfPlace(position, case.chain, level, sagittal) for level in ("L3", "L4")}
    plane = frames["L3"].plane(AXIAL)
    names.show(position.marks, sagittal, True)
    names.nameSlice(position.marks, plane)
    aim(viewed, plane, AXIAL, plane.center_RAS)
    (node,) = [item for item in viewed.derived() if AXIAL in item.GetName()]
    assert node.GetNthControlPointLabel(0) == "L3"
    view = viewed.view(MARKING_TAGS[AXIAL])
    view.JumpSliceByOffsetting(*frames["L4"].center_RAS)  # what Slicer does when its user scrolls
    assert node.GetNthControlPointLabel(0) == "L4"
    names.showIn({})
    view.JumpSliceByOffsetting(*frames["L3"].center_RAS)
    assert node.GetNthControlPointLabel(0) == "L4"
    names.showIn(TAGS)
    names.remove()
    view.JumpSliceByOffsetting(*frames["L4"].center_RAS)
    assert viewed.derived() == []


def test_outside_of_the_marked_levels_an_axial_slice_has_no_name(viewed, names, case, position, sagittal):
    plane = frameOfPlace(position, case.chain, "L3", sagittal).plane(AXIAL)
    names.show(position.marks, sagittal, True)
    names.nameSlice(position.marks, plane)
    above = np.array(middle(position, "T12")) + 60.0 * np.array(sagittal.up_RAS)
    far = PicturePlane(tuple(above), plane.right_RAS, plane.up_RAS)
    assert names.nameSlice(position.marks, far) == ()
    aim(viewed, far, AXIAL, above, 200.0)
    assert len(white(viewed, AXIAL)[0]) == 0
    unmarked = landmarkSet([item for item in position.marks.landmarks.values() if not item.name.startswith("L3_")])
    assert levelsCut(unmarked, case.chain, plane) == ()  # it may be any level there


def test_names_are_switched_off_and_on(viewed, names, position, sagittal):
    names.show(position.marks, sagittal, True)
    aim(viewed, sagittal, SAGITTAL, middle(position, "L3"))
    shown = len(white(viewed, SAGITTAL)[0])
    names.showIn({})
    assert (shown > 50, len(white(viewed, SAGITTAL)[0])) == (True, 0)
    names.showIn(TAGS)
    assert len(white(viewed, SAGITTAL)[0]) == shown


def test_a_name_follows_its_vertebra_and_no_other_moves(viewed, names, case, position, sagittal):
    names.show(position.marks, sagittal, True)
    (node,) = [item for item in viewed.derived() if SAGITTAL in item.GetName()]
    before = [node.GetNthControlPointPosition(index) for index in range(node.GetNumberOfControlPoints())]
    moved = {name: replace(item, point_RAS=tuple(np.add(item.point_RAS, (0, 2, 5))))
             for name, item in position.marks.landmarks.items() if name.startswith("L3_") and item.point_RAS}
    marks = landmarkSet([moved.get(name, item) for name, item in position.marks.landmarks.items()])
    names.update(marks, "L3")
    shift = np.subtract([node.GetNthControlPointPosition(i) for i in range(len(before))], before)
    at = case.chain.levels.index("L3")
    assert shift[at] == pytest.approx((0, 2, 5), abs=1e-9)
    assert np.abs(np.delete(shift, at, axis=0)).max() == 0.0


def test_a_level_without_marks_has_no_name_and_a_bone_without_corners_is_named_at_its_front(sagittal):
    marks = landmarkSet([Landmark("C1_AAP", (0.0, 12.0, 50.0)), Landmark("C3_SP", (0.0, 0.0, 20.0))])
    assert namePoint(marks, "C2", SAGITTAL, sagittal) is None
    one = np.array(namePoint(marks, "C1", SAGITTAL, sagittal))
    assert np.linalg.norm(one - (0.0, 12.0, 50.0)) == pytest.approx(3.0)
    back = np.array(namePoint(marks, "C3", SAGITTAL, sagittal)) - (0.0, 0.0, 20.0)
    assert back @ np.array(sagittal.right_RAS) < -10.0  # before a body whose back corner only is marked


def test_names_can_neither_be_grabbed_nor_counted_as_marks(viewed, names, position, sagittal):
    names.show(position.marks, sagittal, False, {"L4": "check"})
    for node in viewed.derived():
        assert node.GetLocked()
        assert node.GetHideFromEditors()
        assert not node.GetSaveWithScene()
    (node,) = [item for item in viewed.derived() if SAGITTAL in item.GetName()]
    texts = {node.GetNthControlPointLabel(index) for index in range(node.GetNumberOfControlPoints())}
    assert {"L3?", "L4? check"} <= texts


def test_the_names_are_made_anew_after_the_scene_was_closed(viewed, names, position, sagittal):
    names.show(position.marks, sagittal, True)
    viewed.scene.Clear(False)
    names.update(position.marks, "L3")
    names.showIn(TAGS)
    assert viewed.derived() == []
    names.show(position.marks, sagittal, True)
    aim(viewed, sagittal, SAGITTAL, middle(position, "L3"))
    assert len(white(viewed, SAGITTAL)[0]) > 50
    names.remove()
    assert viewed.derived() == []
