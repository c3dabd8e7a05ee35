"""The cauda equina: rootlets that fill part of the sac below the cord, sinking to its lower side by gravity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Phantom.PaintCanalSamples import CanalSamples
from DynamicSpineLib.Phantom.PaintCanvas import Samples, rounded
from DynamicSpineLib.Phantom.PaintCourse import SpineCourse
from DynamicSpineLib.Phantom.PaintShapes import smoothStep
from DynamicSpineLib.Phantom.PaintTexture import texture
from DynamicSpineLib.Phantom.PosedSpine import PosedSpine
from DynamicSpineLib.Phantom.SignalTissues import Palette

Array = NDArray[np.float64]

SETTLING = {"supine": -1.0, "prone": 1.0}
UPRIGHT_SETTLING = -0.45
# All rootlets together, at the middle of each level; they leave the canal level by level.
ROOT_AREA_MM2 = (
    ("T10", 0.0), ("T11", 15.0), ("T12", 50.0), ("L1", 90.0), ("L2", 80.0), ("L3", 62.0), ("L4", 44.0), ("L5", 24.0),
    ("S1", 9.0),
)


@dataclass(frozen=True)
class Cauda:
    """Area of all rootlets along the canal (mm2 at mm), and which side of the sac they settle on (-1 back, 1 front)."""

    places: Array
    areaMm2: Array
    settling: float
    signal: float

    def within(self, samples: CanalSamples, sac: Samples, fluid: Samples) -> Samples:
        """The fluid with the rootlets in it; where the sac is narrow they fill it."""
        walls = samples.walls
        half = np.maximum(np.float32(0.5) * (walls["duraFront"] - walls["duraBack"]), np.float32(0.5))
        middle = np.float32(0.5) * (walls["duraFront"] + walls["duraBack"])
        area = np.float32(np.pi) * half * walls["duraHalf"]
        cordArea = np.float32(np.pi / 4) * (walls["cordFront"] - walls["cordBack"]) * 2 * walls["cordHalf"]
        filled = rounded(np.interp(samples.s, self.places, self.areaMm2)) / np.maximum(area - cordArea, 1.0)
        filled = np.clip(filled * (1 - np.clip(cordArea / 60, 0.0, 0.85)), 0.0, 1.0)
        # Depth within the sac: 0 on the side that the rootlets settle on, 1 on the other.
        height = (samples.r - middle) / half
        depth = 0.5 * (1 - np.float32(np.sign(self.settling)) * height)
        depth = depth + 0.10 * np.square(samples.x / np.maximum(walls["duraHalf"], np.float32(1.0)))
        # What does not settle wholly floats: a layer as thick as the filled share, off that side.
        floor = np.float32(0.5 * (1 - abs(self.settling))) * (1 - filled)
        packed = smoothStep(floor + filled + np.float32(0.16) - depth, 0.0, 0.34) * smoothStep(depth - floor, -0.2, 0.0)
        strands = texture().at(samples.x, samples.r, samples.s, (0.35, 0.275, 13), 12)
        density = np.clip(packed * (0.90 + 0.16 * strands) + smoothStep(filled, 0.7, 0.95) * 0.25, 0.0, 0.95)
        density += np.float32(0.16) * smoothStep(strands, 0.9, 1.7) * (1 - packed)
        density *= np.minimum(filled * 10, 1)
        return fluid + density * np.clip(-sac / np.float32(0.6), 0.25, 1.0) * (np.float32(self.signal) - fluid)


def caudaOf(posed: PosedSpine, course: SpineCourse, tissues: Palette, aboveMm: float) -> Cauda | None:
    """The cauda equina of a posed spine whose canal is drawn from `aboveMm` above its stations; None without one."""
    if not posed.cordEndLevel:
        return None
    offset = _startOfStations(posed, course) - aboveMm
    known = [(course.levels[level] - offset, area) for level, area in ROOT_AREA_MM2 if level in course.levels]
    places, areas = np.array([row[0] for row in known]), np.array([row[1] for row in known])
    return Cauda(places, areas, SETTLING.get(posed.posture, UPRIGHT_SETTLING), tissues["root"])


def _startOfStations(posed: PosedSpine, course: SpineCourse) -> float:
    return float(course.coordinates(posed.stations.center_RAS[:1])[0][0])
