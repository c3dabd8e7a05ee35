"""Which values the move of a point may change, or whether they may be given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Metrics.Gates import FORAMEN_CODES
from DynamicSpineLib.Metrics.InputPoints import BODY_PARTS, MID_BODY_CODES, STAND_INS, bodyCorners, pointsBehind
from DynamicSpineLib.Metrics.Neighbors import NeighborChoice
from DynamicSpineLib.Metrics.OutOfPlane import OUT_OF_PLANE
from DynamicSpineLib.Metrics.Places import placesOf
from DynamicSpineLib.Metrics.Registry import SEGMENT, SIDED_SEGMENT, STATE_KIND, VERTEBRA, MetricDefinition, allMetrics
from DynamicSpineLib.Metrics.SagittalFrames import CRANIOCERVICAL_CODES

_IN_OWN_PLANES = (SEGMENT, VERTEBRA, SIDED_SEGMENT)

Touched = frozenset[tuple[str, str, str]]
"""(kind, metric id, place) of values."""


@lru_cache(maxsize=256)
def touchedMetrics(chain: Chain, landmarkName: str, sharedPlane: bool = False) -> Touched:
    """(kind, metric id, place) of everything that moving a point may change, its neighbors' virtual bodies included.

    sharedPlane: some segment has too few corners for a plane of its own, so that every corner moves its plane too.
    """
    touched = _namedBy(chain).get(landmarkName, frozenset())
    if not fixesPlanes(chain, landmarkName):
        return touched
    level = landmarkName.split("_", maxsplit=1)[0]
    if landmarkName in bodyCorners(level):
        return touched | _sharing(chain, level, sharedPlane)
    return touched | frozenset(item for item in _sharing(chain, level) if item[2] == "OcC2")


@lru_cache(maxsize=4096)
def fixesPlanes(chain: Chain, landmarkName: str) -> bool:
    """True for a corner, and for the points that fix the plane of the craniocervical junction."""
    name = parseLandmarkName(landmarkName)
    if name is None or name.place not in chain.levels:
        return False
    atTop = name.place in ("Oc", "C1", "C2") and name.code in CRANIOCERVICAL_CODES
    return atTop or landmarkName in bodyCorners(name.place)


@lru_cache(maxsize=16)
def _namedBy(chain: Chain) -> Mapping[str, Touched]:
    """For every point and curve, the values that are computed from it by name."""
    named: dict[str, set[tuple[str, str, str]]] = defaultdict(set)
    for definition in allMetrics():
        for _, place in placesOf(definition, chain):
            item = (definition.kind, definition.id, place)
            for side in ("L", "R") if definition.scope == SIDED_SEGMENT else ("",):
                for name in (*pointsBehind(definition, place, side), *_planePoints(definition, place, side)):
                    named[name].add(item)
                    named[STAND_INS.get(name, name)].add(item)
            # A width may be compared with that of any level that is free of contact.
            for code in MID_BODY_CODES.get(definition.id, ()):
                for level in chain.levels:
                    named[f"{level}_{code}"].add(item)
    return {name: frozenset(items) for name, items in named.items()}


def _planePoints(definition: MetricDefinition, place: str, side: str) -> tuple[str, ...]:
    """The points that tell in which plane a foramen was marked: in a wrong one it has no values."""
    if "foramenPlane" not in definition.needs:
        return ()
    return tuple(f"{place}_{code}_{side}" for code in FORAMEN_CODES)


@lru_cache(maxsize=128)
def _sharing(chain: Chain, level: str, sharedPlane: bool = False) -> Touched:
    """Values that a corner of this level helps to fix without being named: by the plane that they are computed in, by a
    virtual body's height, by the rotation of its whole region, or by the axis that a foramen's plane is judged by."""
    inRegion = [region for region in chain.regions if level in chain.levelsWithin(region)]
    regions = {region.name for region in inRegion} | {"T1" for region in inRegion if region.name == "C2C7"}
    shares = {item.name for region in inRegion for item in chain.segmentsWithin(region)}
    reached = [_within(chain, level, reach) for reach in (0, 1)]
    found = set()
    for definition in allMetrics():
        if definition.scope == SIDED_SEGMENT and "foramenPlane" not in definition.needs:
            continue
        everywhere = definition.id in MID_BODY_CODES or (sharedPlane and definition.scope in _IN_OWN_PLANES)
        near = reached[_reach(definition)] | regions | (shares if definition.id == "romShare" else set())
        found |= {
            (definition.kind, definition.id, place)
            for _, place in placesOf(definition, chain)
            if everywhere or place in near
        }
    return frozenset(found)


def _reach(definition: MetricDefinition) -> int:
    """How many levels away a corner still counts: a level's own plane is that of a neighboring segment, and a virtual
    body's height that of a neighbor."""
    isBuiltOnBodies = definition.id in OUT_OF_PLANE or any(text.endswith(BODY_PARTS) for text in definition.inputs)
    return 1 if definition.scope == VERTEBRA or isBuiltOnBodies else 0


def _within(chain: Chain, level: str, reach: int) -> set[str]:
    """The levels so near to a level, and the segments with an end there."""
    index = chain.levels.index(level)
    levels = set(chain.levels[max(index - reach, 0) : index + reach + 1])
    segments = {item.name for item in chain.segments if item.upper in levels or item.lower in levels}
    return levels | segments


def comparedWith(
    touched: Touched, chain: Chain, landmarkName: str, choices: Mapping[str, NeighborChoice], positionIndex: int
) -> Touched:
    """Touched values without those of MSCC and MCC (`choices`, by metric) that compare with other levels than those
    that a mark of a level can change."""
    level = landmarkName.split("_", maxsplit=1)[0]
    if level not in chain.levels:
        return touched
    beside, own = _within(chain, level, 1), _within(chain, level, 0)
    near = {index for index, name in enumerate(chain.levels) if name in beside}
    far = set()
    for column, segment in enumerate(chain.segments):
        for metricId, choice in choices.items():
            chosen = {int(choice.above[positionIndex, column]), int(choice.below[positionIndex, column])}
            if segment.name not in own and near.isdisjoint(chosen):
                far.add((STATE_KIND, metricId, segment.name))
    return touched - far


@lru_cache(maxsize=64)
def metricsIn(touched: Touched) -> frozenset[tuple[str, str]]:
    """(kind, metric id) of touched values."""
    return frozenset((kind, metricId) for kind, metricId, _ in touched)
