"""The rows of the table of positions: what each cell shows, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from DynamicSpineLib.Session.Choices import wordOf
from DynamicSpineLib.Session.Guide import MarkCount
from DynamicSpineLib.Session.PositionEdits import titleOf
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.Roles import comparedPosition, routinePosition
from DynamicSpineLib.Wording.Numbers import shownNumber
from DynamicSpineLib.Wording.Symptoms import symptomsBrief
from DynamicSpineLib.Wording.Texts import capitalized

MARKED_IN, ROUTINE, COMPARED = "markedIn", "routine", "compared"
NOT_LOADED = "not loaded"

_ROLES = {
    MARKED_IN: ("M", "marks are placed here first"),
    ROUTINE: ("R", "routine: what an ordinary MRI would have shown"),
    COMPARED: ("C", "changes are compared with it"),
}
ROLE_LEGEND = "\n".join(f"{letter}: {words}" for letter, words in _ROLES.values())
"""What the letters of the roles mean, one line each."""


@dataclass(frozen=True)
class PositionRow:
    """One row. posture and bend are values of the vocabulary; everything else is as it is shown.

    volume: name of the node that shows it. roles: of MARKED_IN, ROUTINE, COMPARED. marks: placed of needed, and
    marksDetail what of it is open. warnings: sentences, the gravest first.
    """

    id: str
    title: str
    posture: str
    bend: str
    load: str
    volume: str
    roles: tuple[str, ...]
    angle: str
    quality: str
    stoppedBy: str
    symptoms: str
    marks: str
    marksDetail: str
    warnings: tuple[str, ...] = ()

    @property
    def roleLetters(self) -> str:
        """The roles in a narrow column, as in ROLE_LEGEND."""
        return " ".join(_ROLES[role][0] for role in self.roles)

    @property
    def rolesSentence(self) -> str:
        """The roles spelled out; empty where the position has none."""
        said = [_ROLES[role][1] for role in self.roles]
        return " ".join(f"{capitalized(words)}." for words in said)

    @property
    def summary(self) -> str:
        """Everything that stands in no column, on one line."""
        parts = [
            f"volume: {self.volume}", self.load, self.angle and f"{self.angle} reached",
            self.quality and f"images {self.quality}", self.stoppedBy and f"stopped by {self.stoppedBy}",
            self.symptoms and f"symptoms: {self.symptoms}",
        ]  # fmt: skip
        return capitalized("; ".join(part for part in parts if part)) + "."


def positionRows(
    case: Case, counts: Mapping[str, MarkCount], volumes: Mapping[str, str],
    warnings: Mapping[str, Sequence[str]] | None = None,
) -> tuple[PositionRow, ...]:  # fmt: skip
    """One row a position, in the case's order. counts: by position id; volumes: node names by position id."""
    said = warnings or {}
    roles = _rolesByPosition(case)
    return tuple(
        _row(item, roles.get(item.id, ()), counts.get(item.id), volumes.get(item.id, ""), tuple(said.get(item.id, ())))
        for item in case.positions
    )


def _row(
    position: Position, roles: tuple[str, ...], count: MarkCount | None, volume: str, warnings: tuple[str, ...]
) -> PositionRow:
    angle = position.angleReachedDeg
    return PositionRow(
        position.id, titleOf(position), position.posture, position.bend, wordOf("load", position.load),
        volume or NOT_LOADED, roles,
        "" if angle is None else f"{shownNumber(angle, 'deg', 0)}\N{DEGREE SIGN}",
        wordOf("quality", position.quality) if position.quality else "",
        wordOf("stoppedBy", position.stoppedBy) if position.stoppedBy else "",
        symptomsBrief(position) or ("none felt" if position.symptoms else ""),
        count.text if count is not None else "", _openWords(count), warnings,
    )  # fmt: skip


def _rolesByPosition(case: Case) -> dict[str, tuple[str, ...]]:
    routine, compared = routinePosition(case), comparedPosition(case)
    owners = {
        MARKED_IN: case.markedIn, ROUTINE: routine.id if routine is not None else "",
        COMPARED: compared.id if compared is not None and len(case.positions) > 1 else "",
    }  # fmt: skip
    return {item.id: tuple(role for role, owner in owners.items() if owner == item.id) for item in case.positions}


def _openWords(count: MarkCount | None) -> str:
    """What of the marks needed is still to be done, in words."""
    if count is None:
        return ""
    left = count.needed - count.placed - count.notVisible - count.unconfirmed
    parts = [(left, "to place"), (count.unconfirmed, "in place and not accepted yet"),
             (count.notVisible, "said to be not visible")]  # fmt: skip
    said = ", ".join(f"{number} {words}" for number, words in parts if number)
    return f"{count.text} marks placed" + (f": {said}." if said else ".")
