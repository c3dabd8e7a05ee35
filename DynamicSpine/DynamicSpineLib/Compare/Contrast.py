"""CT told from MR by gray values alone: air lies far below zero in Hounsfield units, and MR has nothing there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

AIR_HU = -800.0
"""Air is -1000 HU, padding of some scanners lower still. MR magnitudes are not negative."""

BETWEEN_HU = (-700.0, -400.0)
"""Nothing but the rims of air is so dark: signed images of other kinds have more here than below AIR_HU."""

LEAST_AIR_SHARE = 0.005
"""Share of the voxels that are air in a CT. One that is cut so closely to the spine that it holds less is not told."""

SAMPLES_PER_AXIS = 96


def isHounsfield(voxels: NDArray[Any]) -> bool:
    """Whether gray values (k, j, i) are Hounsfield units, as of a CT.

    A CT that was written with an offset, so that no value is negative, is not told.
    """
    steps = tuple(slice(None, None, max(1, count // SAMPLES_PER_AXIS)) for count in voxels.shape)
    values = np.asarray(voxels[steps], dtype=np.float32)
    values = values[np.isfinite(values)]
    if values.size == 0:
        return False
    air = float(np.mean(values <= AIR_HU))
    between = float(np.mean((values > BETWEEN_HU[0]) & (values < BETWEEN_HU[1])))
    return air >= LEAST_AIR_SHARE and air > between


def isCtBesideMr(reference: NDArray[Any], moving: NDArray[Any]) -> bool:
    """Whether one of two images is a CT and the other is not."""
    return isHounsfield(reference) != isHounsfield(moving)
