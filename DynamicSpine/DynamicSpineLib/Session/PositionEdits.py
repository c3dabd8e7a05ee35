"""Edits of a position's row, as pure functions: a case in, the changed case out."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Reports.FirstScreen import placingWords
from DynamicSpineLib.Session.CheckedFields import checkPosition
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditCase import withPosition
from DynamicSpineLib.Study.EditMarks import positionOf
from DynamicSpineLib.Study.Position import Position, Symptom
from DynamicSpineLib.Wording.Numbers import shownNumber
from DynamicSpineLib.Wording.Texts import capitalized

UPRIGHT = ("sitting", "standing")


def usualLoad(posture: str) -> str:
    """The load of a posture where nothing else is said: upright bears weight."""
    return "weightBearing" if posture in UPRIGHT else "none"


def usualTitle(position: Position) -> str:
    """Posture, bend and angle in words: "Standing flexion, 30\N{DEGREE SIGN}"."""
    angle = position.angleReachedDeg
    reached = "" if angle is None or position.bend == "neutral" else f", {shownNumber(angle, 'deg', 0)}\u00b0"
    return capitalized(placingWords(position)) + reached


def titleOf(position: Position) -> str:
    """The title as a table shows it: its own, else posture and bend in words."""
    return position.title or capitalized(placingWords(position))


def withField(case: Case, positionId: str, name: str, value: Any) -> Case:
    """The case with one field of a position changed.

    What follows from posture and bend follows them: a title that only says them, and a load that is usual for the
    posture. Raises InputError for a value that a case cannot hold.
    """
    before = positionOf(case, positionId)
    changes: dict[str, Any] = {name: " ".join(value.split()) if name == "title" else value}
    if name == "posture" and before.load == usualLoad(before.posture):
        changes["load"] = usualLoad(value)
    after = replace(before, **changes)
    if name in ("posture", "bend", "angleReachedDeg"):
        after = replace(after, title=_following(before, after))
    checkPosition(after, (*changes, "title"))
    return withPosition(case, after)


def _following(before: Position, after: Position) -> str:
    """The title that fits the changed position: the old one unless it says posture and bend and nothing else."""
    plain = capitalized(placingWords(before))
    if before.title == usualTitle(before):
        return usualTitle(after)
    return capitalized(placingWords(after)) if before.title in (plain, plain.replace(",", "")) else before.title


def withRole(case: Case, positionId: str, role: str, isOn: bool) -> Case:
    """The case with a role given to a position, or taken from it. role: markedIn or reference."""
    positionOf(case, positionId)
    if not isOn and getattr(case, role) != positionId:
        return case
    now: dict[str, Any] = {role: positionId if isOn else ""}
    return replace(case, **now)


def withMoved(case: Case, positionId: str, step: int) -> Case:
    """The case with a position that many places further down (negative: up); at the ends it stays where it is."""
    position = positionOf(case, positionId)
    others = [item for item in case.positions if item.id != positionId]
    place = case.positions.index(position) + step
    others.insert(min(max(place, 0), len(others)), position)
    return replace(case, positions=tuple(others))


def withSymptomAdded(case: Case, positionId: str, kind: str) -> Case:
    """The case with a symptom of this type added; whoever felt something did not feel none.

    Raises InputError where none is said to be felt beside others.
    """
    felt = tuple(item for item in positionOf(case, positionId).symptoms if item.type != "none")
    if kind == "none" and felt:
        raise InputError("symptoms: remove those that were felt before saying that there were none")
    return withField(case, positionId, "symptoms", (*felt, Symptom(kind)))


def withSymptom(case: Case, positionId: str, index: int, symptom: Symptom) -> Case:
    """The case with a symptom of a position replaced, or added where `index` is their number."""
    symptoms = list(positionOf(case, positionId).symptoms)
    symptoms[index : index + 1] = [symptom]
    return withField(case, positionId, "symptoms", tuple(symptoms))


def withoutSymptom(case: Case, positionId: str, index: int) -> Case:
    """The case without a symptom of a position."""
    symptoms = list(positionOf(case, positionId).symptoms)
    del symptoms[index]
    return withField(case, positionId, "symptoms", tuple(symptoms))


def numberIn(text: str, title: str) -> float | None:
    """The number that a user typed, with a point or a comma and with or without its unit; None for an empty text.

    Raises InputError for anything else.
    """
    plain = text.strip().rstrip("\u00b0").removesuffix("min").strip().replace(",", ".").replace("\u2212", "-")
    if not plain:
        return None
    try:
        number = float(plain)
    except ValueError:
        raise InputError(f"{title}: '{text.strip()}' is no number") from None
    if not math.isfinite(number):
        raise InputError(f"{title}: '{text.strip()}' is no number")
    return number
