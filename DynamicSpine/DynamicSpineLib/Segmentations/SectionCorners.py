"""The corners of a body from its midsagittal section: where endplate and wall meet, lips and spurs left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from DynamicSpineLib.Segmentations.BodySection import STEP_MM, BodySection, Face
from DynamicSpineLib.Segmentations.MaskField import BORDER, Array, MaskField

NEAR_SHARE, FAR_SHARE = 0.08, 0.65
"""The stretch of a face, as shares of its length from the corner, that tells where it runs."""

HOLLOW, HOLLOW_SD = 0.04, 0.03
"""Depth of the hollow of endplates and walls as a share of their length, and its SD from bone to bone: it holds the
curve where voxels are coarse. Lumbar endplates are 1.5 to 3 mm deep (set here by eye, and wide)."""

STEP_NOISE = 0.29
"""SD of a border that is known to a whole voxel, in voxels."""

OUTLIER_SPACINGS, LEAST_OUTLIER_MM = 0.8, 0.6
"""Border points farther off a face's curve than this many voxels, and than so many mm, are notches and spurs."""

ROUNDED_MM, ROUNDED_SPACINGS = 0.4, 0.8
"""A corner that the bone misses by less than this, plus so many voxels, counts as sharp: a mask cuts that much off."""

BLEND_MM = 0.5
"""Beyond that, the corner goes over from the meeting of its faces to the bone's tip within this."""

ROUND_INSET = 0.4
"""Inset of a round corner's border by the smoothing, as a share of that of a sharp one."""

TIP_MM, TIP_STEP_MM = 6.0, 0.2
"""Around the meeting of its faces a corner's bone is looked at within this, in such steps."""

APEX_MM = 0.5
"""The tip of a round corner is the mean of its bone, weighted down by e for each such step behind the farthest."""

SHARP_INSET = 0.77
"""How far the smoothing of a mask, in its own SDs, moves the border of a square corner inwards along its bisector."""

FEWEST_POINTS = 8
LEAST_SHARE, LEAST_HEIGHT_MM = 0.5, 9.0
"""Of a body that the field of view cuts, as much height as this share of its depth is needed to tell a corner."""

CUT_OFF = "it is cut off by the edge of the field of view"
LEAST_DEPTH_MM = 9.0
"""No body is less deep from front to back; C3 to C5 of small people measure 13 mm."""

FARTHEST_MM = 12.0
"""A corner lies no farther than this from where mid-height meets the wall and mid-depth the endplate, in u and in v."""


@dataclass(frozen=True)
class SectionCorner:
    """A corner in the section's plane (u, v, mm), or why there is none.

    beyondMm: how far the bone reaches beyond the meeting of its faces, negative for a round corner.
    """

    point: tuple[float, float] | None
    reason: str = ""
    beyondMm: float = 0.0


CODES: Mapping[str, tuple[int, int]] = MappingProxyType({"SA": (1, 1), "SP": (-1, 1), "IA": (1, -1), "IP": (-1, -1)})
"""Corner -> +1 for front or top, -1 for back or bottom, as (u, v)."""


def sectionCorners(
    section: BodySection, field: MaskField, codes: tuple[str, ...] = tuple(CODES), wallMm: float = 0.0
) -> dict[str, SectionCorner]:
    """The corners of a section by code.

    wallMm: for a bone with one endplate, the length of wall from that endplate on that is used; 0 for the whole height.
    """
    return {code: _corner(section, field, code, wallMm) for code in codes}


def _corner(section: BodySection, field: MaskField, code: str, wallMm: float) -> SectionCorner:
    forward, upward = CODES[code]
    plate, wall = (section.top if upward > 0 else section.bottom), (section.front if forward > 0 else section.back)
    (back, front), (low, high) = section.depth, section.height
    if not np.all(np.isfinite([back, front, high if upward > 0 else low])):
        return SectionCorner(None, "its outline is not whole in the midsagittal plane")
    if front - back < LEAST_DEPTH_MM:
        return SectionCorner(None, f"its outline is only {front - back:.0f} mm deep in the midsagittal plane")
    opposite = section.bottom if upward > 0 else section.top
    if not wallMm and np.any(opposite.cut) and not high - low > max(LEAST_HEIGHT_MM, LEAST_SHARE * (front - back)):
        return SectionCorner(None, CUT_OFF)
    if wallMm > 0.0:
        low, high = (high - wallMm, high) if upward > 0 else (low, low + wallMm)
    ends = (front, back) if forward > 0 else (back, front)
    voxelMm = max(field.spacingAlong(section.frame.anterior_RAS), field.spacingAlong(section.frame.cranial_RAS))
    plateLine = _curve(plate, ends, upward, voxelMm)
    wallLine = _curve(wall, (high, low) if upward > 0 else (low, high), forward, voxelMm)
    if plateLine is None or wallLine is None:
        return SectionCorner(None, _whyNot(plate, wall))
    meeting = _meeting(plateLine, wallLine, (ends[0], high if upward > 0 else low))
    if meeting is None:
        return SectionCorner(None, "its endplate and wall do not meet in a corner")
    return _onBone(section, field, meeting, (plateLine, wallLine), (forward, upward), voxelMm)


