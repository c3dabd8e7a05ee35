"""Soft tissue of one position: canal sections, discs and foramina between posed bones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from DynamicSpineLib.Phantom.Pose import toRAS
from DynamicSpineLib.Phantom.PosedSpine import Array, BoneShape, CanalSection, DiscShape, ForamenShape
from DynamicSpineLib.Phantom.Scenario import SegmentState
from DynamicSpineLib.Phantom.SegmentPlane import SegmentPlane, middleOfBack
from DynamicSpineLib.Phantom.Shapes import wall

_LEAST_FAT_MM = 0.2
_SECTIONS_TRIED = np.linspace(0.10, 0.95, 86)

# Control points of a foramen: (share of the height from below, which half-width, share of it); front first, then back.
FORAMEN_OUTLINE = (
    (1.0, "", 0.0), (0.94, "superiorFront", 0.72), (0.75, "superiorFront", 1.0), (0.55, "middleFront", 1.02),
    (0.35, "middleFront", 1.0), (0.10, "middleFront", 0.62), (0.0, "", 0.0), (0.10, "middleBack", 0.62),
    (0.35, "middleBack", 1.0), (0.55, "middleBack", 1.02), (0.75, "superiorBack", 1.0), (0.94, "superiorBack", 0.72),
)
_MIDDLE_AT, _SUPERIOR_AT = 0.35, 0.75
FRONT_SHARE = 0.5


def squeezed(available: float, wanted: Mapping[str, float], leastDorsalFat: float) -> dict[str, float]:
    """The layers of the canal from front to back in the width that is there, mm.

    Spare width is dorsal epidural fat. Where width is missing, first the ventral fat gives way, then the fluid in front of
    and behind the cord in equal shares, last the cord.
    """
    layers = {name: wanted[name] for name in ("epiduralVentral", "csfVentral", "cordAp", "csfDorsal")}
    missing = sum(layers.values()) + leastDorsalFat - available
    if missing > 0.0:
        given = min(missing, max(layers["epiduralVentral"] - _LEAST_FAT_MM, 0.0))
        layers["epiduralVentral"] -= given
        fluid = layers["csfVentral"] + layers["csfDorsal"]
        kept = max(fluid - (missing - given), 0.0) / fluid if fluid > 0.0 else 0.0
        lost = fluid * (1.0 - kept)
        layers["csfVentral"], layers["csfDorsal"] = layers["csfVentral"] * kept, layers["csfDorsal"] * kept
        rest = missing - given - lost
        layers["cordAp"] -= rest if rest > 1e-9 else 0.0
    layers["epiduralDorsal"] = available - sum(layers.values())
    return layers


def meetPolyline(start: Array, direction: Array, polyline: Array) -> float:
    """Distance from `start` along `direction` to the first crossing with an open (N, 2) polyline, ends drawn out."""
    best = math.inf
    last = len(polyline) - 2
    for index, (first, second) in enumerate(zip(polyline, polyline[1:], strict=False)):
        edge = second - first
        turn = direction[0] * edge[1] - direction[1] * edge[0]
        if abs(turn) < 1e-12:
            continue
        to = first - start
        distance = (to[0] * edge[1] - to[1] * edge[0]) / turn
        along = (to[0] * direction[1] - to[1] * direction[0]) / turn
        low, high = (-math.inf if index == 0 else 0.0), (math.inf if index == last else 1.0)
        if low <= along <= high and 0.0 < distance < best:
            best = float(distance)
    return best


def laminaLine(plane: SegmentPlane) -> Array:
    """(4, 2): the front of the upper lamina, across to the lower lamina's upper edge, and down its front."""
    return np.array([plane.ofUpper("SL"), plane.ofUpper("LI"), plane.ofLower("LS"), plane.ofLower("SL")])


