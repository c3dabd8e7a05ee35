"""The outlines of marks as Slicer draws them into slice views."""

from __future__ import annotations

import zipfile
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Scene.CaseScene import readCaseFromScene
from DynamicSpineLib.Scene.PicturePlane import axialPlane, sagittalPlane
from DynamicSpineLib.Scene.SceneFiles import saveScene
from DynamicSpineLib.Scene.Views.Layouts import AXIAL, SAGITTAL
from DynamicSpineLib.Scene.Views.MarkLook import CIRCLE, DIAMOND, SQUARE, TRIANGLE, ShownMark
from DynamicSpineLib.Scene.Views.MarkShapes import MarkShapes
from DynamicSpineLib.Scene.Views.SlicePlacing import placeSlice
from DynamicSpineLib.Scene.Views.ViewNodes import showVolume

TAGS = {SAGITTAL: ("DynamicSpineSagittal",), AXIAL: ("DynamicSpineAxial",)}
CENTER = (2.0, -10.0, 30.0)
ACROSS = sagittalPlane(CENTER, (0.05, 1.0, 0.1), (0.0, -0.1, 1.0))
ALONG = axialPlane(CENTER, (0.05, 1.0, 0.1), (0.0, -0.1, 1.0))
FIELD = (72.0, 72.0)  # 0.2 mm per pixel in the sagittal view, which is 360 pixels wide
BLUE, ORANGE = (86, 180, 233), (230, 120, 0)


def mark(name="L4_SA", right=0.0, up=0.0, toward=0.0, shape=CIRCLE, color=BLUE, radiusMm=4.0):
    """A mark some mm from the middle of the sagittal view."""
    point = (ACROSS.sliceToRAS @ [right, up, toward, 1.0])[:3]
    return ShownMark(name, tuple(map(float, point)), shape, color, radiusMm)


@pytest.fixture
def shapes(viewed):
    """Outlines in a sagittal and an axial view without a volume, through the same point."""
    for kind, plane in ((SAGITTAL, ACROSS), (AXIAL, ALONG)):
        view = viewed.view(TAGS[kind][0])
        showVolume(view, None)
        placeSlice(view, plane, FIELD, 1.0)
    made = MarkShapes(viewed.scene, "case supine", TAGS)

    def show(*marks, front=""):
        made.show(marks, {SAGITTAL: ACROSS, AXIAL: ALONG}, None, front)
        return made

    return show


def drawn(viewed, kind=SAGITTAL, color=BLUE):
    """Pixels right of and above the middle of a view that have a color, (n, 2)."""
    picture = viewed.pixels(TAGS[kind][0]).astype(int)
    rows, columns = np.nonzero(np.abs(picture - color).max(axis=2) < 60)
    return np.column_stack([columns + 0.5 - picture.shape[1] / 2, picture.shape[0] / 2 - rows - 0.5])


def reach(pixels, angleDeg):
    """How far pixels reach from their middle in a direction."""
    angle = np.radians(angleDeg)
    return float(((pixels - pixels.mean(axis=0)) @ [np.cos(angle), np.sin(angle)]).max())


def test_a_mark_is_drawn_as_an_outline_around_its_point_in_its_color(viewed, shapes):
    shapes(mark(right=10.0, up=-8.0))
    pixels = drawn(viewed)
    middle, radius = pixels.mean(axis=0), np.linalg.norm(pixels - pixels.mean(axis=0), axis=1)
    assert middle == pytest.approx((50.0, -40.0), abs=1.5)
    assert radius.mean() == pytest.approx(20.0, abs=1.0)
    assert np.ptp(radius) < 5.0  # an outline: inside of it the anatomy is seen


def test_two_vertebrae_are_drawn_in_their_two_colors(viewed, shapes):
    shapes(mark(right=-15.0), mark("L5_SA", right=15.0, color=ORANGE))
    assert drawn(viewed).mean(axis=0)[0] < -60
    assert drawn(viewed, color=ORANGE).mean(axis=0)[0] > 60


def test_every_status_has_a_shape_of_its_own(viewed, shapes):
    found = {}
    for shape in (CIRCLE, SQUARE, DIAMOND, TRIANGLE):
        shapes(mark(shape=shape))
        pixels = drawn(viewed)
        found[shape] = [reach(pixels, angle) for angle in (0, 45, 90, 270)]
    right, corner, _, _ = found[CIRCLE]
    assert corner == pytest.approx(right, rel=0.1)
    right, corner, _, _ = found[SQUARE]
    assert corner > 1.3 * right
    right, corner, _, _ = found[DIAMOND]
    assert right > 1.3 * corner
    _, _, top, bottom = found[TRIANGLE]
    assert top > 1.4 * bottom


