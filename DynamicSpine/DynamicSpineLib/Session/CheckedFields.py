"""Refusing a value that could not be saved, with the words of the case's own format."""

from __future__ import annotations

from typing import Any

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.Case import Case, Numbering
from DynamicSpineLib.Study.CaseJson import caseRecord
from DynamicSpineLib.Study.FaultList import FaultList, Place
from DynamicSpineLib.Study.Fields import Record
from DynamicSpineLib.Study.Position import Position


def checkPosition(position: Position, names: tuple[str, ...]) -> None:
    """Raise InputError unless these fields of a position hold what a case can hold."""
    codec: Any = next(item.codec for item in caseRecord().fields if item.name == "positions")
    _check(codec.record(), position, names)


def checkNumbering(numbering: Numbering) -> None:
    """Raise InputError unless a statement of the numbering holds what a case can hold."""
    codec: Any = next(item.codec for item in caseRecord().fields if item.name == "numbering")
    _check(codec, numbering, tuple(item.name for item in codec.fields))


def checkCase(case: Case, names: tuple[str, ...]) -> None:
    """Raise InputError unless these fields of a case hold what a case can hold."""
    _check(caseRecord(), case, names)


_TITLES = {
    "angleReachedDeg": "angle reached", "minutesUpright": "minutes upright", "presacralCount": "presacral count",
    "confirmedBy": "verified by", "alternativeName": "also called", "sidesVerifiedBy": "verified by",
    "stoppedBy": "stopped by",
}  # fmt: skip


def _check(record: Record, holder: Any, names: tuple[str, ...]) -> None:
    for item in record.fields:
        if item.name in names:
            faults = FaultList()
            item.codec.read(item.codec.write(getattr(holder, item.name)), Place(), faults)
            if faults.hasErrors:
                problem = faults.faults[0].message.partition("; it is ")[0]
                raise InputError(f"{_TITLES.get(item.name, item.name)} {problem}")
