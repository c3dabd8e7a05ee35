"""The names of the levels beside the vertebrae, in every slice view of a position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from slicer import vtkMRMLMarkupsFiducialNode, vtkMRMLMarkupsNode

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Scene.Hierarchy import removeNode
from DynamicSpineLib.Scene.PicturePlane import PicturePlane
from DynamicSpineLib.Scene.Views.DerivedNodes import addDerivedNode, followTransform, isThere
from DynamicSpineLib.Scene.Views.Layouts import AXIAL, CORONAL, SAGITTAL
from DynamicSpineLib.Scene.Views.NamePlaces import levelsCut, levelText, namePoint
from DynamicSpineLib.Scene.Views.SlicePlacing import planeInFrame, shownPlane
from DynamicSpineLib.Scene.Views.ViewNodes import showOnlyIn, sliceNode
from DynamicSpineLib.Study.Marks import LandmarkSet, Point

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScene, vtkMRMLSliceNode

KIND = "level names"
_TEXT_PERCENT = 3.4  # Slicer's measure; its default for markups is 3
_NO_GLYPH_PERCENT = 0.01
_COLOR = (1.0, 1.0, 1.0)


class LevelNames:
    """Writes the names of a position's levels: locked, derived point lists that show their text only, on every slice.

    One list for each kind of view, since a name stands in front of a body in one and beside it in another. Axial views
    name only what their slice cuts, also after the user has scrolled on: see `nameSlice`. Nodes that were deleted are
    made anew by the next `show`.
    """

    def __init__(self, scene: vtkMRMLScene, owner: str, chain: Chain, tags: Mapping[str, Sequence[str]]) -> None:
        """tags: the views to write in, by kind (Sagittal, Axial, Coronal); see `showIn`."""
        self._scene, self._owner, self._chain = scene, owner, chain
        self._tags = {kind: tuple(some) for kind, some in tags.items()}
        self._nodes: dict[str, Any] = {}
        self._sagittal: PicturePlane | None = None
        self._isVerified, self._verdicts = False, MappingProxyType[str, str]({})
        self._marks, self._volume = LandmarkSet(), None
        self._watched: list[tuple[Any, int]] = []
        self._watchAxial()

    def show(
        self, marks: LandmarkSet, sagittal: PicturePlane, isVerified: bool,
        verdicts: Mapping[str, str] = MappingProxyType({}), volume: vtkMRMLScalarVolumeNode | None = None,
    ) -> None:  # fmt: skip
        """Write every level of which something is placed, for the kinds of views that are written in now.

        sagittal: the position's midsagittal plane. isVerified: the numbering is; else each name ends in "?". verdicts:
        what is said behind the names of levels to check. Marks and plane are in the frame of `volume`, under whose
        transform the names lie.
        """
        self._marks = marks
        self._sagittal, self._isVerified, self._verdicts = sagittal, isVerified, MappingProxyType(dict(verdicts))
        for kind in (kind for kind, tags in self._tags.items() if tags):
            node = self._keepNode(kind)
            modifying = node.StartModify()
            for index, level in enumerate(self._chain.levels if kind != AXIAL else ()):
                _set(node, index, namePoint(marks, level, kind, sagittal), levelText(level, isVerified, verdicts))
            node.EndModify(modifying)
        self.follow(volume)

    def update(self, marks: LandmarkSet, level: str) -> None:
        """Move one level's name to where its marks are now."""
        if self._sagittal is None or level not in self._chain.levels:
            return
        self._marks = marks
        index = self._chain.levels.index(level)
        for kind, node in self._nodes.items():
            if kind != AXIAL and isThere(node, self._scene):
                text = levelText(level, self._isVerified, self._verdicts)
                _set(node, index, namePoint(marks, level, kind, self._sagittal), text)

    def nameSlice(self, marks: LandmarkSet, plane: PicturePlane) -> tuple[str, ...]:
        """Write in the axial views what their slice cuts: a level, or both beside a disc; return these levels.

        plane: of the slice, in the frame of the marks. When an axial view moves, this happens of itself.
        """
        self._marks = marks
        node = self._nodes.get(AXIAL)
        cut = levelsCut(marks, self._chain, plane)
        if self._sagittal is not None and isThere(node, self._scene):
            text = "-".join(levelText(level, self._isVerified, self._verdicts) for level in cut)
            _set(node, 0, namePoint(marks, cut[0], AXIAL, self._sagittal) if cut else None, text)
        return cut

    def showIn(self, tags: Mapping[str, Sequence[str]]) -> None:
        """Write in the views with these tags, by kind, and nowhere else; no tags switch the names off."""
        for kind in self._tags:
            self._tags[kind] = tuple(tags.get(kind, ()))
            if isThere(self._nodes.get(kind), self._scene):
                showOnlyIn(self._nodes[kind].GetDisplayNode(), self._tags[kind])
        self._watchAxial()

    def follow(self, volume: vtkMRMLScalarVolumeNode | None) -> None:
        """Lie below the same transform as the position's volume."""
        self._volume = volume
        for node in self._nodes.values():
            if isThere(node, self._scene):
                followTransform(node, volume)

    def remove(self) -> None:
        """Remove the nodes, and watch no view any more."""
        self._unwatch()
        for node in self._nodes.values():
            removeNode(self._scene, node)
        self._nodes.clear()

    def _watchAxial(self) -> None:
        self._unwatch()
        views = [sliceNode(self._scene, tag) for tag in self._tags.get(AXIAL, ())]
        self._watched = [(view, view.AddObserver("ModifiedEvent", self._axialMoved))
                         for view in views if view is not None]  # fmt: skip

    def _unwatch(self) -> None:
        for view, tag in self._watched:
            view.RemoveObserver(tag)
        self._watched = []

    def _axialMoved(self, view: vtkMRMLSliceNode, _event: str) -> None:
        self.nameSlice(self._marks, planeInFrame(shownPlane(view), self._volume))

    def _keepNode(self, kind: str) -> Any:
        if not isThere(self._nodes.get(kind), self._scene):
            count = 1 if kind == AXIAL else len(self._chain.levels)
            self._nodes[kind] = _newNode(self._scene, f"{self._owner} {kind}", kind, count, self._tags[kind])
        return self._nodes[kind]


