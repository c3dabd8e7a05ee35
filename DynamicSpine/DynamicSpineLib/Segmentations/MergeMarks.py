"""Putting read marks among those that a position has: what a user placed or confirmed stays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType

from DynamicSpineLib.Study.Marks import UNDEFINED, Landmark, LandmarkSet, isUsers


@dataclass(frozen=True)
class MergedMarks:
    """The marks of a position after reading. added, replaced, kept: landmark names, in the order of reading."""

    marks: LandmarkSet
    added: tuple[str, ...]
    replaced: tuple[str, ...]
    kept: tuple[str, ...]


def mergeMarks(existing: LandmarkSet, read: Iterable[Landmark]) -> MergedMarks:
    """Add read marks to a position's; unconfirmed carried, predicted and segmented ones give way, a user's do not."""
    marks = dict(existing.landmarks)
    added: list[str] = []
    replacedNames: list[str] = []
    kept: list[str] = []
    for mark in read:
        before = marks.get(mark.name)
        if before is not None and isUsers(before):
            kept.append(mark.name)
            continue
        (added if before is None or before.status == UNDEFINED else replacedNames).append(mark.name)
        marks[mark.name] = mark
    merged = replace(existing, landmarks=MappingProxyType(marks))
    return MergedMarks(merged, tuple(added), tuple(replacedNames), tuple(kept))
