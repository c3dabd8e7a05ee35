"""Placing by real mouse events in Slicer's slice views."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Scene.CaseRoles import WRITTEN_NAME_ATTRIBUTE
from DynamicSpineLib.Scene.LandmarkNodes import addLandmarkNode
from DynamicSpineLib.Scene.Views.PlaceMode import activeList, startPlacing, stopPlacing
from DynamicSpineLib.Scene.Views.SavedViews import interactionNode, selectionNode
from DynamicSpineLib.Scene.Views.ViewNodes import showOnlyIn
from DynamicSpineLib.Study.Marks import Landmark

NAMES = ("L4_SA", "L4_SP", "L4_IA", "L4_IP", "L5_SA")
OWN, OTHER = "DynamicSpineSagittal", "DynamicSpineAxial"
CHAIN = Chain(("L4", "L5"))


def listOf(viewed, tag=OWN, landmarks=()):
    node = addLandmarkNode(viewed.scene, "supine", {item.name: item for item in landmarks}, NAMES)
    node.SetAttribute(WRITTEN_NAME_ATTRIBUTE, "supine")
    showOnlyIn(node.GetDisplayNode(), (tag,))
    return node


@pytest.fixture
def mouse(viewed):
    """Move the mouse and click in a view at a pixel, as Qt would tell Slicer."""

    def send(tag, at, *events):
        interactor = viewed.interactor(tag)
        interactor.SetEventInformation(*at, 0, 0)
        for event in events:
            interactor.InvokeEvent(event)

    def click(tag, at):
        send(tag, at, "EnterEvent", "MouseMoveEvent", "LeftButtonPressEvent", "LeftButtonReleaseEvent")

    for tag in (OWN, OTHER):
        viewed.view(tag).SetFieldOfView(120.0, 120.0, 1.0)
    return SimpleNamespace(click=click, move=lambda tag, at: send(tag, at, "EnterEvent", "MouseMoveEvent"))


def placed(node):
    return [node.GetNthControlPointLabel(index) for index in range(node.GetNumberOfControlPoints())
            if node.GetNthControlPointPositionStatus(index) == node.PositionDefined]


def isPlacing(points):
    interaction = interactionNode(points.GetScene())
    return interaction.GetInteractionModeAsString() == "Place" and activeList(points.GetScene()) is points


def test_clicks_fill_the_list_from_the_landmark_on(viewed, mouse):
    points = listOf(viewed)
    assert startPlacing(points, "L4_SP")
    assert isPlacing(points)
    mouse.click(OWN, (60, 80))
    assert placed(points) == ["L4_SP"]
    mouse.click(OWN, (90, 120))
    assert placed(points) == ["L4_SP", "L4_IA"]
    assert [points.GetNthControlPointLabel(i) for i in range(points.GetNumberOfControlPoints())] == list(NAMES)


def test_a_click_places_the_point_under_the_mouse(viewed, mouse):
    points, view = listOf(viewed), viewed.view(OWN)
    startPlacing(points, "L4_IA")
    mouse.click(OWN, (75, 140))
    wanted = view.GetXYToRAS().MultiplyPoint((75, 140, 0, 1))[:3]
    assert points.GetNthControlPointPosition(2) == pytest.approx(wanted, abs=1e-6)


def test_a_click_in_the_view_of_another_position_places_nothing(viewed, mouse):
    points = listOf(viewed)
    startPlacing(points, "L4_SA")
    mouse.click(OTHER, (60, 80))
    assert placed(points) == []
    assert viewed.scene.GetNumberOfNodesByClass("vtkMRMLMarkupsFiducialNode") == 1


def test_aiming_elsewhere_while_a_point_hangs_on_the_mouse_changes_what_the_click_places(viewed, mouse):
    points = listOf(viewed)
    startPlacing(points, "L4_SA")
    mouse.move(OWN, (60, 80))
    assert points.GetNthControlPointPositionStatus(0) == points.PositionPreview
    assert startPlacing(points, "L5_SA")
    mouse.click(OWN, (64, 82))
    assert placed(points) == ["L5_SA"]


def test_the_last_open_landmark_ends_placing_and_no_list_is_started(viewed, mouse):
    points = listOf(viewed)
    startPlacing(points, "L4_SA")
    for index in range(len(NAMES) + 2):
        mouse.click(OWN, (40 + 20 * index, 100))
    assert placed(points) == list(NAMES)
    assert not isPlacing(points)
    assert viewed.scene.GetNumberOfNodesByClass("vtkMRMLMarkupsFiducialNode") == 1


@pytest.mark.parametrize("landmark", [Landmark("L4_SP", (1.0, 2.0, 3.0)), Landmark("L4_SP", None, "missing")])
def test_a_landmark_that_is_placed_or_missing_is_not_placed_over(viewed, landmark):
    points = listOf(viewed, landmarks=[landmark])
    assert not startPlacing(points, "L4_SP")
    assert not startPlacing(points, "C2_DT")
    assert not isPlacing(points)
    points.SetLocked(True)
    assert not startPlacing(points, "L4_SA")


def test_clicks_go_to_the_list_that_was_started_last(viewed, mouse):
    first, second = listOf(viewed), listOf(viewed)
    startPlacing(first, "L4_SA")
    mouse.move(OWN, (60, 80))
    startPlacing(second, "L4_SA")
    mouse.click(OWN, (90, 90))
    assert (placed(first), placed(second)) == ([], ["L4_SA"])
    assert (isPlacing(first), isPlacing(second)) == (False, True)
    assert first.GetNthControlPointPositionStatus(0) == first.PositionUndefined  # nothing hangs on the mouse there


def test_stopping_gives_the_clicks_back_and_leaves_no_half_placed_point(viewed, mouse):
    points = listOf(viewed)
    startPlacing(points, "L4_SA")
    mouse.move(OWN, (60, 80))
    stopPlacing(viewed.scene)
    assert not isPlacing(points)
    assert activeList(viewed.scene) is None
    assert {points.GetNthControlPointPositionStatus(i) for i in range(len(NAMES))} == {points.PositionUndefined}
    mouse.click(OWN, (90, 90))
    assert placed(points) == []


def test_stopping_leaves_a_list_of_the_user_alone(viewed):
    users = viewed.scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "mine")
    selectionNode(viewed.scene).SetActivePlaceNodeID(users.GetID())
    interaction = interactionNode(viewed.scene)
    interaction.SetCurrentInteractionMode(interaction.Place)
    stopPlacing(viewed.scene)
    assert activeList(viewed.scene) is users
    assert interaction.GetCurrentInteractionMode() == interaction.Place


def test_a_deleted_list_is_not_being_placed_into(viewed):
    points = listOf(viewed)
    startPlacing(points, "L4_SA")
    viewed.scene.RemoveNode(points)
    assert activeList(viewed.scene) is None
    stopPlacing(viewed.scene)
