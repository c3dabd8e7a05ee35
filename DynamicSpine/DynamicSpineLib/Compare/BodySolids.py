"""Simple solids of vertebrae from their marks, where nothing better is known: bodies, arches and spinous processes.

They show where each bone is and how it moves. They are no measurement of a bone's shape: the marks lie in the midline,
and the width is that of the coronal marks where there are any, else a usual share of the depth.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from DynamicSpineLib.Anatomy.BodyCorners import bodyMiddle, cornersOf, segmentAxes
from DynamicSpineLib.Anatomy.BoneRegions import PEDICLE_APART, PEDICLE_RADIUS, SINGLE_PLATE_SHARE, WIDTH_SHARE
from DynamicSpineLib.Anatomy.Levels import unbrokenRuns
from DynamicSpineLib.Compare.MotionPath import MotionPath
from DynamicSpineLib.Geometry.Planes import unit3
from DynamicSpineLib.Geometry.Rigid import applyTransform, inverseRigid
from DynamicSpineLib.Geometry.Solids import Solid, joined, loft, tube
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import positionOf

Array = NDArray[np.float64]
Marks = Mapping[str, Array]

OUTLINE_POINTS = 48
OUTLINE_POWER = 2.5
"""An endplate's outline is |x/a|^p + |y/b|^p = 1: between an ellipse and a box."""

PROFILE = ((0.0, 0.90), (0.03, 0.97), (0.08, 1.0), (0.25, 0.95), (0.5, 0.92), (0.75, 0.95), (0.92, 1.0), (0.97, 0.97),
           (1.0, 0.90))  # fmt: skip
"""Sections of a body from its lower to its upper endplate: height as a share, and size: rounded rims and a waist."""

_SINGLE_TAPER = 0.75  # size of the far side of a bone with one marked endplate
_SPINOUS_HALF_WIDTH = 0.09  # as a share of the body's depth, like the dens and the arches below
_DENS_HALF_WIDTH, _ARCH_RADIUS, _ATLAS_WIDTH = 0.28, 0.11, 1.35
_RING_POINTS = 48


def bodySolids(marks: Mapping[str, ArrayLike]) -> dict[str, Solid]:
    """A closed solid of every level whose marks say where it is, in the marks' own frame, RAS mm.

    marks: points (3,) by name. Levels without a whole endplate are left out, but for C1, which is drawn as a ring.
    """
    points = {name: np.asarray(point, dtype=float) for name, point in marks.items()}
    corners = {level: own for level, own in cornersOf(points).items()
               if {"SA", "SP"} <= own.keys() or {"IA", "IP"} <= own.keys()}  # fmt: skip
    left = _leftOf(corners)
    found = {level: joined([_body(points, level, own, left[level]), *_arch(points, level, own, left[level])])
             for level, own in corners.items() if level in left}  # fmt: skip
    atlas = _atlas(points, left)
    return {"C1": atlas, **found} if atlas is not None else found


def _leftOf(corners: Mapping[str, Mapping[str, Array]]) -> dict[str, Array]:
    """The patient's left as each bone and its neighbor show it; one that is alone needs all four corners."""
    found: dict[str, Array] = {}
    for run in unbrokenRuns(corners):
        if len(run) > 1:
            for index, level in enumerate(run):
                upper = min(index, len(run) - 2)
                found[level] = segmentAxes(corners, run[upper] + run[upper + 1])[0]
        elif len(corners[run[0]]) == 4:
            own = corners[run[0]]
            # Cranial x anterior is left.
            found[run[0]] = unit3(np.cross(own["SA"] + own["SP"] - own["IA"] - own["IP"],
                                           own["SA"] + own["IA"] - own["SP"] - own["IP"]))  # fmt: skip
    return found


def _body(points: Marks, level: str, corners: Mapping[str, Array], left: Array) -> Solid:
    """The body between its endplates; below or above a single one it narrows."""
    plates = {code: _outline(points, level, code, corners, left) for code in "IS" if f"{code}A" in corners
              and f"{code}P" in corners}  # fmt: skip
    if len(plates) == 2:
        lower, upper = plates["I"], plates["S"]
    else:
        (code, plate), = plates.items()
        along = corners[f"{code}A"] - corners[f"{code}P"]
        # Anterior x left is cranial.
        far = SINGLE_PLATE_SHARE * np.linalg.norm(along) * unit3(np.cross(along, left)) * (-1.0 if code == "S" else 1.0)
        middle = plate.mean(axis=0)
        other = middle + far + _SINGLE_TAPER * (plate - middle)
        lower, upper = (other, plate) if code == "S" else (plate, other)
    rings = []
    for height, size in PROFILE:
        ring = (1.0 - height) * lower + height * upper
        middle = ring.mean(axis=0)
        rings.append(middle + size * (ring - middle))
    return loft(rings)


