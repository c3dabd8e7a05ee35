"""Edits of the levels of a case and of how they were counted, as pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, USUAL_LEVELS, Chain
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Session.CheckedFields import checkCase, checkNumbering
from DynamicSpineLib.Session.PositionEdits import titleOf
from DynamicSpineLib.Study.Case import NATIVE, Case
from DynamicSpineLib.Study.EditCase import withLevels, withNumbering
from DynamicSpineLib.Study.Renumber import renumbered
from DynamicSpineLib.Wording.Codes import code
from DynamicSpineLib.Wording.Texts import capitalized, levelLabel

SACRUM = "S1"
_ARROW = "\N{NO-BREAK SPACE}\N{RIGHTWARDS ARROW}\N{NO-BREAK SPACE}"
_SOURCES = ("countedFrom", "presacralCount", "transitional")
_LAST = {"T": ("T11", "T12", "T13"), "L": ("L4", "L5", "L6")}
_BELOW = {"T": "L1", "L": SACRUM}


@dataclass(frozen=True)
class Renaming:
    """Other names for all levels, shown before it is done: pairs of old and new, or why it cannot be done."""

    pairs: tuple[tuple[str, str], ...]
    problem: str = ""

    @property
    def text(self) -> str:
        """Old and new names on one line, or the problem."""
        if self.problem:
            return f"{capitalized(self.problem)}."
        return ", ".join(f"{old}{_ARROW}{new}" for old, new in self.pairs)


def withStatement(case: Case, **changes: Any) -> Case:
    """The case with parts of its numbering changed.

    Somebody verified the statement as it was: another source or count has to be verified anew.
    Raises InputError for what a case cannot hold.
    """
    numbering = replace(case.numbering, **changes)
    if any(getattr(numbering, name) != getattr(case.numbering, name) for name in _SOURCES):
        numbering = replace(numbering, confirmedBy="", confirmedAt="")
    checkNumbering(numbering)
    return withNumbering(case, numbering)


def withNumberingVerified(case: Case, name: str, date: str) -> Case:
    """The case with the names of its levels verified by a person on a day (2025-03-01).

    Raises InputError where nobody is named.
    """
    numbering = replace(case.numbering, confirmedBy=_person(name), confirmedAt=date)
    checkNumbering(numbering)
    return withNumbering(case, numbering)


def withSidesVerified(case: Case, name: str) -> Case:
    """The case with left and right verified by a person; an empty name takes that back.

    Raises InputError for a name that a case cannot hold.
    """
    verified = replace(case, sidesVerifiedBy=" ".join(name.split()))
    checkCase(verified, ("sidesVerifiedBy",))
    return verified


def _person(name: str) -> str:
    found = " ".join(name.split())
    if not found:
        raise InputError("verified by: write the name of the person who verified the level names")
    return found


def usualLevels(first: str, last: str) -> tuple[str, ...]:
    """The levels from one to another, cranial to caudal; T13 and L6 only where they are named.

    Raises InputError where the first lies below the last.
    """
    if CANONICAL_LEVELS.index(first) > CANONICAL_LEVELS.index(last):
        raise InputError(f"levels: {first} lies below {last}; choose the upper level first")
    return tuple(level for level in CANONICAL_LEVELS
                 if _isWithin(level, first, last) and level in (*USUAL_LEVELS, first, last))  # fmt: skip


def withRange(case: Case, first: str, last: str) -> Case:
    """The case with its levels from one to another; where it had levels before, they stay as they are in this patient.

    Raises InputError where the first lies below the last, or where marks lie on levels that would go.
    """
    own = case.chain.levels
    added = [level for level in usualLevels(first, last) if not _isWithin(level, own[0], own[-1])]
    kept = [level for level in own if _isWithin(level, first, last)]
    return withLevels(case, sorted({first, last, *added, *kept}, key=CANONICAL_LEVELS.index))


def _isWithin(level: str, first: str, last: str) -> bool:
    return CANONICAL_LEVELS.index(first) <= CANONICAL_LEVELS.index(level) <= CANONICAL_LEVELS.index(last)


def vertebraCounts(part: str) -> tuple[int, ...]:
    """How many thoracic ("T") or lumbar ("L") vertebrae people have."""
    return tuple(int(level[1:]) for level in _LAST[part])


def vertebraCount(chain: Chain, part: str) -> int | None:
    """How many thoracic ("T") or lumbar ("L") vertebrae a case counts; None where it does not reach below them."""
    ends = [level for level in _LAST[part] if level in chain.levels]
    return int(ends[-1][1:]) if ends and _BELOW[part] in chain.levels else None


def withVertebraCount(case: Case, part: str, count: int) -> Case:
    """The case with so many thoracic ("T") or lumbar ("L") vertebrae.

    Raises InputError where marks lie on one that would go.
    """
    if vertebraCount(case.chain, part) is None:
        raise InputError(f"levels: the case does not reach to {_BELOW[part]}")
    top = CANONICAL_LEVELS.index(case.chain.levels[0])
    wanted = {level for level in _LAST[part] if int(level[1:]) <= count and CANONICAL_LEVELS.index(level) >= top}
    others = {level for level in case.chain.levels if level not in _LAST[part]}
    return withLevels(case, sorted(others | wanted, key=CANONICAL_LEVELS.index))


def topNames(levels: Sequence[str]) -> tuple[str, ...]:
    """What the topmost of these levels can be called, cranial to caudal."""
    return tuple(level for level in CANONICAL_LEVELS if namesFrom(levels, level))


def namesFrom(levels: Sequence[str], top: str) -> tuple[str, ...]:
    """As many names from `top` down; empty where there are none. The sacrum stays the sacrum.

    Above it four to six lumbar vertebrae can be counted.
    """
    if tuple(levels[:1]) == (top,):
        return tuple(levels)
    end = (SACRUM,) if levels[-1] == SACRUM and len(levels) > 1 else ()
    count = len(levels) - len(end)
    names = [level for level in CANONICAL_LEVELS if level not in ("T13", SACRUM)] if end else list(USUAL_LEVELS)
    start = names.index(top) if top in names else len(names)
    found = tuple(names[start : start + count])
    fits = len(found) == count and (not end or found[-1] in _LAST["L"])
    return (*found, *end) if fits else ()


def renaming(case: Case, top: str) -> Renaming:
    """What renaming would do, looked at without doing it."""
    names = namesFrom(case.chain.levels, top)
    pairs = tuple((old, new) for old, new in zip(case.chain.levels, names, strict=False) if old != new)
    try:
        withTopNamed(case, top)
    except InputError as error:
        return Renaming(pairs, str(error))
    return Renaming(pairs)


def withTopNamed(case: Case, top: str) -> Case:
    """The case with its topmost level called so and all others named down from it; to be verified anew.

    Raises InputError where there are no such names, or where a mark does not exist at its new level.
    """
    names = namesFrom(case.chain.levels, top)
    if not names:
        count = len(case.chain.levels)
        raise InputError(f"renumbering: the spine ends before {count} levels are named from {top} down")
    return renumbered(case, names)


def statusLine(case: Case) -> str:
    """Which segments are operated, blocked or not seen, on one line."""
    named = [f"{levelLabel(item.name)}: {code('segmentStatus', case.segments[item.name]).short}"
             for item in case.chain.segments if case.segmentStatus(item.name) != NATIVE]  # fmt: skip
    return "; ".join(named)


def sidesLine(case: Case) -> str:
    """Whether left and right are known in the volumes, on one line."""
    unknown = [titleOf(item) for item in case.positions
               if item.geometry is not None and not item.geometry.sidesKnown]  # fmt: skip
    if not unknown:
        return "The files of all volumes say which side is left."
    return f"The files do not say which side is left in: {', '.join(unknown)}."
