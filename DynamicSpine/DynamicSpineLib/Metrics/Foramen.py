"""Size of the foramina (reference section 3), left and right, in the plane they were marked in."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Geometry.Planes import unit3
from DynamicSpineLib.Metrics.Registry import SIDED_SEGMENT, Array, metric

_DISTANCE = "DCM 121206"


def _length3(vector: Array) -> Array:
    return np.sqrt((vector * vector).sum(axis=-1))


def _across(vector: Array, axis: Array) -> Array:
    """Length of the part of vectors (..., 3) that is perpendicular to axes (..., 3)."""
    along = (vector * unit3(axis)).sum(axis=-1)
    return np.sqrt(np.maximum((vector * vector).sum(axis=-1) - along * along, 0.0))


@metric("foramenHeight", title="height of the foramen", unit="mm", scope=SIDED_SEGMENT, places="discs", section="3",
        source="pedicle to pedicle", evidence="V", minimum=0.0, method="pedicles", worst="smallest",
        needs=("foramenPlane",), code="DCM 121207")  # fmt: skip
def foramenHeight(FS: Array, FI: Array) -> Array:
    """Distance of the lower border of the pedicle above from the upper border of the pedicle below."""
    return _length3(FS - FI)


@metric("foramenWidthSuperior", title="width of the foramen at the root", unit="mm", scope=SIDED_SEGMENT,
        places="discs", section="3", source="across the foramen's height, below the upper pedicle", evidence="V",
        minimum=0.0, method="acrossHeight", needs=("foramenPlane",), code="SCT 103355008")  # fmt: skip
def foramenWidthSuperior(FS: Array, FI: Array, FAS: Array, FPS: Array) -> Array:
    """Distance of the borders at root level, measured square to the foramen's height."""
    return _across(FPS - FAS, FS - FI)


@metric("foramenWidthMiddle", title="width of the foramen at the disc", unit="mm", scope=SIDED_SEGMENT,
        places="discs", section="3", source="across the foramen's height, at disc level", evidence="V", minimum=0.0,
        method="acrossHeight", worst="smallest", needs=("foramenPlane",), code="SCT 103355008")  # fmt: skip
def foramenWidthMiddle(FS: Array, FI: Array, FA: Array, FP: Array) -> Array:
    """Distance of the borders at disc level, measured square to the foramen's height."""
    return _across(FP - FA, FS - FI)


@metric("foramenArea", title="area of the foramen", unit="mm2", scope=SIDED_SEGMENT, places="discs", section="3",
        source="closed curve as Slicer interpolates it, in its own plane", evidence="V", minimum=0.0,
        method="closedCurve", worst="smallest", needs=("foramenPlane",), code="SCT 42798000")  # fmt: skip
def foramenArea(areaFC: Array) -> Array:
    """Area inside the outline of the foramen, in the outline's own fitted plane."""
    return areaFC
