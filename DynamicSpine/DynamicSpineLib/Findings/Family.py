"""The case-wise limit: how large a change must be before it stands out from all changes that were looked at.

Of dozens of changes in a motionless spine some are always beyond their own smallest detectable change. The limit is
the 95th percentile, over the joint draws, of the largest |z| of all of them when nothing moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Levels import spineRegionOf, splitSegment
from DynamicSpineLib.Anatomy.Roots import regionOfSegment
from DynamicSpineLib.Criteria.CaseValues import CaseValues, Sample
from DynamicSpineLib.Criteria.Places import isNative
from DynamicSpineLib.Study.Position import BENT_SIDEWAYS
from DynamicSpineLib.Study.Roles import Pair, declaredPairs

_LEAST_SD = 1e-9


@dataclass(frozen=True)
class WatchedChange:
    """A change of one declared pair that may become a headline. kind: change or state (a slip)."""

    metric: str
    kind: str
    level: str
    side: str
    fromPosition: str
    position: str
    question: str
    sample: Sample

    @property
    def z(self) -> float:
        """The value in units of its SD; endless for a value without any noise."""
        value, sd = self.sample.value or 0.0, self.sample.sd or 0.0
        if sd > _LEAST_SD:
            return value / sd
        return float(np.sign(value)) * np.inf if abs(value) > _LEAST_SD else 0.0


@dataclass(frozen=True)
class Family:
    """All changes looked at, and the limit of |z| that one of them exceeds in 5 % of cases in which nothing moves."""

    changes: tuple[WatchedChange, ...]
    limit: float | None

    def passes(self, change: WatchedChange) -> bool:
        """True for a change beyond the case-wise limit."""
        return self.limit is not None and abs(change.z) > self.limit

    def reach(self, change: WatchedChange) -> float:
        """How much of a change's size is left when the whole case's noise is taken off; 0 where nothing is."""
        return self.reachOf(change.sample)

    def reachOf(self, sample: Sample) -> float:
        """The size of a value less the case-wise limit times its SD, at least 0."""
        if sample.value is None or sample.sd is None or self.limit is None:
            return 0.0
        return max(abs(sample.value) - self.limit * sample.sd, 0.0)

    def where(self, metric: str, level: str = "") -> list[WatchedChange]:
        """The changes of a metric, at a level or at all."""
        return [item for item in self.changes if item.metric == metric and (not level or item.level == level)]


def pairsAsked(values: CaseValues) -> list[Pair]:
    """The declared pairs without side-bent positions."""
    bent = {item.id for item in values.case.positions if item.bend in BENT_SIDEWAYS}
    return [pair for pair in declaredPairs(values.case) if not {pair.fromPosition, pair.toPosition} & bent]


def familyOf(values: CaseValues, leftOut: Sequence[str] = ()) -> Family:
    """Every watched change of the case's declared pairs, over native levels, with their joint limit.

    leftOut: positions whose level names are in doubt; nothing is compared with them.
    """
    changes: list[WatchedChange] = []
    for entry in packageData("Findings", "watched.json")["changes"]:
        found = _changes(values, entry["metric"], entry["kind"], entry["regions"])
        changes.extend(item for item in found if not {item.fromPosition, item.position} & set(leftOut))
    return Family(tuple(changes), familyLimit([item.sample for item in changes]))


def _changes(values: CaseValues, metric: str, kind: str, regions: Sequence[str]) -> list[WatchedChange]:
    found = []
    for place in values.places(metric):
        if not isNative(values.case, place) or partOf(place) not in regions:
            continue
        for side in values.sides(metric):
            if kind == "state":
                ends = [("", item.id, "") for item in values.case.positions if item.bend not in BENT_SIDEWAYS]
            else:
                ends = [(pair.fromPosition, pair.toPosition, pair.question) for pair in pairsAsked(values)]
            for first, second, question in ends:
                sample = _sample(values, metric, kind, place, side, first, second)
                if sample.isThere and sample.sd is not None:
                    found.append(WatchedChange(metric, kind, place, side, first, second, question, sample))
    return found


def _sample(
    values: CaseValues, metric: str, kind: str, place: str, side: str, first: str, second: str
) -> Sample:
    if kind == "state":
        return values.state(metric, place, second, side)
    return values.change(metric, place, first, second, side)


def partOf(place: str) -> str:
    """cervical, thoracic, lumbar or craniocervical, for a segment, a level or a region."""
    segment = splitSegment(place)
    if segment is not None:
        return regionOfSegment(segment)
    known = {"OcC2": "craniocervical", "C2C7": "cervical", "L1S1": "lumbar"}
    return known.get(place) or spineRegionOf(place)


def familyLimit(samples: Sequence[Sample]) -> float | None:
    """95th percentile over draws of the largest |z|; None without draws. Values without noise do not count."""
    noise = [
        np.abs(item.draws - item.value) / item.sd
        for item in samples
        if item.draws is not None and item.value is not None and item.sd is not None and item.sd > _LEAST_SD
    ]
    if not noise:
        return 0.0 if samples else None
    largest = np.max(np.stack(noise), axis=0)
    certainty = packageData("Findings", "watched.json")["certainty"]
    return float(np.quantile(largest, certainty))
