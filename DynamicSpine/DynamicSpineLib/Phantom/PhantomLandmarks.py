"""Every landmark and curve of protocols A to G on a posed phantom."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import LandmarkName, namesFor, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Phantom.PhantomCurves import sectionPoint, segmentCurves
from DynamicSpineLib.Phantom.Pose import toRAS
from DynamicSpineLib.Phantom.PosedSpine import Array, BoneShape, CanalSection, PosedSpine

_BASE_BEHIND_LAMINA_MM = 2.0
_SECTION_CODES = frozenset({"CA", "CP", "TA", "TP", "LP", "KA", "KP"})
_CORD_CODES = frozenset({"KA", "KP"})


def phantomMarks(posed: PosedSpine) -> tuple[dict[str, Array], dict[str, Array]]:
    """All marks of the spine's own chain: points by name, (3,) RAS; curves by name, (N, 3) control points RAS.

    Curves are closed outlines (FC, DS, KC: 12 points) or lines of two points (LF, FG, LR). Marks of the cord are
    left out where there is none.
    """
    chain = Chain(posed.levels)
    curves = {
        str(LandmarkName(segment.name, *code.split("_"))): points
        for segment in chain.segments
        if segment.name in posed.discs
        for code, points in segmentCurves(posed, segment.name).items()
    }
    points = {}
    for text in namesFor(chain):
        name = parseLandmarkName(text)
        if name is not None and text not in curves:
            point = _point(posed, name)
            if point is not None:
                points[text] = point
    return points, {text: curves[text] for text in namesFor(chain) if text in curves}


def narrowestSectionNote(section: CanalSection) -> str:
    """Where a segment's narrowest section lies, in words."""
    share = round(100.0 * section.alongDisc)
    return f"narrowest section {share} % of the way from the upper body's back corner down to the lower body's"


def sectionMarks(section: CanalSection) -> dict[str, Array]:
    """CA, CP, TA, TP, LP on a section's midline, and KA, KP where it holds a cord; all on one line."""
    sac = section.epiduralVentral
    depths = {
        "CA": 0.0,
        "CP": section.canalAp,
        "TA": sac,
        "TP": sac + section.sacAp,
        "LP": section.canalAp + section.flavum,
    }
    if section.cordAp > 0.0:
        depths["KA"] = sac + section.csfVentral
        depths["KP"] = sac + section.csfVentral + section.cordAp
    return {code: sectionPoint(section, depth) for code, depth in depths.items()}


def _point(posed: PosedSpine, name: LandmarkName) -> Array | None:
    """One point mark, or None where the phantom has no such structure."""
    place, code = name.place, name.code
    if name.side and f"{place}_{name.side}" in posed.foramina:
        return posed.foramina[f"{place}_{name.side}"].points_RAS.get(code)
    isSegment = place in posed.discs
    if (isSegment and code in _SECTION_CODES) or (not isSegment and code in _CORD_CODES):
        return sectionMarks(posed.sections[place]).get(code)
    if isSegment or place not in posed.bones:
        return None
    if place == "Oc" and code in posed.points_RAS:
        return posed.points_RAS[code]
    local = _bonePoint(posed.bones[place], code)
    return None if local is None else toRAS(posed.boneToRAS[place], np.array(local))


def _bonePoint(bone: BoneShape, code: str) -> tuple[float, ...] | None:
    """A bone-fixed mark in the bone frame: (y, z) in the midsagittal plane, or (x, y, z)."""
    if code in ("AX0", "AX1"):
        return _axialEnds(bone)[code]
    for table in (bone.corners, bone.coronal, bone.points):
        if code in table:
            return table[code]
    return None


def _axialEnds(bone: BoneShape) -> dict[str, tuple[float, float]]:
    """Ends of the axial midline: middle of the body and of the spinous process's base; C1: of its two arches."""
    if bone.kind == "C1":
        return {"AX0": bone.points["AC"], "AX1": bone.points["PC"]}
    upper, lower = bone.points["LS"], bone.points["LI"]
    back = 0.5 * (upper[0] + lower[0]) - _BASE_BEHIND_LAMINA_MM
    return {"AX0": (0.0, 0.0), "AX1": (back, 0.5 * (upper[1] + lower[1]))}
