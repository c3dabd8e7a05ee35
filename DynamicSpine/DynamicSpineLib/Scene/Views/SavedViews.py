"""What a user had on the screen before DynamicSpine was entered, to be put back when it is left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from DynamicSpineLib.Scene.CaseRoles import CONTOUR_ATTRIBUTE, WRITTEN_NAME_ATTRIBUTE
from DynamicSpineLib.Scene.Views.Layouts import isOurLayout

if TYPE_CHECKING:
    from slicer import vtkMRMLScene

_SINGLETON = "Singleton"  # the tag of the application's selection and interaction nodes
_ATTRIBUTES = (WRITTEN_NAME_ATTRIBUTE, CONTOUR_ATTRIBUTE)


@dataclass(frozen=True)
class SavedViews:
    """Layout, maximized views and mouse mode as a user had them. Nodes are kept by id: they may be gone by then."""

    layoutId: int
    maximizedViewIds: tuple[str, ...]
    interactionMode: int
    placeModePersistence: int
    placeNodeClass: str
    placeNodeId: str


def saveViews(scene: vtkMRMLScene, earlier: SavedViews | None = None) -> SavedViews | None:
    """What is on the screen now. Call it when the module is entered; None in a scene without an application.

    earlier: what was saved before, which holds on where one of our own layouts is on the screen: then the module was
    entered twice, or reloaded.
    """
    layout, interaction, selection = _nodes(scene)
    if layout is None or interaction is None or selection is None:
        return None
    if isOurLayout(layout.GetViewArrangement()):
        return earlier or SavedViews(layout.SlicerLayoutInitialView, (), interaction.ViewTransform, 0, "", "")
    return SavedViews(
        layout.GetViewArrangement(), tuple(node.GetID() for node in _maximized(layout)),
        interaction.GetCurrentInteractionMode(), interaction.GetPlaceModePersistence(),
        selection.GetActivePlaceNodeClassName() or "", selection.GetActivePlaceNodeID() or "",
    )  # fmt: skip


def restoreViews(scene: vtkMRMLScene, saved: SavedViews | None) -> None:
    """Put back what was saved, as far as it is still there. Call it when the module is left.

    A layout that the user chose inside the module stays. So does placing into a list that is not ours.
    """
    layout, interaction, selection = _nodes(scene)
    if saved is None or layout is None or interaction is None or selection is None:
        return
    _restoreMouse(scene, saved, interaction, selection)
    if isOurLayout(layout.GetViewArrangement()):
        layout.RemoveAllMaximizedViewNodes()
        for viewId in saved.maximizedViewIds:
            layout.AddMaximizedViewNode(scene.GetNodeByID(viewId))
        known = layout.IsLayoutDescription(saved.layoutId)
        layout.SetViewArrangement(saved.layoutId if known else layout.SlicerLayoutInitialView)


def _restoreMouse(scene: vtkMRMLScene, saved: SavedViews, interaction: Any, selection: Any) -> None:
    active = scene.GetNodeByID(selection.GetActivePlaceNodeID() or "")
    placing = interaction.GetCurrentInteractionMode() == interaction.Place
    if placing and active is not None and not isOurMarkup(active):
        return
    node = scene.GetNodeByID(saved.placeNodeId)
    interaction.SetCurrentInteractionMode(interaction.ViewTransform)
    if saved.placeNodeClass:
        selection.SetReferenceActivePlaceNodeClassName(saved.placeNodeClass)
    selection.SetActivePlaceNodeID(node.GetID() if node is not None else None)
    interaction.SetPlaceModePersistence(saved.placeModePersistence)
    # Where the list is gone, the next click would start a new one that nobody asked for.
    if node is not None or not saved.placeNodeId:
        interaction.SetCurrentInteractionMode(saved.interactionMode)


def isOurMarkup(node: Any) -> bool:
    """True for the point lists and curves of a case."""
    return any(node.GetAttribute(name) for name in _ATTRIBUTES)


def interactionNode(scene: vtkMRMLScene) -> Any:
    """The application's mouse mode, or None in a scene without an application."""
    return scene.GetSingletonNode(_SINGLETON, "vtkMRMLInteractionNode")


def selectionNode(scene: vtkMRMLScene) -> Any:
    """The node that says what is placed by a click, or None in a scene without an application."""
    return scene.GetSingletonNode(_SINGLETON, "vtkMRMLSelectionNode")


def layoutNode(scene: vtkMRMLScene) -> Any:
    """The application's layout, or None in a scene without an application."""
    return scene.GetFirstNodeByClass("vtkMRMLLayoutNode")


def _nodes(scene: vtkMRMLScene) -> tuple[Any, Any, Any]:
    return layoutNode(scene), interactionNode(scene), selectionNode(scene)


def _maximized(layout: Any) -> list[Any]:
    found = [layout.GetMaximizedViewNode(index) for index in range(layout.GetNumberOfMaximizedViewNodes())]
    return [node for node in found if node is not None]
