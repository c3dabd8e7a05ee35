"""Measures one reading of a case: its values, and which of them may not be given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Geometry.Planar import isThere
from DynamicSpineLib.Metrics.Blocked import Blocked
from DynamicSpineLib.Metrics.CommonCorners import cornersDiffer
from DynamicSpineLib.Metrics.Draws import definedPoints
from DynamicSpineLib.Metrics.Engine import Values, evaluate, pairIndices
from DynamicSpineLib.Metrics.EvaluationContext import EvaluationContext, Wanted
from DynamicSpineLib.Metrics.Gates import caseConstants
from DynamicSpineLib.Metrics.Neighbors import chooseNeighbors, levelsInContact
from DynamicSpineLib.Metrics.Noise import NoiseModel
from DynamicSpineLib.Metrics.Outlines import Outline, OutlineValues, collectOutlines, outlineValues
from DynamicSpineLib.Metrics.PointTable import Array, PointTable, pointTable
from DynamicSpineLib.Metrics.RelativeMotion import betweenBones, bonesSource, boneTransforms
from DynamicSpineLib.Metrics.SagittalFrames import caseFrames, segmentIndices
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import LandmarkSet
from DynamicSpineLib.Study.Roles import Pair, comparedPosition, orderedPairs


@dataclass(frozen=True)
class ReadingValues:
    """All values of one reading. `draws` has the same arrays with a leading axis of draws, ungated, or is None."""

    case: Case
    reader: str
    reading: str
    marks: Mapping[str, LandmarkSet]
    pairs: tuple[Pair, ...]
    context: EvaluationContext
    table: PointTable
    outlines: OutlineValues
    noise: NoiseModel
    values: Values
    blocked: Blocked
    boneTransforms: Array
    draws: Values | None = None

    def fromBones(self, pairIndex: int, segmentIndex: int) -> bool:
        """True where a segment's motion out of the sagittal plane comes from its bones' transforms."""
        ends = [self.context.fromIndex[pairIndex], self.context.toIndex[pairIndex]]
        return bool(self._segmentsCarried[ends, segmentIndex].all())

    @cached_property
    def _segmentsCarried(self) -> NDArray[np.bool_]:
        """True (P, S) where the transforms of both bones of a segment are known."""
        upper, lower = segmentIndices(self.table)
        known = np.asarray(np.isfinite(self.boneTransforms).all(axis=(-2, -1)))
        return np.asarray(known[:, upper] & known[:, lower])


class ReadingMeasurer:
    """Prepares one reading of a case and computes its values."""

    def __init__(
        self, case: Case, marks: Mapping[str, LandmarkSet], noise: NoiseModel, reader: str = "", reading: str = "1"
    ) -> None:
        self.case, self.marks, self.noise, self.reader, self.reading = case, marks, noise, reader, reading
        self.ids = tuple(position.id for position in case.positions)
        self.pairs = orderedPairs(case)
        points = {positionId: definedPoints(marks[positionId]) for positionId in self.ids}
        self.table = pointTable(case.chain, self.ids, points)
        self.outlineList: list[Outline] = collectOutlines(case.chain, [marks[item].contours for item in self.ids])
        self._prepare()

    def _prepare(self) -> None:
        case, frames = self.case, caseFrames(self.table)
        self.transforms = boneTransforms(case)
        self.between = betweenBones(self.table, self.transforms)
        self.outlines = outlineValues(case.chain, len(self.ids), self.outlineList, frames.segments)
        points = self.table.levels
        cord = np.isfinite(points["KA"] + points["KP"]).all(axis=-1)
        canal = np.isfinite(points["SL"] + points["SP"] + points["IP"]).all(axis=-1)
        seen = [item.observations + case.observations for item in case.positions]
        contact = np.stack([levelsInContact(case.chain, observations) for observations in seen])
        fromIndex, toIndex = pairIndices(self.ids, [(pair.fromPosition, pair.toPosition) for pair in self.pairs])
        self.context = EvaluationContext(
            case, caseConstants(case), frames,
            chooseNeighbors(case.chain, cord & ~contact, case.sex, "cordApMm"),
            chooseNeighbors(case.chain, canal & ~contact, case.sex, "canalApMm"),
            fromIndex, toIndex, self._held(fromIndex, toIndex),
            self.ids.index(bonesSource(case)) if bonesSource(case) in self.ids else -1, self._mixedCorners(),
        )  # fmt: skip

    def _mixedCorners(self) -> int | None:
        compared = comparedPosition(self.case)
        return self.ids.index(compared.id) if compared is not None and cornersDiffer(self.table) else None

    def values(self, wanted: Wanted = None) -> Values:
        """Values of the marks as they are, without gates."""
        return evaluate(self.context, self.table, self.outlines, self.between, wanted)

    def _held(self, fromIndex: list[int], toIndex: list[int]) -> NDArray[np.bool_]:
        """True (Q, S) where both bones of a segment have transforms to both positions of a pair."""
        there = isThere(self.transforms[..., :3, 3])
        upper, lower = segmentIndices(self.table)
        whole = there[:, upper] & there[:, lower]
        return np.asarray(whole[fromIndex] & whole[toIndex])

    def measure(self) -> ReadingValues:
        """Everything about this reading but its draws (Metrics/ReadingDraws.py)."""
        values = self.values()
        return ReadingValues(
            self.case, self.reader, self.reading, self.marks, self.pairs, self.context, self.table, self.outlines,
            self.noise, values, Blocked(self.context, self.table, self.outlines.normal["FC"], values), self.transforms,
        )  # fmt: skip
