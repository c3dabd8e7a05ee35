"""Curves of soft tissue in another position: moved with the bones, and stretched with the canal's edges around it."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Registration.PredictCanal import Array
from DynamicSpineLib.Registration.PredictField import TissueMotion
from DynamicSpineLib.Registration.PredictPlace import LinePair
from DynamicSpineLib.Study.Marks import Contour

EDGES = {"DS": ("TA", "TP"), "KC": ("KA", "KP")}
"""Marks on the canal's line between which an axial outline lies."""

ASIDE_SD_MM = 0.4
"""SD of an outline besides that of its front and back: nothing in a sagittal series tells its sides."""

MOVED_SD_MM = 0.8
"""SD of curves that only move with the bones."""


def movedCurve(
    curve: Contour, lines: LinePair | None, motion: TissueMotion
) -> tuple[Array, float, bool]:
    """Control points (N, 3) of a curve in the other position, its SD in mm, and whether edges told it.

    An outline of sac or cord keeps its width; from front to back it is stretched to the edges on the canal's line.
    """
    name = parseLandmarkName(curve.name)
    points = np.array(curve.points_RAS, dtype=float)
    place, code = (name.place, name.code) if name is not None else ("", "")
    edges = EDGES.get(code, ())
    if lines is None or not edges or any(edge not in line.depthMm for edge in edges for line in (lines.old, lines.new)):
        return motion.carry(place, points), MOVED_SD_MM, False
    old, new = lines.old, lines.new
    local = old.line.local(points)
    local[:, 0] = _through(local[:, 0], *([line.depthMm[edge] for edge in edges] for line in (old, new)))
    moved = new.line.toRAS(local)
    sdMm = float(np.hypot(max(new.sdMm[edge] for edge in edges), ASIDE_SD_MM))
    return moved, sdMm, new.drawn


def _through(depth: Array, before: list[float], after: list[float]) -> Array:
    """Depths taken along so that the two depths of `before` come to those of `after`."""
    share = (after[1] - after[0]) / max(before[1] - before[0], 1e-6)
    return np.asarray(after[0] + share * (depth - before[0]))
