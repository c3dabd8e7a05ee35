"""What was computed for two positions of a case: where each vertebra went, the field between them, and maps."""

from __future__ import annotations

from typing import Any

from DynamicSpineLib.Compare.Comparison import Comparison, comparePositions
from DynamicSpineLib.Compare.Difference import DifferenceMap, differenceMap
from DynamicSpineLib.Compare.DifferenceRegions import heldPoints
from DynamicSpineLib.Compare.Displacement import DisplacementMap, displacementMap
from DynamicSpineLib.Compare.HelicalAxes import DrawnAxis, segmentAxis
from DynamicSpineLib.Compare.Modes import DIFFERENCE, DISPLACEMENT
from DynamicSpineLib.Compare.PairDraws import PairDraws
from DynamicSpineLib.Compare.Statements import CT_BESIDE_MR, withImages
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid
from DynamicSpineLib.Jobs.CompareMaps import ComparedMaps
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Scene.GrayVolumes import grayVolume
from DynamicSpineLib.Scene.NodeTypes import CaseNode
from DynamicSpineLib.Scene.Volumes import volumeArray
from DynamicSpineLib.Session.CompareChoice import CompareChoice
from DynamicSpineLib.Study.Case import Case

FIELD, MAP = "field", "map"
"""What may have to be computed before a choice can be shown."""

ComparedMap = DifferenceMap | DisplacementMap


class ComparedWork:
    """Nothing of it changes with another vertebra held but what is against the held one."""

    def __init__(self, caseNode: CaseNode, case: Case, choice: CompareChoice) -> None:
        """Raises InputError where the choice's vertebra cannot be held."""
        self._caseNode = caseNode
        comparison = comparePositions(case, choice.reference, choice.moving, choice.level)
        self.comparison = _withImages(caseNode, comparison)
        self.field: DisplacementGrid | None = None
        self._maps: dict[tuple[str, str], ComparedMap] = {}
        self._draws: PairDraws | None = None

    def isOf(self, case: Case, choice: CompareChoice) -> bool:
        """True where this is about the choice's two positions in a case, and the case is still the same."""
        own = self.comparison
        return own.case is case and (own.reference.id, own.moving.id) == (choice.reference, choice.moving)

    def holding(self, level: str) -> Comparison:
        """The comparison with a vertebra held; the same one as long as it is. Raises InputError where it cannot be."""
        if self.comparison.anchor.level != level:
            self.comparison = self.comparison.holding(level)
        return self.comparison

    def missing(self, choice: CompareChoice) -> str:
        """FIELD or MAP where that has to be computed first, else empty."""
        if needsField(choice) and self.field is None:
            return FIELD
        return MAP if needsMap(choice) and _keyOf(choice) not in self._maps else ""

    def map(self, choice: CompareChoice) -> ComparedMap | None:
        """The map that a choice shows, where it shows one and that was computed."""
        return self._maps.get(_keyOf(choice)) if needsMap(choice) else None

    def prepare(self, choice: CompareChoice) -> Steps[None]:
        """Compute what is missing; a step for each part. Raises InputError for what cannot be compared or unbent."""
        comparison = self.holding(choice.level)
        yield Step(0.05, "reading volumes")
        reference = grayVolume(self._caseNode, comparison.reference)
        if needsField(choice) and self.field is None:
            if comparison.unbending is None:
                raise InputError(comparison.notUnbent)
            self.field = comparison.unbending.field.displacementGrid(reference.geometry)
            yield Step(0.5, "field between the vertebrae")
        if self.missing(choice) != MAP:
            return
        if choice.mode == DISPLACEMENT and self.field is not None:
            self._maps[_keyOf(choice)] = displacementMap(self.field, comparison.anchor)
        else:
            if CT_BESIDE_MR in comparison.imageWarnings:
                raise InputError(f"no intensity difference: {CT_BESIDE_MR}")
            moving = grayVolume(self._caseNode, comparison.moving)
            motion = self.field if choice.isUnbent and self.field else comparison.anchor.referenceToMoving
            held_RAS = heldPoints(comparison.case, comparison.anchor)
            self._maps[_keyOf(choice)] = differenceMap(reference, moving, motion, held_RAS)
        yield Step(1.0, "map")

    def maps(self, level: str, missing: tuple[str, ...]) -> ComparedMaps:
        """The maps that were computed with a vertebra held, for files. missing: why others are not there."""
        held, unbent = self._maps.get((DIFFERENCE, level)), self._maps.get((DIFFERENCE, ""))
        moved = self._maps.get((DISPLACEMENT, level))
        return ComparedMaps(
            self.field, held if isinstance(held, DifferenceMap) else None,
            unbent if isinstance(unbent, DifferenceMap) else None,
            moved if isinstance(moved, DisplacementMap) else None, missing,
        )  # fmt: skip

    def axes(self) -> dict[str, DrawnAxis]:
        """The axis of each segment's motion between the positions, where its rotation allows one."""
        own, found = self.comparison, {}
        for segment in own.case.chain.segments:
            answer = segmentAxis(own.case, segment.name, own.reference.id, own.moving.id, self.draws())
            if answer.axis is not None:
                found[segment.name] = answer.axis
        return found

    def draws(self) -> PairDraws:
        """The noise of both positions' marks, drawn once whatever is held."""
        own = self.comparison
        if self._draws is None:
            self._draws = PairDraws(own.case, own.reference.id, own.moving.id)
        return self._draws


def needsField(choice: CompareChoice) -> bool:
    """True where the field between the positions is part of what a choice shows."""
    return choice.bends or choice.mode == DISPLACEMENT


def needsMap(choice: CompareChoice) -> bool:
    """True where a choice shows a map over the reference."""
    return choice.mode in (DIFFERENCE, DISPLACEMENT)


def _keyOf(choice: CompareChoice) -> tuple[str, str]:
    """The difference of unbent images is the same whatever is held."""
    return choice.mode, "" if choice.mode == DIFFERENCE and choice.isUnbent else choice.level


def _withImages(caseNode: CaseNode, comparison: Comparison) -> Comparison:
    """The comparison with what the gray values add to its warnings, where both volumes are in the scene."""
    found: list[Any] = [volumeNode(caseNode, item.id) for item in (comparison.reference, comparison.moving)]
    if any(node is None or node.GetImageData() is None for node in found):
        return comparison
    return withImages(comparison, volumeArray(found[0]), volumeArray(found[1]))
