"""Rows for the table of positions, proposed from what the volumes' names, headers and geometry say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from DynamicSpineLib.Study.Paths import freePositionId
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.PositionGuess import PositionGuess, guessPosition
from DynamicSpineLib.Study.PositionWords import LIKELY, WEAK
from DynamicSpineLib.Study.SeriesKind import (
    COMPANION,
    IGNORED,
    MARKED,
    SAGITTAL,
    SeriesFacts,
    SeriesKind,
    numberOf,
    seriesKind,
)  # fmt: skip

OPEN = ""
_POSTURE_CODES = {"supine": "SUP", "prone": "PRO", "sitting": "SIT", "standing": "ST"}
_BEND_CODES = {"neutral": "N", "flexion": "F", "extension": "E", "leftBend": "LBL", "rightBend": "LBR",
               "leftRotation": "RL", "rightRotation": "RR"}  # fmt: skip
_SURENESS = (OPEN, WEAK, LIKELY, "certain")
_TAKEN_AS_NEUTRAL = "Neutral: its names tell no bend, and those of other series do (weak)."
# Where no T2 shows a position, the next best contrast is proposed for it.
_STAND_INS = ("STIR", "T2star", "PD", "T1")


@dataclass(frozen=True)
class PositionProposal:
    """A row that is proposed; posture, bend and angle are empty where nothing tells them: then the user chooses.

    key: of the volume. surenessOfPosture, surenessOfBend: certain, likely, weak, or empty for open.
    reasons: what it was read from, one sentence each. doubts: what contradicts itself.
    """

    key: str
    volumeName: str
    id: str
    posture: str
    bend: str
    load: str
    angleDeg: float | None
    date: str
    scanner: str
    surenessOfPosture: str = OPEN
    surenessOfBend: str = OPEN
    reasons: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def sureness(self) -> str:
        """The lesser of both: empty while posture or bend is open."""
        return min((self.surenessOfPosture, self.surenessOfBend), key=_SURENESS.index)


@dataclass(frozen=True)
class OtherVolume:
    """A volume that no row is proposed for. use: companion or ignored.

    role: what a companion is called (axialT2). of: id of its position, proposed or in the case; empty where not known.
    """

    key: str
    name: str
    use: str
    role: str
    of: str
    reason: str


@dataclass(frozen=True)
class FoundPositions:
    """Everything found in a scene, in its order. markedIn: id of the proposal that suits marking best, or empty."""

    positions: tuple[PositionProposal, ...] = ()
    others: tuple[OtherVolume, ...] = ()
    markedIn: str = ""


@dataclass(frozen=True)
class _Place:
    """A position that is there, or proposed: its id, posture and bend."""

    id: str
    group: tuple[str, str]


@dataclass(frozen=True)
class _Read:
    facts: SeriesFacts
    kind: SeriesKind
    guess: PositionGuess

    @property
    def group(self) -> tuple[str, str]:
        return (self.guess.posture, self.guess.bend)


def proposePositions(series: Iterable[SeriesFacts], existing: Sequence[Position] = ()) -> FoundPositions:
    """Proposals for all series that are not in the case yet. existing: the case's positions, whose ids are taken."""
    read = _withStandIns(_withNeutral([_read(facts) for facts in series]))
    marked = [item for item in read if item.kind.use == MARKED]
    held = [_Place(item.id, (item.posture, item.bend)) for item in existing]
    proposals: list[PositionProposal] = []
    for item in marked:
        made = [_Place(other.id, (other.posture, other.bend)) for other in proposals]
        positionId = _freeId(item, marked, [place.id for place in (*held, *made)])
        proposals.append(_proposal(item, positionId, [*held, *made]))
    places = [*held, *(_Place(item.id, (item.posture, item.bend)) for item in proposals)]
    others = tuple(_other(item, places) for item in read if item.kind.use != MARKED)
    return FoundPositions(tuple(proposals), others, _markedIn(proposals))


def _read(facts: SeriesFacts) -> _Read:
    return _Read(facts, seriesKind(facts), guessPosition(facts.texts(), scannerName(facts)))


def _withStandIns(read: list[_Read]) -> list[_Read]:
    """Sagittal series of another contrast become rows where no T2 shows their position."""
    read, shown = list(read), {item.group for item in read if item.kind.use == MARKED}
    for contrast in _STAND_INS:
        for index, item in enumerate(read):
            isStandIn = (item.kind.use, item.kind.plane, item.kind.contrast) == (COMPANION, SAGITTAL, contrast)
            if isStandIn and item.group not in shown:
                reason = f"A sagittal {contrast.replace('T2star', 'T2*')} series: no T2 shows this position."
                read[index] = replace(item, kind=replace(item.kind, use=MARKED, reason=reason))
        shown = {item.group for item in read if item.kind.use == MARKED}
    return read


def _withNeutral(read: list[_Read]) -> list[_Read]:
    """Series without a word on their bend are taken as neutral, weakly, where the names of others tell theirs."""
    if not any(item.kind.use == MARKED and item.guess.bend not in ("", "neutral") for item in read):
        return read
    return [replace(item, guess=replace(item.guess, bend="neutral")) if _isSilent(item) else item for item in read]


