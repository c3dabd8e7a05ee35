"""A volume of a picture that does not lie in its own frame: where it lies, how it is colored and where it shows."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid
from DynamicSpineLib.Scene.NodeTypes import VolumeNode
from DynamicSpineLib.Scene.Overlays.ColorScale import ColorScale


@dataclass(frozen=True, eq=False)
class LaidOver:
    """toFrame: 4x4 from the volume's frame to the picture's, RAS mm. grid: leads points of the picture's frame to where
    they lie in the volume so laid. mask: pixels (rows, columns), top row first, where the volume shows, all of it;
    without one it is blended by its opacity. colors: gray without.
    """

    volume: VolumeNode
    toFrame: NDArray[np.float64] = field(default_factory=lambda: np.eye(4))
    grid: DisplacementGrid | None = None
    opacity: float = 0.5
    mask: NDArray[np.bool_] | None = None
    colors: ColorScale | None = None
    windowRange: tuple[float, float] | None = None
