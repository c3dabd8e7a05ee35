"""What a user had on the screen comes back when the module is left."""

from __future__ import annotations

import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Scene.CaseRoles import WRITTEN_NAME_ATTRIBUTE
from DynamicSpineLib.Scene.Views.Layouts import applyMarkingLayout, applyPositionsLayout
from DynamicSpineLib.Scene.Views.SavedViews import interactionNode, layoutNode, restoreViews, saveViews, selectionNode

RED_ONLY, SIDE_BY_SIDE = 6, 29


def pointList(scene, name, ours=False):
    node = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", name)
    if ours:
        node.SetAttribute(WRITTEN_NAME_ATTRIBUTE, name)
    return node


def placeInto(scene, node, persistent=True):
    selectionNode(scene).SetReferenceActivePlaceNodeClassName(node.GetClassName())
    selectionNode(scene).SetActivePlaceNodeID(node.GetID())
    interactionNode(scene).SetPlaceModePersistence(persistent)
    interactionNode(scene).SetCurrentInteractionMode(interactionNode(scene).Place)


def mouse(scene):
    interaction, selection = interactionNode(scene), selectionNode(scene)
    return (interaction.GetInteractionModeAsString(), bool(interaction.GetPlaceModePersistence()),
            selection.GetActivePlaceNodeID())


@pytest.fixture
def entered(laidOut):
    """Enter the module with the red view alone, and mark into a list of ours."""
    layoutNode(laidOut).SetViewArrangement(RED_ONLY)

    def enter(before=None):
        if before is not None:
            placeInto(laidOut, before, False)
        saved = saveViews(laidOut)
        applyMarkingLayout(layoutNode(laidOut))
        placeInto(laidOut, pointList(laidOut, "supine", ours=True))
        return saved

    interactionNode(laidOut).SetCurrentInteractionMode(interactionNode(laidOut).ViewTransform)
    return enter


def test_layout_mouse_mode_and_list_come_back(laidOut, entered):
    users = pointList(laidOut, "mine")
    saved = entered(users)
    assert mouse(laidOut)[2] != users.GetID()
    restoreViews(laidOut, saved)
    assert layoutNode(laidOut).GetViewArrangement() == RED_ONLY
    assert mouse(laidOut) == ("Place", False, users.GetID())


def test_without_placing_before_nothing_is_placed_after(laidOut, entered):
    saved = entered()
    restoreViews(laidOut, saved)
    assert mouse(laidOut)[:2] == ("ViewTransform", False)
    assert not mouse(laidOut)[2]


def test_what_was_there_comes_back_though_the_scene_was_closed_meanwhile(laidOut, entered):
    saved = entered(pointList(laidOut, "mine"))
    laidOut.Clear(False)
    restoreViews(laidOut, saved)
    assert layoutNode(laidOut).GetViewArrangement() == RED_ONLY
    assert mouse(laidOut)[0] == "ViewTransform"  # a click would start a new list instead of the one that is gone


def test_a_layout_that_the_user_chose_inside_stays(laidOut, entered):
    saved = entered()
    layoutNode(laidOut).SetViewArrangement(SIDE_BY_SIDE)
    restoreViews(laidOut, saved)
    assert layoutNode(laidOut).GetViewArrangement() == SIDE_BY_SIDE


def test_placing_into_a_list_of_the_user_goes_on(laidOut, entered):
    saved = entered()
    users = pointList(laidOut, "mine")
    placeInto(laidOut, users)
    restoreViews(laidOut, saved)
    assert mouse(laidOut) == ("Place", True, users.GetID())


def test_entering_again_from_our_own_layout_remembers_what_was_before_it(laidOut, entered):
    first = entered()
    again = saveViews(laidOut, first)
    applyPositionsLayout(layoutNode(laidOut), 3)
    restoreViews(laidOut, again)
    assert layoutNode(laidOut).GetViewArrangement() == RED_ONLY


def test_a_reloaded_module_that_remembers_nothing_leaves_with_slicers_first_layout(laidOut, entered):
    entered()
    restoreViews(laidOut, saveViews(laidOut))
    layout = layoutNode(laidOut)
    assert layout.GetViewArrangement() == layout.SlicerLayoutInitialView


def test_a_maximized_view_of_the_user_is_maximized_again(laidOut, entered):
    red = laidOut.GetSingletonNode("Red", "vtkMRMLSliceNode")
    layoutNode(laidOut).AddMaximizedViewNode(red)
    saved = entered()
    ours = laidOut.GetSingletonNode("DynamicSpineSagittal", "vtkMRMLSliceNode")
    layoutNode(laidOut).AddMaximizedViewNode(ours)
    restoreViews(laidOut, saved)
    layout = layoutNode(laidOut)
    assert (layout.IsMaximizedViewNode(red), layout.IsMaximizedViewNode(ours)) == (True, False)


def test_a_scene_without_an_application_is_left_alone():
    from slicer import vtkMRMLScene

    scene = vtkMRMLScene()
    assert saveViews(scene) is None
    restoreViews(scene, None)
    assert scene.GetNumberOfNodes() == 0
