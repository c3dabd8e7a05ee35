"""From where to where marks can be carried, why they cannot, and what came of it in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from DynamicSpineLib.Jobs.CarryCase import CarriedCase
from DynamicSpineLib.Jobs.CarryPlan import CarryOptions, carriableLevels
from DynamicSpineLib.Registration.CarriedBone import FEWEST_POINTS
from DynamicSpineLib.Session.MarkNames import markTitle
from DynamicSpineLib.Study.CarryState import CHECK, FAILED
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import DEFINED, isUsers
from DynamicSpineLib.Study.Position import Position


@dataclass(frozen=True)
class CarryChoice:
    """What a user can choose. source: the usual position to carry from; whyNot: what is missing, empty for nothing."""

    sources: tuple[Position, ...]
    targets: tuple[Position, ...]
    source: str
    whyNot: str = ""


def carryChoice(case: Case, sourceId: str = "") -> CarryChoice:
    """The positions to carry from and, for one of them (empty: the usual one), those to carry to."""
    sources = tuple(item for item in case.positions if item.volume and carriableLevels(item.marks))
    source = sourceId if any(item.id == sourceId for item in sources) else _usual(case, sources)
    targets = tuple(item for item in case.positions if item.volume and item.id != source)
    return CarryChoice(sources, targets, source, _whyNot(case, sources, targets))


def _usual(case: Case, sources: Sequence[Position]) -> str:
    """The position that the case says was marked, else the one with most marks of its reader."""
    if any(item.id == case.markedIn for item in sources):
        return case.markedIn
    best = max(sources, key=_ownMarks, default=None)
    return best.id if best is not None else ""


def _ownMarks(position: Position) -> int:
    return sum(mark.status == DEFINED and isUsers(mark) for mark in position.marks.landmarks.values())


def _whyNot(case: Case, sources: Sequence[Position], targets: Sequence[Position]) -> str:
    if not sources:
        marked = [item for item in case.positions if carriableLevels(item.marks)]
        return ("The marked position has no volume." if marked
                else f"Place at least {FEWEST_POINTS} marks of one vertebra first.")  # fmt: skip
    if not targets:
        return ("The other positions have no volume." if len(case.positions) > 1
                else "There is no other position: add one in Positions.")  # fmt: skip
    return ""


def carryOptions(case: Case, source: str, target: str, level: str) -> CarryOptions:
    """The options for a choice; an empty target means every other position, an empty level every level."""
    position = case.position(source)
    levels = carriableLevels(position.marks) if position is not None else ()
    return CarryOptions(source, (target,) if target else (), (level,) if level in levels else ())


def levelToCarry(case: Case, source: str, place: str) -> str:
    """The level that a chosen place stands for, where its bone can be carried alone; empty where it cannot."""
    position = case.position(source)
    return place if position is not None and place in carriableLevels(position.marks) else ""


def carriedWords(carried: CarriedCase) -> str:
    """What was carried, in one sentence."""
    bones = [bone for position in carried.positions for bone in position.bones]
    failed = sum(bone.verdict == FAILED for bone in bones)
    check = sum(bone.verdict == CHECK for bone in bones)
    words = f"Carried {len(bones) - failed} of {len(bones)} vertebrae"
    if check:
        words += f"; look at {check} of them"
    return f"{words}."


def carriedDetails(carried: CarriedCase) -> str:
    """Notices, and the marks of soft tissue that were not predicted with the reasons, a line for each."""
    lines = list(carried.notices)
    for item in carried.positions:
        position = carried.case.position(item.positionId)
        title = position.shownTitle if position is not None else item.positionId
        lines += [f"{title}, {markTitle(name)}: {why}" for name, why in item.notPredicted.items()]
    return "\n".join(lines)
