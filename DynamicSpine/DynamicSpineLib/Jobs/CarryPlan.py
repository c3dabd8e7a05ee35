"""From where to where marks are carried: what was asked for, checked against the case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Errors import Fault, InputError
from DynamicSpineLib.Jobs.CarryBodies import BodyLabels
from DynamicSpineLib.Registration.CarriedBone import FEWEST_POINTS
from DynamicSpineLib.Registration.CarryMarks import pointsByName
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.FaultList import nearest
from DynamicSpineLib.Study.Marks import DEFINED, LandmarkSet, isUsers
from DynamicSpineLib.Study.Position import Position


@dataclass(frozen=True)
class CarryOptions:
    """What to carry. fromPosition: empty chooses it; toPositions: empty means every other position with a volume;
    levels: empty means every level that has marks. bodies: a segmentation of the position that is carried from."""

    fromPosition: str = ""
    toPositions: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    bodies: BodyLabels | None = None


@dataclass(frozen=True)
class CarryPlan:
    """Positions to carry from and to, the levels (None: all), and what has to be said of the choice."""

    source: Position
    targets: tuple[Position, ...]
    levels: tuple[str, ...] | None
    notices: tuple[str, ...] = ()


def carryPlan(case: Case, options: CarryOptions) -> CarryPlan:
    """What is carried from where to where. Raises InputError for what cannot be done, before any work."""
    source = _named(case, options.fromPosition, "--from") if options.fromPosition else _bestMarked(case)
    _requireCarriable(source)
    targets, notices = _targets(case, source, options.toPositions)
    levels = _levels(case, source, options.levels)
    return CarryPlan(source, targets, levels, (*_ownNotices(source), *notices))


def carriableLevels(marks: LandmarkSet) -> tuple[str, ...]:
    """The levels whose bones have enough points to be carried, in the order of their marks."""
    counts = Counter(boneOfMark(name) for name in pointsByName(marks))
    return tuple(level for level, count in counts.items() if level and count >= FEWEST_POINTS)


def _named(case: Case, name: str, option: str) -> Position:
    position = case.position(name)
    if position is not None:
        return position
    known = [item.id for item in case.positions]
    like = nearest(name, known)
    hint = f" (nearest: '{like}')" if like else f"; it has {', '.join(known)}"
    raise InputError(f"{option} {name}: the case has no such position{hint}")


def _bestMarked(case: Case) -> Position:
    """The position that the case says its marks were placed in, else the one with the most marks of bones."""
    stated = case.position(case.markedIn)
    if stated is not None and carriableLevels(stated.marks):
        return stated
    if not case.positions:
        raise InputError("the case has no positions")
    return max(case.positions, key=lambda position: _ownBoneMarks(position.marks))


def _ownBoneMarks(marks: LandmarkSet) -> int:
    return sum(item.status == DEFINED and isUsers(item) and bool(boneOfMark(item.name))
               for item in marks.landmarks.values())  # fmt: skip


def _requireCarriable(source: Position) -> None:
    if not carriableLevels(source.marks):
        problem = (f"has no vertebra with {FEWEST_POINTS} marks to carry; place two or more corners of a body, or name "
                   "another position with --from")  # fmt: skip
        raise InputError(Fault(problem, source.landmarksFile, source.id).sentence())
    if not source.volume:
        raise InputError(Fault("has no volume to carry its marks from", position=source.id).sentence())


def _targets(case: Case, source: Position, wanted: Sequence[str]) -> tuple[tuple[Position, ...], tuple[str, ...]]:
    if wanted:
        return _wantedTargets(case, source, wanted), ()
    others = [position for position in case.positions if position.id != source.id]
    targets = tuple(position for position in others if position.volume)
    if not targets:
        reason = "no other position has a volume" if others else "it is the case's only position"
        raise InputError(Fault(f"there is nothing to carry its marks to: {reason}", position=source.id).sentence())
    left = [position.id for position in others if not position.volume]
    notices = tuple(f"position '{name}': it has no volume, so nothing was carried to it" for name in left)
    return targets, notices


def _wantedTargets(case: Case, source: Position, wanted: Sequence[str]) -> tuple[Position, ...]:
    targets = {}
    for name in wanted:
        position = _named(case, name, "--to")
        if position.id == source.id:
            raise InputError(f"--to {name}: that is the position that marks are carried from; name another one")
        if not position.volume:
            raise InputError(Fault("has no volume to carry marks to", position=position.id).sentence())
        targets[position.id] = position
    return tuple(targets.values())


def _levels(case: Case, source: Position, wanted: Sequence[str]) -> tuple[str, ...] | None:
    if not wanted:
        return None
    for level in wanted:
        if level not in case.chain.levels:
            raise InputError(f"--levels {level}: the case has no such level; it has {', '.join(case.chain.levels)}")
    marked = carriableLevels(source.marks)
    for level in wanted:
        if level not in marked:
            raise InputError(Fault(f"has fewer than {FEWEST_POINTS} marks of {level}, so it cannot be carried",
                                   source.landmarksFile, source.id, level).sentence())  # fmt: skip
    return tuple(level for level in case.chain.levels if level in wanted)


def _ownNotices(source: Position) -> tuple[str, ...]:
    """That the marks were themselves not placed, where most of them were not."""
    total = len([name for name in pointsByName(source.marks) if boneOfMark(name)])
    if 2 * _ownBoneMarks(source.marks) >= total:
        return ()
    text = "most of its marks were themselves carried or read from a segmentation, and nobody has accepted them"
    return (f"position '{source.id}': {text}",)
