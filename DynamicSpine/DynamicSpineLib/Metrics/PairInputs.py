"""What the metrics of motion ask for: the same segments in two positions, built from their common corners."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from DynamicSpineLib.Geometry.Planar import planarFit
from DynamicSpineLib.Metrics.Bodies import bodiesFrom
from DynamicSpineLib.Metrics.PointTable import Array
from DynamicSpineLib.Metrics.Slip import slipCenter
from DynamicSpineLib.Metrics.StateInputs import SegmentInputs


class PairInputs:
    """Inputs (..., Q, S) of Q ordered pairs of positions.

    states: values of state metrics by id (..., P, S). `fromX` and `toX` are a state metric or an input of the first
    and second position; turns are counter-clockwise degrees of the planar fits.
    """

    def __init__(
        self, segments: SegmentInputs, states: Mapping[str, Array], fromIndex: list[int], toIndex: list[int],
        extras: Mapping[str, Array],
    ) -> None:  # fmt: skip
        self._segments, self._states = segments, states
        self._index = {"from": fromIndex, "to": toIndex}
        self._cache: dict[str, Array] = dict(extras)

    def __getitem__(self, name: str) -> Array:
        if name not in self._cache:
            self._make(name)
        return self._cache[name]

    def provide(self, name: str, values: Array) -> None:
        """Set an input that is made elsewhere."""
        self._cache[name] = values

    def _make(self, name: str) -> None:
        if name.endswith("SlipCenter"):
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

    def _corners(self, role: str, end: str) -> Array:
        """Corners (..., Q, S, 4, 2) of one end of the pairs."""
        return np.take(self._segments.corners(role), self._index[end], axis=-4)

    def _makeFits(self) -> None:
        """Fit upper and lower bodies together; their planes are the same."""
        roles = ("upper", "lower")
        start, end = (np.stack([self._corners(role, side) for role in roles]) for side in ("from", "to"))
        turn, before, after = planarFit(start, end)
        for number, role in enumerate(roles):
            self._cache.update({role + "Turn": turn[number], role + "From": before[number], role + "To": after[number]})

    def _commonCorners(self, role: str) -> dict[str, Array]:
        """Corners of both ends with those left out that one of the two positions lacks."""
        corners = {end: self._corners(role, end) for end in ("from", "to")}
        common = np.isfinite(corners["from"]) & np.isfinite(corners["to"])
        return {end: np.where(common, array, np.nan) for end, array in corners.items()}

    def _sameCornersEverywhere(self) -> bool:
        """True where every body has the same corners in all positions, so that states are built alike already."""
        for role in ("upper", "lower"):
            there = np.isfinite(self._segments.corners(role)[..., 0])
            if not (there == there[..., :1, :, :]).all():
                return False
        return True

    def _makeSlipCenters(self) -> None:
        if "slipCenter" in self._states and self._sameCornersEverywhere():
            for end, index in self._index.items():
                self._cache[end + "SlipCenter"] = np.take(self._states["slipCenter"], index, axis=-2)
            return
        upper, lower = self._commonCorners("upper"), self._commonCorners("lower")
        for end, index in self._index.items():
            bodies = [
                bodiesFrom(
                    list(np.moveaxis(corners[end], -2, 0)),
                    np.take(self._segments.spareHeight(role), index, axis=-2),
                )
                for role, corners in (("upper", upper), ("lower", lower))
            ]
            above, below = bodies
            self._cache[end + "SlipCenter"] = slipCenter(above.center, below.center, above.mid, below.mid)


class RegionPairInputs:
    """Inputs (..., Q) of one region: turns of its end bodies in the region's frames, and a region's state values.

    top and bottom: corners (..., P, 4, 2) of the end bodies in the region's frames.
    """

    def __init__(
        self, top: Array, bottom: Array, states: Mapping[str, Array], fromIndex: list[int], toIndex: list[int]
    ) -> None:
        self._states = states
        self._index = {"from": fromIndex, "to": toIndex}
        ends = np.stack([top, bottom])
        turns = planarFit(np.take(ends, fromIndex, axis=-3), np.take(ends, toIndex, axis=-3))[0]
        self._turns = {"topTurn": turns[0], "bottomTurn": turns[1]}

    def __getitem__(self, name: str) -> Array:
        if name in self._turns:
            return self._turns[name]
        side = "from" if name.startswith("from") else "to"
        state = name[len(side)].lower() + name[len(side) + 1 :]
        return np.take(self._states[state], self._index[side], axis=-1)
