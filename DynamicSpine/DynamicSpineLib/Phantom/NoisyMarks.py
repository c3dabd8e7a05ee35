"""A phantom case as a reader would mark it: every mark displaced by the stated noise of its point class.

This draws by itself, apart from the metrics' own draws, so that it can serve as a check on them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Landmarks import LandmarkName, definitionAt, parseLandmarkName
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import Contour, LandmarkSet
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

Array = NDArray[np.float64]

_RIGHT_RAS = np.array([1.0, 0.0, 0.0])
_OUTLINE_BY_DEPTH_CODE = {"KA": ("KP", "KC"), "KP": ("KA", "KC"), "TA": ("TP", "DS"), "TP": ("TA", "DS")}


@dataclass(frozen=True)
class MarkingNoise:
    """SD in mm by point class; localShare: part of an outline's SD that differs from control point to control point.

    withoutVolumeMm: SD through the slices where a position has no image. bias: per point class, in SDs, what the
    reader does alike everywhere: a shift in patient axes, whose first number counts across edges and as widening.
    """

    sdMm: Mapping[str, float]
    localShare: float
    withoutVolumeMm: float
    factor: float
    bias: Mapping[str, Array]


@dataclass(frozen=True)
class _MarkRule:
    """How one mark errs. plane: "slice" for marks on sagittal slices, else "space"; across: names it faces."""

    pointClass: str
    isOnSlice: bool
    isMidsagittal: bool
    across: tuple[str, ...]


def noisyCase(case: Case, seed: int, factor: float = 1.0) -> Case:
    """The case with every point and outline displaced by the stated noise times `factor`, positions independently.

    The SDs are those of Data/Noise/pointClasses.json, or the case's own. The bones' transforms are left out: it is a
    case marked by hand in each position. The same seed gives the same case. Raises InputError for a negative factor.
    """
    random = np.random.default_rng(seed)
    noise = _statedNoise(case, factor, {})
    positions = tuple(replace(item, marks=_remarked(item, noise, random)) for item in case.positions)
    return replace(case, positions=positions, bones=())


def biasedCase(
    case: Case, seed: int, factor: float = 1.0, biasShare: float = 1.0, offPosition: str = "", offSliceMm: float = 3.0
) -> Case:
    """As noisyCase, with errors that hang together: a reader's bias, and one position marked beside the middle.

    biasShare: SD of the bias of each point class in that class's SDs; it is the same in all positions. offPosition is
    the one that is marked `offSliceMm` too far right (negative: left); empty leaves the choice to the seed.
    Raises InputError for a position that the case does not have.
    """
    if offPosition and case.position(offPosition) is None:
        raise InputError(f"the case '{case.caseId}' has no position '{offPosition}'")
    random = np.random.default_rng([seed, 1])
    classes = [entry["id"] for entry in packageData("Noise", "pointClasses.json")["classes"]]
    bias = {name: biasShare * random.standard_normal(3) for name in classes}
    chosen = offPosition or case.positions[int(random.integers(len(case.positions)))].id
    noise = _statedNoise(case, factor, bias)
    positions = []
    for item in case.positions:
        base = replace(item, marks=_offSlice(item, offSliceMm)) if item.id == chosen else item
        positions.append(replace(base, marks=_remarked(base, noise, random)))
    return replace(case, positions=tuple(positions), bones=())


def _statedNoise(case: Case, factor: float, bias: Mapping[str, Array]) -> MarkingNoise:
    if factor < 0.0:
        raise InputError(f"the factor of the marking noise must not be negative, but it is {factor:g}")
    data = packageData("Noise", "pointClasses.json")
    alike = case.landmarkSdMm
    sd = {item["id"]: float(item["sdMm"]) if alike is None else alike for item in data["classes"]}
    stated = {**sd, **{name: value for name, value in case.noise.items() if name in sd}}
    scaled = {name: factor * value for name, value in stated.items()}
    return MarkingNoise(scaled, data["curveLocalShare"], data["throughPlaneWithoutVolumeMm"], factor, bias)


@lru_cache(maxsize=8192)
def _ruleOf(text: str) -> _MarkRule | None:
    """How a mark of that name errs; None for names that no protocol has."""
    name = parseLandmarkName(text)
    definition = None if name is None else definitionAt(name.place, name.code)
    if name is None or definition is None:
        return None
    isMidsagittal = definition.plane == "midsagittal"
    isParasagittal = definition.plane.startswith("parasagittal") and not name.place.startswith("C")
    across = tuple(str(LandmarkName(name.place, code, name.side)) for code in definition.across)
    return _MarkRule(definition.pointClass, isMidsagittal or isParasagittal, isMidsagittal, across)


def _throughSlices(geometry: VolumeGeometry | None, noise: MarkingNoise) -> tuple[Array, float]:
    """Unit direction through the slices, and the SD along it of a point that lies anywhere within its slice."""
    if geometry is None:
        return _RIGHT_RAS, noise.factor * noise.withoutVolumeMm
    axis = geometry.sliceAxis(_RIGHT_RAS)
    return np.array(geometry.directions_RAS[axis]), noise.factor * geometry.spacingMm[axis] / math.sqrt(12.0)


def _remarked(position: Position, noise: MarkingNoise, random: np.random.Generator) -> LandmarkSet:
    """One position's marks as they come out when they are placed once more."""
    placed = {name: mark.point_RAS for name, mark in position.marks.landmarks.items() if mark.point_RAS is not None}
    names = [name for name in placed if _ruleOf(name) is not None]
    through, throughSd = _throughSlices(position.geometry, noise)
    shapes = np.array([_errorShape(name, placed, noise, through) for name in names]).reshape(-1, 3, 3)
    draws = random.standard_normal((len(names), 3))
    draws = draws + np.array([_biasOf(name, noise) for name in names]).reshape(-1, 3)
    within = math.sqrt(3.0) * throughSd * random.uniform(-1.0, 1.0, len(names))
    onSlice = np.array([_onSlice(name) for name in names], dtype=bool)
    errors = np.einsum("ni,nij->nj", draws, shapes) + np.outer(np.where(onSlice, within, 0.0), through)
    moved = np.array([placed[name] for name in names]).reshape(-1, 3) + errors
    landmarks = dict(position.marks.landmarks)
    for name, point in zip(names, moved.tolist(), strict=True):
        landmarks[name] = replace(landmarks[name], point_RAS=tuple(point))
    contours = {name: _redrawn(curve, noise, random) for name, curve in position.marks.contours.items()}
    return LandmarkSet(MappingProxyType(landmarks), MappingProxyType(contours))


