"""Heads of the columns of Review's grid: each position as a chip of short lines, in wordings from long to short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from DynamicSpineLib.Reports.FirstScreen import chips
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Position, Symptom
from DynamicSpineLib.Study.Roles import routinePosition
from DynamicSpineLib.Wording.Numbers import shownNumber
from DynamicSpineLib.Wording.Symptoms import symptomsBrief

Wordings = tuple[str, ...]
"""One text in several wordings, the longest first."""

_POSTURES = MappingProxyType({
    "supine": ("Supine", "Sup.", "Su."), "prone": ("Prone", "Pr."), "sitting": ("Sitting", "Sit.", "Si."),
    "standing": ("Standing", "Stand.", "St."), "other": ("Other posture", "Other"),
})  # fmt: skip
_BENDS = MappingProxyType({
    "neutral": ("neutral", "neutr.", "neu.", "N"), "flexion": ("flexion", "flex.", "F"),
    "extension": ("extension", "ext.", "E"),
    "leftBend": ("bent left", "L bend", "L b."), "rightBend": ("bent right", "R bend", "R b."),
    "leftRotation": ("turned left", "L turn", "L t."), "rightRotation": ("turned right", "R turn", "R t."),
})  # fmt: skip
_QUALITIES = MappingProxyType({"limited": ("limited images", "limited"), "noUse": ("images of no use", "no use")})
_SYMPTOMS = MappingProxyType({"dizzinessVisual": "dizzy", "myelopathic": "cord", "axial": "axial"})
_ROUTINE: Wordings = ("routine series", "routine", "rout.")
_AXIAL_LOAD: Wordings = ("axial load", "loaded")
_USUAL: Wordings = ("the usual symptom", "as usual", "usual", "usu.")
_NOTHING: Wordings = ("",)


@dataclass(frozen=True)
class ColumnHead:
    """A position over its column.

    lines: as many for each position of a case: posture, bend, then what was reached, seen and felt where that is known
    of some position. title: a name of its own on two lines, for where both have room; empty for none. whole: all of it
    in the words of the report, for those who want or need them.
    """

    position: str
    lines: tuple[Wordings, ...]
    title: tuple[str, ...]
    whole: str


def columnHeads(case: Case) -> tuple[ColumnHead, ...]:
    """The heads of a case's positions, in its order."""
    routine = routinePosition(case)
    routineId = routine.id if routine is not None else ""
    rows = [(*_placing(item), *_remarks(item, item.id == routineId)) for item in case.positions]
    # Alike in all that is said of them, two positions are told apart by their ids.
    rows = [(*row, (item.id,) if rows.count(row) > 1 else _NOTHING)
            for item, row in zip(case.positions, rows, strict=True)]  # fmt: skip
    used = [index for index in range(len(rows[0]) if rows else 0) if any(row[index] != _NOTHING for row in rows)]
    return tuple(
        ColumnHead(position.id, tuple(row[index] for index in used), _ownTitle(position),
                   _whole(chip.title, chip.remarks))
        for position, row, chip in zip(case.positions, rows, chips(case), strict=True)
    )


def _whole(title: str, remarks: Iterable[str]) -> str:
    said = "; ".join(remarks)
    return f"{title}: {said}" if said else title


def _placing(position: Position) -> tuple[Wordings, Wordings]:
    return _POSTURES.get(position.posture, (position.posture,)), _BENDS.get(position.bend, (position.bend,))


def _ownTitle(position: Position) -> tuple[str, ...]:
    """The title of a position on two lines, where it says something else than posture and bend."""
    said = position.title.casefold().replace(",", " ").split()
    isOwn = said and said != f"{position.posture} {position.bend}".casefold().split()
    return _halves(position.title) if isOwn else ()


def _halves(title: str) -> tuple[str, str]:
    """A title on two lines that are as alike in length as its words allow."""
    words = title.split()
    splits = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(1, len(words) + 1)]
    return min(splits, key=lambda lines: max(map(len, lines)))


def _remarks(position: Position, isRoutine: bool) -> tuple[Wordings, ...]:
    """Load, role and angle, quality, what stopped it, the symptom, and whether that is the usual one."""
    felt, stopped = _worst(position.symptoms), position.stoppedBy
    return (
        _AXIAL_LOAD if position.load == "axialLoad" else _NOTHING,
        _reached(position.angleReachedDeg, isRoutine),
        _QUALITIES.get(position.quality, _NOTHING),
        (f"stopped: {stopped}", stopped) if stopped and stopped != "nothing" else _NOTHING,
        _symptom(position, felt) if felt is not None else _NOTHING,
        _USUAL if felt is not None and felt.reproducesUsual else _NOTHING,
    )


def _reached(angleDeg: float | None, isRoutine: bool) -> Wordings:
    """The angle reached, as recorded, and whether this is the routine series."""
    if angleDeg is None:
        return _ROUTINE if isRoutine else _NOTHING
    angle = f"{shownNumber(angleDeg, 'deg', 0)}°"
    return tuple(f"{role} {angle}" for role in _ROUTINE) if isRoutine else (angle,)


def _worst(symptoms: Sequence[Symptom]) -> Symptom | None:
    """What was felt most; of symptoms without a score the first."""
    felt = [item for item in symptoms if item.type != "none"]
    return max(felt, key=lambda item: -1.0 if item.score is None else item.score, default=None)


def _symptom(position: Position, felt: Symptom) -> Wordings:
    short = _SYMPTOMS.get(felt.type, felt.type)
    side = {"L": " L", "R": " R", "both": " L+R"}.get(felt.side, "")
    if felt.score is None:
        return tuple(dict.fromkeys((symptomsBrief(position), short + side, short)))
    score = f"{shownNumber(felt.score, '', 0)}/10"
    return symptomsBrief(position), f"{short}{side} {score}", f"{short} {score}", score
