"""DynamicSpine's own slice views as nodes: finding them, and showing a volume in one of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from DynamicSpineLib.Scene.Views.Layouts import MARKING_TAGS, allTags, viewGroup
from DynamicSpineLib.Scene.Views.WindowLevel import prepareLook

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScene, vtkMRMLSliceNode

_SLICE_CLASS = "vtkMRMLSliceNode"


def sliceNode(scene: vtkMRMLScene, tag: str) -> vtkMRMLSliceNode | None:
    """The slice view of a singleton tag, or None until a layout has shown it once."""
    return scene.GetSingletonNode(tag, _SLICE_CLASS)


def markingNode(scene: vtkMRMLScene, kind: str) -> vtkMRMLSliceNode | None:
    """The Sagittal, Axial or Coronal view of the marking layout, or None until the layout was shown once."""
    return sliceNode(scene, MARKING_TAGS[kind])


def compositeNode(view: vtkMRMLSliceNode) -> Any:
    """The node that says which volumes a slice view shows, or None as long as nothing draws the view."""
    return view.GetScene().GetSingletonNode(view.GetSingletonTag(), "vtkMRMLSliceCompositeNode")


def isOurView(view: vtkMRMLSliceNode) -> bool:
    """True for DynamicSpine's own views; what a user shows in Red, Yellow and Green is left alone."""
    return view.GetSingletonTag() in allTags()


def viewIds(tags: Iterable[str]) -> tuple[str, ...]:
    """The node ids of views by their tags, for display nodes; views that no layout has shown yet included."""
    return tuple(f"{_SLICE_CLASS}{tag}" for tag in tags)


def showOnlyIn(displayNode: Any, tags: Iterable[str]) -> None:
    """Show something in some slice views and nowhere else; no view hides it."""
    ids = viewIds(tags)
    if not ids:  # its views stay: without any id Slicer would take it for a thing of all views, and be slow
        displayNode.SetVisibility(False)
        return
    modifying = displayNode.StartModify()
    if ids != tuple(displayNode.GetViewNodeIDs() or ()):
        displayNode.SetViewNodeIDs(ids)
    displayNode.SetVisibility(True)
    displayNode.EndModify(modifying)


def showVolume(view: vtkMRMLSliceNode, volume: vtkMRMLScalarVolumeNode | None) -> bool:
    """Show a volume alone in one of our own views; False where the view is not ours or nothing draws it yet.

    The view no longer takes part when Slicer shows a newly loaded volume in all views, nor in linked views.
    """
    composite = compositeNode(view)
    if composite is None or not isOurView(view):
        return False
    if volume is not None:
        prepareLook(volume)
    modifying = composite.StartModify()
    composite.SetDoPropagateVolumeSelection(False)
    composite.SetLinkedControl(False)
    composite.SetHotLinkedControl(False)
    composite.SetBackgroundVolumeID(volume.GetID() if volume is not None else None)
    composite.SetForegroundVolumeID(None)
    composite.SetLabelVolumeID(None)
    composite.EndModify(modifying)
    view.SetViewGroup(viewGroup(view.GetSingletonTag()))  # scene files keep of it only whether there is one
    return True


def layOver(view: vtkMRMLSliceNode, volume: vtkMRMLScalarVolumeNode | None, opacity: float = 0.5) -> None:
    """Show a second volume over the one of one of our own views; None takes it away."""
    composite = compositeNode(view)
    if composite is not None and isOurView(view):
        composite.SetForegroundVolumeID(volume.GetID() if volume is not None else None)
        composite.SetForegroundOpacity(opacity if volume is not None else 0.0)
