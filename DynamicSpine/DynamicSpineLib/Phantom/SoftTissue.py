"""Soft tissue of one position: canal sections, discs and foramina between posed bones."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType

import numpy as np

from DynamicSpineLib.Phantom.Pose import toRAS
from DynamicSpineLib.Phantom.PosedSpine import Array, BoneShape, CanalSection, DiscShape, ForamenShape
from DynamicSpineLib.Phantom.Scenario import SegmentState
from DynamicSpineLib.Phantom.SegmentPlane import SegmentPlane, middleOfBack
from DynamicSpineLib.Phantom.Shapes import wall

LEAST_FAT_MM = 0.2
_SECTIONS_TRIED = np.linspace(0.05, 0.95, 91)
_LEANS_TRIED_DEG = np.linspace(-30.0, 30.0, 61)
_LEAN_HANDICAP_MM = 2.0

# A foramen's outline from its upper end: share of the height from below, half, which width, and how much of it.
_FORAMEN_OUTLINE = (
    (1.0, "", "middle", 0.0),
    (0.94, "front", "superior", 0.72),
    (0.75, "front", "superior", 1.0),
    (0.55, "front", "middle", 1.02),
    (0.35, "front", "middle", 1.0),
    (0.10, "front", "middle", 0.62),
    (0.0, "", "middle", 0.0),
    (0.10, "back", "middle", 0.62),
    (0.35, "back", "middle", 1.0),
    (0.55, "back", "middle", 1.02),
    (0.75, "back", "superior", 1.0),
    (0.94, "back", "superior", 0.72),
)
_FORAMEN_MARKS = {
    "FS": (1.0, ""),
    "FI": (0.0, ""),
    "FA": (0.35, "front"),
    "FP": (0.35, "back"),
    "FAS": (0.75, "front"),
    "FPS": (0.75, "back"),
}
_FRONT_SHARE = 0.5


def squeezed(available: float, wanted: Mapping[str, float], leastDorsalFat: float) -> dict[str, float]:
    """The layers of the canal from front to back in the width that is there, mm.

    Spare width is dorsal epidural fat. Where width is missing, first the ventral fat gives way, then the fluid in front
    of and behind the cord in equal shares, last the cord.
    """
    layers = {name: wanted[name] for name in ("epiduralVentral", "csfVentral", "cordAp", "csfDorsal")}
    missing = sum(layers.values()) + leastDorsalFat - available
    if missing > 0.0:
        given = min(missing, max(layers["epiduralVentral"] - LEAST_FAT_MM, 0.0))
        layers["epiduralVentral"] -= given
        fluid = layers["csfVentral"] + layers["csfDorsal"]
        kept = max(fluid - (missing - given), 0.0) / fluid if fluid > 0.0 else 0.0
        lost = fluid * (1.0 - kept)
        layers["csfVentral"], layers["csfDorsal"] = layers["csfVentral"] * kept, layers["csfDorsal"] * kept
        rest = missing - given - lost
        layers["cordAp"] -= rest if rest > 1e-9 else 0.0
    layers["epiduralDorsal"] = available - sum(layers.values())
    return layers


def meetPolyline(starts: Array, directions: Array, polyline: Array) -> Array:
    """(S, D) distances from (S, 2) starts along (D, 2) directions to an open (N, 2) polyline, its ends drawn out.

    Infinite where a ray misses it.
    """
    best = np.full((len(starts), len(directions)), np.inf)
    last = len(polyline) - 2
    for index, (first, second) in enumerate(pairwise(polyline)):
        edge, to = second - first, (first - starts)[:, None, :]
        turn = directions[:, 0] * edge[1] - directions[:, 1] * edge[0]
        turn = np.where(np.abs(turn) < 1e-12, np.nan, turn)
        distance = (to[..., 0] * edge[1] - to[..., 1] * edge[0]) / turn
        along = (to[..., 0] * directions[:, 1] - to[..., 1] * directions[:, 0]) / turn
        low, high = (-np.inf if index == 0 else 0.0), (np.inf if index == last else 1.0)
        hit = (along >= low) & (along <= high) & (distance > 0.0)
        best = np.where(hit & (distance < best), distance, best)
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


def discMargin(plane: SegmentPlane, bulgeMm: float, shares: Array) -> Array:
    """(N, 2) points of the disc's back margin, a parabola over the corners' line; share 0 upper, 1 lower corner."""
    upper, lower = plane.ofUpper("IP"), plane.ofLower("SP")
    line = lower - upper
    behind = np.array([line[1], -line[0]]) / np.linalg.norm(line)
    bow = 4.0 * shares * (1.0 - shares) * bulgeMm
    margin: Array = upper + np.outer(shares, line) + np.outer(bow, behind)
    return margin


def narrowestSection(plane: SegmentPlane, state: SegmentState) -> CanalSection:
    """The segment's narrowest section, from the disc's back margin to the flavum.

    It may lean from square to the straight line between the two bodies' canals where that makes it clearly narrower, as
    on a slip or between a lower back corner and the lamina below it.
    """
    numbers = state.numbers
    axis = canalAxis(plane)
    margin = discMargin(plane, numbers["bulgeMm"], _SECTIONS_TRIED)
    turned = np.radians(_LEANS_TRIED_DEG)
    square = np.array([-axis[1], axis[0]])
    directions = np.outer(np.cos(turned), square) + np.outer(np.sin(turned), axis)
    widths = meetPolyline(margin, directions, laminaLine(plane))
    handicap = _LEAN_HANDICAP_MM * (_LEANS_TRIED_DEG / _LEANS_TRIED_DEG[-1]) ** 2
    found, lean = np.unravel_index(int(np.argmin(widths + handicap)), widths.shape)
    share, posterior, width = float(_SECTIONS_TRIED[found]), directions[lean], float(widths[found, lean])
    flavum = numbers["flavumMm"] + numbers["bucklingMm"]
    canalAp = width - flavum
    layers = squeezed(canalAp, numbers, numbers["epiduralDorsalLeast"])
    return CanalSection(
        place=state.segment,
        point_RAS=plane.lift(margin[found]),
        posterior_RAS=plane.direction(posterior),
        cranial_RAS=plane.direction(np.array([posterior[1], -posterior[0]])),
        right_RAS=plane.toRASMatrix[:3, 0].copy(),
        canalAp=canalAp,
        canalTransverse=numbers["canalTransverse"],
        sacTransverse=numbers["sacTransverse"],
        cordTransverse=numbers["cordTransverse"],
        flavum=flavum,
        bulge=4.0 * share * (1.0 - share) * numbers["bulgeMm"],
        alongDisc=share,
        leanDeg=float(_LEANS_TRIED_DEG[lean]),
        **layers,
    )


def bodySection(bone: BoneShape, boneToRAS: Array, wanted: Mapping[str, float]) -> CanalSection:
    """The canal opposite the middle of a body: from the (waisted) back of the body to the spinolaminar line."""
    back, lamina = middleOfBack(bone), np.array(bone.points["SL"])
    posterior = (lamina - back) / np.linalg.norm(lamina - back)
    front = back - bone.backWaistMm * posterior
    canalAp = float(np.linalg.norm(lamina - front))
    layers = squeezed(canalAp, wanted, LEAST_FAT_MM)
    return CanalSection(
        place=bone.level,
        point_RAS=toRAS(boneToRAS, front),
        posterior_RAS=boneToRAS[:3, 1:3] @ posterior,
        cranial_RAS=boneToRAS[:3, 1:3] @ np.array([posterior[1], -posterior[0]]),
        right_RAS=boneToRAS[:3, 0].copy(),
        canalAp=canalAp,
        canalTransverse=wanted["canalTransverse"],
        sacTransverse=wanted["sacTransverse"],
        cordTransverse=wanted["cordTransverse"],
        flavum=0.0,
        bulge=0.0,
        alongDisc=math.nan,
        **layers,
    )


def discShape(plane: SegmentPlane, state: SegmentState, widthMm: float) -> DiscShape:
    """The disc's outline between the posed endplates: along the lower one, up the front, back along the upper one."""
    numbers = state.numbers
    upperPosterior, upperAnterior = plane.ofUpper("IP"), plane.ofUpper("IA")
    lowerPosterior, lowerAnterior = plane.ofLower("SP"), plane.ofLower("SA")
    outline = np.vstack(
        [
            wall(tuple(lowerPosterior), tuple(lowerAnterior), -plane.lower.endplateConcavityMm[0]),
            wall(tuple(lowerAnterior), tuple(upperAnterior), -numbers["anteriorBulgeMm"]),
            wall(tuple(upperAnterior), tuple(upperPosterior), -plane.upper.endplateConcavityMm[1]),
            wall(tuple(upperPosterior), tuple(lowerPosterior), -numbers["bulgeMm"]),
        ]
    )
    return DiscShape(
        segment=state.segment,
        upper=plane.upper.level,
        lower=plane.lower.level,
        outline_RAS=plane.lift(outline),
        widthMm=widthMm,
        anteriorHeightMm=float(np.linalg.norm(upperAnterior - lowerAnterior)),
        posteriorHeightMm=float(np.linalg.norm(upperPosterior - lowerPosterior)),
        anteriorBulgeMm=numbers["anteriorBulgeMm"],
        posteriorBulgeMm=numbers["bulgeMm"],
        degeneration=numbers["degeneration"],
        flavumMm=numbers["flavumMm"] + numbers["bucklingMm"],
        flavumBucklingMm=numbers["bucklingMm"],
        facetGapMm=MappingProxyType(state.sided("facetGapMm")),
        recessDepthMm=MappingProxyType(state.sided("recessMm")),
        lateralFlavumMm=MappingProxyType(state.sided("lateralFlavumMm")),
    )


