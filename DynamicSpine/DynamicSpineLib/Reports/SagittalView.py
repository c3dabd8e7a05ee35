"""The marks of a position in its own sagittal plane, and positions laid over each other on one held vertebra."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Landmarks import definitionAt, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Geometry.Planar import planarFit, turned
from DynamicSpineLib.Geometry.Planes import fitPlanes, framesInPlanes
from DynamicSpineLib.Study.Position import BENT_SIDEWAYS, Position

CORNERS = ("SA", "SP", "IP", "IA")
"""Corners of a body in the order of its outline."""

Array = NDArray[np.float64]


@dataclass(frozen=True)
class SagittalView:
    """Midline marks of one position by name, each (2,) in mm: anterior, cranial. unconfirmed: names nobody accepted."""

    position: str
    points: Mapping[str, Array]
    unconfirmed: frozenset[str]

    def corners(self, level: str) -> Array:
        """The four corners (4, 2) of a level in the order of its outline; NaN where not marked."""
        return np.array([self.points.get(f"{level}_{code}", (np.nan, np.nan)) for code in CORNERS])


def sagittalView(position: Position, chain: Chain) -> SagittalView | None:
    """The midline marks of a position in the plane fitted to them; None where they fix no sagittal plane.

    Side-bent and rotated positions have no common sagittal plane and give None.
    """
    names = [name for name, landmark in position.marks.landmarks.items()
             if landmark.point_RAS is not None and _isMidline(name)]
    if position.bend in BENT_SIDEWAYS or len(names) < 3:
        return None
    points_RAS = np.array([position.marks.point(name) or (np.nan,) * 3 for name in names], dtype=float)
    anterior, cranial = _anteriorHint(position, chain), _cranialHint(position, chain)
    if anterior is None or cranial is None:
        return None
    plane = fitPlanes(points_RAS)
    frame = framesInPlanes(plane.centroid, plane.normal, anterior, cranial)
    flat = frame.toPlane(points_RAS)
    if not np.isfinite(flat).any():
        return None
    unconfirmed = frozenset(name for name in names if not position.marks.landmarks[name].confirmed)
    return SagittalView(position.id, {name: flat[index] for index, name in enumerate(names)
                                      if np.isfinite(flat[index]).all()}, unconfirmed)


def _isMidline(name: str) -> bool:
    parsed = parseLandmarkName(name)
    if parsed is None or parsed.side:
        return False
    definition = definitionAt(parsed.place, parsed.code)
    return definition is not None and definition.kind == "point" and definition.plane.startswith("midsagittal")


def _corner(position: Position, level: str, code: str) -> Array | None:
    point = position.marks.point(f"{level}_{code}")
    return None if point is None else np.array(point, dtype=float)


def _anteriorHint(position: Position, chain: Chain) -> Array | None:
    """Mean direction from posterior to anterior corners over the bodies."""
    found = []
    for level in chain.levels:
        for front, back in (("SA", "SP"), ("IA", "IP")):
            ends = _corner(position, level, front), _corner(position, level, back)
            if ends[0] is not None and ends[1] is not None:
                found.append(ends[0] - ends[1])
    return np.sum(found, axis=0) if found else None


def _cranialHint(position: Position, chain: Chain) -> Array | None:
    """Mean direction from lower to upper corners of the bodies, else from the lowest marked level to the highest."""
    found = []
    for level in chain.levels:
        for upper, lower in (("SA", "IA"), ("SP", "IP")):
            ends = _corner(position, level, upper), _corner(position, level, lower)
            if ends[0] is not None and ends[1] is not None:
                found.append(ends[0] - ends[1])
    if found:
        return np.sum(found, axis=0)
    centers = []
    for level in chain.levels:
        corners = [point for code in CORNERS if (point := _corner(position, level, code)) is not None]
        centers += [np.mean(corners, axis=0)] if corners else []
    return centers[0] - centers[-1] if len(centers) > 1 else None


def heldLevel(views: Sequence[SagittalView], chain: Chain) -> str:
    """The caudal-most level with two common corners in most of the views; empty where no two views share one."""
    best, bestCount = "", 1
    for level in reversed(chain.levels):
        corners = np.array([view.corners(level) for view in views])
        count = max(
            (int((np.isfinite(corners[index] + corners).all(axis=-1).sum(axis=-1) >= 2).sum())
             for index in range(len(views))), default=0,
        )  # fmt: skip
        if count > bestCount:
            best, bestCount = level, count
    return best


def overlaid(view: SagittalView, onto: SagittalView, level: str) -> SagittalView | None:
    """A view moved so that the corners of `level` lie on those of another; None without two common corners."""
    angleDeg, before, after = planarFit(view.corners(level), onto.corners(level))
    if not np.isfinite(angleDeg):
        return None
    moved = {name: turned(point - before, angleDeg) + after for name, point in view.points.items()}
    return SagittalView(view.position, moved, view.unconfirmed)
