"""Edits of what a case says besides its marks, as pure functions: a case in, the changed case out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from DynamicSpineLib.Anatomy.Landmarks import placeOfMark
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.Case import NATIVE, Case, Numbering
from DynamicSpineLib.Study.EditMarks import positionOf
from DynamicSpineLib.Study.Marks import LandmarkSet
from DynamicSpineLib.Study.Paths import POSITION_ID, freePositionId, isReserved
from DynamicSpineLib.Study.Position import Position


def withNumbering(case: Case, numbering: Numbering) -> Case:
    """The case with another statement of how its levels were counted."""
    return replace(case, numbering=numbering)


def withSegmentStatus(case: Case, segment: str, status: str) -> Case:
    """The case with the status of a segment: native, block, fused, implant, ... Raises InputError for no segment."""
    if case.chain.segment(segment) is None:
        raise InputError(f"the case has no segment '{segment}'")
    others = {name: value for name, value in case.segments.items() if name != segment}
    return replace(case, segments=MappingProxyType(others if status == NATIVE else {**others, segment: status}))


def withPosition(case: Case, position: Position) -> Case:
    """The case with a position replaced, or added at its end. Raises InputError for an id that cannot be one."""
    if case.position(position.id) is not None:
        positions = tuple(position if item.id == position.id else item for item in case.positions)
        return replace(case, positions=positions)
    requireNewId(case, position.id)
    return replace(case, positions=(*case.positions, position))


def requireNewId(case: Case, positionId: str) -> None:
    """Raise InputError unless a new position may be called so."""
    if isReserved(positionId):
        raise InputError(f"position '{positionId}': some systems keep this name for a device")
    if not re.fullmatch(POSITION_ID, positionId):
        raise InputError(f"position '{positionId}': a short name begins with a letter and holds up to 32 letters, "
                         "digits, '_' and '-'")  # fmt: skip
    if positionId.lower() in {item.id.lower() for item in case.positions}:
        raise InputError(f"position '{positionId}': the case has a position of this name already")


def newPositionId(case: Case, wanted: str) -> str:
    """A short name like the wanted one that the case does not use yet."""
    return freePositionId(wanted, [item.id for item in case.positions])


def withoutPosition(case: Case, positionId: str) -> Case:
    """The case without a position, its bones and its part of the readings. Raises InputError where there is none."""
    positionOf(case, positionId)
    readings = tuple(
        replace(item, files=MappingProxyType({key: name for key, name in item.files.items() if key != positionId}),
                marks=MappingProxyType({key: marks for key, marks in item.marks.items() if key != positionId}))
        for item in case.readings
    )  # fmt: skip
    return replace(
        case, positions=tuple(item for item in case.positions if item.id != positionId), readings=readings,
        bones=tuple(item for item in case.bones if positionId not in (item.fromPosition, item.toPosition)),
        markedIn="" if case.markedIn == positionId else case.markedIn,
        reference="" if case.reference == positionId else case.reference,
    )  # fmt: skip


def chainOf(levels: Sequence[str]) -> Chain:
    """The chain of these levels. Raises InputError where they are none."""
    try:
        return Chain(tuple(levels))
    except ValueError as error:
        raise InputError(f"levels: {error}") from None


def withLevels(case: Case, levels: Sequence[str]) -> Case:
    """The case with another range of levels. Raises InputError where marks lie on levels that would go."""
    chain = chainOf(levels)
    lost = _lostMark(case, chain)
    if lost:
        raise InputError(f"levels: {lost} is marked; clear it before taking its level away")
    kept = {name: status for name, status in case.segments.items() if name in chain.places}
    return replace(
        case, chain=chain, segments=MappingProxyType(kept),
        positions=tuple(replace(item, marks=_within(item.marks, chain)) for item in case.positions),
        readings=tuple(replace(item, marks=MappingProxyType({key: _within(marks, chain)
                       for key, marks in item.marks.items()})) for item in case.readings),
        bones=tuple(item for item in case.bones if item.level in chain.levels),
    )  # fmt: skip


def _within(marks: LandmarkSet, chain: Chain) -> LandmarkSet:
    """The marks without those of other places, none of which is placed."""
    landmarks = {name: item for name, item in marks.landmarks.items() if _belongs(name, chain)}
    return replace(marks, landmarks=MappingProxyType(landmarks))


def _lostMark(case: Case, chain: Chain) -> str:
    """A mark that a shorter chain would lose, with its position; empty where there is none."""
    sets: list[tuple[str, LandmarkSet]] = [(item.id, item.marks) for item in case.positions]
    sets += [(key, marks) for reading in case.readings for key, marks in reading.marks.items()]
    for positionId, marks in sets:
        for name in (*marks.landmarks, *marks.contours):
            isPlaced = marks.point(name) is not None or name in marks.contours
            if isPlaced and not _belongs(name, chain):
                return f"{name} in position '{positionId}'"
    return ""


def _belongs(name: str, chain: Chain) -> bool:
    """True for a mark of one of the chain's levels or segments, and for one that no protocol knows."""
    place = placeOfMark(name)
    return not place or place in chain.places
