"""The front and the back wall of the canal along a segment, tracked through all lines of a sheet at once.

A wall is the border between dark (bone, disc, ligament) and what lies inside. It is found by dynamic programming: the
path along the canal with the steepest borders, near where it is expected, and without jumps from line to line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SMOOTH_MM = 0.5
"""SD of the smoothing along a line before its slope is taken."""

REACH_SDS = 3.0
"""A wall lies within this many SDs of where it is expected."""

STEP_SD_MM = 0.5
"""How far a wall goes back or forth from one line of a sheet to the next, SD."""

BAND_MM = 0.9
"""SD of the Gaussian window through which a tracked wall is smoothed along the canal."""

CONTRAST_WEIGHT = 15.0
"""A border as steep as the reference's is worth as much as 3.5 SD of place."""

INSIDE_WEIGHT = 0.3
"""What lies inside the canal counts this much for a wall's likeness, against 1 for what lies outside: fluid may be
pressed away from it."""

STEEP_POWER = 0.4
"""A border of a fifth of the reference's slope still counts half: where fluid is pressed away, cord meets the wall."""

CERTAIN, UNCERTAIN = 1.0, 0.05


@dataclass(frozen=True)
class Wall:
    """Depth (K,) of a wall on each line of a sheet, mm, smoothed, with its slope along the canal; strength (K,): how
    steep its border is, the reference's being 1."""

    depthMm: Array
    strength: Array


@dataclass(frozen=True)
class WallPattern:
    """A wall as the reference shows it: gray values at `STEP` around it, the slope of its border toward the inside of
    the canal (sign 1 where that lies behind), and how much the values may differ."""

    values: Array
    slope: float
    sign: float
    tolerance: float


def slopesAlong(sheet: Array, stepMm: float) -> Array:
    """Slope (K, M) of gray values per mm toward the back, smoothed; 0 where the sheet (K, M) has no values."""
    from scipy.ndimage import gaussian_filter1d

    known = np.isfinite(sheet)
    filled = np.where(known, sheet, 0.0)
    weight = gaussian_filter1d(known.astype(float), SMOOTH_MM / stepMm, axis=1, mode="nearest")
    slope = gaussian_filter1d(filled, SMOOTH_MM / stepMm, axis=1, order=1, mode="nearest") / stepMm
    return np.where(known & (weight > 0.999), slope, 0.0)


