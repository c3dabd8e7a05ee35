"""Where a placed slice view looks, by Slicer's own map from pixels to the world."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Scene.PicturePlane import PicturePlane, axialPlane, sagittalPlane
from DynamicSpineLib.Scene.Views.SlicePlacing import (
    bringTo,
    placeSlice,
    planeInFrame,
    planeInWorld,
    shownPlane,
    viewSize,
)

SAGITTAL_TAG, AXIAL_TAG = "DynamicSpineSagittal", "DynamicSpineAxial"
TURNED = sagittalPlane((3.0, -20.0, 40.0), (0.1, 1.0, 0.3), (0.05, -0.3, 1.0))


def worldOf(view, column, row):
    """The world point of a pixel, counted from the lower left corner."""
    return np.array(view.GetXYToRAS().MultiplyPoint((column, row, 0.0, 1.0))[:3])


def pixelOf(view, point):
    """Column, row and depth of a world point in a view."""
    from vtkmodules.vtkCommonMath import vtkMatrix4x4

    inverse = vtkMatrix4x4()
    vtkMatrix4x4.Invert(view.GetXYToRAS(), inverse)
    return np.array(inverse.MultiplyPoint((*point, 1.0))[:3])


def through(point):
    """The plane of the view through another point."""
    return PicturePlane(point, TURNED.right_RAS, TURNED.up_RAS)


def beside(plane, right, up, toward=0.0):
    """The point some mm right of, above and in front of a plane's center."""
    return tuple(float(item) for item in (plane.sliceToRAS @ [right, up, toward, 1.0])[:3])


@pytest.fixture
def view(viewed):
    node = viewed.view(SAGITTAL_TAG)
    placeSlice(node, TURNED, (100.0, 100.0), 4.0)
    return node


def test_the_center_of_the_plane_is_in_the_middle_of_the_view(view):
    columns, rows = viewSize(view)
    assert worldOf(view, columns / 2, rows / 2) == pytest.approx(TURNED.center_RAS, abs=1e-9)
    step = worldOf(view, columns / 2 + 10, rows / 2) - TURNED.center_RAS
    assert step / np.linalg.norm(step) == pytest.approx(TURNED.right_RAS, abs=1e-9)


@pytest.mark.parametrize("tag", [SAGITTAL_TAG, "DynamicSpine2", "DynamicSpine3"])
@pytest.mark.parametrize("field", [(100.0, 40.0), (40.0, 100.0)])
def test_pixels_are_square_and_the_field_is_seen_whole(viewed, tag, field):
    node = viewed.view(tag)
    placeSlice(node, TURNED, field)
    columns, rows = viewSize(node)
    across = np.linalg.norm(worldOf(node, columns, 0) - worldOf(node, 0, 0))
    along = np.linalg.norm(worldOf(node, 0, rows) - worldOf(node, 0, 0))
    assert across / columns == pytest.approx(along / rows)
    assert across >= field[0] - 1e-6
    assert along >= field[1] - 1e-6
    assert min(across - field[0], along - field[1]) == pytest.approx(0.0, abs=1e-6)


def test_what_the_user_dragged_into_the_middle_is_what_is_shown(view):
    view.SetSliceOrigin(12.0, -7.0, 0.0)  # what Slicer does when a slice is dragged
    columns, rows = viewSize(view)
    assert shownPlane(view).center_RAS == pytest.approx(worldOf(view, columns / 2, rows / 2), abs=1e-9)


def test_another_slice_is_reached_along_the_normal_with_zoom_and_pan_as_they_are(view):
    view.SetSliceOrigin(12.0, -7.0, 0.0)
    fixed = beside(TURNED, 15.0, 5.0)
    before, field = pixelOf(view, fixed), view.GetFieldOfView()
    assert bringTo(view, through(beside(TURNED, 20.0, -15.0, 6.0)))
    after = pixelOf(view, fixed)
    assert after[:2] == pytest.approx(before[:2], abs=1e-6)
    assert view.GetFieldOfView() == field
    assert pixelOf(view, beside(TURNED, 20.0, -15.0, 6.0))[2] == pytest.approx(0.0, abs=1e-9)


def test_a_point_out_of_sight_comes_into_the_middle_at_the_same_zoom(view):
    field, target = view.GetFieldOfView(), beside(TURNED, 90.0, 10.0, 2.0)
    assert bringTo(view, through(target))
    columns, rows = viewSize(view)
    assert pixelOf(view, target)[:2] == pytest.approx((columns / 2, rows / 2), abs=1e-6)
    assert view.GetFieldOfView() == field


def test_a_view_that_shows_the_point_already_is_not_touched(view):
    changes = []
    tag = view.AddObserver("ModifiedEvent", lambda *_: changes.append(1))
    assert not bringTo(view, through(beside(TURNED, 20.0, -15.0)))
    assert not bringTo(view, TURNED, 4.0)
    view.RemoveObserver(tag)
    assert changes == []