def _newNode(scene: vtkMRMLScene, owner: str, kind: str, count: int, tags: Sequence[str]) -> Any:
    node = addDerivedNode(scene, vtkMRMLMarkupsFiducialNode(), KIND, owner)
    modifying = node.StartModify()
    for _index in range(count):
        node.UnsetNthControlPointPosition(node.AddControlPoint((0.0, 0.0, 0.0), ""))
    node.SetFixedNumberOfControlPoints(True)
    node.SetLocked(True)
    node.EndModify(modifying)
    _style(node.GetDisplayNode(), kind)
    showOnlyIn(node.GetDisplayNode(), tags)
    return node


def _style(display: Any, kind: str) -> None:
    """Text only: before the point where it stands in front of a body, behind it where it stands beside one."""
    modifying = display.StartModify()
    display.SetGlyphTypeFromString("Sphere3D")
    display.SetUseGlyphScale(True)
    display.SetGlyphScale(_NO_GLYPH_PERCENT)
    display.SetTextScale(_TEXT_PERCENT)
    display.SetColor(*_COLOR)
    display.SetSelectedColor(*_COLOR)
    display.SetPointLabelsVisibility(True)
    display.SetSliceProjection(True)
    display.SetSliceProjectionUseFiducialColor(False)
    display.SetSliceProjectionColor(*_COLOR)
    display.SetSliceProjectionOpacity(1.0)
    display.SetSliceProjectionOutlinedBehindSlicePlane(False)
    text = display.GetTextProperty()
    {SAGITTAL: text.SetJustificationToRight, AXIAL: text.SetJustificationToCentered,
     CORONAL: text.SetJustificationToLeft}[kind]()  # fmt: skip
    text.SetVerticalJustificationToCentered()
    text.SetShadow(True)
    text.SetBold(True)
    display.EndModify(modifying)


def _set(node: Any, index: int, point: Point | None, text: str) -> None:
    """Give a name its place and text, with no event where it has them already."""
    if node.GetNthControlPointLabel(index) != text:
        node.SetNthControlPointLabel(index, text)
    isPlaced = node.GetNthControlPointPositionStatus(index) == vtkMRMLMarkupsNode.PositionDefined
    if point is None:
        if isPlaced:
            node.UnsetNthControlPointPosition(index)
    elif not isPlaced or tuple(node.GetNthControlPointPosition(index)) != point:
        node.SetNthControlPointPosition(index, *point)