def likeness(sheet: Array, stepMm: float, pattern: WallPattern, gain: float) -> Array:
    """How much (K, M), 0 to 1, each place of a sheet looks like the wall of the reference.

    Its border must be about as steep, and the gray values on both sides of it those of the pattern. gain: gray values
    of this image to one of the reference.
    """
    slopes = pattern.sign * slopesAlong(sheet, stepMm)
    steep = np.clip(slopes / max(pattern.slope * gain, 1e-9), 0.0, 1.0) ** STEEP_POWER
    size = len(pattern.values)
    padded = np.pad(np.where(np.isfinite(sheet), sheet, 0.0), ((0, 0), (size // 2, size // 2)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)
    off = (windows - gain * pattern.values) / max(gain * pattern.tolerance, 1e-9)
    inside = pattern.sign * (np.arange(size) - size // 2) > 0
    weight = np.where(inside, INSIDE_WEIGHT, 1.0)
    return np.asarray(steep * np.exp(-0.5 * (off**2 @ weight) / weight.sum()))


def trackWall(depthMm: Array, like: Array, expectedMm: Array, expectedSdMm: float, stationMm: float) -> Wall:
    """The wall nearest to what is expected (K,) that looks like the reference's. like (K, M): see `likeness`."""
    stepMm = float(depthMm[1] - depthMm[0])
    off = depthMm[None] - expectedMm[:, None]
    gain = CONTRAST_WEIGHT * like - 0.5 * np.square(off / expectedSdMm)
    gain = np.where(np.abs(off) <= REACH_SDS * expectedSdMm, gain, -1e6)
    path = _bestPath(gain, stepMm)
    strength = like[np.arange(len(path)), path]
    found = depthMm[path] + _withinStep(like, path, stepMm)
    return Wall(_smoothed(found, np.clip(strength, UNCERTAIN, CERTAIN), stationMm), strength)


def _bestPath(gain: Array, stepMm: float) -> NDArray[np.intp]:
    """Indices (K,) of the path with the largest sum of gains, less what its jumps cost."""
    reach = max(1, round(3.0 * STEP_SD_MM / stepMm))
    jumps = np.arange(-reach, reach + 1)
    costs = np.abs(jumps) * stepMm / STEP_SD_MM
    best, came = gain[0], []
    for row in gain[1:]:
        padded = np.pad(best, reach, constant_values=-1e9)
        options = np.stack([padded[reach + jump : reach + jump + len(best)] for jump in jumps]) - costs[:, None]
        choice = options.argmax(axis=0)
        came.append(jumps[choice])
        best = row + options.max(axis=0)
    path = [int(best.argmax())]
    for step in reversed(came):
        path.append(int(path[-1] + step[path[-1]]))
    return np.array(path[::-1])


def _withinStep(steep: Array, path: NDArray[np.intp], stepMm: float) -> Array:
    """How far from the path's sample the slope is largest: the top of a parabola through three samples, mm."""
    rows = np.arange(len(path))
    inner = np.clip(path, 1, steep.shape[1] - 2)
    before, at, after = (steep[rows, inner + shift] for shift in (-1, 0, 1))
    bend = before - 2.0 * at + after
    shift = np.where(bend < -1e-9, 0.5 * (before - after) / np.where(bend < -1e-9, bend, 1.0), 0.0)
    return np.asarray(np.clip(shift, -0.5, 0.5) * stepMm)


def _smoothed(values: Array, weights: Array, stationMm: float) -> Array:
    """Local parabolas through a Gaussian window, evaluated on every line."""
    at = np.arange(len(values)) * stationMm
    result = np.empty(len(values))
    for index, place in enumerate(at):
        off = at - place
        root = np.sqrt(weights * np.exp(-0.5 * np.square(off / BAND_MM)))
        design = np.stack([np.ones_like(off), off, off**2], axis=1) * root[:, None]
        result[index] = np.linalg.lstsq(design, values * root, rcond=None)[0][0]
    return result


@dataclass(frozen=True)
class Section:
    """A straight section of the canal: where its front end lies (depth and distance along the canal, mm), its lean
    (degrees from square to the canal, cranial end of the back positive) and its width in mm."""

    depthMm: float
    alongMm: float
    leanDeg: float
    widthMm: float


LEANS_DEG = np.linspace(-20.0, 20.0, 41)
PLACE_HANDICAP_MM = 0.5
"""A section that lies 3 mm from where the bones take it must be this much narrower."""

LEAN_HANDICAP_MM = 2.0
"""A section that leans by 30 degrees must be this much narrower than a square one: marks are placed square to the canal
where that makes no clear difference."""


def narrowestSection(
    alongMm: Array, front: Array, back: Array, discMm: tuple[float, float], usualMm: float
) -> Section:
    """The narrowest section from the front wall (K,) to the back wall (K,) that begins at the disc.

    discMm: where the disc begins and ends; usualMm: where the section would lie if it had moved with the bones.
    """
    starts = np.linspace(*discMm, max(2, round(abs(discMm[1] - discMm[0]) / 0.25) + 1))
    depths = np.interp(starts, alongMm, front)
    lean = np.radians(LEANS_DEG)[None]
    widths = _meet(alongMm, back, starts[:, None], depths[:, None], lean)
    judged = widths + LEAN_HANDICAP_MM * np.square(LEANS_DEG / 30.0)
    judged = judged + PLACE_HANDICAP_MM * np.square((starts - usualMm) / 3.0)[:, None]
    row, column = np.unravel_index(int(judged.argmin()), judged.shape)
    return Section(float(depths[row]), float(starts[row]), float(LEANS_DEG[column]), float(widths[row, column]))


def sectionAt(alongMm: Array, front: Array, back: Array, startMm: float, leanDeg: float) -> Section:
    """The section that begins at a place with a lean."""
    depth = np.interp(startMm, alongMm, front)
    width = _meet(alongMm, back, np.array(startMm), np.array(depth), np.radians(np.array(leanDeg)))
    return Section(float(depth), startMm, leanDeg, float(width))


def _meet(alongMm: Array, back: Array, start: Array, depth: Array, lean: Array) -> Array:
    """Distances at which rays meet the back wall: each goes on to the depth that the wall has where it has come to."""
    width = np.interp(start + 0.0 * lean, alongMm, back) - depth
    for _ in range(12):
        reached = np.interp(start + width * np.sin(lean), alongMm, back)
        width = 0.5 * width + 0.5 * (reached - depth) / np.cos(lean)
    return np.asarray(width)