def canalAxis(plane: SegmentPlane) -> Array:
    """Unit (y, z) along the canal, cranially: between the canal's middles opposite the two bodies."""
    ends = []
    for bone, pose in ((plane.upper, plane.upperToRAS), (plane.lower, plane.lowerToRAS)):
        ends.append(plane.place(0.5 * (middleOfBack(bone) + np.array(bone.points["SL"])), pose))
    axis = ends[0] - ends[1]
    unit: Array = axis / np.linalg.norm(axis)
    return unit


def discMargin(plane: SegmentPlane, bulgeMm: float, share: float) -> Array:
    """(y, z) of the disc's back margin, a parabola of that bulge over the corners' line; share 0 upper, 1 lower corner."""
    upper, lower = plane.ofUpper("IP"), plane.ofLower("SP")
    line = lower - upper
    behind = np.array([line[1], -line[0]]) / np.linalg.norm(line)
    margin: Array = upper + share * line + 4.0 * share * (1.0 - share) * bulgeMm * behind
    return margin


def narrowestSection(plane: SegmentPlane, state: SegmentState) -> CanalSection:
    """The segment's narrowest section: square to the canal, from the disc's back margin to the flavum."""
    numbers = state.numbers
    axis, line = canalAxis(plane), laminaLine(plane)
    posterior = np.array([-axis[1], axis[0]])
    widths = [
        meetPolyline(discMargin(plane, numbers["bulgeMm"], float(share)), posterior, line) for share in _SECTIONS_TRIED
    ]
    share = float(_SECTIONS_TRIED[int(np.argmin(widths))])
    flavum = numbers["flavumMm"] + numbers["bucklingMm"]
    canalAp = min(widths) - flavum
    layers = squeezed(canalAp, numbers, numbers["epiduralDorsalLeast"])
    return CanalSection(
        place=state.segment, point_RAS=plane.lift(discMargin(plane, numbers["bulgeMm"], share)),
        posterior_RAS=plane.direction(posterior), cranial_RAS=plane.direction(axis),
        right_RAS=plane.toRASMatrix[:3, 0].copy(), canalAp=canalAp, canalTransverse=numbers["canalTransverse"],
        sacTransverse=numbers["sacTransverse"], cordTransverse=numbers["cordTransverse"], flavum=flavum,
        bulge=4.0 * share * (1.0 - share) * numbers["bulgeMm"], alongDisc=share, **layers,
    )


def bodySection(bone: BoneShape, boneToRAS: Array, wanted: Mapping[str, float]) -> CanalSection:
    """The canal opposite the middle of a body: from the (waisted) back of the body to the spinolaminar line."""
    back, lamina = middleOfBack(bone), np.array(bone.points["SL"])
    posterior = (lamina - back) / np.linalg.norm(lamina - back)
    front = back - bone.backWaistMm * posterior
    canalAp = float(np.linalg.norm(lamina - front))
    layers = squeezed(canalAp, wanted, _LEAST_FAT_MM)
    return CanalSection(
        place=bone.level, point_RAS=toRAS(boneToRAS, front), posterior_RAS=boneToRAS[:3, 1:3] @ posterior,
        cranial_RAS=boneToRAS[:3, 1:3] @ np.array([posterior[1], -posterior[0]]), right_RAS=boneToRAS[:3, 0].copy(),
        canalAp=canalAp, canalTransverse=wanted["canalTransverse"], sacTransverse=wanted["sacTransverse"],
        cordTransverse=wanted["cordTransverse"], flavum=0.0, bulge=0.0, alongDisc=math.nan, **layers,
    )