@pytest.mark.parametrize("offMm", [-1.8, 1.8])
def test_beside_the_slice_a_mark_is_drawn_at_its_foot_in_the_same_size(viewed, shapes, offMm):
    shapes(mark(right=6.0))
    inSlice = drawn(viewed)
    shapes(mark(right=6.0, toward=offMm))
    beside = drawn(viewed)
    assert beside.mean(axis=0) == pytest.approx(inSlice.mean(axis=0), abs=0.5)
    assert reach(beside, 30) == pytest.approx(reach(inSlice, 30), abs=1.0)


def test_far_from_the_slice_nothing_is_drawn(viewed, shapes):
    shapes(mark(toward=2.5), mark("L4_SP", toward=-12.0))
    assert len(drawn(viewed)) == 0
    assert len(drawn(viewed, AXIAL)) > 20  # whose slice they are in


def test_across_the_spine_a_mark_has_its_shape_too(viewed, shapes):
    shapes(mark(shape=SQUARE))
    pixels = drawn(viewed, AXIAL)
    assert pixels.mean(axis=0) == pytest.approx((0.0, 0.0), abs=1.5)
    assert reach(pixels, 45) > 1.2 * reach(pixels, 0)  # 12 pixels of it are seen here


def test_a_dragged_mark_moves_alone(viewed, shapes):
    made = shapes(mark(right=-15.0), mark("L5_SA", right=15.0, color=ORANGE))
    other = drawn(viewed, color=ORANGE)
    for step in range(1, 6):
        assert made.update(mark(right=-15.0 + step, up=2.0 * step))
    assert drawn(viewed).mean(axis=0) == pytest.approx((-50.0, 50.0), abs=1.5)
    assert drawn(viewed, color=ORANGE) == pytest.approx(other)
    assert not made.update(mark("L3_SA"))


def test_from_the_second_step_on_dragging_touches_no_other_mark(viewed, shapes):
    made = shapes(mark(right=-15.0), *(mark(f"L{n}_IP", right=3.0 * n) for n in range(1, 5)))
    made.update(mark(right=-14.0))
    meshes = {node.GetID(): node.GetPolyData() for node in viewed.derived()}
    before = {key: mesh.GetMTime() for key, mesh in meshes.items()}
    made.update(mark(right=-13.0))
    changed = [meshes[key].GetNumberOfPoints() for key in meshes if meshes[key].GetMTime() != before[key]]
    assert len(changed) == 2  # one for each kind of view
    assert len(set(changed)) == 1
    assert changed[0] < min(mesh.GetNumberOfPoints() for key, mesh in meshes.items()
                            if mesh.GetMTime() == before[key])


def test_a_confirmed_mark_changes_its_shape_and_a_dimmed_one_its_color_at_once(viewed, shapes):
    made = shapes(mark(shape=DIAMOND), mark("L5_SA", right=20.0))
    made.update(mark(shape=SQUARE))
    made.update(mark("L5_SA", right=20.0, color=ORANGE))
    pixels = drawn(viewed)
    assert reach(pixels, 45) > 1.3 * reach(pixels, 0)
    assert drawn(viewed, color=ORANGE).mean(axis=0) == pytest.approx((100.0, 0.0), abs=1.5)


def test_the_mark_to_be_dragged_is_drawn_like_all_others(viewed, shapes):
    shapes(mark(right=-10.0), mark("L5_SA", right=10.0))
    together = drawn(viewed)
    shapes(mark(right=-10.0), mark("L5_SA", right=10.0), front="L5_SA")
    assert drawn(viewed) == pytest.approx(together)


def test_removed_marks_vanish_and_a_hidden_position_is_not_drawn(viewed, shapes):
    made = shapes(mark(), mark("L5_SA", right=20.0, color=ORANGE))
    shapes(mark())
    assert len(drawn(viewed, color=ORANGE)) == 0
    made.showIn({SAGITTAL: TAGS[SAGITTAL]})
    assert (len(drawn(viewed)) > 20, len(drawn(viewed, AXIAL))) == (True, 0)
    made.showIn({})
    assert len(drawn(viewed)) == 0
    shapes()
    made.showIn(TAGS)
    assert len(drawn(viewed)) == 0


def test_the_users_views_show_none_of_it(viewed, shapes):
    red = viewed.view("Red")
    placeSlice(red, ACROSS, FIELD, 1.0)
    shapes(mark())
    assert len(drawn(viewed)) > 20
    assert not np.any(np.abs(viewed.pixels("Red").astype(int) - BLUE).max(axis=2) < 60)


def test_marks_move_with_the_transform_that_the_volume_is_under(viewed, openCase, shapes, putUnder):
    made, volume = shapes(mark()), openCase.volume("SUP_N")
    matrix = np.eye(4)
    matrix[:3, 3] = 10.0 * np.array(ACROSS.up_RAS)
    putUnder(matrix, volume)
    made.follow(volume)
    assert drawn(viewed).mean(axis=0) == pytest.approx((0.0, 50.0), abs=1.5)
    made.follow(None)
    assert drawn(viewed).mean(axis=0) == pytest.approx((0.0, 0.0), abs=1.5)


