"""The landmark protocols: which points exist at which level, in which order, and what each is called."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, Chain, splitSegment

_NAME = re.compile(r"([A-Za-z]+\d*(?:[A-Z]\d+)?)_([A-Z]+\d?)(?:_([LR]))?")


@dataclass(frozen=True)
class LandmarkDefinition:
    """One entry of Data/Protocols/landmarks.json.

    scope: level or segment. kind: point, line (two ends) or closedCurve. across: the codes that the error direction
    of an edge point is taken from. follows: bone (the level's own, which moves as one piece) or tissue, which changes
    between positions. metrics: the metrics that this mark serves.
    """

    code: str
    protocol: str
    order: int
    kind: str
    scope: str
    levels: str
    sides: bool
    optional: bool
    plane: str
    pointClass: str
    follows: str
    across: tuple[str, ...]
    title: str
    hint: str
    metrics: tuple[str, ...]

    def existsAt(self, place: str) -> bool:
        """True where this mark is defined at the level or segment called `place`."""
        data = packageData("Protocols", "landmarks.json")
        if self.scope == "level":
            return place in data["levelSets"][self.levels]
        segment = splitSegment(place)
        if segment is None:
            return False
        span = data["segmentSets"][self.levels]
        ranks = [CANONICAL_LEVELS.index(level) for level in (span["firstUpper"], segment.upper, span["lastUpper"])]
        return ranks[0] <= ranks[1] <= ranks[2]


@dataclass(frozen=True)
class LandmarkName:
    """A landmark's name taken apart: L4_IP is place L4, code IP; C5C6_FA_L has side L."""

    place: str
    code: str
    side: str = ""

    def __str__(self) -> str:
        return f"{self.place}_{self.code}" + (f"_{self.side}" if self.side else "")


@lru_cache(maxsize=1)
def landmarkDefinitions() -> tuple[LandmarkDefinition, ...]:
    """Every landmark definition, in protocol order."""
    entries = packageData("Protocols", "landmarks.json")["landmarks"]
    return tuple(
        LandmarkDefinition(**{**entry, "across": tuple(entry["across"]), "metrics": tuple(entry["metrics"])})
        for entry in entries
    )


@lru_cache(maxsize=4096)
def definitionAt(place: str, code: str) -> LandmarkDefinition | None:
    """The definition of `code` at a level or segment, or None where there is no such mark."""
    return next((item for item in landmarkDefinitions() if item.code == code and item.existsAt(place)), None)


@lru_cache(maxsize=4096)
def parseLandmarkName(name: str) -> LandmarkName | None:
    """The parts of a protocol name, or None if no protocol knows it."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    place, code, side = match.group(1), match.group(2), match.group(3) or ""
    definition = definitionAt(place, code)
    if definition is None or definition.sides != bool(side):
        return None
    return LandmarkName(place, code, side)


def definitionOf(name: str) -> LandmarkDefinition | None:
    """The definition of a mark, or None for a name that no protocol knows."""
    parsed = parseLandmarkName(name)
    return None if parsed is None else definitionAt(parsed.place, parsed.code)


def placeOfMark(name: str) -> str:
    """The level or segment that a mark belongs to; empty for a name that no protocol knows."""
    parsed = parseLandmarkName(name)
    return "" if parsed is None else parsed.place


def boneOfMark(name: str) -> str:
    """The level whose bone a point moves with; empty for marks of soft tissue and for names that no protocol knows."""
    definition = definitionOf(name)
    return placeOfMark(name) if definition is not None and definition.follows == "bone" else ""


def namesFor(chain: Chain, protocols: str = "ABCDEFG", withOptional: bool = True) -> tuple[str, ...]:
    """Every landmark and curve name that the protocols have for a chain, cranial to caudal, in marking order."""
    places = [("level", level) for level in chain.levels] + [("segment", item.name) for item in chain.segments]
    rank = {level: index for index, level in enumerate(chain.levels)}
    rank.update({item.name: rank[item.upper] for item in chain.segments})
    names = []
    for definition in landmarkDefinitions():
        if definition.protocol not in protocols or (definition.optional and not withOptional):
            continue
        for scope, place in places:
            if scope == definition.scope and definition.existsAt(place):
                for side in ("L", "R") if definition.sides else ("",):
                    key = (definition.protocol, rank[place], definition.order, side)
                    names.append((key, str(LandmarkName(place, definition.code, side))))
    return tuple(name for _, name in sorted(names))


def nearestName(name: str, chain: Chain) -> str:
    """The protocol name of this chain most like a misspelled one, or an empty text where none is alike."""
    close = difflib.get_close_matches(name, namesFor(chain), n=1, cutoff=0.5)
    return close[0] if close else ""