def test_placing_is_one_change_for_everything_that_draws_the_view():
    from slicer import vtkMRMLSliceNode

    view, changes = vtkMRMLSliceNode(), []  # alone: Slicer's own logic answers with a change of its own
    view.AddObserver("ModifiedEvent", lambda *_: changes.append(1))
    placeSlice(view, axialPlane((0.0, 5.0, 9.0), (0, 1, 0), (0, 0, 1)), (60.0, 60.0), 2.0)
    assert len(changes) == 1


def test_a_view_that_must_turn_keeps_its_middle_where_the_target_stays_in_sight(view):
    target = beside(TURNED, 10.0, 10.0, 3.0)
    turned = sagittalPlane(target, (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
    middle = np.array(shownPlane(view).center_RAS)
    assert bringTo(view, turned, 4.0)
    shown = shownPlane(view)
    assert shown.right_RAS == pytest.approx(turned.right_RAS)
    normal = turned.sliceToRAS[:3, 2]
    moved = np.array(shown.center_RAS) - middle
    assert moved == pytest.approx((moved @ normal) * normal, abs=1e-9)  # straight onto the new slice
    assert pixelOf(view, target)[2] == pytest.approx(0.0, abs=1e-9)


def transformOf(angleDeg, shift):
    angle = np.radians(angleDeg)
    matrix = np.eye(4)
    matrix[:3, :3] = [[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]]
    matrix[:3, 3] = shift
    return matrix


def test_a_plane_moves_with_the_volume_that_a_user_has_transformed(openCase, putUnder):
    volume, matrix = openCase.volume("SUP_N"), transformOf(35.0, (4.0, -60.0, 25.0))
    assert planeInWorld(TURNED, volume) == TURNED
    putUnder(matrix, volume)
    moved = planeInWorld(TURNED, volume)
    assert moved.sliceToRAS == pytest.approx(matrix @ TURNED.sliceToRAS, abs=1e-9)
    assert planeInFrame(moved, volume).sliceToRAS == pytest.approx(TURNED.sliceToRAS, abs=1e-9)


def test_the_same_anatomy_is_drawn_whatever_transform_the_volume_is_under(openCase, putUnder, viewed):
    from DynamicSpineLib.Scene.Views.ViewNodes import showVolume

    volume, view = openCase.volume("SUP_N"), viewed.view(SAGITTAL_TAG)
    corner = openCase.case.position("SUP_N").geometry.origin_RAS  # beside it the volume is bright
    plane = sagittalPlane(corner, (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))

    def drawn():
        placeSlice(view, planeInWorld(plane, volume), (120.0, 120.0))
        return viewed.pixels(SAGITTAL_TAG).astype(int)

    assert showVolume(view, volume)
    before = drawn()
    transform = putUnder(transformOf(35.0, (4.0, -60.0, 25.0)), volume)
    assert before.max() - before.min() > 200
    assert np.abs(drawn() - before).mean() < 1.0
    volume.SetAndObserveTransformNodeID(None)
    unplaced = planeInWorld(plane, None)
    volume.SetAndObserveTransformNodeID(transform.GetID())
    placeSlice(view, unplaced, (120.0, 120.0))
    assert np.abs(viewed.pixels(SAGITTAL_TAG).astype(int) - before).mean() > 5.0  # the transform is seen at all


def test_a_bent_transform_gives_a_plane_with_square_axes(openCase, viewed):
    from vtkmodules.vtkCommonCore import vtkPoints
    from vtkmodules.vtkCommonTransforms import vtkThinPlateSplineTransform

    source, target = vtkPoints(), vtkPoints()
    generator = np.random.default_rng(4)
    for corner in np.array([(i, j, k) for i in (-1, 1) for j in (-1, 1) for k in (-1, 1)]) * 80.0:
        source.InsertNextPoint(corner)
        target.InsertNextPoint(corner + generator.normal(scale=9.0, size=3))
    bent = vtkThinPlateSplineTransform()
    bent.SetSourceLandmarks(source)
    bent.SetTargetLandmarks(target)
    bent.SetBasisToR()
    node = viewed.scene.AddNewNodeByClass("vtkMRMLTransformNode")
    node.SetAndObserveTransformToParent(bent)
    volume = openCase.volume("SUP_N")
    volume.SetAndObserveTransformNodeID(node.GetID())
    axes = planeInWorld(TURNED, volume).sliceToRAS
    assert axes[:3, :3].T @ axes[:3, :3] == pytest.approx(np.eye(3), abs=1e-9)
    assert axes[:3, 3] == pytest.approx(bent.TransformPoint(*TURNED.center_RAS), abs=1e-9)
