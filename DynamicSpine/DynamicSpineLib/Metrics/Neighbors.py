"""Widths above and below a level that MSCC and MCC compare with: mid-body levels without contact, else norms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Levels import Chain, areNeighbors
from DynamicSpineLib.Metrics.PointTable import Array
from DynamicSpineLib.Study.Position import Observation


@dataclass(frozen=True)
class NeighborChoice:
    """For each position and segment (P, S): level index above and below (-1 none), and norms (S) for both sides.

    usesNorms is True where neither side has a level of its own; a single side is not used at all.
    """

    above: NDArray[np.int_]
    below: NDArray[np.int_]
    normAbove: Array
    normBelow: Array

    @cached_property
    def usesNorms(self) -> NDArray[np.bool_]:
        """True (P, S) where the norms by level stand in."""
        return (self.above < 0) & (self.below < 0) & np.isfinite(self.normAbove + self.normBelow)

    @cached_property
    def oneSided(self) -> NDArray[np.bool_]:
        """True (P, S) where only one side has a level, so that there is no comparison."""
        return (self.above < 0) != (self.below < 0)

    def differs(self, first: tuple[int, ...], second: tuple[int, ...]) -> bool:
        """True where two cells (position, segment) compare with different levels."""
        return any(side[first] != side[second] for side in (self.above, self.below))

    def widths(self, byLevel: Array) -> tuple[Array, Array]:
        """Widths (..., P, S) above and below, from mid-body widths (..., P, L)."""
        return self._side(byLevel, self.above, self.normAbove), self._side(byLevel, self.below, self.normBelow)

    def _side(self, byLevel: Array, index: NDArray[np.int_], norm: Array) -> Array:
        rows = np.arange(index.shape[0])[:, None]
        own = byLevel[..., rows, np.maximum(index, 0)]
        return np.where(self.usesNorms, norm, np.where((index >= 0) & ~self.oneSided, own, np.nan))


def levelsInContact(chain: Chain, observations: Sequence[Observation]) -> NDArray[np.bool_]:
    """True (L,) for vertebral levels at which a reader saw the cord touched."""
    touched = {item.level for item in observations if item.kind == "cordContact" and item.present}
    return np.array([level in touched for level in chain.levels], dtype=bool)


def norm(level: str, sex: str, quantity: str) -> float:
    """A norm in mm by vertebral level and sex ("" for all), or NaN where there is none."""
    rows = packageData("Norms", "cervicalCanalCord.json")["rows"]
    return next((row[quantity] for row in rows if row["level"] == level and row["sex"] == sex), float("nan"))


def chooseNeighbors(chain: Chain, usable: NDArray[np.bool_], sex: str, quantity: str) -> NeighborChoice:
    """Nearest usable levels above and below every segment.

    usable (P, L): a mid-body width is marked there and no contact was seen. quantity: key of the norms file.
    """
    levels, segments = chain.levels, chain.segments
    shape = (usable.shape[0], len(segments))
    above, below = np.full(shape, -1), np.full(shape, -1)
    for column, segment in enumerate(segments):
        upper = levels.index(segment.upper)
        for row in range(shape[0]):
            above[row, column] = _nearest(levels, usable[row], range(upper, -1, -1))
            below[row, column] = _nearest(levels, usable[row], range(upper + 1, len(levels)))
    norms = [np.array([norm(getattr(item, side), sex, quantity) for item in segments]) for side in ("upper", "lower")]
    return NeighborChoice(above, below, norms[0], norms[1])


def _nearest(levels: tuple[str, ...], usable: NDArray[np.bool_], order: range) -> int:
    """First usable index in an order of levels that does not cross a gap of the chain, or -1."""
    previous = None
    for index in order:
        if previous is not None:
            upper, lower = sorted((previous, index))
            if not areNeighbors(levels[upper], levels[lower]):
                return -1
        if usable[index]:
            return index
        previous = index
    return -1
