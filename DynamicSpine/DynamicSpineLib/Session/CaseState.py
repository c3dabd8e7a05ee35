"""One line that says what a case has and what is missing next."""

from __future__ import annotations

from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.ReviewReadable import isReadable
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import unconfirmedNames
from DynamicSpineLib.Study.Marks import DEFINED
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Wording.Texts import counted


def caseState(session: CaseSession) -> str:
    """What is there and what is missing, in one or two sentences."""
    case = session.case
    if session.fault:
        return f"The case cannot be read: {session.fault}"
    levels = f"{case.chain.levels[0]} to {case.chain.levels[-1]}"
    there = f"{case.caseId}: {levels}, {counted(len(case.positions), 'position')}, {case.numbering.statement()}."
    saved = "Saved." if session.isSaved else "Not saved."
    return f"{there} {_missing(case)} {saved}"


def firstSection(case: Case) -> str:
    """The section of the panel that a case opens in: Review where positions can be compared, else what comes next."""
    if not case.positions:
        return "positions"
    marked = len(_marked(case))
    return "review" if marked >= min(2, len(case.positions)) and isReadable(case) else "landmarks"


def _marked(case: Case) -> list[Position]:
    """The positions that have marks."""
    return [item for item in case.positions if any(mark.status == DEFINED for mark in item.marks.landmarks.values())]


def _missing(case: Case) -> str:
    """The next thing to do."""
    if not case.positions:
        return "Next: add the positions."
    marked = _marked(case)
    if not marked:
        return "Next: place the marks in one position."
    if len(marked) < len(case.positions):
        names = ", ".join(item.shownTitle for item in case.positions if item not in marked)
        return f"No marks yet in: {names}."
    waiting = sum(len(unconfirmedNames(item.marks)) for item in case.positions)
    if waiting:
        return f"{counted(waiting, 'mark')} nobody has accepted yet."
    return "Every position has marks."
