"""Bone shapes of the phantom from the numbers in Data/Phantom: bodies with wedge, waist, arch and spinous process."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from DynamicSpineLib.Phantom.PosedSpine import Array, BonePart, BoneShape, Point2

_WALL_STEPS = 12


def vectorAt(angleDeg: float, length: float = 1.0) -> Array:
    """The (y, z) vector of a length at an angle counted from anterior towards cranial."""
    return length * np.array([math.cos(math.radians(angleDeg)), math.sin(math.radians(angleDeg))])


def wall(start: Point2, end: Point2, sagittaMm: float) -> Array:
    """Points from `start` up to, not including, `end`, bowed to the left of the walk by a parabola of that sagitta."""
    along = np.arange(_WALL_STEPS) / _WALL_STEPS
    first, last = np.array(start), np.array(end)
    direction = (last - first) / np.linalg.norm(last - first)
    left = np.array([-direction[1], direction[0]])
    return first + np.outer(along, last - first) + np.outer(4.0 * along * (1.0 - along) * sagittaMm, left)


def ellipse(center: Point2, apMm: float, heightMm: float, tiltDeg: float = 0.0) -> Array:
    """(24, 2) polygon of an ellipse with its front-to-back and vertical diameters, turned by `tiltDeg`."""
    turn = np.arange(24) * (2.0 * np.pi / 24.0)
    flat = np.column_stack([0.5 * apMm * np.cos(turn), 0.5 * heightMm * np.sin(turn)])
    axes = np.array([vectorAt(tiltDeg), vectorAt(tiltDeg + 90.0)])
    return np.array(center) + flat @ axes


def bodyCorners(data: Mapping[str, Any]) -> dict[str, Point2]:
    """Corners whose mean is the origin and whose mid-plane runs along y.

    depthSuperior, depthInferior: extent of the endplates along y; heightAnterior, heightPosterior: of the walls along
    z; slantMm: how far the upper endplate lies in front of the lower one.
    """
    slant, up, down = 0.5 * data["slantMm"], 0.5 * data["depthSuperior"], 0.5 * data["depthInferior"]
    front, back = 0.5 * data["heightAnterior"], 0.5 * data["heightPosterior"]
    return {
        "SA": (slant + up, front),
        "SP": (slant - up, back),
        "IA": (down - slant, -front),
        "IP": (-down - slant, -back),
    }


def bodyOutline(
    corners: Mapping[str, Point2], waistMm: float, backWaistMm: float, concavity: tuple[float, float]
) -> Array:
    """Closed midsagittal outline through the four corners: SA, SP, IP, IA and the bowed walls between them."""
    return np.vstack(
        [
            wall(corners["SA"], corners["SP"], concavity[0]),
            wall(corners["SP"], corners["IP"], backWaistMm),
            wall(corners["IP"], corners["IA"], concavity[1]),
            wall(corners["IA"], corners["SA"], waistMm),
        ]
    )


def archPoints(middleOfBack: Array, data: Mapping[str, Any]) -> dict[str, Point2]:
    """Spinolaminar point SL, upper and lower front edge of the lamina LS and LI, spinous process edges SPU and SPL.

    canalAp: from the middle of the body's back to SL, canalTiltDeg below the mid-plane; laminaUp, laminaDown: from SL
    along the lamina's front, which leans backwards going down by laminaLeanDeg.
    """
    front = middleOfBack + vectorAt(180.0 + data["canalTiltDeg"], data["canalAp"])
    lean = 90.0 - data["laminaLeanDeg"]
    upper, lower = front + vectorAt(lean, data["laminaUp"]), front - vectorAt(lean, data["laminaDown"])
    spinous = data["spinous"]
    back = 180.0 + spinous["tiltDeg"]
    tipUpper = upper + vectorAt(back, spinous["length"]) + vectorAt(back + 90.0, spinous["upperDrop"])
    tipLower = tipUpper + vectorAt(back + 90.0 + spinous.get("tipLeanDeg", 0.0), spinous["tipHeight"])
    edge, bow = spinous["edgeAt"], spinous["bowMm"]
    return {
        "SL": tuple(front),
        "LS": tuple(upper),
        "LI": tuple(lower),
        "SPU": tuple(_onBow(upper, tipUpper, edge, bow)),
        "SPL": tuple(_onBow(tipLower, lower, 1.0 - edge, bow)),
        "tipUpper": tuple(tipUpper),
        "tipLower": tuple(tipLower),
    }


def _onBow(start: Array, end: Array, share: float, sagittaMm: float) -> Array:
    """The point at a share of the way along a bowed wall."""
    direction = (end - start) / np.linalg.norm(end - start)
    left = np.array([-direction[1], direction[0]])
    point: Array = start + share * (end - start) + 4.0 * share * (1.0 - share) * sagittaMm * left
    return point


def spinousOutline(points: Mapping[str, Point2], bowMm: float) -> Array:
    """Closed midsagittal outline of the spinous process with its root, front edge along the lamina."""
    return np.vstack(
        [
            wall(points["LS"], points["tipUpper"], bowMm),
            wall(points["tipUpper"], points["tipLower"], -1.5),
            wall(points["tipLower"], points["LI"], bowMm),
            wall(points["LI"], points["LS"], 0.0),
        ]
    )


def _laminaPart(points: Mapping[str, Point2], data: Mapping[str, Any]) -> BonePart:
    """The lamina from the spinous root outwards: it comes forward with distance from the midline."""
    upper, lower = np.array(points["LS"]), np.array(points["LI"])
    thick = np.array([-data["laminaThickness"], 0.0])
    outline = np.array([upper, upper + 0.6 * thick, 0.5 * (upper + lower) + thick, lower + 0.9 * thick, lower])
    return BonePart("lamina", outline, 1.5, data["pedicle"]["x"], yPerX=data["laminaForward"], zPerX=0.05)


def _pillarParts(corners: Mapping[str, Point2], data: Mapping[str, Any]) -> tuple[BonePart, ...]:
    """Pedicle and the articular pillar with its upper and lower articular processes, on both sides."""
    pedicle, pillar = data["pedicle"], data["pillar"]
    half, back = 0.5 * pedicle["height"], pillar["y"] + 0.5 * pillar["depth"]
    wallY = 0.5 * (corners.get("SP", corners.get("IP", (0.0, 0.0)))[0] + corners.get("IP", (0.0, 0.0))[0])
    bridge = np.array(
        [
            (wallY + 2.0, pedicle["z"] + half),
            (back - 1.0, pedicle["z"] + half),
            (back - 1.0, pedicle["z"] - half),
            (wallY + 2.0, pedicle["z"] - half),
        ]
    )
    inner, outer = pedicle["x"] - 0.5 * pedicle["width"], pedicle["x"] + 0.5 * pedicle["width"]
    top, bottom, y, depth = pillar["top"], pillar["bottom"], pillar["y"], pillar["depth"]
    shaft = np.array(
        [
            (y + 0.5 * depth, pedicle["z"] + half),
            (y + 0.42 * depth, top),
            (y + 0.05 * depth, top - 0.08 * (top - bottom)),
            (y - 0.30 * depth, pedicle["z"]),
            (y - 0.62 * depth, bottom + 0.25 * (top - bottom)),
            (y - 0.70 * depth, bottom),
            (y - 0.35 * depth, bottom),
            (y + 0.05 * depth, pedicle["z"] - half),
            (y + 0.5 * depth, pedicle["z"] - half),
        ]
    )
    reach = 0.5 * pillar["width"]
    return (
        BonePart("pedicle", bridge, inner, outer),
        BonePart("articularPillar", shaft, pillar["x"] - reach, pillar["x"] + reach),
    )


def coronalCorners(corners: Mapping[str, Point2], widthMm: float) -> dict[str, tuple[float, float, float]]:
    """Left and right ends of the endplates in the coronal plane through the body's middle (left is -x)."""
    ends = {}
    for row, anterior, posterior, inset in (("S", "SA", "SP", 0.0), ("I", "IA", "IP", 0.5)):
        if anterior in corners and posterior in corners:
            middle = 0.5 * (np.array(corners[anterior]) + np.array(corners[posterior]))
            for side, sign in (("L", -1.0), ("R", 1.0)):
                ends[f"C{row}{side}"] = (sign * (0.5 * widthMm - inset), float(middle[0]), float(middle[1]))
    return ends


