"""Which vertebra a point lies in."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from DynamicSpineLib.Anatomy.BodyCorners import cornersOf
from DynamicSpineLib.Study.Marks import LandmarkSet

_NEAREST_OF_DEPTH = 1.0  # farther from a body's middle than its own depth, a point means no vertebra
_USUAL_DEPTH_MM = 20.0


def levelAt(marks: LandmarkSet, point_RAS: ArrayLike) -> str:
    """The level whose body a point (3,) in the frame of the marks is nearest to; "" where it is far from all.

    A body counts by its middle and its size, so that a point in a small one is not given to its large neighbor.
    """
    point = np.asarray(point_RAS, dtype=float)
    points = {name: place for name in marks.landmarks if (place := marks.point(name)) is not None}
    shares = {}
    for level, corners in cornersOf(points).items():
        places = np.array(list(corners.values()))
        depths = [float(np.linalg.norm(corners[front] - corners[back]))
                  for front, back in (("SA", "SP"), ("IA", "IP")) if {front, back} <= corners.keys()]  # fmt: skip
        distance = float(np.linalg.norm(places.mean(axis=0) - point))
        shares[level] = distance / max(depths, default=_USUAL_DEPTH_MM)
    nearest = min(shares, key=shares.__getitem__, default="")
    return nearest if nearest and shares[nearest] <= _NEAREST_OF_DEPTH else ""
