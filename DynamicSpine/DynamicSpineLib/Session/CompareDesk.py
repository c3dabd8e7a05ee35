"""Comparing two positions of the open case: transforms, maps and drawings for what the user wants to see."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Compare.Comparison import Comparison, comparePositions
from DynamicSpineLib.Compare.Difference import DifferenceMap, differenceMap
from DynamicSpineLib.Compare.Displacement import DisplacementMap, displacementMap
from DynamicSpineLib.Compare.Modes import DIFFERENCE, DISPLACEMENT, SIDE_BY_SIDE, modeOf
from DynamicSpineLib.Compare.PairDraws import PairDraws
from DynamicSpineLib.Compare.Statements import heldText, heldWarnings, laidOnText, unbentWarnings
from DynamicSpineLib.Compare.Vectors import arrowsCaption, markVectors
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid
from DynamicSpineLib.Jobs.CompareFigures import figuresOf
from DynamicSpineLib.Jobs.CompareFiles import writeComparison
from DynamicSpineLib.Jobs.CompareMaps import ComparedMaps
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Scene.GrayVolumes import grayVolume
from DynamicSpineLib.Scene.Overlays.ColorScale import ColorScale
from DynamicSpineLib.Scene.Overlays.CompareDrawing import Drawing, arrowDrawing, outlineDrawing
from DynamicSpineLib.Scene.Overlays.ComparedSolids import ComparedSolids
from DynamicSpineLib.Scene.Overlays.CompareFrames import legendOf, scaleOfDifference, scaleOfDisplacement
from DynamicSpineLib.Scene.Overlays.HeldTransform import frameToWorld, heldPositions, readChoice, writeChoice
from DynamicSpineLib.Scene.Overlays.MapNodes import removeMapNode, showMapNode
from DynamicSpineLib.Scene.PictureContent import PictureLegend
from DynamicSpineLib.Scene.PicturePlane import PicturePlane
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.CompareChoice import CompareChoice, choiceFrom
from DynamicSpineLib.Session.HoldBone import layOn, letAllGo

Array = NDArray[np.float64]

_LINE_LENGTH = 70


class CompareDesk:
    """Holds what was computed for the case as it is; an edit of the case drops it."""

    def __init__(self) -> None:
        self.choice = CompareChoice()
        self._session: CaseSession | None = None
        self._comparison: Comparison | None = None
        self._draws: PairDraws | None = None
        self._field: DisplacementGrid | None = None
        self._maps: dict[tuple[str, str, bool], DifferenceMap | DisplacementMap] = {}
        self._shownMap: Any = None
        self._laid: tuple[Comparison | None, bool] = (None, False)
        self._solids: ComparedSolids | None = None
        self._solidsOf: tuple[Comparison | None, bool] = (None, False)

    def setSession(self, session: CaseSession | None) -> None:
        """Another case, or none; one that is being compared goes on as its scene says."""
        self._session = session
        self.forget()
        held = heldPositions(session.caseNode) if session is not None else ()
        self.choice = choiceFrom(readChoice(session.caseNode)) if session is not None and held else CompareChoice()
        if held:
            self.choice = replace(self.choice, reference=held[0].reference, moving=held[0].moving,
                                  level=held[0].level, isUnbent=held[0].isUnbent)  # fmt: skip

    @property
    def isOn(self) -> bool:
        """True while a position of the case lies on another."""
        return self._session is not None and self._session.isOpen and bool(heldPositions(self._session.caseNode))

    @property
    def isStale(self) -> bool:
        """True where the case was edited since the positions were laid on each other."""
        session, comparison = self._session, self._comparison
        return self.isOn and session is not None and comparison is not None and comparison.case is not session.case

    @property
    def comparison(self) -> Comparison | None:
        """The two positions as they are compared now."""
        return self._comparison

    def forget(self) -> None:
        """The case was edited: what was computed of it no longer holds."""
        self._comparison, self._draws, self._field, self._shownMap = None, None, None, None
        self._laid = (None, False)
        self._maps.clear()

    def missing(self, choice: CompareChoice) -> str:
        """What has to be computed before a choice can be shown, in words; empty where nothing has."""
        sameField = self._field is not None and _samePair(self._comparison, choice)
        if (choice.isUnbent or choice.mode == DISPLACEMENT) and not sameField:
            return "Field between the vertebrae"
        if choice.mode in (DIFFERENCE, DISPLACEMENT) and _mapKey(choice) not in self._maps:
            return "Map"
        if choice.mode in (DIFFERENCE, DISPLACEMENT) and not _samePair(self._comparison, choice):
            return "Map"
        return ""

    def prepare(self, choice: CompareChoice) -> Steps[None]:
        """Compute what is missing; a step for each part. Raises InputError for what cannot be compared or unbent."""
        session = self._open()
        comparison = self._compare(choice)
        yield Step(0.05, "reading volumes")
        reference = grayVolume(session.caseNode, comparison.reference)
        if choice.isUnbent or choice.mode == DISPLACEMENT:
            if comparison.unbending is None:
                raise InputError(comparison.notUnbent)
            if self._field is None:
                self._field = comparison.unbending.field.displacementGrid(reference.geometry)
            yield Step(0.5, "field between the vertebrae")
        key = _mapKey(choice)
        if key in self._maps:
            return
        if choice.mode == DIFFERENCE:
            moving = grayVolume(session.caseNode, comparison.moving)
            motion = self._field if choice.isUnbent and self._field is not None else comparison.anchor.referenceToMoving
            self._maps[key] = differenceMap(reference, moving, motion)
        elif choice.mode == DISPLACEMENT and self._field is not None:
            self._maps[key] = displacementMap(self._field, comparison.anchor)
        yield Step(1.0, "map")

    def show(self, choice: CompareChoice) -> None:
        """Lay the moving position on the reference as chosen. What is missing must have been prepared.

        Raises InputError where the vertebra cannot be held, and then nothing has changed.
        """
        session = self._open()
        comparison = self._compare(choice)
        laid = (comparison, choice.isUnbent)
        if self._laid != laid or not self.isOn:
            layOn(session, comparison.anchor, self._field if choice.isUnbent else None)
            self._laid = laid
        with session.ownWriting():
            self._showMap(session, choice)
            self._showSolids(session, comparison, choice.withSolids)
            writeChoice(session.caseNode, choice.text())
        self.choice = choice

    def letGo(self) -> None:
        """Put every position back where it was, and remove what was made for comparing."""
        if self._session is None or not self._session.isOpen:
            return
        letAllGo(self._session)
        with self._session.ownWriting():
            removeMapNode(self._session.caseNode)
            self.removeSolids()
            writeChoice(self._session.caseNode, "")
        self._shownMap, self._laid = None, (None, False)

    def write(self, folder: Path, pictures: Mapping[str, bytes]) -> int:
        """Write pictures, and what was computed for them, into a folder; returns the number of files."""
        comparison = self._compare(self.choice)
        found = {key[0]: map_ for key, map_ in self._maps.items() if not key[2]}
        difference, displacement = found.get(DIFFERENCE), found.get(DISPLACEMENT)
        maps = ComparedMaps(
            self._field, difference if isinstance(difference, DifferenceMap) else None, None,
            displacement if isinstance(displacement, DisplacementMap) else None,
            (comparison.notUnbent,) if comparison.notUnbent else (),
        )  # fmt: skip
        return len(writeComparison(comparison, maps, figuresOf(comparison, maps), pictures, folder))

    def removeSolids(self) -> None:
        """Take the solids away until the next `show`, as while others of a motion stand in their place."""
        if self._solids is not None:
            self._solids.remove()
        self._solids, self._solidsOf = None, (None, False)

    def drawing(self, plane: PicturePlane) -> Drawing:
        """What is drawn over both positions, as chosen, in the reference's frame on a plane of it."""
        choice, comparison = self.choice, self._comparison
        drawing = Drawing()
        if comparison is None or choice.mode == SIDE_BY_SIDE:
            return drawing
        if choice.withOutlines:
            drawing += outlineDrawing(comparison, plane, choice.isUnbent)
        if choice.withArrows and not choice.isUnbent:
            if self._draws is None:
                self._draws = PairDraws(comparison.case, comparison.reference.id, comparison.moving.id)
            vectors = markVectors(comparison.case, comparison.anchor, draws=self._draws)
            drawing += arrowDrawing(vectors, plane, choice.arrowFactor)
        return drawing

    def caption(self) -> str:
        """What the view must say: what lies on what, what holds it, and every warning; a line for each."""
        choice, comparison = self.choice, self._comparison
        if comparison is None or not self.isOn:
            return ""
        held = "all vertebrae held" if choice.isUnbent else heldText(comparison.anchor)
        warnings = unbentWarnings(comparison) if choice.isUnbent else heldWarnings(comparison)
        map_ = self._maps.get(_mapKey(choice))
        said = [laidOnText(comparison), held]
        if choice.mode in (DIFFERENCE, DISPLACEMENT):
            said.append(modeOf(choice.mode).meaning)
        if choice.withArrows and not choice.isUnbent:
            said.append(arrowsCaption(choice.arrowFactor))
        lines = [*said, *(getattr(map_, "warnings", ()) if choice.mode == DIFFERENCE else ()), *warnings]
        return "\n".join(textwrap.fill(line, _LINE_LENGTH) for line in lines)

    def legend(self) -> PictureLegend | None:
        """What the colors of the shown map mean, or None without one."""
        return legendOf(_asVolume(self._shownMap)[2]) if self._shownMap is not None else None

    def toWorld(self) -> Array:
        """4x4 from the reference's frame to the world, RAS mm, at the reference's own transforms."""
        return frameToWorld(self._open().caseNode, self.choice.reference)

    # --- helpers ---

    def _open(self) -> CaseSession:
        if self._session is None or not self._session.isOpen:
            raise InputError("open a case first")
        return self._session

    def _compare(self, choice: CompareChoice) -> Comparison:
        session = self._open()
        if not _samePair(self._comparison, choice):
            session.settle()
            comparison = comparePositions(session.case, choice.reference, choice.moving, choice.level)
            self.forget()
            self._comparison = comparison
        elif self._comparison is not None and self._comparison.anchor.level != choice.level:
            self._comparison = self._comparison.holding(choice.level)
        assert self._comparison is not None
        return self._comparison

    def _showSolids(self, session: CaseSession, comparison: Comparison, isWanted: bool) -> None:
        if self._solidsOf == (comparison, isWanted):
            return
        self.removeSolids()
        if isWanted:
            self._solids = ComparedSolids(session.caseNode)
            self._solids.show(comparison.reference, comparison.moving, comparison.anchor.level)
        self._solidsOf = (comparison, isWanted)

    def _showMap(self, session: CaseSession, choice: CompareChoice) -> None:
        map_ = self._maps.get(_mapKey(choice)) if choice.mode in (DIFFERENCE, DISPLACEMENT) else None
        if map_ is self._shownMap and map_ is not None:
            return
        if map_ is None:
            removeMapNode(session.caseNode)
        else:
            values, geometry, scale = _asVolume(map_)
            showMapNode(session.caseNode, choice.reference, values, geometry, scale)
        self._shownMap = map_


def _asVolume(map_: DifferenceMap | DisplacementMap) -> tuple[NDArray[Any], Any, ColorScale]:
    if isinstance(map_, DifferenceMap):
        return map_.values, map_.geometry, scaleOfDifference(map_)
    return map_.valuesMm, map_.geometry, scaleOfDisplacement(map_)


def _mapKey(choice: CompareChoice) -> tuple[str, str, bool]:
    isUnbent = choice.isUnbent and choice.mode == DIFFERENCE
    return choice.mode, "" if isUnbent else choice.level, isUnbent


def _samePair(comparison: Comparison | None, choice: CompareChoice) -> bool:
    return comparison is not None and (comparison.reference.id, comparison.moving.id) == (choice.reference,
                                                                                      choice.moving)  # fmt: skip
