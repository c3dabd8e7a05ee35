"""Whether marks can be those of a spine: size, shape, place in the volume, likeness over positions."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, pairwise

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import definitionAt, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain, spineRegionOf
from DynamicSpineLib.Study.Bodies import CORNERS, Body, Vector, bodiesOf, cross, definedPoints
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.FaultList import FaultList, Place
from DynamicSpineLib.Study.Marks import CARRIED, PREDICTED, LandmarkSet
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

# Usual lengths in mm by part of the spine, good to a factor of two: a body's depth and height, and the distance from
# one segment's canal to the next. Sources: DynamicSpine reference of measurements, sections 1.1, 1.3 and 2.1.
_DEPTH_MM = {"cervical": 16.0, "thoracic": 25.0, "lumbar": 34.0, "sacral": 34.0}
_HEIGHT_MM = {"cervical": 14.0, "thoracic": 20.0, "lumbar": 27.0, "sacral": 27.0}
_PAIRS_MM = {("Oc_BA", "Oc_OP"): 36.0, ("C1_AAP", "C1_PAA"): 30.0, ("C1_AC", "C1_PC"): 40.0}
_UNITS = {0.1: "cm", 1 / 25.4: "inches", 0.001: "meters", 10.0: "tenths of a millimeter", 1000.0: "micrometers"}
_TOO_SMALL, _TOO_LARGE = 0.3, 3.5

_ONE_SPOT_MM = 0.2
_SHORTEST_ENDPLATE_MM = 2.0
_FLATTEST = 0.03
_OUTSIDE_MM = 1.0
_DEPTH_DIFFERENCE = 0.25
_LISTED_OUTSIDE = 20


def allEqual(points: Mapping[str, Vector], place: Place, faults: FaultList) -> bool:
    """A fault, and True, where two or more marks all lie on one spot."""
    if len(points) < 2:
        return False
    array = np.array(list(points.values()))
    if float(np.ptp(array, axis=0).max()) > _ONE_SPOT_MM:
        return False
    faults.error(place, f"all {len(points)} marks lie on one spot")
    return True


def wrongUnits(points: Mapping[str, Vector], chain: Chain, place: Place, faults: FaultList) -> bool:
    """A fault, and True, where the marks' lengths say that they are not in mm."""
    ratios = sorted(_lengthRatios(points, chain))
    if not ratios:
        return False
    ratio = ratios[len(ratios) // 2]
    if _TOO_SMALL <= ratio <= _TOO_LARGE or ratio < 1e-5:
        return False
    guess = min(_UNITS, key=lambda factor: abs(np.log(factor / ratio)))
    times, word = (1 / ratio, "small") if ratio < 1 else (ratio, "large")
    times = round(times, 1 if times < 5 else 0)
    unit = _UNITS[guess]
    faults.error(place, f"the spine is about {times:g} times too {word}: coordinates seem to be in {unit}, not mm")
    return True


def _lengthRatios(points: Mapping[str, Vector], chain: Chain) -> list[float]:
    """Lengths of the marks over the usual ones."""
    ratios = []
    for body in bodiesOf(points, chain):
        region = spineRegionOf(body.place)
        ratios.append(body.depthMm / _DEPTH_MM[region])
        if body.cranial is not None:
            ratios.append(body.heightMm / _HEIGHT_MM[region])
    for (front, back), usual in _PAIRS_MM.items():
        if front in points and back in points:
            ratios.append(float(np.linalg.norm(points[front] - points[back])) / usual)
    canal = [(segment, points[f"{segment.name}_CA"]) for segment in chain.segments if f"{segment.name}_CA" in points]
    for (upper, first), (lower, second) in pairwise(canal):
        if upper.lower == lower.upper:
            usual = _HEIGHT_MM[spineRegionOf(upper.lower)] * 1.25
            ratios.append(float(np.linalg.norm(first - second)) / usual)
    return ratios


def flatBodies(points: Mapping[str, Vector], chain: Chain, place: Place, faults: FaultList) -> set[str]:
    """A fault for each body whose corners lie on one spot or one line; the levels concerned."""
    levels = set()
    for body in bodiesOf(points, chain):
        problem = _sameSpot(body) or _onOneLine(body)
        if problem:
            faults.error(place, problem, body.place)
            levels.add(body.place)
    return levels


def flatOutlines(marks: LandmarkSet, place: Place, faults: FaultList) -> None:
    """A fault for each outline whose points lie on one spot or one line: it has no area."""
    for contour in marks.contours.values():
        if not contour.closed:
            continue
        points = np.array(contour.points_RAS, dtype=float)
        length, width = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)[:2]
        if width <= _FLATTEST * max(length, _ONE_SPOT_MM):
            faults.error(place, "the points of the outline lie on one line", contour.name)


def _sameSpot(body: Body) -> str:
    for first, second in combinations([code for code in CORNERS if code in body.corners], 2):
        isEndplate = (first, second) in (("SA", "SP"), ("IA", "IP"))
        least = _SHORTEST_ENDPLATE_MM if isEndplate else _ONE_SPOT_MM
        if float(np.linalg.norm(body.corners[first] - body.corners[second])) < least:
            return f"{body.names[first]} and {body.names[second]} lie on the same spot"
    return ""


