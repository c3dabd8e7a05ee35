"""What the metrics of motion ask for: the same segments in two positions, built from their common corners."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from DynamicSpineLib.Geometry.Planar import planarFit
from DynamicSpineLib.Metrics.Bodies import Bodies
from DynamicSpineLib.Metrics.PointTable import Array
from DynamicSpineLib.Metrics.Slip import slipCenter
from DynamicSpineLib.Metrics.StateInputs import ROLES, Later, SegmentInputs


class PairInputs:
    """Inputs (..., Q, S) of Q ordered pairs of positions.

    states: values of state metrics by id (..., P, S). `fromX` and `toX` are a state metric or an input of the first
    and second position; turns are counter-clockwise degrees of the planar fits.
    """

    def __init__(
        self, segments: SegmentInputs, states: Mapping[str, Array], fromIndex: list[int], toIndex: list[int],
        later: Later,
    ) -> None:  # fmt: skip
        self._segments, self._states, self._later = segments, states, later
        self._index = {"from": fromIndex, "to": toIndex}
        self._cache: dict[str, Array] = {}

    def __getitem__(self, name: str) -> Array:
        if name not in self._cache:
            self._make(name)
        return self._cache[name]

    def _make(self, name: str) -> None:
        if name in self._later:
            self._cache[name] = self._later[name]()
        elif name.endswith("SlipCenter"):
            self._makeSlipCenters()
        elif name[5:] in ("Turn", "From", "To"):
            self._makeFits()
        else:
            end = "from" if name.startswith("from") else "to"
            quantity = name[len(end) :]
            state = quantity[0].lower() + quantity[1:]
            source = self._states[state] if state in self._states else self._segments[state]
            axis = -2 if state in self._states or state.endswith(("Height", "Depth")) else -3
            self._cache[name] = np.take(source, self._index[end], axis=axis)

    def _corners(self, end: str) -> Array:
        """Corners (2, 4, ..., Q, S, 2) of the upper and lower bodies at one end of the pairs."""
        return np.take(self._segments.corners, self._index[end], axis=-3)

    def _makeFits(self) -> None:
        """Fit upper and lower bodies together; their planes are the same."""
        start, end = (np.moveaxis(self._corners(side), 1, -2) for side in self._index)
        turn, before, after = planarFit(start, end)
        for number, role in enumerate(ROLES):
            self._cache.update({role + "Turn": turn[number], role + "From": before[number], role + "To": after[number]})

    def _sameCornersEverywhere(self) -> bool:
        """True where every body has the same corners in all positions, so that states are built alike already."""
        there = np.isfinite(self._segments.corners[..., 0])
        return bool((there == there[..., :1, :]).all())

    def _makeSlipCenters(self) -> None:
        if "slipCenter" in self._states and self._sameCornersEverywhere():
            for end, index in self._index.items():
                self._cache[end + "SlipCenter"] = np.take(self._states["slipCenter"], index, axis=-2)
            return
        corners = {end: self._corners(end) for end in self._index}
        common = np.isfinite(corners["from"]) & np.isfinite(corners["to"])  # those that neither position lacks
        for end, index in self._index.items():
            shared = np.where(common, corners[end], np.nan)
            spare = np.take(self._segments.spareHeights, index, axis=-2)
            bodies = Bodies(np.moveaxis(shared, 1, 0), lambda spare=spare: spare)  # type: ignore[misc]
            self._cache[end + "SlipCenter"] = slipCenter(*bodies.center, *bodies.mid)


class RegionPairInputs:
    """Inputs (..., Q) of one region: turns of its end bodies in the region's frames, and a region's state values.

    ends: gives the corners (2, ..., P, 4, 2) of the top and bottom bodies in the region's frames.
    """

    def __init__(
        self, ends: Callable[[], Array], states: Mapping[str, Array], fromIndex: list[int], toIndex: list[int]
    ) -> None:
        self._ends, self._states = ends, states
        self._index = {"from": fromIndex, "to": toIndex}
        self._turns: Array | None = None

    def __getitem__(self, name: str) -> Array:
        if name in ("topTurn", "bottomTurn"):
            if self._turns is None:
                ends = self._ends()
                start, end = (np.take(ends, index, axis=-3) for index in self._index.values())
                self._turns = planarFit(start, end)[0]
            return self._turns[("topTurn", "bottomTurn").index(name)]
        side = "from" if name.startswith("from") else "to"
        state = name[len(side)].lower() + name[len(side) + 1 :]
        return np.take(self._states[state], self._index[side], axis=-1)
