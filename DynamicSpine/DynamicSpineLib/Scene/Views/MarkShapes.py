"""The marks of one position as colored outlines in its views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from slicer import vtkMRMLModelNode

from DynamicSpineLib.Scene.Hierarchy import removeNode
from DynamicSpineLib.Scene.PicturePlane import PicturePlane
from DynamicSpineLib.Scene.Views.DerivedNodes import addDerivedNode, followTransform, isThere
from DynamicSpineLib.Scene.Views.MarkGlyphs import COLORS, MarkGlyphs
from DynamicSpineLib.Scene.Views.MarkLook import ShownMark
from DynamicSpineLib.Scene.Views.ViewNodes import showOnlyIn

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScene

KIND = "marks"
_LINE_PIXELS = 2


class MarkShapes:
    """Draws marks as outlines: see MarkLook for what color, shape and size mean.

    Every kind of view has its own outlines, which lie in its plane. Each kind has two derived model nodes: one for all
    marks, one for the mark that was last chosen or moved alone, so that dragging it costs the same however many others
    there are. Nodes that were deleted are made anew by the next `show`.
    """

    def __init__(self, scene: vtkMRMLScene, owner: str, tags: Mapping[str, Sequence[str]]) -> None:
        """tags: the views to draw in, by kind (Sagittal, Axial, Coronal); see `showIn`."""
        self._scene, self._owner = scene, owner
        self._layers = {kind: _Layer() for kind in tags}
        self._tags = {kind: tuple(some) for kind, some in tags.items()}

    def show(
        self, marks: Sequence[ShownMark], planes: Mapping[str, PicturePlane],
        volume: vtkMRMLScalarVolumeNode | None = None, front: str = "",
    ) -> None:  # fmt: skip
        """Draw these marks and no others. front: the mark that is to be dragged next.

        planes: by kind of view, planes parallel to the slices that are shown; other kinds stay as they are. Marks and
        planes are in the frame of `volume`, under whose transform the outlines lie.
        """
        for kind, plane in planes.items():
            if kind in self._layers:
                layer = self._layers[kind]
                layer.keepNodes(self._scene, f"{self._owner} {kind}", self._tags[kind])
                layer.show(marks, plane, front)
        self.follow(volume)

    def update(self, mark: ShownMark) -> bool:
        """Draw one mark anew after it was moved, confirmed or chosen; False where it is not among those drawn.

        The first time costs as much as drawing all marks; from then on the mark is drawn apart from the others.
        """
        updated = [layer.update(mark) for layer in self._layers.values()]
        return any(updated)

    def showIn(self, tags: Mapping[str, Sequence[str]]) -> None:
        """Draw in the views with these tags, by kind, and nowhere else; no tag hides all."""
        for kind, layer in self._layers.items():
            self._tags[kind] = tuple(tags.get(kind, ()))
            for node in layer.nodes(self._scene):
                showOnlyIn(node.GetDisplayNode(), self._tags[kind])

    def follow(self, volume: vtkMRMLScalarVolumeNode | None) -> None:
        """Lie below the same transform as the position's volume."""
        for layer in self._layers.values():
            for node in layer.nodes(self._scene):
                followTransform(node, volume)

    def remove(self) -> None:
        """Remove the nodes."""
        for layer in self._layers.values():
            for node in layer.nodes(self._scene):
                removeNode(self._scene, node)


class _Layer:
    """The outlines for one kind of view.

    A mesh lives and dies with its node: Slicer's model node leaves an observer on its mesh, which crashes the
    application when the mesh is changed after the node was deleted.
    """

    def __init__(self) -> None:
        self._all, self._single = MarkGlyphs(), MarkGlyphs()
        self._nodes: list[Any] = []
        self._plane: PicturePlane | None = None

    def show(self, marks: Sequence[ShownMark], plane: PicturePlane, front: str) -> None:
        """As MarkShapes.show."""
        self._plane = plane
        self._all.show([mark for mark in marks if mark.name != front], plane)
        self._single.show([mark for mark in marks if mark.name == front], plane)

    def update(self, mark: ShownMark) -> bool:
        """As MarkShapes.update."""
        if self._single.update(mark):
            return True
        if self._plane is None or mark.name not in self._all.marks:
            return False
        others = {**self._all.marks, **self._single.marks, mark.name: mark}
        self.show(list(others.values()), self._plane, mark.name)
        return True

    def nodes(self, scene: vtkMRMLScene) -> list[Any]:
        """Those nodes that are still in the scene."""
        return [node for node in self._nodes if isThere(node, scene)]

    def keepNodes(self, scene: vtkMRMLScene, owner: str, tags: Sequence[str]) -> None:
        """Have both nodes; where one is gone, both are made anew with meshes of their own."""
        there = self.nodes(scene)
        if len(there) == 2:
            return
        for node in there:
            removeNode(scene, node)
        self._all, self._single = MarkGlyphs(), MarkGlyphs()
        self._nodes = [_newNode(scene, owner, glyphs, tags) for glyphs in (self._all, self._single)]


def _newNode(scene: vtkMRMLScene, owner: str, glyphs: MarkGlyphs, tags: Sequence[str]) -> Any:
    node = addDerivedNode(scene, vtkMRMLModelNode(), KIND, owner)
    node.SetAndObservePolyData(glyphs.polyData)
    display = node.GetDisplayNode()
    modifying = display.StartModify()
    display.SetVisibility2D(True)
    display.SetVisibility3D(False)
    display.SetSliceIntersectionThickness(_LINE_PIXELS)
    display.SetActiveScalarName(COLORS)
    display.SetScalarRangeFlagFromString("UseDirectMapping")
    display.SetScalarVisibility(True)
    showOnlyIn(display, tags)
    display.EndModify(modifying)
    return node
