"""Whether positions bend in the order of their labels, also where no neutral one or only a part of a region is marked.

Adds to Criteria/Consistency.py, which compares every flexion and extension with a neutral position by a whole region.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from DynamicSpineLib.Criteria.CaseValues import CaseValues, Sample, sampled
from DynamicSpineLib.Criteria.Consistency import (
    BENT_REGIONS,
    LabelDoubt,
    bendFrom,
    doubtOf,
    motionFrom,
    neutralFor,
)  # fmt: skip
from DynamicSpineLib.Criteria.Places import excursionRegion
from DynamicSpineLib.Metrics.Registry import MOTION_KIND, MetricDefinition
from DynamicSpineLib.Study.Position import Position

LEAST_SEGMENTS = 3
"""A stretch of fewer segments may turn against its whole region."""

_RANK = {"extension": -1, "neutral": 0, "flexion": 1}
# Metric and sign of a bend to a side: to the right and rotation to the left are positive.
_SIDEWAYS = {"leftBend": ("lateralBend", -1.0), "rightBend": ("lateralBend", 1.0),
             "leftRotation": ("axialRotation", 1.0), "rightRotation": ("axialRotation", -1.0)}  # fmt: skip


@dataclass(frozen=True)
class Bending:
    """One region over all positions labelled neutral, flexion or extension.

    turns: rotation in degrees from the first to the second position, flexion positive, of each pair that is measured.
    """

    region: str
    bends: Mapping[str, str]
    turns: Mapping[tuple[str, str], Sample]

    def faults(self, bends: Mapping[str, str]) -> tuple[int, int]:
        """Under other labels: pairs that turn against them beyond noise, and pairs that do not turn beyond noise."""
        against, unclear = 0, 0
        for (first, second), turn in self.turns.items():
            order = _RANK[bends[second]] - _RANK[bends[first]]
            toward = (turn.value or 0.0) * np.sign(order)
            if order and abs(toward) <= (turn.sdc95 or 0.0):
                unclear += 1
            elif toward < 0.0:
                against += 1
        return against, unclear


def bendings(values: CaseValues) -> list[Bending]:
    """Every region that is measured between positions of different bends."""
    bends = {item.id: item.bend for item in values.case.positions if item.bend in _RANK}
    found = []
    for region in BENT_REGIONS:
        if region in values.places("regionRotation", MOTION_KIND):
            pairs = {pair: bendFrom(values, region, *pair) for pair in combinations(bends, 2)}
            turns = {pair: turn for pair, turn in pairs.items() if turn.isThere and turn.sdc95 is not None}
            if turns:
                found.append(Bending(region, bends, turns))
    return found


def exchanged(bending: Bending) -> tuple[str, str] | None:
    """The two positions that, with each other's labels, bend as labelled in every pair; None where no or several do.

    Two positions alone tell nothing: one of them may as well be labelled wrongly by itself.
    """
    positions = [item for item in bending.bends if any(item in pair for pair in bending.turns)]
    if len(positions) < 3 or bending.faults(bending.bends)[0] == 0:
        return None
    found = []
    for first, second in combinations(positions, 2):
        bends = {**bending.bends, first: bending.bends[second], second: bending.bends[first]}
        if bends != bending.bends and bending.faults(bends) == (0, 0):
            found.append((first, second))
    return found[0] if len(found) == 1 else None


def unsharedDoubts(values: CaseValues) -> list[LabelDoubt]:
    """Doubts that need another comparison than that with a neutral position by a whole region.

    Without a neutral position flexion and extension are compared; where an end of a region is not marked, a stretch of
    at least three segments is.
    """
    found = []
    for item in values.case.positions:
        other = _comparedWith(values, item)
        for region in BENT_REGIONS if other else ():
            turn, stretch = _turn(values, region, other, item.id)
            isTold = stretch == region and neutralFor(values, item) is not None
            doubt = None if isTold else doubtOf(item, other, stretch, turn, 1.0 if item.bend == "flexion" else -1.0)
            if doubt is not None:
                found.append(doubt)
    return found


def _comparedWith(values: CaseValues, position: Position) -> str:
    """Id of the neutral position, else of one bent the other way; empty where there is neither."""
    if position.bend not in ("flexion", "extension"):
        return ""
    opposite = "extension" if position.bend == "flexion" else "flexion"
    others = [item.id for item in values.case.positions if item.bend == opposite]
    return neutralFor(values, position) or (others[0] if others else "")


def _turn(values: CaseValues, region: str, first: str, second: str) -> tuple[Sample, str]:
    """Rotation of a region (flexion positive) and its name, or those of its longest measured stretch."""
    if region in values.places("regionRotation", MOTION_KIND):
        whole = bendFrom(values, region, first, second)
        if whole.isThere:
            return whole, region
    inRegion = [item.name for item in values.case.chain.segments if excursionRegion(values.case, item.name) == region]
    return _longestRun(values, "rotation", inRegion, first, second)


def sidewaysDoubts(values: CaseValues) -> list[LabelDoubt]:
    """Bends and rotations to a side that go to the other side, or too little to tell, from the neutral position."""
    found = []
    for item in values.case.positions:
        neutral = neutralFor(values, item)
        if item.bend in _SIDEWAYS and neutral is not None:
            metric, sign = _SIDEWAYS[item.bend]
            turn, stretch = _longestRun(values, metric, [each.name for each in values.case.chain.segments],
                                        neutral, item.id)  # fmt: skip
            doubt = doubtOf(item, neutral, stretch, turn, sign)
            if doubt is not None:
                found.append(doubt)
    return found


def _longestRun(
    values: CaseValues, metric: str, segments: Sequence[str], first: str, second: str
) -> tuple[Sample, str]:
    """Sum of a motion over the longest run of measured segments, and the run's name (C3C6); empty for a short run."""
    runs: list[list[tuple[str, Sample]]] = [[]]
    for name in segments:
        sample = motionFrom(values, metric, name, first, second)
        if sample.value is not None and sample.sd is not None:
            runs[-1].append((name, sample))
        else:
            runs.append([])
    best = max(runs, key=len)
    if len(best) < LEAST_SEGMENTS:
        return Sample(), ""
    top, bottom = (values.case.chain.segment(name) for name in (best[0][0], best[-1][0]))
    stretch = "" if top is None or bottom is None else top.upper + bottom.lower
    return _sum(values.definition(metric, MOTION_KIND), [sample for _, sample in best]), stretch


def _sum(definition: MetricDefinition, samples: Sequence[Sample]) -> Sample:
    value = float(sum(item.value or 0.0 for item in samples))
    draws = np.sum([item.draws for item in samples if item.draws is not None], axis=0)
    return replace(sampled(definition, value, draws), confirmed=all(item.confirmed for item in samples))
