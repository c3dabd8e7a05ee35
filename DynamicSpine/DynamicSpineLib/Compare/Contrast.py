"""CT told from MR by gray values alone: air lies far below zero in Hounsfield units, and MR has nothing there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

AIR_HU, BETWEEN_HU = (-1200.0, -800.0), (-700.0, -400.0)
"""Air is -1000 HU with its noise, and next to nothing but the rims of air lies between it and fat, at -100 HU."""

MORE_AIR = 1.5
"""How many times more voxels are air than between. Where gray values merely lie about zero, as in signed or normalized
images, it is at most the ratio of the two widths, 1.33. MR magnitudes are not negative at all."""

LEAST_AIR_SHARE = 0.005
"""Share of the voxels that are air in a CT. One that is cut so closely to the spine that it holds less is not told."""

SAMPLES = 400_000

BONE_WINDOW_HU = (-500.0, 1300.0)
"""Gray values of a CT shown black and white where bone is looked at: the usual window of 1800 HU about 400 HU."""


def isHounsfield(voxels: NDArray[Any]) -> bool:
    """Whether gray values, of a volume (k, j, i) or a part of it in any shape, are Hounsfield units, as of a CT.

    A CT that was written with an offset, so that no value is negative, is not told.
    """
    step = max(1, round((voxels.size / SAMPLES) ** (1.0 / voxels.ndim)))
    values = np.asarray(voxels[(slice(None, None, step),) * voxels.ndim], dtype=np.float32)
    values = values[np.isfinite(values)]
    if values.size == 0:
        return False
    air, between = (float(np.mean((values >= low) & (values <= high))) for low, high in (AIR_HU, BETWEEN_HU))
    return air >= LEAST_AIR_SHARE and air > MORE_AIR * between


def isCtBesideMr(reference: NDArray[Any], moving: NDArray[Any]) -> bool:
    """Whether one of two images is a CT and the other is not."""
    return isHounsfield(reference) != isHounsfield(moving)