def _outline(points: Marks, level: str, code: str, corners: Mapping[str, Array], left: Array) -> Array:
    """The rim of an endplate (OUTLINE_POINTS, 3), through its corners."""
    front, back = corners[f"{code}A"], corners[f"{code}P"]
    half = 0.5 * (front - back)
    sides = [points.get(f"{level}_C{code}{side}") for side in "LR"]
    width = WIDTH_SHARE * 2.0 * np.linalg.norm(half)
    if sides[0] is not None and sides[1] is not None:
        width = np.linalg.norm(sides[0] - sides[1])
    angles = np.linspace(0.0, 2.0 * np.pi, OUTLINE_POINTS, endpoint=False)
    x, y = (np.sign(wave) * np.abs(wave) ** (2.0 / OUTLINE_POWER) for wave in (np.sin(angles), np.cos(angles)))
    return np.asarray(0.5 * (front + back) + y[:, None] * half + x[:, None] * 0.5 * width * left)


def _arch(points: Marks, level: str, corners: Mapping[str, Array], left: Array) -> list[Solid]:
    """The arch from the back of the body to the lamina, the spinous process and the dens, as far as they are marked."""
    code = "I" if "IA" in corners and "IP" in corners else "S"
    front, back = corners[f"{code}A"], corners[f"{code}P"]
    depth = float(np.linalg.norm(front - back))
    solids = []
    lamina, tip = points.get(f"{level}_SL"), points.get(f"{level}_DT")
    if lamina is not None:
        start = bodyMiddle({key: point for key, point in corners.items() if key.endswith("P")})
        aside = PEDICLE_APART * WIDTH_SHARE * depth
        up, radius = unit3(np.cross(left, front - back)), PEDICLE_RADIUS * depth
        for way in (left, -left):
            line = [start + aside * way, 0.5 * (start + lamina) + 1.1 * aside * way, lamina + 0.1 * aside * way]
            solids.append(tube(line, up, radius, radius))
        solids += _spinous(points, level, lamina, left, _SPINOUS_HALF_WIDTH * depth)
    if tip is not None:
        base = 0.5 * (front + back)
        width = _DENS_HALF_WIDTH * depth
        solids.append(tube([base + 0.2 * (tip - base), tip - width * unit3(tip - base)], left, width, width))
    return solids


def _spinous(points: Marks, level: str, lamina: Array, left: Array, halfWidthMm: float) -> list[Solid]:
    upper, lower = points.get(f"{level}_SPU"), points.get(f"{level}_SPL")
    if upper is None or lower is None:
        return []
    half = max(0.5 * float(np.linalg.norm(upper - lower)), halfWidthMm)
    end = 0.5 * (upper + lower)
    return [tube([lamina, 0.5 * (lamina + end), end], left, halfWidthMm, [0.6 * half, 0.8 * half, half])]


def _atlas(points: Marks, left: Mapping[str, Array]) -> Solid | None:
    """A ring through the middles of both arches of C1; its width is a usual share of its depth."""
    front, back = points.get("C1_AC"), points.get("C1_PC")
    if front is None or back is None or not left or float(np.linalg.norm(front - back)) < 1.0:
        return None
    half = 0.5 * (front - back)
    aside = next(iter(left.values()))
    aside = unit3(aside - (aside @ unit3(half)) * unit3(half))
    up = unit3(np.cross(half, aside))
    depth = float(np.linalg.norm(half))
    angles = np.linspace(0.0, 2.0 * np.pi, _RING_POINTS, endpoint=False)[:, None]
    outward = np.cos(angles) * unit3(half) + np.sin(angles) * aside
    middles = 0.5 * (front + back) + np.cos(angles) * half + np.sin(angles) * _ATLAS_WIDTH * depth * aside
    turn = np.linspace(0.0, 2.0 * np.pi, 16, endpoint=False)[None, :, None]
    radius = 2.0 * _ARCH_RADIUS * depth
    return loft(middles[:, None] + radius * (np.cos(turn) * outward[:, None] + np.sin(turn) * up), isCyclic=True)


def solidsInReference(case: Case, path: MotionPath) -> dict[str, Solid]:
    """A solid of every level of a motion, in the frame of its reference position, RAS mm.

    What is not marked whole in the reference comes from the first position on the way that has it, carried back.
    """
    found: dict[str, Solid] = {}
    for position in dict.fromkeys((path.reference, *path.order)):
        marks = positionOf(case, position).marks
        points = {name: np.array(point) for name in marks.landmarks if (point := marks.point(name)) is not None}
        for level, solid in bodySolids(points).items():
            if level not in found:
                moved = _toReference(path, position, level, solid)
                found.update({level: moved} if moved is not None else {})
    return {level: found[level] for level in case.chain.levels if level in found}


def _toReference(path: MotionPath, position: str, level: str, solid: Solid) -> Solid | None:
    """A solid of a position carried to the reference with its own bone; None where nothing says how."""
    if position == path.reference:
        return solid
    pose = path.poses[position].get(level)
    if pose is None:
        return None
    back = inverseRigid(pose) @ path.toReference[position]
    return Solid(applyTransform(solid.points_RAS, back), solid.triangles)
