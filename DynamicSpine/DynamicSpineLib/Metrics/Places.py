"""Where each metric is defined: the levels, segments or regions of a chain."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from DynamicSpineLib.Anatomy.Landmarks import definitionAt
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, Chain, splitSegment
from DynamicSpineLib.Metrics.PointTable import SIDES
from DynamicSpineLib.Metrics.Registry import CRANIOCERVICAL, REGION, SIDED_SEGMENT, VERTEBRA, MetricDefinition

_FIRST_BODY = CANONICAL_LEVELS.index("C2")


def _isDisc(name: str) -> bool:
    return definitionAt(name, "CA") is not None


def _hasOuterEndplates(name: str) -> bool:
    segment = splitSegment(name)
    if segment is None:
        return False
    return definitionAt(segment.upper, "SA") is not None and definitionAt(segment.lower, "IA") is not None


def _hasBody(level: str) -> bool:
    return CANONICAL_LEVELS.index(level) >= _FIRST_BODY


_SEGMENT_RULES: dict[str, Callable[[str], bool]] = {
    "joints": lambda _name: True,
    "discs": _isDisc,
    "wholeDiscs": _hasOuterEndplates,
    "cord": lambda name: definitionAt(name, "KA") is not None,
}
_LEVEL_RULES: dict[str, Callable[[str], bool]] = {
    "bodies": _hasBody,
    "wholeBodies": lambda level: definitionAt(level, "SA") is not None and definitionAt(level, "IA") is not None,
    "cervicalBodies": lambda level: level in ("C3", "C4", "C5", "C6", "C7"),
}


@lru_cache(maxsize=4096)
def placesOf(definition: MetricDefinition, chain: Chain) -> tuple[tuple[int, str], ...]:
    """Index into the value array and name of every place of a metric, cranial to caudal."""
    if definition.scope in (REGION, CRANIOCERVICAL):
        return _regionPlaces(definition.places, chain)
    if definition.scope == VERTEBRA:
        rule = _LEVEL_RULES[definition.places]
        return tuple((index, level) for index, level in enumerate(chain.levels) if rule(level))
    names = tuple(segment.name for segment in chain.segments)
    if definition.places == "shares":
        shared = [region for region in chain.regions if region.name != "OcC2"]
        inside = {item.name for region in shared for item in chain.segmentsWithin(region)}
        return tuple((index, name) for index, name in enumerate(names) if name in inside)
    return tuple((index, name) for index, name in enumerate(names) if _SEGMENT_RULES[definition.places](name))


@lru_cache(maxsize=4096)
def columnsOf(definition: MetricDefinition, chain: Chain) -> tuple[tuple[tuple[int, ...], str, str], ...]:
    """Index behind the axis of positions or pairs, place and side of every value of a metric, cranial to caudal."""
    places = placesOf(definition, chain)
    if definition.scope == SIDED_SEGMENT:
        return tuple(((column, number), place, side) for column, place in places for number, side in enumerate(SIDES))
    if definition.scope in (REGION, CRANIOCERVICAL) and definition.places != "regions":
        return tuple(((), place, "") for _, place in places)
    return tuple(((column,), place, "") for column, place in places)


def _regionPlaces(places: str, chain: Chain) -> tuple[tuple[int, str], ...]:
    if places == "regions":
        return tuple((index, region.name) for index, region in enumerate(chain.regions))
    if places == "T1":
        held = any(region.name == "C2C7" for region in chain.regions)
        return ((0, "T1"),) if "T1" in chain.levels and held else ()
    return ((0, places),) if any(region.name == places for region in chain.regions) else ()