def vertebra(level: str, data: Mapping[str, Any], inFieldOnly: bool = False) -> BoneShape:
    """A vertebra with a whole body (C3 to L6), from its entry in the region's data."""
    corners = bodyCorners(data)
    middleOfBack = 0.5 * (np.array(corners["SP"]) + np.array(corners["IP"]))
    points = archPoints(middleOfBack, data)
    concavity = (data["concavity"][0], data["concavity"][1])
    spinous = BonePart(
        "spinousProcess",
        spinousOutline(points, data["spinous"]["bowMm"]),
        0.0,
        data["spinous"]["halfWidth"],
        rounded=True,
    )
    return BoneShape(
        level=level,
        kind="body",
        corners=MappingProxyType(corners),
        points=MappingProxyType(points),
        widthMm=data["widthMm"],
        waistMm=data["waistMm"],
        backWaistMm=data["backWaistMm"],
        endplateConcavityMm=concavity,
        bodyOutline=bodyOutline(corners, data["waistMm"], data["backWaistMm"], concavity),
        parts=(spinous, _laminaPart(points, data), *_pillarParts(corners, data)),
        coronal=MappingProxyType(coronalCorners(corners, data["widthMm"])),
        inFieldOnly=inFieldOnly,
        **pedicleFields(data),
    )


def pedicleFields(data: Mapping[str, Any]) -> dict[str, Any]:
    """Pedicle, facet and canal width fields of a BoneShape."""
    pedicle, facet = data["pedicle"], data["facet"]
    return {
        "canalHalfWidthMm": 0.5 * data["section"]["canalTransverse"],
        "pedicle": (pedicle["x"], pedicle["y"], pedicle["z"]),
        "pedicleHeightMm": pedicle["height"],
        "pedicleWidthMm": pedicle["width"],
        "facet": (facet[0], facet[1], facet[2]),
    }


def archParts(
    points: Mapping[str, Point2], corners: Mapping[str, Point2], data: Mapping[str, Any]
) -> tuple[BonePart, ...]:
    """Spinous process, laminae, pedicles and pillars of a bone that is not a plain vertebra (C2, S1)."""
    outline = spinousOutline(points, data["spinous"]["bowMm"])
    spinous = BonePart("spinousProcess", outline, 0.0, data["spinous"]["halfWidth"], rounded=True)
    return (spinous, _laminaPart(points, data), *_pillarParts(corners, data))
