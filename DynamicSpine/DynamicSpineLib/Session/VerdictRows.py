"""How every vertebra was carried to every position, as a grid of lights: what to look at, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark, namesFor
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Registration.Reasons import reasonSentence, reasonsOfQuality, verdictSentence
from DynamicSpineLib.Study.CarryState import CHECK, FAILED, GOOD, boneTo
from DynamicSpineLib.Study.Case import BoneTransform, Case
from DynamicSpineLib.Study.Marks import CARRIED, DEFINED, Landmark
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Wording.Texts import capitalized

WAITING, ACCEPTED, PLACED, PARTLY, NOTHING = "waiting", "accepted", "placed", "partly", "nothing"
"""Further lights: marks of another origin wait to be accepted; all accepted; placed by hand; some of the needed ones
are missing; no marks."""

LIGHTS = (GOOD, CHECK, FAILED, WAITING, ACCEPTED, PLACED, PARTLY, NOTHING)

SIGNS = {GOOD: "\u25cf", CHECK: "\u25b2", FAILED: "\u2715", WAITING: "\u25c6", ACCEPTED: "\u2713", PLACED: "\u2713",
         PARTLY: "\u25d0", NOTHING: "\u25cb"}  # fmt: skip
WORDS = {GOOD: "good", CHECK: "check", FAILED: "failed", WAITING: "to accept", ACCEPTED: "accepted",
         PLACED: "placed", PARTLY: "in part", NOTHING: "no marks"}  # fmt: skip
_COUNTED = {GOOD: "good", CHECK: "to check", FAILED: "not found", WAITING: "to accept"}


@dataclass(frozen=True)
class VerdictLight:
    """One vertebra in one position. light: one of LIGHTS; waiting: its marks that nobody has accepted yet.

    reasons: why it is to be looked at or was not found, worst first, as sentences.
    """

    level: str
    positionId: str
    light: str
    waiting: int
    reasons: tuple[str, ...]
    toolTip: str

    @property
    def sign(self) -> str:
        """The light as a shape."""
        return SIGNS[self.light]

    @property
    def word(self) -> str:
        """The light in a word."""
        return WORDS[self.light]


@dataclass(frozen=True)
class VerdictRow:
    """One vertebra, with a light for each position in the case's order."""

    level: str
    lights: tuple[VerdictLight, ...]


def verdictRows(case: Case) -> tuple[VerdictRow, ...]:
    """The lights of every vertebra of the case, cranial to caudal."""
    return tuple(VerdictRow(level, tuple(verdictLight(case, level, item) for item in case.positions))
                 for level in case.chain.levels)  # fmt: skip


def verdictLight(case: Case, level: str, position: Position) -> VerdictLight:
    """The light of one vertebra in one position: what was found, as long as its marks are not accepted or replaced."""
    known = [mark for mark in position.marks.landmarks.values() if boneOfMark(mark.name) == level]
    marks = [mark for mark in known if mark.status == DEFINED]
    bone = boneTo(case, level, position.id)
    waiting = [mark for mark in marks if not mark.confirmed]
    isWhole = _neededNames(level) <= {mark.name for mark in known}
    light = _light(bone, marks, waiting, isWhole)
    reasons = reasonsOfQuality(bone.quality) if bone is not None and light in (CHECK, FAILED, GOOD) else ()
    told = [reasonSentence(reason) for reason in reasons]
    sentences = [f"{level} in {position.shownTitle}: {WORDS[light]}."]
    if bone is not None and light in (GOOD, CHECK, FAILED):
        sentences.append(verdictSentence(bone.verdict))
    sentences += told
    sentences += _expected(waiting)
    if waiting:
        sentences.append(f"{len(waiting)} {'mark waits' if len(waiting) == 1 else 'marks wait'} to be accepted.")
    return VerdictLight(level, position.id, light, len(waiting), tuple(told), "\n".join(filter(None, sentences)))


def _light(
    bone: BoneTransform | None, marks: list[Landmark], waiting: list[Landmark], isWhole: bool
) -> str:
    isFailed = bone is not None and bone.verdict == FAILED
    if waiting:
        isCarried = bone is not None and any(mark.origin == CARRIED for mark in waiting)
        return bone.verdict if isCarried and bone is not None and bone.verdict in (GOOD, CHECK) else WAITING
    if isFailed and not isWhole:
        return FAILED  # a few of its corners may have been placed to help the next search
    if not marks:
        return NOTHING
    if not isWhole:
        return PARTLY
    return ACCEPTED if any(mark.origin == CARRIED for mark in marks) else PLACED


@lru_cache(maxsize=64)
def _neededNames(level: str) -> frozenset[str]:
    """The corners of a body; above C2 the points of the craniocervical junction."""
    found = (namesFor(Chain((level,)), letter, withOptional=False) for letter in ("A", "F"))
    return frozenset(next((names for names in found if names), ()))


def _expected(waiting: Iterable[Landmark]) -> list[str]:
    """What the carried marks say of their error, without the verdict that it begins with."""
    texts = [mark.quality.partition(", ")[2] for mark in waiting if mark.origin == CARRIED and ", " in mark.quality]
    return [f"{capitalized(texts[0])}."] if texts and texts[0] else []


def lightCounts(rows: Iterable[VerdictRow]) -> dict[str, int]:
    """How often each light is on that asks for something: GOOD, CHECK, FAILED and WAITING."""
    lights = [light.light for row in rows for light in row.lights]
    return {name: lights.count(name) for name in _COUNTED if name in lights}


def verdictSummary(rows: Iterable[VerdictRow]) -> str:
    """What the lights ask for, in one line; what is surest comes last."""
    counts = lightCounts(rows)
    order = (FAILED, CHECK, WAITING, GOOD)
    parts = [f"{SIGNS[name]} {counts[name]} {_COUNTED[name]}" for name in order if name in counts]
    return ", ".join(parts)


def legend(rows: Iterable[VerdictRow]) -> str:
    """The signs that are to be seen, with their words."""
    seen = {light.light for row in rows for light in row.lights}
    return "   ".join(dict.fromkeys(f"{SIGNS[name]} {WORDS[name]}" for name in LIGHTS if name in seen))
