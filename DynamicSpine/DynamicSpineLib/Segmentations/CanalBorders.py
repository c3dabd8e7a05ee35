"""Canal and cord borders on lines square to the canal: at each segment's narrowest section and opposite the bodies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from DynamicSpineLib.Segmentations.MaskField import BORDER, Array, MaskField
from DynamicSpineLib.Segmentations.VertebraFrames import VertebraFrame

STEP_MM = 0.1
LINE_MM = 16.0
AXIS_MM = 7.0
"""Half the stretch of canal that tells which way it runs at a section."""

BEYOND_RIM_MM = 2.0
"""The narrowest section is looked for from this far above the upper body's lower back corner to as far below."""

LAMINA_DEG = 40.0
"""The spinolaminar line is looked for this far above and below the line straight back from the body."""

LEAST_CANAL_MM, LEAST_CORD_MM = 4.0, 2.0


@dataclass(frozen=True)
class CanalLine:
    """A line across the canal in the midsagittal plane. front_RAS, back_RAS: (3,) borders; widthMm between them."""

    front_RAS: Array
    back_RAS: Array
    middle_RAS: Array
    backward_RAS: Array

    @property
    def widthMm(self) -> float:
        """Width of the canal along the line."""
        return float(np.linalg.norm(self.back_RAS - self.front_RAS))


def between(upper: VertebraFrame, lower: VertebraFrame) -> VertebraFrame:
    """The frame half-way between two vertebrae."""
    right = upper.right_RAS + lower.right_RAS
    right = right / np.linalg.norm(right)
    cranial = upper.cranial_RAS + lower.cranial_RAS
    cranial = cranial - (cranial @ right) * right
    cranial = cranial / np.linalg.norm(cranial)
    middle = 0.5 * (upper.center_RAS + lower.center_RAS)
    return VertebraFrame(upper.level + lower.level, middle, right, np.cross(cranial, right), cranial)


def narrowestLine(canal: MaskField, frame: VertebraFrame, upperRim: Array, lowerRim: Array) -> CanalLine | None:
    """The canal's narrowest line between two rims (RAS): the lower back corner above, the upper back corner below."""
    rims = frame.local(np.stack([upperRim, lowerRim]))
    way = rims[0] - rims[1]
    length = float(np.linalg.norm(way[1:]))
    steps = np.arange(-BEYOND_RIM_MM, length + BEYOND_RIM_MM, 0.5)
    lines = [lineAcross(canal, frame, rims[1] + step * way / max(length, 1e-6)) for step in steps]
    found = [line for line in lines if line is not None]
    return min(found, key=lambda line: line.widthMm, default=None)


def lineAcross(canal: MaskField, frame: VertebraFrame, start: Array) -> CanalLine | None:
    """The line through the canal behind a point of a frame (x, u, v mm), square to the canal; None without canal."""
    first = _crossing(canal, frame, start[1:], np.array([-1.0, 0.0]))
    if first is None:
        return None
    middle = 0.5 * (first[0] + first[1])
    axis = _axis(canal, frame, middle)
    backward = np.array([-axis[1], axis[0]])
    # The square line through the same point of the front wall.
    crossing = _crossing(canal, frame, first[0] - 3.0 * backward, backward)
    if crossing is None:
        return None
    points = [frame.points(point[0], point[1]) for point in (*crossing, 0.5 * (crossing[0] + crossing[1]))]
    along_RAS = backward[0] * frame.anterior_RAS + backward[1] * frame.cranial_RAS
    return CanalLine(points[0], points[1], points[2], along_RAS)


def _axis(canal: MaskField, frame: VertebraFrame, middle: Array) -> Array:
    """(2,) unit vector up the canal: through its middles above and below."""
    heights = np.linspace(-AXIS_MM, AXIS_MM, 9)
    crossings = [_crossing(canal, frame, middle + np.array([8.0, height]), np.array([-1.0, 0.0])) for height in heights]
    middles = np.array([0.5 * (item[0] + item[1]) for item in crossings if item is not None])
    if len(middles) < 4:
        return np.array([0.0, 1.0])
    slope = float(np.polyfit(middles[:, 1], middles[:, 0], 1)[0])
    return np.array([slope, 1.0]) / np.hypot(slope, 1.0)


