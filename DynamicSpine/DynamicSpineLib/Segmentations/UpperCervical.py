"""Midsagittal marks of the two bones that are no usual bodies: the arches of C1, and the dens of C2."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Segmentations.BodySection import STEP_MM, BodySection
from DynamicSpineLib.Segmentations.MaskField import BORDER, Array, MaskField
from DynamicSpineLib.Segmentations.VertebraFrames import VertebraFrame

ARCH_REACH_MM = 40.0
SMALLEST_ARCH_MM2 = 6.0
DENS_BACK_MM = 3.5
"""The back surface of the upper dens is marked this far below its tip."""

WHY_NO_ARCH = "its anterior and posterior arch are not both seen in the midsagittal plane"


def atlasMarks(field: MaskField, frame: VertebraFrame) -> dict[str, Array]:
    """AAP, PAA, AC and PC (3,) RAS of C1; empty where the midsagittal plane does not show two arches."""
    from scipy.ndimage import label

    steps = np.arange(-ARCH_REACH_MM, ARCH_REACH_MM + 0.5 * STEP_MM, STEP_MM)
    u, v = np.meshgrid(steps, steps)
    parts, count = label(field.at(frame.points(u, v)) >= BORDER)
    sizes = [np.count_nonzero(parts == number) * STEP_MM**2 for number in range(1, count + 1)]
    arches = [number for number in sorted(range(1, count + 1), key=lambda n: -sizes[n - 1])[:2]
              if sizes[number - 1] >= SMALLEST_ARCH_MM2]  # fmt: skip
    if len(arches) < 2:
        return {}
    back, front = sorted(arches, key=lambda number: float(u[parts == number].mean()))
    middles = {"AC": front, "PC": back}
    marks = {code: _middle(parts == number, u, v) for code, number in middles.items()}
    along = np.array(marks["AC"]) - np.array(marks["PC"])
    along = along / np.linalg.norm(along)
    marks["AAP"] = _surface(field, frame, marks["AC"], -along)
    marks["PAA"] = _surface(field, frame, marks["PC"], along)
    return {code: frame.points(np.array(point[0]), np.array(point[1])) for code, point in marks.items()}


def _middle(inside: Array, u: Array, v: Array) -> tuple[float, float]:
    return float(u[inside].mean()), float(v[inside].mean())


def _surface(field: MaskField, frame: VertebraFrame, start: tuple[float, float], way: Array) -> tuple[float, float]:
    """Where a line from inside the bone leaves it."""
    steps = np.arange(0.0, 15.0, 0.1)
    values = field.at(frame.points(start[0] + steps * way[0], start[1] + steps * way[1]))
    outside = np.flatnonzero(values < BORDER)
    reach = float(steps[outside[0]]) if len(outside) else 0.0
    return start[0] + reach * float(way[0]), start[1] + reach * float(way[1])


def densMarks(section: BodySection, field: MaskField, arch_RAS: Array | None) -> dict[str, Array]:
    """DT and DP (3,) RAS of C2, and DA and DQ at the height of the anterior arch of C1 where that is known."""
    frame, step = section.frame, STEP_MM
    u, v = np.meshgrid(np.arange(-20.0, 20.0, step), np.arange(0.0, 50.0, step))
    inside = field.at(frame.points(u, v)) >= BORDER
    rows = np.flatnonzero(inside.any(axis=1))
    if not len(rows) or rows[-1] == len(v) - 1:
        return {}
    tip = int(rows[-1])
    marks = {"DT": (float(u[tip][inside[tip]].mean()), float(v[tip, 0]) + 0.5 * step)}
    heights = {"DP": float(v[tip, 0]) - DENS_BACK_MM}
    if arch_RAS is not None:
        heights["DA"] = heights["DQ"] = float(frame.local(arch_RAS)[2])
    for code, height in heights.items():
        row = int(np.argmin(np.abs(v[:, 0] - height)))
        if abs(v[row, 0] - height) < step and inside[row].any():
            across = u[row][inside[row]]
            marks[code] = (float(across.max() if code == "DA" else across.min()), height)
    return {code: frame.points(np.array(point[0]), np.array(point[1])) for code, point in marks.items()}
