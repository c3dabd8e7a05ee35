"""In which views Slicer shows the point lists and curves of a case, and that they can be grabbed there."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Scene.CaseRoles import contourNodes
from DynamicSpineLib.Scene.CaseScene import readCaseFromScene
from DynamicSpineLib.Scene.Views.MarkDisplay import freeMarks, showMarks
from DynamicSpineLib.Scene.Views.PositionPlanes import midsagittalPlane
from DynamicSpineLib.Scene.Views.SlicePlacing import placeSlice
from DynamicSpineLib.Scene.Views.ViewNodes import showVolume, viewIds

TAG, OTHER = "DynamicSpineSagittal", "DynamicSpine1"


@pytest.fixture
def sagittalView(viewed, openCase):
    """The midsagittal plane around L3 in a view without a volume."""
    view, position = viewed.view(TAG), openCase.case.position("SUP_N")
    viewed.view(OTHER)
    showVolume(view, None)
    plane = midsagittalPlane(position, openCase.chain)
    center = np.mean([position.marks.point(f"L3_{code}") for code in ("SA", "SP", "IA", "IP")], axis=0)
    placeSlice(view, type(plane)(tuple(map(float, center)), plane.right_RAS, plane.up_RAS), (70.0, 70.0), 4.0)
    return view


def lit(viewed, tag=TAG):
    return int((viewed.pixels(tag).max(axis=2) > 120).sum())


def pixelOf(view, point):
    from vtkmodules.vtkCommonMath import vtkMatrix4x4

    inverse = vtkMatrix4x4()
    vtkMatrix4x4.Invert(view.GetXYToRAS(), inverse)
    return [round(item) for item in inverse.MultiplyPoint((*point, 1.0))[:2]]


@pytest.mark.usefixtures("sagittalView")
def test_points_are_shown_in_the_views_of_their_position_only(viewed, openCase):
    showMarks(openCase.node, "ST_F", ())
    showMarks(openCase.node, "ST_E", ())
    showMarks(openCase.node, "SUP_N", ())
    assert lit(viewed) == 0
    showMarks(openCase.node, "SUP_N", (TAG,))
    assert 20 < lit(viewed) < 1500  # small: the anatomy below is seen
    assert tuple(openCase.points("SUP_N").GetDisplayNode().GetViewNodeIDs()) == viewIds((TAG,))
    showMarks(openCase.node, "SUP_N", (OTHER,))
    assert lit(viewed) == 0


@pytest.mark.usefixtures("sagittalView")
def test_labels_and_points_beside_the_slice_are_asked_for(viewed, openCase):
    for other in ("ST_F", "ST_E"):
        showMarks(openCase.node, other, ())
    showMarks(openCase.node, "SUP_N", (TAG,))
    plain = lit(viewed)
    showMarks(openCase.node, "SUP_N", (TAG,), withLabels=True)
    assert lit(viewed) > 2 * plain
    showMarks(openCase.node, "SUP_N", (TAG,), withOffSlice=True)
    display = openCase.points("SUP_N").GetDisplayNode()
    assert display.GetSliceProjection()
    assert display.GetSliceProjectionOpacity() < 0.5
    showMarks(openCase.node, "SUP_N", (TAG,))
    assert lit(viewed) == plain


def test_the_curves_of_a_place_are_shown_with_their_position_and_those_of_others_are_not(openCase):
    curves = contourNodes(openCase.node, "SUP_N")
    showMarks(openCase.node, "SUP_N", (TAG,))
    assert len(curves) == 2
    assert [curve.GetDisplayNode() for curve in curves] == [None, None]  # Slicer takes time for each that exists
    showMarks(openCase.node, "SUP_N", (TAG,), curvesOf=("L3L4",))
    assert [curve.GetDisplayNode() for curve in curves] == [None, None]
    showMarks(openCase.node, "SUP_N", (TAG,), curvesOf=("L4L5", "L4"))
    displays = [curve.GetDisplayNode() for curve in curves]
    assert all(item.GetVisibility() and tuple(item.GetViewNodeIDs()) == viewIds((TAG,)) for item in displays)
    assert not any(item.GetPropertiesLabelVisibility() for item in displays)
    showMarks(openCase.node, "SUP_N", (TAG,), withLabels=True, curvesOf=("L4L5", "L4"))
    assert all(item.GetPropertiesLabelVisibility() for item in displays)
    showMarks(openCase.node, "SUP_N", (TAG,))
    assert not any(item.GetVisibility() for item in displays)
    assert openCase.points("SUP_N").GetDisplayNode().GetVisibility()


def test_a_shown_point_is_dragged_by_the_mouse(viewed, openCase, sagittalView):
    points = openCase.points("SUP_N")
    showMarks(openCase.node, "SUP_N", (TAG,))
    viewed.pixels(TAG)
    index = points.GetControlPointIndexByLabel("L3_SA")
    x, y = pixelOf(sagittalView, points.GetNthControlPointPosition(index))
    before = np.array(points.GetNthControlPointPosition(index))
    interactor = viewed.interactor(TAG)
    for at, events in (((x, y), ("EnterEvent", "MouseMoveEvent", "LeftButtonPressEvent")),
                       ((x + 9, y + 4), ("MouseMoveEvent",)), ((x + 18, y + 8), ("MouseMoveEvent",)),
                       ((x + 18, y + 8), ("LeftButtonReleaseEvent",))):
        interactor.SetEventInformation(*at, 0, 0)
        for event in events:
            interactor.InvokeEvent(event)
    moved = np.linalg.norm(np.array(points.GetNthControlPointPosition(index)) - before)
    pixelMm = sagittalView.GetFieldOfView()[0] / sagittalView.GetDimensions()[0]
    assert moved == pytest.approx(np.hypot(18, 8) * pixelMm, abs=2 * pixelMm)


def test_showing_changes_nothing_of_the_case(viewed, openCase):
    before = readCaseFromScene(viewed.scene)
    showMarks(openCase.node, "SUP_N", (TAG,), withLabels=True, withOffSlice=True, curvesOf=("L4L5",))
    freeMarks(openCase.node, ["SUP_N", "ST_F", "ST_E"], "ST_F")
    assert readCaseFromScene(viewed.scene) == before


def test_marks_are_given_back_to_slicers_own_views(openCase):
    keys = ["SUP_N", "ST_F", "ST_E"]
    for key in keys:
        showMarks(openCase.node, key, (TAG,))
    freeMarks(openCase.node, keys, "ST_F")
    displays = {key: openCase.points(key).GetDisplayNode() for key in keys}
    assert {key: bool(display.GetVisibility()) for key, display in displays.items()} == {
        "SUP_N": False, "ST_F": True, "ST_E": False}
    assert all(display.IsDisplayableInView("vtkMRMLSliceNodeRed") for display in displays.values())


def test_a_deleted_list_or_display_is_passed_over(viewed, openCase):
    viewed.scene.RemoveNode(openCase.points("SUP_N").GetDisplayNode())
    viewed.scene.RemoveNode(openCase.points("ST_F"))
    for key in ("SUP_N", "ST_F", "ST_E", "no such position"):
        showMarks(openCase.node, key, (TAG,))
    assert openCase.points("ST_E").GetDisplayNode().GetVisibility()