def _onSlice(name: str) -> bool:
    rule = _ruleOf(name)
    return rule is not None and rule.isOnSlice


def _biasOf(name: str, noise: MarkingNoise) -> Array:
    rule = _ruleOf(name)
    return np.zeros(3) if rule is None else noise.bias.get(rule.pointClass, np.zeros(3))


def _errorShape(name: str, placed: Mapping[str, Sequence[float]], noise: MarkingNoise, through: Array) -> Array:
    """(3, 3) that turns three unit normal numbers (as a row) into an error in RAS mm, without the one through slices.

    A mark of an edge errs across it, towards the marks that it faces (first number); others in all directions, or in
    those of their slice.
    """
    rule = _ruleOf(name)
    assert rule is not None
    sd, across = noise.sdMm[rule.pointClass], _acrossEdge(name, rule, placed)
    outOfSlice = np.outer(through, through) if rule.isOnSlice else np.zeros((3, 3))
    if across is None:
        return sd * (np.eye(3) - outOfSlice)
    inSlice = across - outOfSlice @ across
    size = float(np.linalg.norm(inSlice))
    shape = np.zeros((3, 3))
    shape[0] = sd * (inSlice / size if size > 1e-6 else across)
    return shape


def _acrossEdge(name: str, rule: _MarkRule, placed: Mapping[str, Sequence[float]]) -> Array | None:
    """Unit vector from a mark towards the marks that it faces; None where it faces none or one is not placed."""
    if not rule.across or any(partner not in placed for partner in rule.across):
        return None
    toward = np.mean([placed[partner] for partner in rule.across], axis=0) - np.array(placed[name])
    size = float(np.linalg.norm(toward))
    return toward / size if size > 1e-6 else None


