"""A scenario's spine in one position: bones posed, canal, discs and foramina laid out between them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Errors import JobError
from DynamicSpineLib.Phantom.CanalCurves import WallKey, canalStations
from DynamicSpineLib.Phantom.Pose import poseBones, toRAS
from DynamicSpineLib.Phantom.PosedSpine import Array, BoneShape, CanalSection, DiscShape, ForamenShape, PosedSpine
from DynamicSpineLib.Phantom.Scenario import PhantomScenario, PositionState, SegmentState, loadScenario
from DynamicSpineLib.Phantom.SegmentPlane import SegmentPlane, segmentPlane
from DynamicSpineLib.Phantom.ShapesSpecial import bonesFrom
from DynamicSpineLib.Phantom.SoftTissue import (
    LEAST_FAT_MM,
    bodySection,
    discMargin,
    discShape,
    foramenShape,
    laminaLine,
    meetPolyline,
    narrowestSection,
    squeezed,
)

_FLAVUM_AT_UPPER_RIM, _FLAVUM_AT_LOWER_RIM = 0.7, 0.9


def posedSpine(scenario: PhantomScenario | str, positionId: str, region: str | None = None) -> PosedSpine:
    """The exact geometry of one region (the scenario's first by default) in one of the scenario's positions.

    Raises InputError for an unknown scenario or position.
    """
    scenario = loadScenario(scenario) if isinstance(scenario, str) else scenario
    region = region or scenario.regions[0]
    data, state = scenario.regionData(region), scenario.state(region, positionId)
    bones = bonesFrom(scenario.shapes(region), frozenset(data["inFieldOnly"]))
    poses = poseBones(bones, state)
    planes = _segmentPlanes(bones, poses, state)
    sections = {name: narrowestSection(plane, state.segments[name]) for name, plane in planes.items()}
    _checkRoom(scenario, positionId, sections)
    points = _craniocervicalPoints(bones, poses, state) if "Oc" in bones else {}
    sections.update(_bodySections(bones, poses, state, points))
    ends = _endSections(scenario, region, bones, poses)
    inOrder = [sections[name] for name in _cranialToCaudal(list(bones), sections)]
    rims = _rims(planes, state.segments, sections)
    return PosedSpine(
        region=region,
        positionId=positionId,
        posture=state.posture,
        bend=state.bend,
        levels=tuple(data["levels"]),
        bones=MappingProxyType(bones),
        boneToRAS=MappingProxyType(poses),
        stations=canalStations([*ends["Oc"], *inOrder, *ends["S1"]], rims, data.get("conusMm")),
        sections=MappingProxyType(sections),
        discs=MappingProxyType(_discs(planes, state)),
        foramina=MappingProxyType(_foramina(planes, state, data)),
        points_RAS=MappingProxyType(points),
        cordEndLevel=data["cordEndLevel"],
    )


def _discs(planes: Mapping[str, SegmentPlane], state: PositionState) -> dict[str, DiscShape]:
    return {
        name: discShape(plane, state.segments[name], 0.5 * (plane.upper.widthMm + plane.lower.widthMm))
        for name, plane in planes.items()
    }


def _foramina(
    planes: Mapping[str, SegmentPlane], state: PositionState, data: Mapping[str, Any]
) -> dict[str, ForamenShape]:
    """Both foramina of the chain's own segments."""
    return {
        f"{name}_{side}": foramenShape(plane, state.segments[name], side, data["foramenObliqueDeg"])
        for name, plane in planes.items()
        for side in ("L", "R")
        if {plane.upper.level, plane.lower.level} <= set(data["levels"])
    }


def _segmentPlanes(
    bones: Mapping[str, BoneShape], poses: Mapping[str, Array], state: PositionState
) -> dict[str, SegmentPlane]:
    """The half-way plane of every segment with a disc, cranial to caudal."""
    return {
        segment.name: segmentPlane(
            bones[segment.upper], bones[segment.lower], poses[segment.upper], poses[segment.lower]
        )
        for segment in Chain(tuple(bones)).segments
        if segment.name in state.segments and segment.upper not in ("Oc", "C1")
    }


def _checkRoom(scenario: PhantomScenario, positionId: str, sections: Mapping[str, CanalSection]) -> None:
    """Raises JobError where a scenario leaves no width for a canal or a cord."""
    for name, section in sections.items():
        if not math.isfinite(section.canalAp) or section.canalAp <= 0.0 or section.cordAp < 0.0:
            raise JobError(
                f"the phantom scenario '{scenario.id}' leaves no room in the canal of {name} in position '{positionId}'"
            )


def _craniocervicalPoints(
    bones: Mapping[str, BoneShape], poses: Mapping[str, Array], state: PositionState
) -> dict[str, Array]:
    """VD, pbc2Mm behind the line from basion to C2's lower back corner at the height of the dens; TT below the skull.

    TT lies tonsilMm below the line from basion to opisthion (negative: above), seven tenths of the way back.
    """
    skull, axis = bones["Oc"], bones["C2"]
    basion, opisthion = (toRAS(poses["Oc"], np.array(skull.points[code])) for code in ("BA", "OP"))
    corner = toRAS(poses["C2"], np.array(axis.corners["IP"]))
    dens = toRAS(poses["C2"], np.array(axis.points["DQ"]))
    line = (corner - basion) / np.linalg.norm(corner - basion)
    foot = basion + ((dens - basion) @ line) * line
    back = -poses["C2"][:3, 1]
    back = back - (back @ line) * line
    ventralDura = foot + state.craniocervical["pbc2Mm"] * back / np.linalg.norm(back)
    tonsil = basion + 0.7 * (opisthion - basion) - state.craniocervical["tonsilMm"] * poses["Oc"][:3, 2]
    return {"VD": ventralDura, "TT": tonsil}


def _bodySections(
    bones: Mapping[str, BoneShape], poses: Mapping[str, Array], state: PositionState, points: Mapping[str, Array]
) -> dict[str, CanalSection]:
    """Sections opposite every body, through the ring of C1 behind the dens, and at the foramen magnum."""
    sections = {}
    for level, bone in bones.items():
        wanted = state.bodySections[level]
        if bone.kind == "Oc":
            rim = _pointsOf(bone, poses[level], "BA", "OP")
            sections[level] = _sectionBetween(level, rim, poses[level], wanted)
        elif bone.kind == "C1":
            arch = toRAS(poses[level], np.array(bone.points["PAA"]))
            posterior = (arch - points["VD"]) / np.linalg.norm(arch - points["VD"])
            front = points["VD"] - wanted["epiduralVentral"] * posterior
            sections[level] = _sectionBetween(level, (front, arch), poses[level], wanted)
        else:
            sections[level] = bodySection(bone, poses[level], wanted)
    return sections


def _sectionBetween(
    place: str, walls_RAS: tuple[Array, Array], boneToRAS: Array, wanted: Mapping[str, float]
) -> CanalSection:
    """A section whose front and back wall are given."""
    canalAp = float(np.linalg.norm(walls_RAS[1] - walls_RAS[0]))
    posterior = (walls_RAS[1] - walls_RAS[0]) / canalAp
    right = boneToRAS[:3, 0].copy()
    return CanalSection(
        place=place,
        point_RAS=walls_RAS[0],
        posterior_RAS=posterior,
        cranial_RAS=np.cross(posterior, right),
        right_RAS=right,
        canalAp=canalAp,
        canalTransverse=wanted["canalTransverse"],
        sacTransverse=wanted["sacTransverse"],
        cordTransverse=wanted["cordTransverse"],
        flavum=0.0,
        bulge=0.0,
        alongDisc=math.nan,
        **squeezed(canalAp, wanted, LEAST_FAT_MM),
    )


def _endSections(
    scenario: PhantomScenario, region: str, bones: Mapping[str, BoneShape], poses: Mapping[str, Array]
) -> dict[str, list[CanalSection]]:
    """Sections beyond the chain that only pictures need: above Oc behind the clivus, and below S1 in the sacrum."""
    shapes = scenario.shapes(region)
    ends: dict[str, list[CanalSection]] = {"Oc": [], "S1": []}
    for level, (front, back) in {"Oc": ("CL", "canalBack"), "S1": ("canalFront", "canalBack")}.items():
        if level in bones:
            walls = _pointsOf(bones[level], poses[level], front, back)
            ends[level] = [_sectionBetween(f"{level}End", walls, poses[level], shapes[level]["endSection"])]
    return ends


def _pointsOf(bone: BoneShape, boneToRAS: Array, first: str, second: str) -> tuple[Array, Array]:
    """RAS of two named points of a bone."""
    return toRAS(boneToRAS, np.array(bone.points[first])), toRAS(boneToRAS, np.array(bone.points[second]))


def _rims(
    planes: Mapping[str, SegmentPlane], states: Mapping[str, SegmentState], sections: Mapping[str, CanalSection]
) -> list[WallKey]:
    """The canal's walls at the rims of the bodies, where lamina and flavum lie behind."""
    rims = []
    for name, plane in planes.items():
        posterior = plane.local(plane.toRASMatrix[:3, 3] + sections[name].posterior_RAS)[1:]
        flavum = states[name].numbers["flavumMm"]
        corners = discMargin(plane, 0.0, np.array([0.0, 1.0]))
        depths = meetPolyline(corners, posterior[None, :], laminaLine(plane))[:, 0]
        for rim, width, part in zip(corners, depths, (_FLAVUM_AT_UPPER_RIM, _FLAVUM_AT_LOWER_RIM), strict=True):
            depth = width - part * flavum
            rims.append(WallKey(plane.lift(rim), plane.lift(rim + depth * posterior), part * flavum))
    return rims


def _cranialToCaudal(levels: list[str], sections: Mapping[str, CanalSection]) -> list[str]:
    """Names of the sections in order: each level, then the segment below it."""
    order = []
    for index, level in enumerate(levels):
        order.append(level)
        segment = level + levels[index + 1] if index + 1 < len(levels) else ""
        if segment in sections:
            order.append(segment)
    return order