def foramenShape(plane: SegmentPlane, state: SegmentState, side: str, obliqueDeg: float) -> ForamenShape:
    """The foramen of one side, in the plane through the two pedicles' edges.

    obliqueDeg: how far that plane is turned from the sagittal one: 45 in the neck, where the root leaves forwards and
    outwards; 0 in the low back.
    """
    sign = 1.0 if side == "R" else -1.0
    superior = toRAS(plane.upperToRAS, _pedicleEdge(plane.upper, sign, -0.5))
    inferior = toRAS(plane.lowerToRAS, _pedicleEdge(plane.lower, sign, 0.5))
    height = float(np.linalg.norm(superior - inferior))
    along = (superior - inferior) / height
    turn = math.radians(obliqueDeg)
    back = plane.toRASMatrix[:3, :3] @ np.array([sign * math.sin(turn), -math.cos(turn), 0.0])
    back = back - (back @ along) * along
    back = back / np.linalg.norm(back)
    middle, root = state.sided("foramenWidthMiddle")[side], state.sided("foramenWidthSuperior")[side]
    outline = {
        (share, half): inferior + share * height * along + offset * back
        for share, half, offset in foramenControlPoints(middle, root)
    }
    points = {code: outline[key] for code, key in _FORAMEN_MARKS.items()}
    return ForamenShape(
        segment=state.segment,
        side=side,
        points_RAS=MappingProxyType(points),
        posterior_RAS=back,
        through_RAS=sign * np.cross(back, along),
        outline_RAS=np.array(list(outline.values())),
        heightMm=height,
        widthMiddleMm=middle,
        widthSuperiorMm=root,
    )


def foramenControlPoints(widthMiddleMm: float, widthSuperiorMm: float) -> list[tuple[float, str, float]]:
    """Control points of a foramen's outline: (share of the height from below, front or back, mm behind its axis)."""
    widths = {"middle": widthMiddleMm, "superior": widthSuperiorMm}
    sides = {"": 0.0, "front": -_FRONT_SHARE, "back": 1.0 - _FRONT_SHARE}
    return [(share, half, sides[half] * part * widths[width]) for share, half, width, part in _FORAMEN_OUTLINE]


def _pedicleEdge(bone: BoneShape, sign: float, share: float) -> Array:
    """(x, y, z) of the lower (-0.5) or upper (+0.5) edge of a pedicle; sign +1 right, -1 left."""
    x, y, z = bone.pedicle
    return np.array([sign * x, y, z + share * bone.pedicleHeightMm])
