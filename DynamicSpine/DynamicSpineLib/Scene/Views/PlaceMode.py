"""Placing landmarks by clicks: one after the other, each into the list of its own position."""

from __future__ import annotations

from collections.abc import Iterable
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
    is placed.
    """
    scene = points.GetScene()
    interaction, selection = interactionNode(scene), selectionNode(scene)
    if interaction is None or selection is None or points.GetLocked() or not aimAt(points, landmarkName):
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
    forgetPreview(active)
    selection.SetActivePlaceNodeID(None)


def isPlacing(points: vtkMRMLMarkupsFiducialNode | None) -> bool:
    """True while clicks place points of this list."""
    if points is None or points.GetScene() is None:
        return False
    interaction = interactionNode(points.GetScene())
    isOn = interaction is not None and interaction.GetCurrentInteractionMode() == interaction.Place
    return bool(isOn and activeList(points.GetScene()) is points)


def activeList(scene: vtkMRMLScene) -> Any:
    """The node that clicks place into, ours or not; None where there is none."""
    selection = selectionNode(scene)
    return scene.GetNodeByID(selection.GetActivePlaceNodeID() or "") if selection is not None else None


def aimAt(points: vtkMRMLMarkupsFiducialNode, landmarkName: str) -> bool:
    """Say which landmark of a list the next click places; False where it is not there or not to be placed.

    While Slicer is placing into the list, do this after every click: it would go on with the next point in the list,
    wanted or not.
    """
    index = points.GetControlPointIndexByLabel(landmarkName)
    if index < 0 or not isOpen(points, index):
        return False
    forgetPreview(points, index)
    points.SetControlPointPlacementStartIndex(index)
    return True


def aimedAt(points: vtkMRMLMarkupsFiducialNode) -> str:
    """The landmark that the next click places; empty where no landmark of the list is open."""
    count = points.GetNumberOfControlPoints()
    start = points.GetControlPointPlacementStartIndex()
    previewed = next((index for index in range(count) if _status(points, index) == _PREVIEW), None)
    if previewed is not None:
        return points.GetNthControlPointLabel(previewed) or ""
    order = [*range(start, count), *range(min(start, count))] if start >= 0 else range(count)
    found = next((index for index in order if isOpen(points, index)), None)
    return (points.GetNthControlPointLabel(found) or "") if found is not None else ""


def nextOpen(points: vtkMRMLMarkupsFiducialNode, wanted: Iterable[str], after: str = "") -> str:
    """The first of some landmarks, in their order, that is neither placed nor missing; empty where all are.

    after: look behind this landmark first, then from the beginning.
    """
    names = list(wanted)
    start = names.index(after) + 1 if after in names else 0
    for name in (*names[start:], *names[:start]):
        index = points.GetControlPointIndexByLabel(name)
        if index >= 0 and isOpen(points, index):
            return name
    return ""


def forgetPreview(points: vtkMRMLMarkupsFiducialNode, kept: int = -1) -> None:
    """Take back the point that hangs on the mouse, which else would be placed next, wherever the list is aimed at."""
    for index in range(points.GetNumberOfControlPoints()):
        if index != kept and _status(points, index) == _PREVIEW:
            points.UnsetNthControlPointPosition(index)


def isOpen(points: vtkMRMLMarkupsFiducialNode, index: int) -> bool:
    """True for a point that is not placed and not missing; one that hangs on the mouse is open."""
    return _status(points, index) in (vtkMRMLMarkupsNode.PositionUndefined, _PREVIEW)


def _status(points: vtkMRMLMarkupsFiducialNode, index: int) -> int:
    return int(points.GetNthControlPointPositionStatus(index))
