"""The spinal canal: ligaments on its walls, epidural fat, dura, fluid, cord and cauda equina.

In the midline every border lies on the station's own wall points; the dura is drawn outside the fluid, and only where
the epidural space is wide enough to show it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from DynamicSpineLib.Phantom.PaintCanalSamples import CanalSamples, canalSamples, canalStretches, canalTables
from DynamicSpineLib.Phantom.PaintCanvas import Canvas, Samples, coverage, rounded
from DynamicSpineLib.Phantom.PaintCauda import Cauda, caudaOf
from DynamicSpineLib.Phantom.PaintCourse import SpineCourse
from DynamicSpineLib.Phantom.PaintShapes import smoothStep
from DynamicSpineLib.Phantom.PaintTexture import texture
from DynamicSpineLib.Phantom.PosedSpine import PosedSpine
from DynamicSpineLib.Phantom.SignalTissues import Palette

LIGAMENT_MM = 0.9
DURA_MM = 0.4
FILM_SHARE = 0.85
BEYOND_MM = 60.0


def paintCanal(canvas: Canvas, posed: PosedSpine, course: SpineCourse, tissues: Palette) -> Iterator[float]:
    """Paint the whole canal of a posed spine over its bones and discs; yields the share done after each stretch."""
    cauda = caudaOf(posed, course, tissues, BEYOND_MM)
    sacEnds, openTop = "S1" in posed.bones, "Oc" not in posed.bones
    beyond = (BEYOND_MM if openTop else 0.0, BEYOND_MM)
    tables = canalTables(posed.stations, beyond, sacEnds)
    stretches = canalStretches(tables)
    for number, stretch in enumerate(stretches, start=1):
        samples = canalSamples(canvas, tables, stretch)
        if samples is not None:
            _paintWalls(samples, canvas.pixelMm, tissues)
            _paintSac(samples, canvas.pixelMm, tissues, cauda)
            _paintCord(samples, canvas.pixelMm, tissues)
        yield number / len(stretches)


def _paintWalls(samples: CanalSamples, pixelMm: float, tissues: Palette) -> None:
    """Posterior longitudinal ligament in front, flavum behind, then fat and veins in the epidural space."""
    walls = samples.walls
    canal = samples.section("wallFront", "wallBack", "canalHalf", boxy=True)
    front = samples.r > np.float32(0.5) * (walls["wallFront"] + walls["wallBack"])
    inMiddle = 1 - smoothStep(rounded(np.abs(samples.x) / walls["canalHalf"]), 0.4, 0.6)
    ligament = coverage(canal - np.float32(LIGAMENT_MM), pixelMm) * (front * inMiddle)
    samples.blend(ligament, tissues["ligament"])
    flavum = coverage(canal - walls["flavum"], pixelMm) * (~front) * np.minimum(1, walls["flavum"])
    stripes = 1 + np.float32(0.15) * texture().at(samples.x, samples.r, samples.s, (0.3, 0.3, 2.5), 3)
    samples.blend(flavum, np.float32(tissues["flavum"]) * stripes)
    fat = _epidural(samples, front, tissues)
    samples.blend(coverage(canal, pixelMm), fat)


def _epidural(samples: CanalSamples, front: Samples, tissues: Palette) -> Samples:
    """Fat behind and beside the sac; in front of it fat mixed with veins; a thin film of either looks like fluid."""
    walls = samples.walls
    space = np.where(front, walls["wallFront"] - walls["duraFront"], walls["duraBack"] - walls["wallBack"])
    film = np.float32(tissues["csf"] * FILM_SHARE) * (1 - smoothStep(space, 0.5, 1.5))
    grain = 1 + np.float32(0.06) * texture().at(samples.x, samples.r, samples.s, (0.4, 0.4, 0.4), 4)
    content = np.where(front, np.float32(tissues["epiduralVeins"]), np.float32(tissues["epiduralFat"])) * grain
    return np.maximum(content, film)


def _paintSac(samples: CanalSamples, pixelMm: float, tissues: Palette, cauda: Cauda | None) -> None:
    walls = samples.walls
    sac = samples.section("duraFront", "duraBack", "duraHalf")
    front = samples.r > np.float32(0.5) * (walls["duraFront"] + walls["duraBack"])
    space = np.where(front, walls["wallFront"] - walls["duraFront"], walls["duraBack"] - walls["wallBack"])
    present = np.clip(walls["duraHalf"] - 1, 0.0, 1.0)
    dura = coverage(sac - np.float32(DURA_MM), pixelMm) * smoothStep(space, 0.6, 1.4) * present
    samples.blend(np.float32(0.8) * dura, tissues["dura"])
    fluid = _fluid(samples, tissues)
    if cauda is not None:
        fluid = cauda.within(samples, sac, fluid)
    samples.blend(coverage(sac, pixelMm) * present, fluid)


def _fluid(samples: CanalSamples, tissues: Palette) -> Samples:
    """Fluid with the slow unevenness that its pulsation leaves; stronger in the neck, where it flows faster."""
    uneven = texture().at(samples.x, samples.r, samples.s, (1.75, 1.25, 8), 6)
    return np.float32(tissues["csf"]) * (1 - np.float32(tissues["flowUnevenness"]) * np.clip(uneven + 0.2, 0.0, 2.0))


def _paintCord(samples: CanalSamples, pixelMm: float, tissues: Palette) -> None:
    """The cord, with its slightly brighter gray matter along the center."""
    walls = samples.walls
    present = np.clip(walls["cordHalf"] * 2 - 0.5, 0.0, 1.0)
    if not present.any():
        return
    cord = samples.section("cordFront", "cordBack", "cordHalf")
    middle = np.float32(0.5) * (walls["cordFront"] + walls["cordBack"])
    thickness = np.maximum(walls["cordFront"] - walls["cordBack"], np.float32(1.0))
    gray = np.exp(-np.square((samples.r - middle) / (np.float32(0.16) * thickness)))
    gray *= np.exp(-np.square(samples.x / np.maximum(np.float32(0.45) * walls["cordHalf"], np.float32(0.3))))
    grain = 1 + np.float32(0.025) * texture().at(samples.x, samples.r, samples.s, (0.45, 0.35, 1.25), 7)
    signal = (np.float32(tissues["cord"]) + np.float32(tissues["cordGray"] - tissues["cord"]) * gray) * grain
    samples.blend(coverage(cord, pixelMm) * present, signal)