def _crossing(canal: MaskField, frame: VertebraFrame, start: Array, way: Array) -> tuple[Array, Array] | None:
    """Where a line from a point in front of the canal enters it and leaves it (u, v); None where it does not."""
    steps = np.arange(-LINE_MM, 2.5 * LINE_MM, STEP_MM)
    points = start[None, :] + steps[:, None] * way[None, :]
    found = _widest(canal.at(frame.points(points[:, 0], points[:, 1])), steps, LEAST_CANAL_MM)
    if found is None:
        return None
    return start + found[0] * way, start + found[1] * way


def _widest(values: Array, steps: Array, leastMm: float) -> tuple[float, float] | None:
    """Ends of the longest stretch along a line where a field is over its border, between samples."""
    inside = np.concatenate([[False], values >= BORDER, [False]])
    starts, ends = np.flatnonzero(np.diff(inside.astype(int)) == 1), np.flatnonzero(np.diff(inside.astype(int)) == -1)
    if not len(starts):
        return None
    longest = int(np.argmax(ends - starts))
    first, last = int(starts[longest]), int(ends[longest]) - 1
    if first == 0 or last == len(values) - 1 or steps[last] - steps[first] < leastMm:
        return None
    enter = (BORDER - values[first - 1]) / (values[first] - values[first - 1])
    leave = (values[last] - BORDER) / (values[last] - values[last + 1])
    return float(steps[first - 1] + enter * STEP_MM), float(steps[last] + leave * STEP_MM)


def cordOn(line: CanalLine, cord: MaskField) -> tuple[Array, Array] | None:
    """Front and back of the cord (RAS) on a line across the canal; None where the line meets no cord."""
    steps = np.arange(-LINE_MM, LINE_MM, STEP_MM)
    found = _widest(cord.at(line.middle_RAS + steps[:, None] * line.backward_RAS), steps, LEAST_CORD_MM)
    if found is None:
        return None
    return line.middle_RAS + found[0] * line.backward_RAS, line.middle_RAS + found[1] * line.backward_RAS


def nearestLamina(arch: MaskField, frame: VertebraFrame, start_RAS: Array) -> Array | None:
    """The arch's point (RAS) nearest to the middle of a body's back, in the midsagittal plane; None where unseen."""
    start = frame.local(start_RAS)
    turns = np.radians(np.arange(-LAMINA_DEG, LAMINA_DEG + 1.0, 1.0))
    steps = np.arange(LEAST_CANAL_MM, 2.5 * LINE_MM, STEP_MM)
    u = start[1] - steps[:, None] * np.cos(turns)
    v = start[2] + steps[:, None] * np.sin(turns)
    inside = arch.at(frame.points(u, v)) >= BORDER
    met = np.flatnonzero(inside.any(axis=0) & ~inside[0])
    if not len(met):
        return None
    firsts = np.argmax(inside[:, met], axis=0)
    best = int(np.argmin(firsts))
    row, column = int(firsts[best]), int(met[best])
    if best in (0, len(met) - 1) and column in (0, len(turns) - 1):
        return None
    return np.asarray(frame.points(u[row, column], v[row, column]))


def lineThrough(canal: MaskField, frame: VertebraFrame, start_RAS: Array, back_RAS: Array) -> CanalLine | None:
    """The canal on the line from a body's back towards a point of the arch; None where that meets no canal."""
    start, end = frame.local(start_RAS)[1:], frame.local(back_RAS)[1:]
    way = (end - start) / np.linalg.norm(end - start)
    crossing = _crossing(canal, frame, start, way)
    if crossing is None:
        return None
    points = [frame.points(point[0], point[1]) for point in (*crossing, 0.5 * (crossing[0] + crossing[1]))]
    return CanalLine(points[0], points[1], points[2], way[0] * frame.anterior_RAS + way[1] * frame.cranial_RAS)


def marksOn(line: CanalLine, cord: MaskField | None, codes: Mapping[str, str]) -> dict[str, Array]:
    """Points by code: front, back (of the canal), cordFront and cordBack, as `codes` names those that are wanted."""
    found = {"front": line.front_RAS, "back": line.back_RAS}
    ends = cordOn(line, cord) if cord is not None else None
    if ends is not None:
        found.update(cordFront=ends[0], cordBack=ends[1])
    return {code: found[part] for part, code in codes.items() if part in found}
