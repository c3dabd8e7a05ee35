"""The bones of the phantom that are no plain vertebrae: occiput, atlas, axis and sacrum."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from DynamicSpineLib.Phantom.PosedSpine import Array, BonePart, BoneShape, Point2
from DynamicSpineLib.Phantom.Shapes import (
    archParts,
    archPoints,
    bodyOutline,
    coronalCorners,
    ellipse,
    pedicleFields,
    vectorAt,
    vertebra,
    wall,
)


def meanBodyHeight(corners: Mapping[str, Point2]) -> float:
    """Mean of a body's anterior and posterior height in mm."""
    anterior = math.dist(corners["SA"], corners["IA"])
    return 0.5 * (anterior + math.dist(corners["SP"], corners["IP"]))


def _densPoints(dens: Mapping[str, Any]) -> dict[str, Point2]:
    """DT, DP, and the front and back surface of the dens at the height of the atlas's anterior arch (DA, DQ)."""
    base = np.array([dens["baseY"], dens["baseZ"]])
    axis, front = vectorAt(90.0 + dens["leanDeg"]), vectorAt(dens["leanDeg"])
    half = 0.5 * dens["apMm"]
    atArch, nearTip = base + dens["archHeightMm"] * axis, base + dens["upperBackAtMm"] * axis
    return {
        "DT": tuple(base + dens["lengthMm"] * axis),
        "DP": tuple(nearTip - dens["upperHalfApMm"] * front),
        "DA": tuple(atArch + half * front),
        "DQ": tuple(atArch - half * front),
        "densAtArch": tuple(atArch),
    }


def _densOutline(dens: Mapping[str, Any]) -> Array:
    """Closed midsagittal outline of the dens: straight sides, slightly waisted above its base, rounded tip."""
    base = np.array([dens["baseY"], dens["baseZ"]])
    axis, front = vectorAt(90.0 + dens["leanDeg"]), vectorAt(dens["leanDeg"])
    half, upper, length = 0.5 * dens["apMm"], dens["upperHalfApMm"], dens["lengthMm"]
    sides = [(-2.0, half + 0.9), (2.0, half + 0.1), (dens["archHeightMm"], half), (dens["upperBackAtMm"], upper)]
    cap = [
        (dens["upperBackAtMm"] + (length - dens["upperBackAtMm"]) * math.sin(turn), upper * math.cos(turn))
        for turn in np.linspace(0.3, math.pi / 2.0, 5)
    ]
    right = np.array([base + along * axis + across * front for along, across in sides + cap])
    left = np.array([base + along * axis - across * front for along, across in (sides + cap[:-1])[::-1]])
    return np.vstack([right, left])


def axis(data: Mapping[str, Any], heightMm: float) -> BoneShape:
    """C2: a body below, the dens above; its origin lies half the height of C3's body above its lower endplate."""
    half, depth = 0.5 * heightMm, 0.5 * data["depthInferior"]
    corners = {"IA": (depth, -half), "IP": (-depth, -half)}
    top = data["dens"]["baseZ"]
    points = {**_densPoints(data["dens"]), **archPoints(np.array([-depth + data["backWaistMm"], 0.0]), data)}
    points["PD"] = (data["pedicle"]["y"], data["pedicle"]["z"])
    shoulders = {"SA": (data["shoulderFrontY"], top), "SP": (data["shoulderBackY"], top), **corners}
    concavity = (0.0, data["concavity"][0])
    parts = archParts(points, corners, data)
    dens = BonePart("dens", _densOutline(data["dens"]), 0.0, data["dens"]["halfWidth"], rounded=True)
    return BoneShape(
        level="C2",
        kind="C2",
        corners=MappingProxyType(corners),
        points=MappingProxyType(points),
        widthMm=data["widthMm"],
        waistMm=data["waistMm"],
        backWaistMm=data["backWaistMm"],
        endplateConcavityMm=concavity,
        bodyOutline=bodyOutline(shoulders, data["waistMm"], data["backWaistMm"], concavity),
        parts=(dens, *parts),
        coronal=MappingProxyType(
            {
                f"CI{side}": (sign * (0.5 * data["widthMm"] - 0.5), 0.0, -half)
                for side, sign in (("L", -1.0), ("R", 1.0))
            }
        ),
        **pedicleFields(data),
    )


def atlas(data: Mapping[str, Any]) -> BoneShape:
    """C1: a ring with an anterior and a posterior arch; `innerAp` from the back of one to the front of the other."""
    half, front, back = 0.5 * data["innerAp"], data["anteriorArch"], data["posteriorArch"]
    points = {
        "AAP": (half, 0.0),
        "PAA": (-half, 0.0),
        "AC": (half + 0.5 * front["apMm"], 0.0),
        "PC": (-half - 0.5 * back["apMm"], 0.0),
        "SL": (-half, 0.0),
        "LS": (-half - 0.5, 0.5 * back["heightMm"]),
        "LI": (-half - 0.5, -0.5 * back["heightMm"]),
    }
    mass = data["lateralMass"]
    return BoneShape(
        level="C1",
        kind="C1",
        corners=MappingProxyType({}),
        points=MappingProxyType(points),
        widthMm=2.0 * mass["to"],
        parts=_atlasParts(points, data),
        canalHalfWidthMm=0.5 * data["section"]["canalTransverse"],
        facet=(0.5 * (mass["from"] + mass["to"]), 0.5 * (mass["frontY"] + mass["backY"]), mass["bottom"]),
    )


