"""What is drawn over the slices of one position: its marks' outlines and its levels' names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Scene.NodeTypes import CaseNode
from DynamicSpineLib.Scene.PicturePlane import PicturePlane
from DynamicSpineLib.Scene.Views.Layouts import AXIAL
from DynamicSpineLib.Scene.Views.LevelNames import LevelNames
from DynamicSpineLib.Scene.Views.MarkDisplay import showMarks
from DynamicSpineLib.Scene.Views.MarkLook import MarkChoice, shownMark, shownMarks
from DynamicSpineLib.Scene.Views.MarkShapes import MarkShapes
from DynamicSpineLib.Scene.Views.PositionPlanes import midsagittalPlane, placeOf
from DynamicSpineLib.Study.CarryState import levelsToCheck
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import Landmark
from DynamicSpineLib.Study.Position import Position

Tags = Mapping[str, Sequence[str]]


class PositionDrawing:
    """Outlines and names of one position, drawn in some views and nowhere else."""

    def __init__(self, caseNode: CaseNode, case: Case, positionId: str) -> None:
        scene, owner = caseNode.GetScene(), f"{caseNode.GetID()} {positionId}"
        self._caseNode, self._positionId, self._chain = caseNode, positionId, case.chain
        kinds: Tags = {"Sagittal": (), "Axial": (), "Coronal": ()}
        self._shapes = MarkShapes(scene, owner, kinds)
        self._names = LevelNames(scene, owner, case.chain, kinds)
        self._choice, self._verdicts = MarkChoice(), dict[str, str]()
        self._movedLevels: set[str] = set()

    def show(
        self, case: Case, position: Position, tags: Tags, planes: Mapping[str, PicturePlane], choice: MarkChoice,
        withNames: bool, withLabels: bool, withMarks: bool = True,
    ) -> None:  # fmt: skip
        """Draw in the views with these tags, by kind. planes: those that the views show, in the volume's frame.

        withMarks: without them, the names alone are drawn.
        """
        volume = volumeNode(self._caseNode, self._positionId)
        self._choice, self._verdicts = choice, levelsToCheck(case, position)
        marked = tags if withMarks else {}
        shown = [tag for some in marked.values() for tag in some]
        showMarks(self._caseNode, self._positionId, shown, withLabels, curvesOf=self._curvePlaces(tags, choice))
        self._shapes.showIn(marked)
        self._shapes.show(shownMarks(position.marks, choice, self._verdicts), planes, volume, choice.point)
        self._names.showIn(tags if withNames else {})
        sagittal = midsagittalPlane(position, case.chain)
        self._names.show(position.marks, sagittal, case.numbering.isConfirmed, self._verdicts, volume)
        if AXIAL in planes:
            self._names.nameSlice(position.marks, planes[AXIAL])

    def _curvePlaces(self, tags: Tags, choice: MarkChoice) -> frozenset[str]:
        """The places whose curves are shown: those chosen, where there is an axial view for them."""
        return choice.places | {placeOf(choice.point)} if AXIAL in tags else frozenset()

    def move(self, mark: Landmark) -> None:
        """Draw one mark anew after it was moved; the name of its level follows when the mouse rests."""
        shown = shownMark(mark, self._choice, self._verdicts)
        if shown is not None:
            self._shapes.update(shown)
        self._movedLevels.add(boneOfMark(mark.name))

    def rest(self, position: Position) -> None:
        """Write the names of levels where their marks are now: moving a text costs Slicer more than all else."""
        for level in self._movedLevels - {""}:
            self._names.update(position.marks, level)
        self._movedLevels.clear()

    def hide(self) -> None:
        """Draw in no view."""
        self._shapes.showIn({})
        self._names.showIn({})

    def remove(self) -> None:
        """Remove what was drawn."""
        self._shapes.remove()
        self._names.remove()