def discShape(plane: SegmentPlane, state: SegmentState, widthMm: float) -> DiscShape:
    """The disc's outline between the posed endplates: along the lower one, up the front, back along the upper one."""
    numbers = state.numbers
    upperPosterior, upperAnterior = plane.ofUpper("IP"), plane.ofUpper("IA")
    lowerPosterior, lowerAnterior = plane.ofLower("SP"), plane.ofLower("SA")
    outline = np.vstack([
        wall(tuple(lowerPosterior), tuple(lowerAnterior), -plane.lower.endplateConcavityMm[0]),
        wall(tuple(lowerAnterior), tuple(upperAnterior), -numbers["anteriorBulgeMm"]),
        wall(tuple(upperAnterior), tuple(upperPosterior), -plane.upper.endplateConcavityMm[1]),
        wall(tuple(upperPosterior), tuple(lowerPosterior), -numbers["bulgeMm"]),
    ])
    return DiscShape(
        segment=state.segment, upper=plane.upper.level, lower=plane.lower.level, outline_RAS=plane.lift(outline),
        widthMm=widthMm, anteriorHeightMm=float(np.linalg.norm(upperAnterior - lowerAnterior)),
        posteriorHeightMm=float(np.linalg.norm(upperPosterior - lowerPosterior)),
        anteriorBulgeMm=numbers["anteriorBulgeMm"], posteriorBulgeMm=numbers["bulgeMm"],
        degeneration=numbers["degeneration"], flavumMm=numbers["flavumMm"] + numbers["bucklingMm"],
        flavumBucklingMm=numbers["bucklingMm"], facetGapMm=MappingProxyType(state.sided("facetGapMm")),
        recessDepthMm=MappingProxyType(state.sided("recessMm")),
        lateralFlavumMm=MappingProxyType(state.sided("lateralFlavumMm")),
    )


def foramenShape(plane: SegmentPlane, state: SegmentState, side: str, obliqueDeg: float) -> ForamenShape:
    """The foramen of one side, in the plane through the two pedicles' edges that stands `obliqueDeg` to the sagittal one.

    obliqueDeg: 45 in the neck, where the root leaves forwards and outwards; 0 in the low back.
    """
    sign = 1.0 if side == "R" else -1.0
    upper, lower = _pedicleEdge(plane.upper, sign, -0.5), _pedicleEdge(plane.lower, sign, 0.5)
    superior, inferior = toRAS(plane.upperToRAS, upper), toRAS(plane.lowerToRAS, lower)
    turn = math.radians(obliqueDeg)
    back = plane.toRASMatrix[:3, :3] @ np.array([sign * math.sin(turn), -math.cos(turn), 0.0])
    along = superior - inferior
    height = float(np.linalg.norm(along))
    back = back - (back @ along) / height**2 * along
    back = back / np.linalg.norm(back)
    outward = sign * np.cross(back, along / height)
    middle, root = state.sided("foramenWidthMiddle")[side], state.sided("foramenWidthSuperior")[side]
    halves = {
        "": 0.0, "middleFront": -FRONT_SHARE * middle, "middleBack": (1.0 - FRONT_SHARE) * middle,
        "superiorFront": -FRONT_SHARE * root, "superiorBack": (1.0 - FRONT_SHARE) * root,
    }

    def at(share: float, half: str, part: float) -> Array:
        point: Array = inferior + share * along + part * halves[half] * back
        return point

    points = {
        "FS": superior, "FI": inferior, "FA": at(_MIDDLE_AT, "middleFront", 1.0), "FP": at(_MIDDLE_AT, "middleBack", 1.0),
        "FAS": at(_SUPERIOR_AT, "superiorFront", 1.0), "FPS": at(_SUPERIOR_AT, "superiorBack", 1.0),
    }
    return ForamenShape(
        segment=state.segment, side=side, points_RAS=MappingProxyType(points), posterior_RAS=back, through_RAS=outward,
        outline_RAS=np.array([at(*entry) for entry in FORAMEN_OUTLINE]), heightMm=height, widthMiddleMm=middle,
        widthSuperiorMm=root,
    )


def _pedicleEdge(bone: BoneShape, sign: float, share: float) -> Array:
    """(x, y, z) of the lower (-0.5) or upper (+0.5) edge of a pedicle; sign +1 right, -1 left."""
    x, y, z = bone.pedicle
    return np.array([sign * x, y, z + share * bone.pedicleHeightMm])