def _redrawn(curve: Contour, noise: MarkingNoise, random: np.random.Generator) -> Contour:
    """A curve drawn once more: lines err at either end along themselves, outlines in offset, width and detail."""
    points = np.array(curve.points_RAS, dtype=float)
    drawn = _redrawnOutline(points, noise, random) if curve.closed else _redrawnLine(points, noise, random)
    return replace(curve, points_RAS=tuple(tuple(point) for point in drawn.tolist()))


def _redrawnLine(points: Array, noise: MarkingNoise, random: np.random.Generator) -> Array:
    length = float(np.linalg.norm(points[-1] - points[0]))
    along = (points[-1] - points[0]) / length if length > 1e-6 else np.zeros(3)
    common = noise.bias.get("edge", np.zeros(3))[0]
    errors = noise.sdMm["edge"] * (random.standard_normal(2) + common * np.array([1.0, -1.0]))
    moved = points.copy()
    moved[0], moved[-1] = points[0] + errors[0] * along, points[-1] + errors[1] * along
    return moved


def _redrawnOutline(points: Array, noise: MarkingNoise, random: np.random.Generator) -> Array:
    """A closed outline moved as a whole, made wider or narrower all round, and each control point a little off."""
    sd = noise.sdMm["curve"]
    outward, normal = _outward(points)
    inPlane = np.eye(3) - np.outer(normal, normal)
    widening = sd * (random.standard_normal() + noise.bias.get("curve", np.zeros(3))[0])
    offset = sd * random.standard_normal(3)
    local = noise.localShare * sd * random.standard_normal(points.shape)
    drawn: Array = points + widening * outward + (offset + local) @ inPlane
    return drawn


def _outward(points: Array) -> tuple[Array, Array]:
    """Unit vectors square to a closed curve at its points, outwards in its plane, and the plane's unit normal."""
    spokes = points - points.mean(axis=0)
    normal = np.cross(spokes, np.roll(spokes, -1, axis=0)).sum(axis=0)
    normal = normal / np.linalg.norm(normal)
    outward = np.cross(np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0), normal)
    return outward / np.linalg.norm(outward, axis=1, keepdims=True), normal


def _offSlice(position: Position, offMm: float) -> LandmarkSet:
    """The midsagittal marks placed on a slice beside the middle, where cord and sac are not as deep."""
    placed = {name: mark.point_RAS for name, mark in position.marks.landmarks.items() if mark.point_RAS is not None}
    aside = offMm * _RIGHT_RAS
    if position.geometry is not None:
        through = np.array(position.geometry.directions_RAS[position.geometry.sliceAxis(_RIGHT_RAS)])
        aside = offMm * math.copysign(1.0, float(through[0])) * through
    landmarks = dict(position.marks.landmarks)
    for name in placed:
        rule = _ruleOf(name)
        if rule is not None and rule.isMidsagittal:
            moved = _depthBeside(name, placed, position.marks.contours, offMm) + aside
            landmarks[name] = replace(landmarks[name], point_RAS=(float(moved[0]), float(moved[1]), float(moved[2])))
    return LandmarkSet(MappingProxyType(landmarks), position.marks.contours)


def _depthBeside(
    name: str, placed: Mapping[str, Sequence[float]], contours: Mapping[str, Contour], offMm: float
) -> Array:
    """Where the front or back of an elliptical cord or sac lies `offMm` beside its middle; other marks as they are."""
    place, code = name.split("_")[:2]
    partner, outline = _OUTLINE_BY_DEPTH_CODE.get(code, ("", ""))
    point, curve = np.array(placed[name]), contours.get(f"{place}_{outline}")
    if curve is None or f"{place}_{partner}" not in placed:
        return point
    middle = 0.5 * (point + np.array(placed[f"{place}_{partner}"]))
    halfWidth = 0.5 * float(np.ptp(np.array(curve.points_RAS)[:, 0]))
    share = math.sqrt(max(1.0 - (offMm / halfWidth) ** 2, 0.0)) if halfWidth > 1e-6 else 1.0
    shrunk: Array = middle + share * (point - middle)
    return shrunk