def _whyNot(plate: Face, wall: Face) -> str:
    if np.any(plate.cut) or np.any(wall.cut):
        return CUT_OFF
    return "its outline is too short to tell a corner"


def _curve(face: Face, ends: tuple[float, float], outward: int, voxelMm: float) -> Array | None:
    """(3,) polynomial of the border between its near and its far end; None where less than two thirds is known.

    outward: +1 where the bone lies at lower values than this border. voxelMm: how finely the border is known.
    """
    near, far = (ends[0] + share * (ends[1] - ends[0]) for share in (NEAR_SHARE, FAR_SHARE))
    low, high = min(near, far), max(near, far)
    along, at = face.between(low, high)
    expected = np.count_nonzero((face.along >= low) & (face.along <= high))
    if len(along) < max(FEWEST_POINTS, 2 * expected // 3):
        return None
    kept = np.ones(len(along), dtype=bool)
    for _ in range(4):
        curve = _heldParabola(along[kept], at[kept], (ends[0], ends[1]), outward, voxelMm)
        off = np.abs(np.polyval(curve, along) - at)
        inside = off <= max(LEAST_OUTLIER_MM, OUTLIER_SPACINGS * voxelMm, 2.5 * float(np.median(off[kept])))
        if np.array_equal(inside, kept) or np.count_nonzero(inside) < FEWEST_POINTS:
            break
        kept = inside
    return np.asarray(curve)


def _heldParabola(along: Array, at: Array, ends: tuple[float, float], outward: int, voxelMm: float) -> Array:
    """The parabola through border points, held to a usual hollow as far as the voxels leave it open."""
    middle, half = 0.5 * (ends[0] + ends[1]), 0.5 * abs(ends[1] - ends[0])
    x = (along - middle) / half
    noise = STEP_NOISE * voxelMm * np.sqrt(max(voxelMm / STEP_MM, 1.0))
    rows = np.column_stack([x**2, x, np.ones_like(x)]) / noise
    hollow = outward * 2.0 * half * np.array([HOLLOW, HOLLOW_SD])
    rows = np.vstack([rows, [1.0 / abs(hollow[1]), 0.0, 0.0]])
    square, slope, level = np.linalg.lstsq(rows, np.append(at / noise, hollow[0] / abs(hollow[1])), rcond=None)[0]
    square, slope = square / half**2, slope / half
    return np.array([square, slope - 2.0 * square * middle, level - slope * middle + square * middle**2])


def _meeting(plate: Array, wall: Array, start: tuple[float, float]) -> tuple[float, float] | None:
    """(u, v) where v = plate(u) and u = wall(v) meet, near `start`."""
    u, v = start
    for _ in range(30):
        plateSlope, wallSlope = np.polyval(np.polyder(plate), u), np.polyval(np.polyder(wall), v)
        overPlate, overWall = v - np.polyval(plate, u), u - np.polyval(wall, v)
        turn = 1.0 - plateSlope * wallSlope
        if abs(turn) < 0.2:
            return None
        stepU, stepV = -(overWall + wallSlope * overPlate) / turn, -(overPlate + plateSlope * overWall) / turn
        u, v = u + stepU, v + stepV
        if not (abs(u - start[0]) < FARTHEST_MM and abs(v - start[1]) < FARTHEST_MM):
            return None
        if abs(stepU) + abs(stepV) < 1e-4:
            return float(u), float(v)
    return None


def _onBone(
    section: BodySection, field: MaskField, meeting: tuple[float, float], curves: tuple[Array, Array],
    signs: tuple[int, int], voxelMm: float,
) -> SectionCorner:  # fmt: skip
    """The meeting of two faces where the corner is sharp or lipped, else the farthest bone along their bisector.

    Smoothing moves the border of a sharp corner inwards by SHARP_INSET, and that of a round one less.
    """
    plate = -signs[0] * np.array([1.0, np.polyval(np.polyder(curves[0]), meeting[0])])
    wall = -signs[1] * np.array([np.polyval(np.polyder(curves[1]), meeting[1]), 1.0])
    outward = -(plate / np.linalg.norm(plate) + wall / np.linalg.norm(wall))
    outward = outward / np.linalg.norm(outward)
    offsets = np.arange(-TIP_MM, TIP_MM + 0.1, TIP_STEP_MM)
    u, v = np.meshgrid(meeting[0] + offsets, meeting[1] + offsets)
    inside = field.at(section.frame.points(u, v)) >= BORDER
    if not inside.any():
        return SectionCorner(None, "its endplate and wall do not meet in a corner")
    bone = np.column_stack([u[inside], v[inside]])
    reach = bone @ outward
    inset = float(np.array(meeting) @ outward - reach.max())
    weights = np.exp((reach - reach.max()) / APEX_MM)
    apex = weights @ bone / weights.sum()
    farthest = apex + (reach.max() - apex @ outward) * outward
    sharp = SHARP_INSET * field.smoothingMm
    beyondSharp = inset - sharp - ROUNDED_MM - ROUNDED_SPACINGS * voxelMm
    share = float(np.clip(beyondSharp / BLEND_MM, 0.0, 1.0))
    point = (1.0 - share) * np.array(meeting) + share * (farthest + ROUND_INSET * sharp * outward)
    return SectionCorner((float(point[0]), float(point[1])), beyondMm=sharp - inset)
