"""Closed surfaces of triangles made of rings of points: lofts, tubes with rounded ends, and closed rings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from DynamicSpineLib.Errors import InputError

Array = NDArray[np.float64]
Triangles = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Solid:
    """Closed surfaces: points (N, 3) in RAS mm, triangles (M, 3) of their indices, counterclockwise from outside."""

    points_RAS: Array
    triangles: Triangles

    @property
    def volumeMm3(self) -> float:
        """The enclosed volume; parts that overlap count twice."""
        first, second, third = np.moveaxis(self.points_RAS[self.triangles], 1, 0)
        return float(np.einsum("ij,ij->", first, np.cross(second, third)) / 6.0)


def joined(solids: Sequence[Solid]) -> Solid:
    """Several solids as one. Raises InputError without any."""
    if not solids:
        raise InputError("there is no solid to show")
    firsts = np.cumsum([0, *(len(solid.points_RAS) for solid in solids[:-1])])
    triangles = [solid.triangles + first for solid, first in zip(solids, firsts, strict=True)]
    return Solid(np.concatenate([solid.points_RAS for solid in solids]), np.concatenate(triangles))


def loft(rings_RAS: ArrayLike, isCyclic: bool = False) -> Solid:
    """The surface over rings (R, N, 3) of points that correspond; closed by a fan at either end, or on itself.

    Raises InputError for fewer than two rings (three where cyclic) of three points.
    """
    rings = np.asarray(rings_RAS, dtype=float)
    if rings.ndim != 3 or rings.shape[2] != 3 or rings.shape[0] < 2 + isCyclic or rings.shape[1] < 3:
        raise InputError("a solid needs two rings of three points or more")
    count, size = rings.shape[:2]
    first = np.arange(count if isCyclic else count - 1)[:, None] * size
    second = (first + size) % (count * size)
    here = np.arange(size)
    after = (here + 1) % size
    sides = [np.stack([first + here, first + after, second + after], axis=-1),
             np.stack([first + here, second + after, second + here], axis=-1)]  # fmt: skip
    triangles, points = [side.reshape(-1, 3) for side in sides], [rings.reshape(-1, 3)]
    if not isCyclic:
        bottom, top = count * size, count * size + 1
        last = (count - 1) * size
        triangles += [np.stack([np.full(size, bottom), after, here], axis=-1),
                      np.stack([np.full(size, top), last + here, last + after], axis=-1)]  # fmt: skip
        points += [rings[0].mean(axis=0)[None], rings[-1].mean(axis=0)[None]]
    return _outward(Solid(np.concatenate(points), np.concatenate(triangles)))


def tube(points_RAS: ArrayLike, aside: ArrayLike, halfAsideMm: float, halfAcrossMm: ArrayLike, size: int = 24) -> Solid:
    """A tube along points (K, 3) with rounded ends; its sections are ellipses.

    aside (3,): the direction of one half axis of all sections, not along the tube, and its length halfAsideMm; the
    other half axis is square to both and halfAcrossMm long, one length or one for each point.
    Raises InputError where two following points are the same, or the tube runs along `aside`.
    """
    points = np.asarray(points_RAS, dtype=float)
    steps = np.diff(points, axis=0)
    if len(points) < 2 or np.linalg.norm(steps, axis=1).min() < 1e-6:
        raise InputError("a rod needs two different points or more")
    along = np.concatenate([steps[:1], steps[:-1] + steps[1:], steps[-1:]])
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    left = np.asarray(aside, dtype=float) - (along @ np.asarray(aside, dtype=float))[:, None] * along
    lengths = np.linalg.norm(left, axis=1, keepdims=True)
    if lengths.min() < 1e-3:
        raise InputError("a rod cannot run along the axis of its own sections")
    left /= lengths
    across = np.broadcast_to(np.asarray(halfAcrossMm, dtype=float), len(points))
    places, sections = _withRoundEnds(points, along, halfAsideMm)
    angles = np.linspace(0.0, 2.0 * np.pi, size, endpoint=False)[:, None]
    rings = []
    for place, (index, share) in zip(places, sections, strict=True):
        up = np.cross(along[index], left[index])
        rings.append(place + share * (halfAsideMm * np.cos(angles) * left[index] + across[index] * np.sin(angles) * up))
    return loft(rings)


def _withRoundEnds(points: Array, along: Array, radiusMm: float) -> tuple[list[Array], list[tuple[int, float]]]:
    """The middles of a tube's sections with those of its caps, and the point that each belongs to with its scale."""
    bow = np.radians([80.0, 55.0, 30.0])
    last = len(points) - 1
    shrunk = [(radiusMm * float(np.sin(angle)), float(np.cos(angle))) for angle in bow]
    places = [points[0] - beyond * along[0] for beyond, _ in shrunk] + list(points)
    places += [points[last] + beyond * along[last] for beyond, _ in shrunk[::-1]]
    sections = [(0, share) for _, share in shrunk] + [(index, 1.0) for index in range(last + 1)]
    return places, sections + [(last, share) for _, share in shrunk[::-1]]


def _outward(solid: Solid) -> Solid:
    return solid if solid.volumeMm3 >= 0 else Solid(solid.points_RAS, solid.triangles[:, ::-1])
