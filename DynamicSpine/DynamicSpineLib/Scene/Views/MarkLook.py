"""How a mark is drawn: its color says the vertebra, its shape the status, its size what is chosen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark, definitionAt, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, levelsBeside
from DynamicSpineLib.Study.Marks import CARRIED, PLACED, Landmark, LandmarkSet, Point

Color = tuple[int, int, int]

CIRCLE, SQUARE, DIAMOND, TRIANGLE = "circle", "square", "diamond", "triangle"
SHAPE_WORDS = MappingProxyType({
    CIRCLE: "placed by a reader", SQUARE: "carried or predicted, accepted by a reader",
    DIAMOND: "carried or predicted, not yet accepted", TRIANGLE: "carried, to be checked",
})  # fmt: skip
"""What each shape means, for a legend."""

# One after the other down the spine: sky blue, yellow, magenta, orange, violet and red, in the order in which neighbors
# differ most for readers with any kind of color blindness (all colors differ for them, neighbors twice as much).
VERTEBRA_COLORS: tuple[Color, ...] = (
    (86, 180, 233), (240, 228, 66), (255, 80, 200), (230, 159, 0), (190, 120, 255), (255, 90, 70),
)  # fmt: skip
DIMMED: Color = (130, 130, 130)

_CORNER_MM, _OTHER_MM = 1.3, 0.9  # edges of canal and cord must stay seen
_REGION_SIZE = MappingProxyType({"T": 1.15, "L": 1.3, "S": 1.3})  # larger vertebrae, seen at a smaller scale
_CHOSEN_SIZE, _DIMMED_SIZE = 1.7, 0.8
_CORNERS = ("SA", "SP", "IA", "IP")


@dataclass(frozen=True)
class MarkChoice:
    """What of a position stands out. point: the landmark that is to be placed or looked at, larger than the others.

    places: levels and segments whose marks keep their colors while all others are dimmed; empty dims none.
    hidden: codes of protocols ("D", "E") whose marks are not drawn.
    """

    point: str = ""
    places: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True)
class ShownMark:
    """A mark to draw: point in mm in the frame of the position's volume; radius in mm."""

    name: str
    point_RAS: Point
    shape: str
    color: Color
    radiusMm: float


def shownMarks(
    marks: LandmarkSet, choice: MarkChoice, verdicts: Mapping[str, str] = MappingProxyType({})
) -> tuple[ShownMark, ...]:
    """The placed marks of a position as they are to be drawn. verdicts: the levels to check (`levelsToCheck`)."""
    return tuple(shown for item in marks.landmarks.values() if (shown := shownMark(item, choice, verdicts)) is not None)


def shownMark(
    landmark: Landmark, choice: MarkChoice, verdicts: Mapping[str, str] = MappingProxyType({})
) -> ShownMark | None:
    """One mark as it is to be drawn; None for one that is not placed, not known or hidden."""
    parsed = parseLandmarkName(landmark.name)
    definition = definitionAt(parsed.place, parsed.code) if parsed is not None else None
    if landmark.point_RAS is None or parsed is None or definition is None or definition.protocol in choice.hidden:
        return None
    dimmed = isDimmed(landmark.name, choice)
    size = _CHOSEN_SIZE if landmark.name == choice.point else _DIMMED_SIZE if dimmed else 1.0
    radius = (_CORNER_MM if parsed.code in _CORNERS else _OTHER_MM) * _REGION_SIZE.get(parsed.place[0], 1.0) * size
    color = DIMMED if dimmed else colorOfLevel(levelsBeside(parsed.place)[0])
    return ShownMark(landmark.name, landmark.point_RAS, shapeOf(landmark, verdicts), color, radius)


def shapeOf(landmark: Landmark, verdicts: Mapping[str, str] = MappingProxyType({})) -> str:
    """The shape that says how sure a mark is: see SHAPE_WORDS."""
    if landmark.origin == PLACED:
        return CIRCLE
    if landmark.confirmed:
        return SQUARE
    return TRIANGLE if landmark.origin == CARRIED and boneOfMark(landmark.name) in verdicts else DIAMOND


def colorOfLevel(level: str) -> Color:
    """The color of a vertebra's marks, and of those of the disc below it: the same in every case and position."""
    return VERTEBRA_COLORS[CANONICAL_LEVELS.index(level) % len(VERTEBRA_COLORS)]


def isDimmed(name: str, choice: MarkChoice) -> bool:
    """True for a mark that belongs to none of the chosen places; the chosen point itself is never dimmed."""
    if not choice.places or name == choice.point:
        return False
    parsed = parseLandmarkName(name)
    return parsed is None or not isBeside(parsed.place, choice.places)


def isBeside(place: str, chosen: Collection[str]) -> bool:
    """True where a level or segment belongs to chosen ones.

    To a chosen segment belong its own marks and those of both vertebrae; to a chosen level those of the vertebra and of
    the discs beside it.
    """
    return any(place in _family(item) or item in _family(place) for item in chosen)


@lru_cache(maxsize=256)
def _family(place: str) -> frozenset[str]:
    """A place and, for a segment, both of its levels."""
    return frozenset((place, *levelsBeside(place)))
