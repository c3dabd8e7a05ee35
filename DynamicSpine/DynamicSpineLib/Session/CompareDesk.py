"""Comparing two positions of the open case: transforms, maps and drawings for what the user wants to see."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Compare.Comparison import Comparison
from DynamicSpineLib.Compare.Difference import DifferenceMap
from DynamicSpineLib.Compare.Modes import DIFFERENCE, DISPLACEMENT, SIDE_BY_SIDE, modeOf
from DynamicSpineLib.Compare.Statements import heldText, heldWarnings, laidOnText, marksWarnings, unbentWarnings
from DynamicSpineLib.Compare.Vectors import arrowsCaption, markVectors
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Rigid import inverseRigid
from DynamicSpineLib.Jobs.CompareFigures import figuresOf
from DynamicSpineLib.Jobs.CompareFiles import writeComparison
from DynamicSpineLib.Progress import Steps
from DynamicSpineLib.Scene.NodeTypes import SliceNode
from DynamicSpineLib.Scene.Overlays.ColorScale import ColorScale
from DynamicSpineLib.Scene.Overlays.CompareDrawing import Drawing, arrowDrawing, outlineDrawing
from DynamicSpineLib.Scene.Overlays.ComparedSolids import ComparedSolids
from DynamicSpineLib.Scene.Overlays.CompareFrames import legendOf, scaleOfDifference, scaleOfDisplacement
from DynamicSpineLib.Scene.Overlays.HeldTransform import (
    frameToWorld,
    heldPositions,
    letLoose,
    ownFrameToWorld,
    readChoice,
    writeChoice,
)
from DynamicSpineLib.Scene.Overlays.MapNodes import removeLostMaps, removeMapNode, showMapNode
from DynamicSpineLib.Scene.PictureContent import PictureLegend
from DynamicSpineLib.Scene.PicturePlane import PicturePlane
from DynamicSpineLib.Scene.Views.SlicePlacing import shownPlane
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.CompareChoice import CompareChoice, choiceFrom
from DynamicSpineLib.Session.ComparedWork import ComparedMap, ComparedWork
from DynamicSpineLib.Session.HoldBone import layOn, letAllGo
from DynamicSpineLib.Session.MotionDesk import forgetMotion

Array = NDArray[np.float64]

_LINE_LENGTH = 70


class CompareDesk:
    """What is shown of two positions. What was computed for them holds until the case is edited.

    choice: what is shown, or was last. frameText: what the view must say instead while a motion plays.
    """

    def __init__(self) -> None:
        self.choice, self.frameText = CompareChoice(), ""
        self._session: CaseSession | None = None
        self._forget()

    def _forget(self) -> None:
        """Know nothing of the nodes of a scene that is gone."""
        self._work: ComparedWork | None = None
        self._comparison: Comparison | None = None
        self._shownMap: ComparedMap | None = None
        self._laid: tuple[Comparison | None, bool] = (None, False)
        self._laidAt: tuple[Array, Array] | None = None
        self._solids: ComparedSolids | None = None
        self._solidsOf: tuple[Comparison | None, bool, bool] = (None, False, False)

    def setSession(self, session: CaseSession | None) -> None:
        """Another case, or none; one that is being compared goes on as its scene says."""
        before = self._session
        if before is not None and before.caseNode.GetScene() is None:  # the case was deleted, and not its scene
            self.removeSolids()
            letLoose(before.scene)
            removeLostMaps(before.scene)
        self._forget()
        self._session, self.choice, self.frameText = session, CompareChoice(), ""
        if session is None:
            return
        forgetMotion(session)
        with session.ownWriting():
            removeMapNode(session.caseNode)
        held = heldPositions(session.caseNode)
        if held:
            read = choiceFrom(readChoice(session.caseNode))
            self.choice = replace(read, reference=held[0].reference, moving=held[0].moving, level=held[0].level,
                                  isUnbent=held[0].isUnbent or (read.isUnbent and not read.bends))  # fmt: skip

    @property
    def isOn(self) -> bool:
        """True while a position of the case lies on another."""
        return self._session is not None and self._session.isOpen and bool(heldPositions(self._session.caseNode))

    @property
    def isStale(self) -> bool:
        """True where the case, or a transform of the user, changed since the positions were laid on each other."""
        session, comparison = self._session, self._comparison
        if session is None or comparison is None or not self.isOn:
            return False
        try:
            return comparison.case is not session.case or not _areSame(self._laidAt, self._frames(session))
        except InputError:  # a user's transform bends now
            return True

    @property
    def comparison(self) -> Comparison | None:
        """The two positions as they are shown."""
        return self._comparison

    def missing(self, choice: CompareChoice) -> str:
        """What has to be computed before a choice can be shown (ComparedWork: FIELD, MAP); empty where nothing has.

        Raises InputError where the vertebra cannot be held.
        """
        work = self._workFor(choice)
        work.holding(choice.level)
        return work.missing(choice)

    def prepare(self, choice: CompareChoice) -> Steps[None]:
        """Compute what is missing; a step for each part. Raises InputError for what cannot be compared or unbent.

        What is shown stays as it is meanwhile.
        """
        yield from self._workFor(choice).prepare(choice)

    def show(self, choice: CompareChoice) -> None:
        """Lay the moving position on the reference as chosen. What is missing must have been prepared.

        Raises InputError where the vertebra cannot be held, and then nothing has changed.
        """
        session, work = self._open(), self._workFor(choice)
        comparison = work.holding(choice.level)
        if work.missing(choice):
            raise InputError(f"{modeOf(choice.mode).title}: what it shows has not been computed")
        laid = (comparison, choice.bends)
        if self._laid != laid or not self.isOn or not _areSame(self._laidAt, self._frames(session)):
            layOn(session, comparison.anchor, work.field if choice.bends else None)
        self.choice, self._comparison, self._laid = choice, comparison, laid
        self._laidAt = self._frames(session)
        with session.ownWriting():
            self._showMap(session, work.map(choice))
            self._showSolids(session, choice)
            writeChoice(session.caseNode, choice.text())

    def letGo(self) -> None:
        """Put every position back where it was, and remove what was made for comparing."""
        session = self._session
        if session is None or not session.isOpen:
            return
        letAllGo(session)
        with session.ownWriting():
            self._showMap(session, None)
            self.removeSolids()
            writeChoice(session.caseNode, "")
        self._comparison, self._laid, self._laidAt = None, (None, False), None

    def write(self, folder: Path, pictures: Mapping[str, bytes], missing: tuple[str, ...] = ()) -> int:
        """Write pictures, and what was computed for them, into a folder; returns the number of files.

        missing: why some pictures are not there.
        """
        work = self._workFor(self.choice)
        comparison = work.holding(self.choice.level)
        maps = work.maps(self.choice.level, missing)
        return len(writeComparison(comparison, maps, figuresOf(comparison, maps), pictures, folder))

    def removeSolids(self) -> None:
        """Take the solids away until the next `show`, as while others of a motion stand in their place."""
        if self._solids is not None:
            self._solids.remove()
        self._solids, self._solidsOf = None, (None, False, False)

    def drawing(self, plane: PicturePlane) -> Drawing:
        """What is drawn over both positions, as chosen, in the reference's frame on a plane of it."""
        choice, comparison, drawing = self.choice, self._comparison, Drawing()
        if comparison is None or choice.mode == SIDE_BY_SIDE:
            return drawing
        if choice.withOutlines:
            drawing += outlineDrawing(comparison, plane, choice.bends)
        if choice.withArrows and not choice.bends:
            known = self._work if self._work is not None and self._work.isOf(comparison.case, choice) else None
            vectors = markVectors(comparison.case, comparison.anchor, draws=known.draws() if known else None)
            drawing += arrowDrawing(vectors, plane, choice.arrowFactor)
        return drawing

    def caption(self) -> str:
        """What the view must say: what lies on what, what holds it, and every warning; a line for each."""
        choice, comparison = self.choice, self._comparison
        if comparison is None or not self.isOn:
            return ""
        if self.frameText:
            return self.frameText
        said = [laidOnText(comparison), "all vertebrae held" if choice.bends else heldText(comparison.anchor)]
        if choice.mode in (DIFFERENCE, DISPLACEMENT):
            said.append(modeOf(choice.mode).meaning)
        if choice.mode == DISPLACEMENT:
            said[-1] += f" against {choice.level}, between vertebrae by interpolation"
        hasArrows = choice.withArrows and not choice.bends
        if hasArrows:
            said.append(arrowsCaption(choice.arrowFactor))
        if isinstance(self._shownMap, DifferenceMap):
            said += self._shownMap.warnings
        said += unbentWarnings(comparison) if choice.bends else heldWarnings(comparison)
        if hasArrows or choice.withOutlines:
            said += marksWarnings(comparison)
        return "\n".join(textwrap.fill(line, _LINE_LENGTH) for line in dict.fromkeys(said))

    def legend(self) -> PictureLegend | None:
        """What the colors of the shown map mean, or None without one."""
        return legendOf(_asVolume(self._shownMap)[2]) if self._shownMap is not None else None

    def toWorld(self) -> Array:
        """4x4 from the reference's frame to the world, RAS mm, at the reference's own transforms."""
        return frameToWorld(self._open().caseNode, self.choice.reference)

    def planeOf(self, view: SliceNode) -> PicturePlane:
        """The plane that a slice view shows, in the reference's frame."""
        return shownPlane(view).moved(inverseRigid(self.toWorld()))

    # --- helpers ---

    def _open(self) -> CaseSession:
        if self._session is None or not self._session.isOpen:
            raise InputError("open a case first")
        return self._session

    def _frames(self, session: CaseSession) -> tuple[Array, Array]:
        """Where the two positions would lie in the world if nothing were held (4x4)."""
        node, choice = session.caseNode, self.choice
        return ownFrameToWorld(node, choice.reference), ownFrameToWorld(node, choice.moving)

    def _workFor(self, choice: CompareChoice) -> ComparedWork:
        session = self._open()
        session.settle()
        if not choice.level:
            raise InputError(f"'{choice.moving}' cannot be laid on '{choice.reference}': no vertebra has enough marks "
                             "in both to be held")  # fmt: skip
        if self._work is None or not self._work.isOf(session.case, choice):
            self._work = ComparedWork(session.caseNode, session.case, choice)
        return self._work

    def _showSolids(self, session: CaseSession, choice: CompareChoice) -> None:
        comparison = self._comparison
        wanted = (comparison, choice.bends, choice.withSolids)
        if self._solidsOf == wanted:
            return
        self.removeSolids()
        if choice.withSolids and comparison is not None:
            self._solids = ComparedSolids(session.caseNode)
            axes = self._workFor(choice).axes() if not choice.bends else {}
            self._solids.show(comparison.reference, comparison.moving, choice.level, axes)
        self._solidsOf = wanted

    def _showMap(self, session: CaseSession, map_: ComparedMap | None) -> None:
        if map_ is None:
            removeMapNode(session.caseNode)
        elif map_ is not self._shownMap:
            values, geometry, scale = _asVolume(map_)
            showMapNode(session.caseNode, self.choice.reference, values, geometry, scale)
        self._shownMap = map_


def _areSame(first: tuple[Array, Array] | None, second: tuple[Array, Array]) -> bool:
    return first is not None and all(np.array_equal(one, other) for one, other in zip(first, second, strict=True))


def _asVolume(map_: ComparedMap) -> tuple[NDArray[Any], Any, ColorScale]:
    if isinstance(map_, DifferenceMap):
        return map_.values, map_.geometry, scaleOfDifference(map_)
    return map_.valuesMm, map_.geometry, scaleOfDisplacement(map_)