def _onOneLine(body: Body) -> str:
    flat = [triple for triple in combinations([code for code in CORNERS if code in body.corners], 3)
            if _flatness(*(body.corners[code] for code in triple)) < _FLATTEST]  # fmt: skip
    if not flat:
        return ""
    codes = CORNERS if len(flat) > 1 else flat[0]
    return f"the corners {', '.join(codes)} lie on one line"


def _flatness(first: Vector, second: Vector, third: Vector) -> float:
    """Height of a triangle over its longest side."""
    longest = max(float(np.linalg.norm(side)) for side in (second - first, third - second, first - third))
    return float(np.linalg.norm(cross(second - first, third - first))) / longest**2


def turnedFitsVolume(points: Mapping[str, Vector], geometry: VolumeGeometry | None) -> bool:
    """True where the points lie inside their volume only after a half turn about the body's long axis."""
    if geometry is None or not points:
        return False
    array = np.array(list(points.values()))
    given = float(np.mean(geometry.contains(array, _OUTSIDE_MM)))
    turned = float(np.mean(geometry.contains(array * (-1.0, -1.0, 1.0), _OUTSIDE_MM)))
    return given < 0.5 and turned > 0.9


def outsideVolume(marks: LandmarkSet, geometry: VolumeGeometry, volume: str, place: Place, faults: FaultList) -> None:
    """A fault for each mark outside its volume, or one for all where none is inside.

    A carried or predicted mark may lie outside because the image does not show its bone: a warning. Coronal and axial
    marks are placed on other series of the position, which may reach farther, and are not judged here.
    """
    sets = {name: point[None] for name, point in definedPoints(marks).items()}
    sets |= {contour.name: np.array(contour.points_RAS) for contour in marks.contours.values()}
    sets = {name: array for name, array in sets.items() if _isSagittal(name)}
    distances = {name: float(_distancesMm(array, geometry).max()) for name, array in sets.items()}
    outside = {name: distance for name, distance in distances.items() if distance > _OUTSIDE_MM}
    if not outside:
        return
    if len(outside) == len(sets):
        nearest = min(float(_distancesMm(array, geometry).min()) for array in sets.values())
        if nearest > _OUTSIDE_MM:
            faults.error(
                place, f"none of its {len(sets)} marks lies in the volume '{volume}' (the nearest is {nearest:.0f} mm "
                "outside): the marks and the volume do not belong together"
            )  # fmt: skip
            return
    expected = {name for name in outside
                if (marks.landmarks.get(name) or marks.contours[name]).origin in (CARRIED, PREDICTED)}  # fmt: skip
    for name, distance in list(outside.items())[:_LISTED_OUTSIDE]:
        report = faults.warning if name in expected else faults.error
        report(place, f"lies {distance:.1f} mm outside the volume '{volume}'", name)
    more = list(outside)[_LISTED_OUTSIDE:]
    if more:
        report = faults.warning if expected.issuperset(more) else faults.error
        report(place, f"{len(more)} more marks lie outside the volume '{volume}'")


def _isSagittal(name: str) -> bool:
    """True for marks that the protocols place on sagittal slices."""
    parsed = parseLandmarkName(name)
    definition = None if parsed is None else definitionAt(parsed.place, parsed.code)
    return definition is None or "sagittal" in definition.plane


def _distancesMm(points_RAS: Vector, geometry: VolumeGeometry) -> Vector:
    """Distance of points (N, 3) from the outer faces of a volume, 0 inside."""
    indices = geometry.indices(points_RAS)
    inside = np.clip(indices, -0.5, np.array(geometry.size) - 0.5)
    offsets: Vector = (indices - inside) @ geometry.ijkToRAS[:3, :3].T
    return np.linalg.norm(offsets, axis=-1)


def changingDepths(case: Case, suspect: Mapping[str, set[str]], faults: FaultList) -> None:
    """A warning for each body whose depth differs between positions by more than a quarter.

    suspect: levels to leave out, by position id.
    """
    depths: dict[str, list[tuple[float, str]]] = {}
    for position in case.positions:
        for body in bodiesOf(definedPoints(position.marks), case.chain):
            if body.place not in suspect.get(position.id, set()):
                depths.setdefault(body.place, []).append((body.depthMm, position.id))
    for level, found in depths.items():
        (least, where), (most, other) = min(found), max(found)
        if least > 0 and most > (1 + _DEPTH_DIFFERENCE) * least:
            faults.warning(
                Place(), f"the body is {least:.1f} mm deep in position '{where}' and {most:.1f} mm in '{other}'", level
            )


def segmentOrder(points: Mapping[str, Vector], chain: Chain, place: Place, faults: FaultList) -> None:
    """A fault for canal and cord marks of two neighboring segments that lie in the wrong order along the column."""
    bodies = {body.place: body for body in bodiesOf(points, chain) if body.isFull}
    for upper, lower in pairwise(chain.segments):
        body = bodies.get(upper.lower)
        if body is None or upper.lower != lower.upper:
            continue
        for code in ("CA", "CP", "TA", "TP", "KA", "KP"):
            first, second = f"{upper.name}_{code}", f"{lower.name}_{code}"
            if first in points and second in points:
                apart = float((points[first] - points[second]) @ body.up)
                if apart < -0.3 * body.heightMm:
                    faults.error(place, f"lies below {second}: the two look exchanged", first)
