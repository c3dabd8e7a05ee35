"""The marks of a position as a list shows them: by vertebra and disc, each with its state as a sign and in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Anatomy.Levels import Chain, levelsBeside
from DynamicSpineLib.Scene.Views.MarkLook import Color, colorOfLevel
from DynamicSpineLib.Session.Guide import (
    NOT_VISIBLE,
    OPEN,
    PLACED,
    SKIPPED,
    UNCONFIRMED,
    MarkCount,
    WantedMark,
    countOf,
)
from DynamicSpineLib.Session.MarkNames import shortTitle
from DynamicSpineLib.Study.CarryState import levelsToCheck
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import CARRIED
from DynamicSpineLib.Study.Marks import PLACED as BY_HAND
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Wording.Texts import capitalized, levelLabel

ACCEPTED, TO_CHECK = "accepted", "toCheck"
"""Further states of a mark in a list: carried or predicted and accepted; carried with its bone to be checked."""

SIGNS = {PLACED: "\u25cf", ACCEPTED: "\u25a0", UNCONFIRMED: "\u25c6", TO_CHECK: "\u25b2", NOT_VISIBLE: "\u2715",
         SKIPPED: "\u2192", OPEN: "\u25cb"}  # fmt: skip
"""Circle, square, diamond and triangle as the marks have them in the views; a cross, an arrow, an empty circle."""

_WORDS = {PLACED: "placed", ACCEPTED: "accepted", UNCONFIRMED: "to accept", TO_CHECK: "to check",
          NOT_VISIBLE: "not visible", SKIPPED: "skipped", OPEN: "to place"}  # fmt: skip


@dataclass(frozen=True)
class MarkRow:
    """One mark. title: without its place. state: a status of the guide, ACCEPTED or TO_CHECK. words: sign and words."""

    name: str
    title: str
    state: str
    words: str
    toolTip: str


@dataclass(frozen=True)
class PlaceRow:
    """The marks of one vertebra or disc. color: that of its vertebra in the views. waiting: marks to be accepted."""

    place: str
    label: str
    count: MarkCount
    words: str
    waiting: int
    color: Color
    marks: tuple[MarkRow, ...]


def markRows(
    case: Case, position: Position, marks: Iterable[WantedMark], asked: str = ""
) -> tuple[PlaceRow, ...]:
    """Points, lines and outlines by vertebra and disc, cranial to caudal; within each in marking order.

    asked: the mark that the guide asks for.
    """
    toCheck = levelsToCheck(case, position)
    groups: dict[str, list[WantedMark]] = {}
    for item in marks:
        groups.setdefault(item.place, []).append(item)
    return tuple(
        _placeRow(place, groups[place], tuple(_markRow(position, item, toCheck, asked) for item in groups[place]))
        for place in _inOrder(case.chain, groups)
    )


def _inOrder(chain: Chain, places: Collection[str]) -> list[str]:
    """Each vertebra, then the disc below it."""
    return sorted(places, key=lambda place: (chain.levels.index(levelsBeside(place)[0]), len(levelsBeside(place))))


def _placeRow(place: str, marks: list[WantedMark], rows: tuple[MarkRow, ...]) -> PlaceRow:
    count = countOf(marks)
    waiting = sum(item.status == UNCONFIRMED for item in marks)
    words = count.text if count.needed else f"{sum(item.status == PLACED for item in marks)} optional"
    if waiting:
        sign = SIGNS[TO_CHECK] if any(row.state == TO_CHECK for row in rows) else SIGNS[UNCONFIRMED]
        words = f"{sign} {waiting} to accept"
    elif count.needed and count.isSettled:
        words = f"{words}, done"
    return PlaceRow(place, levelLabel(place), count, words, waiting, colorOfLevel(levelsBeside(place)[0]), rows)


def _markRow(position: Position, item: WantedMark, toCheck: Collection[str], asked: str) -> MarkRow:
    landmark, contour = position.marks.landmarks.get(item.name), position.marks.contours.get(item.name)
    origin = landmark.origin if landmark is not None else contour.origin if contour is not None else BY_HAND
    quality = landmark.quality if landmark is not None else contour.quality if contour is not None else ""
    state = item.status
    if state == UNCONFIRMED and origin == CARRIED and boneOfMark(item.name) in toCheck:
        state = TO_CHECK
    elif state == PLACED and origin != BY_HAND:
        state = ACCEPTED
    word = "place next" if item.name == asked and state == OPEN else _WORDS[state]
    note = landmark.note if landmark is not None else ""
    how = "" if origin == BY_HAND else f"{capitalized(origin)}: {quality}." if quality else f"{capitalized(origin)}."
    toolTip = "\n".join(part for part in (item.title, how, note, item.hint) if part)
    optional = " (optional)" if item.isOptional and state in (OPEN, SKIPPED) else ""
    return MarkRow(item.name, shortTitle(item.name), state, f"{SIGNS[state]} {word}{optional}", toolTip)


def totalWords(marks: Collection[WantedMark], elsewhere: int) -> str:
    """The counts of a whole position in one line: "In all 14 of 24; 6 to accept, 1 not visible, 2 skipped".

    elsewhere: marks to accept that are neither among those listed nor of their bones.
    """
    count, statuses = countOf(marks), [item.status for item in marks]
    extras = [f"{statuses.count(status)} {word}" for status, word in
              ((UNCONFIRMED, "to accept"), (NOT_VISIBLE, "not visible"), (SKIPPED, "skipped"))
              if status in statuses]  # fmt: skip
    words = f"In all {count.text}" + (f"; {', '.join(extras)}" if extras else "") + "."
    return words + (f" {elsewhere} more to accept at other levels or in other protocols." if elsewhere else "")