def test_what_a_user_deleted_or_a_closed_scene_removed_is_made_anew(viewed, shapes):
    made = shapes(mark())
    for node in viewed.derived():
        viewed.scene.RemoveNode(node)
    assert len(drawn(viewed)) == 0
    assert made.update(mark(right=3.0))  # nothing to draw in, and no error
    made.showIn(TAGS)
    shapes(mark(right=5.0))
    assert drawn(viewed).mean(axis=0) == pytest.approx((25.0, 0.0), abs=1.5)
    viewed.scene.Clear(False)
    for kind, plane in ((SAGITTAL, ACROSS), (AXIAL, ALONG)):
        placeSlice(viewed.view(TAGS[kind][0]), plane, FIELD, 1.0)
    shapes(mark(right=5.0))
    assert len(drawn(viewed)) > 20
    assert len(viewed.derived()) == 4


def test_scenes_closed_and_nodes_deleted_again_and_again_do_not_crash_the_application(runPython):
    result = runPython("""
import gc
from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication
from DynamicSpineLib.Scene.PicturePlane import sagittalPlane
scene = headlessApplication().scene
from DynamicSpineLib.Scene.Views.MarkLook import CIRCLE, ShownMark
from DynamicSpineLib.Scene.Views.MarkShapes import MarkShapes
plane = sagittalPlane((0, 0, 0), (0, 1, 0), (0, 0, 1))
shapes = MarkShapes(scene, "case", {"Sagittal": ()})
for turn in range(24):
    marks = [ShownMark(f"L{n}_SA", (turn, n, 0.0), CIRCLE, (1, 2, 3), 1.0) for n in range(1, 3 + turn % 3)]
    shapes.show(marks, {"Sagittal": plane}, None, "L1_SA")
    made = [scene.GetNthNodeByClass(index, "vtkMRMLModelNode")
            for index in range(scene.GetNumberOfNodesByClass("vtkMRMLModelNode"))]
    assert len(made) == 2
    [lambda: scene.Clear(False), shapes.remove, lambda: [scene.RemoveNode(node) for node in made],
     lambda: scene.RemoveNode(made[turn % 2])][turn % 4]()
    del made
    gc.collect()
    shapes.update(ShownMark("L2_SA", (0.0, turn, 9.0), CIRCLE, (1, 2, 3), 1.0))
    churn = [bytearray(4096) for _ in range(200)]
print("alive")
""")
    assert (result.returncode, result.stdout.strip()) == (0, "alive"), result.stderr


@pytest.mark.usefixtures("openCase")
def test_the_outlines_are_no_part_of_the_case_and_of_no_list_of_the_application(viewed, shapes):
    before = readCaseFromScene(viewed.scene)
    shapes(mark())
    assert readCaseFromScene(viewed.scene) == before
    for node in viewed.derived():
        assert node.GetHideFromEditors()
        assert not node.GetSaveWithScene()
        assert not node.GetDisplayNode().GetSaveWithScene()


@pytest.mark.usefixtures("openCase")
def test_a_saved_scene_holds_none_of_it(viewed, shapes, tmp_path):
    shapes(mark())
    path = tmp_path / "case.mrb"
    saveScene(viewed.scene, path)
    with zipfile.ZipFile(path) as bundle:
        names = bundle.namelist()
        text = next(bundle.read(name).decode() for name in names if name.endswith(".mrml"))
    assert "DynamicSpine.Derived" not in text
    assert not [name for name in names if name.endswith((".vtk", ".vtp"))]
    assert "SUP_N" in text


def test_each_owners_drawing_is_removed_without_that_of_others(viewed, shapes):
    other = MarkShapes(viewed.scene, "case standing", {SAGITTAL: TAGS[SAGITTAL]})
    other.show([mark(color=ORANGE)], {SAGITTAL: ACROSS})
    made = shapes(mark(right=15.0))
    made.remove()
    assert len(drawn(viewed)) == 0
    assert len(drawn(viewed, color=ORANGE)) > 20
    other.remove()
    assert viewed.derived() == []


def test_a_mark_drawn_as_it_is_already_asks_for_no_rendering(viewed, shapes):
    made = shapes(mark(), mark("L5_SA", right=9.0))
    made.update(mark())
    before = [node.GetPolyData().GetMTime() for node in viewed.derived()]
    made.update(mark())
    shapes(mark("L5_SA", right=9.0), mark(), front="L4_SA")
    assert [node.GetPolyData().GetMTime() for node in viewed.derived()] == before
    assert made.update(replace(mark(), color=ORANGE))
    assert [node.GetPolyData().GetMTime() for node in viewed.derived()] != before
