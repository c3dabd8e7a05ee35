"""Placing landmarks by clicks: one after the other, each into the list of its own position."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slicer import vtkMRMLMarkupsNode

from DynamicSpineLib.Scene.Views.SavedViews import interactionNode, isOurMarkup, selectionNode

if TYPE_CHECKING:
    from slicer import vtkMRMLMarkupsFiducialNode, vtkMRMLScene

_PREVIEW = vtkMRMLMarkupsNode.PositionPreview


def startPlacing(points: vtkMRMLMarkupsFiducialNode, landmarkName: str) -> bool:
    """Let the next click place a landmark of a position's list, and the following clicks those after it in the list.

    False, with nothing changed, where the list is locked, or has no such landmark, or has it placed or missing already:
    Slicer would fill another one. Clicks count in the views that show the list, so in those of other positions nothing
    is placed. While Slicer is placing, do this after every click: it would go on with the next point, wanted or not.
    """
    scene = points.GetScene()
    interaction, selection = interactionNode(scene), selectionNode(scene)
    if interaction is None or selection is None or points.GetLocked() or not _aimAt(points, landmarkName):
        return False
    if selection.GetActivePlaceNodeID() != points.GetID():
        interaction.SetCurrentInteractionMode(interaction.ViewTransform)  # ends what another list was being given
    selection.SetReferenceActivePlaceNodeClassName(points.GetClassName())
    selection.SetActivePlaceNodeID(points.GetID())
    interaction.SetPlaceModePersistence(True)
    interaction.SetCurrentInteractionMode(interaction.Place)
    return True


def stopPlacing(scene: vtkMRMLScene) -> None:
    """Let clicks do again what they do in Slicer. Placing into a list that is not ours goes on."""
    interaction, selection = interactionNode(scene), selectionNode(scene)
    active = activeList(scene)
    if interaction is None or active is None or not isOurMarkup(active):
        return
    interaction.SetCurrentInteractionMode(interaction.ViewTransform)
    interaction.SetPlaceModePersistence(False)
    _forgetPreview(active)
    selection.SetActivePlaceNodeID(None)


def activeList(scene: vtkMRMLScene) -> Any:
    """The node that clicks place into, ours or not; None where there is none."""
    selection = selectionNode(scene)
    return scene.GetNodeByID(selection.GetActivePlaceNodeID() or "") if selection is not None else None


def _aimAt(points: vtkMRMLMarkupsFiducialNode, landmarkName: str) -> bool:
    """Say which landmark of a list the next click places; False where it is not there or not to be placed."""
    index = points.GetControlPointIndexByLabel(landmarkName)
    if index < 0 or not _isOpen(points, index):
        return False
    _forgetPreview(points, index)
    points.SetControlPointPlacementStartIndex(index)
    return True


def _forgetPreview(points: vtkMRMLMarkupsFiducialNode, kept: int = -1) -> None:
    """Take back the point that hangs on the mouse, which else would be placed next, wherever the list is aimed at."""
    for index in range(points.GetNumberOfControlPoints()):
        if index != kept and _status(points, index) == _PREVIEW:
            points.UnsetNthControlPointPosition(index)


def _isOpen(points: vtkMRMLMarkupsFiducialNode, index: int) -> bool:
    """True for a point that is not placed and not missing; one that hangs on the mouse is open."""
    return _status(points, index) in (vtkMRMLMarkupsNode.PositionUndefined, _PREVIEW)


def _status(points: vtkMRMLMarkupsFiducialNode, index: int) -> int:
    return int(points.GetNthControlPointPositionStatus(index))