def _atlasParts(points: Mapping[str, Point2], data: Mapping[str, Any]) -> tuple[BonePart, ...]:
    """Both arches, which bend towards each other away from the midline, and the lateral masses."""
    front, back, mass = data["anteriorArch"], data["posteriorArch"], data["lateralMass"]
    box = np.array(
        [
            (mass["frontY"], mass["topFront"]),
            (mass["backY"], mass["topBack"]),
            (mass["backY"], mass["bottom"]),
            (mass["frontY"], mass["bottom"]),
        ]
    )
    anterior = ellipse(points["AC"], front["apMm"], front["heightMm"])
    posterior = ellipse(points["PC"], back["apMm"], back["heightMm"])
    return (
        BonePart("anteriorArch", anterior, 0.0, mass["from"], yPerX=-0.28),
        BonePart("posteriorArch", posterior, 0.0, mass["from"] + 4.0, yPerX=0.75),
        BonePart("lateralMass", box, mass["from"], mass["to"], zPerX=0.15),
    )


def _occiputParts(data: Mapping[str, Any]) -> tuple[BonePart, ...]:
    """Clivus, squama, hard palate and condyles."""
    clivus, condyle = data["clivus"], data["condyle"]
    length, thick = clivus["lengthMm"], clivus["topThickness"]
    up, forward = vectorAt(clivus["angleDeg"]), vectorAt(clivus["angleDeg"] - 90.0)
    dorsal = wall((0.0, 0.0), tuple(length * up), -0.8)
    ventral = np.array(
        [
            length * up,
            (length + 2.0) * up + thick * forward,
            0.55 * length * up + 0.75 * thick * forward,
            1.5 * up + clivus["tipThickness"] * forward,
        ]
    )
    condyleOutline = ellipse(condyle["center"], condyle["apMm"], condyle["heightMm"], -12.0)
    return (
        BonePart("clivus", np.vstack([dorsal, ventral]), 0.0, 9.0),
        BonePart("occiput", np.array(data["squamaOutline"]), 0.0, 40.0, yPerX=0.25, zPerX=0.12),
        BonePart("palate", np.array(data["palateOutline"]), 0.0, 18.0),
        BonePart("condyle", condyleOutline, condyle["from"], condyle["to"]),
    )


def occiput(data: Mapping[str, Any]) -> BoneShape:
    """Oc: basion at the origin, opisthion behind it on the y axis; clivus, squama, palate and what the skull holds."""
    clivus = data["clivus"]
    up = vectorAt(clivus["angleDeg"])
    points: dict[str, Point2] = {
        "BA": (0.0, 0.0),
        "OP": (-data["foramenMagnumMm"], 0.0),
        "CL": tuple(clivus["lowerThirdMm"] * up),
        "HP": tuple(data["hardPalate"]),
        "OL": tuple(data["lowestOcciput"]),
        "jointCenter": tuple(data["jointCenter"]),
        "clivusTop": tuple(clivus["lengthMm"] * up),
        "canalBack": tuple(data["canalBack"]),
    }
    soft = {name: np.array(outline) for name, outline in data["softOutlines"].items()}
    return BoneShape(
        level="Oc",
        kind="Oc",
        corners=MappingProxyType({}),
        points=MappingProxyType(points),
        widthMm=80.0,
        parts=_occiputParts(data),
        softOutlines=MappingProxyType(soft),
        canalHalfWidthMm=0.5 * data["section"]["canalTransverse"],
    )


def sacrum(data: Mapping[str, Any]) -> BoneShape:
    """S1 with the sacral bodies below it in one piece; its origin is the middle of the superior endplate."""
    half = 0.5 * data["depthSuperior"]
    corners = {"SA": (half, 0.0), "SP": (-half, 0.0)}
    belowFirst = np.array(data["firstBodyBelowEndplate"])
    middleOfBack = 0.5 * (np.array(corners["SP"]) + belowFirst[0])
    points: dict[str, Point2] = dict(archPoints(middleOfBack, data))
    points["backMiddle"] = tuple(middleOfBack)
    points["canalFront"], points["canalBack"] = tuple(data["lowerCanal"][0]), tuple(data["lowerCanal"][1])
    concavity = (data["concavity"][0], 0.0)
    outline = np.vstack([wall(corners["SA"], corners["SP"], concavity[0]), [corners["SP"]], belowFirst])
    halfWidth = 0.5 * data["widthMm"]
    parts = (
        *(
            BonePart("sacrum", np.array(body), 0.0, halfWidth - 4.0 * index)
            for index, body in enumerate(data["lowerBodies"], start=1)
        ),
        *archParts(points, {"SP": corners["SP"], "IP": corners["SP"]}, data),
        BonePart("medianCrest", np.array(data["medianCrest"]), 0.0, 3.0),
    )
    coronal = coronalCorners(corners, data["widthMm"])
    return BoneShape(
        level="S1",
        kind="S1",
        corners=MappingProxyType(corners),
        points=MappingProxyType(points),
        widthMm=data["widthMm"],
        waistMm=0.0,
        backWaistMm=0.0,
        endplateConcavityMm=concavity,
        bodyOutline=outline,
        parts=parts,
        coronal=MappingProxyType(coronal),
        **pedicleFields(data),
    )


def bonesFrom(shapes: Mapping[str, Mapping[str, Any]], inFieldOnly: frozenset[str]) -> dict[str, BoneShape]:
    """Every bone of a region's (or a scenario's changed) shape data, by level, in the data's order."""
    bones = {}
    for level, data in shapes.items():
        if level == "Oc":
            bones[level] = occiput(data)
        elif level == "C1":
            bones[level] = atlas(data)
        elif level == "C2":
            third = vertebra("C3", shapes["C3"])
            bones[level] = axis(data, meanBodyHeight(third.corners))
        elif level == "S1":
            bones[level] = sacrum(data)
        else:
            bones[level] = vertebra(level, data, level in inFieldOnly)
    return bones