def _isSilent(item: _Read) -> bool:
    return not item.guess.bend and not any(found.field == "bend" for found in item.guess.evidence)


def _proposal(item: _Read, positionId: str, places: Sequence[_Place]) -> PositionProposal:
    guess, facts = item.guess, item.facts
    bendSureness, reasons = guess.surenessOf("bend"), [item.kind.reason, *guess.reasons]
    if guess.bend and not bendSureness:
        bendSureness = WEAK
        reasons.append(_TAKEN_AS_NEUTRAL)
    load = guess.load
    if not load and guess.isUpright:
        load = "weightBearing"
        reasons.append("Weight bearing: upright.")
    return PositionProposal(
        facts.key, facts.name, positionId, guess.posture, guess.bend, load or "none", guess.angleDeg,
        dateOf(facts), scannerName(facts), guess.surenessOf("posture"), bendSureness,
        (*reasons, *guess.remarks), (*guess.doubts, *_twins(item, places)),
    )  # fmt: skip


def _twins(item: _Read, places: Sequence[_Place]) -> list[str]:
    """That another row has the same posture and bend: a repeat, or one of both is named wrongly."""
    same = [place.id for place in places if place.group == item.group and all(item.group)]
    return [f"The same posture and bend as {', '.join(same)}: is it a repeat?"] if same else []


def _freeId(item: _Read, marked: Sequence[_Read], taken: Sequence[str]) -> str:
    """A valid id that no position has; twins are told apart by their angle, where it is known."""
    guess = item.guess
    wanted = _codeOf(guess)
    twins = [other for other in marked if _codeOf(other.guess) == wanted]
    if wanted and len(twins) > 1 and guess.angleDeg is not None:
        wanted = f"{wanted}{round(guess.angleDeg)}"
    return freePositionId(wanted or item.facts.name, taken)


def _codeOf(guess: PositionGuess) -> str:
    """SUP_N, SIT_F, UP_E; the word alone where only posture or bend is known; empty where neither is."""
    posture = _POSTURE_CODES.get(guess.posture) or ("UP" if guess.isUpright else "")
    if posture and guess.bend:
        return f"{posture}_{_BEND_CODES[guess.bend]}"
    return guess.bend or guess.posture or ("upright" if guess.isUpright else "")


def _other(item: _Read, places: Sequence[_Place]) -> OtherVolume:
    """A companion with the one position of its posture and bend, else the one that its posture or nothing rules out."""
    if item.kind.use == IGNORED:
        return OtherVolume(item.facts.key, item.facts.name, IGNORED, "", "", item.kind.reason)
    posture, bend = item.group
    owners = [place.id for place in places if place.group == item.group]
    if not owners:
        owners = [place.id for place in places if posture in ("", place.group[0]) and bend in ("", place.group[1])]
    reason = item.kind.reason
    if len(owners) != 1:
        reason = f"{reason} Its names do not tell with which."
    elif bend and not item.guess.surenessOf("bend"):
        reason = f"{reason} {_TAKEN_AS_NEUTRAL}"
    of = owners[0] if len(owners) == 1 else ""
    return OtherVolume(item.facts.key, item.facts.name, COMPANION, item.kind.role, of, reason)


def _markedIn(proposals: Sequence[PositionProposal]) -> str:
    """The supine neutral proposal, else a neutral one, else the first."""
    ranked = sorted(proposals, key=lambda item: (item.bend != "neutral", item.posture != "supine"))
    return ranked[0].id if ranked else ""


def dateOf(facts: SeriesFacts) -> str:
    """Date and time of a series as in a case (2025-03-01T14:05); empty where the header tells none."""
    header = facts.header
    day = next((header[tag] for tag in ("AcquisitionDate", "SeriesDate", "StudyDate") if header.get(tag)), "")
    match = re.match(r"(\d{4})[-.]?(\d{2})[-.]?(\d{2})", day)
    if match is None:
        return ""
    time = re.match(r"(\d{2}):?(\d{2})", header.get("AcquisitionTime") or header.get("SeriesTime") or "")
    clock = f"T{time[1]}:{time[2]}" if time and int(time[1]) < 24 and int(time[2]) < 60 else ""
    return "-".join(match.groups()) + clock


def scannerName(facts: SeriesFacts) -> str:
    """Maker, model and field strength: "Siemens Prisma_fit, 3 T"; empty where the header tells none."""
    header = facts.header
    maker, model = (" ".join(header.get(tag, "").split()) for tag in ("Manufacturer", "ManufacturerModelName"))
    name = model if maker and model.casefold().startswith(maker.casefold()) else f"{maker} {model}".strip()
    field = numberOf(header.get("MagneticFieldStrength"))
    if field is None or not 0.01 <= field <= 20.0:
        return name
    strength = f"{round(field, 1 if field > 1 else 2):g} T"
    return f"{name}, {strength}" if name else strength
