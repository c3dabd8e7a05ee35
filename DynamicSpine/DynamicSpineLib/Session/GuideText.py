"""What the guide says: the mark that comes next, how to find it, and what to do when nothing is left."""

from __future__ import annotations

from dataclasses import dataclass

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Session.CarryChoice import carryChoice
from DynamicSpineLib.Session.Guide import (
    NOT_VISIBLE,
    OPEN,
    PLACED,
    SKIPPED,
    UNCONFIRMED,
    WantedMark,
    countOf,
    countsByPosition,
)
from DynamicSpineLib.Session.MarkingDesk import MarkingDesk
from DynamicSpineLib.Session.MarkSearch import waitingNames
from DynamicSpineLib.Session.VerdictRows import verdictLight
from DynamicSpineLib.Study.CarryState import CHECK, FAILED
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Wording.Texts import capitalized, inList, levelLabel


@dataclass(frozen=True)
class GuideText:
    """heading: what is asked ("Place next"); title: the mark; hint: how to find it; where: its slice and the counts."""

    heading: str
    title: str
    hint: str
    where: str


_HEADINGS = {OPEN: "Place next", UNCONFIRMED: "Look at", PLACED: "Placed", NOT_VISIBLE: "Not visible here",
             SKIPPED: "Skipped for now"}  # fmt: skip


def guideText(desk: MarkingDesk) -> GuideText:
    """What the guide says now."""
    if desk.session is None or desk.position is None:
        return GuideText("", "No position to mark", "Add a position first, in the section Positions.", "")
    asked = desk.asked()
    if asked is None:
        return _nothingLeft(desk, desk.session.case, desk.position)
    return GuideText(_HEADINGS[asked.status], asked.title, _hint(desk, asked), _where(desk, asked))


def _where(desk: MarkingDesk, asked: WantedMark) -> str:
    here = countOf(item for item in desk.marks() if item.place == asked.place)
    optional = "; optional" if asked.isOptional else ""
    return f"{capitalized(asked.plane)}{optional}. {levelLabel(asked.place)}: {here.text}."


def _hint(desk: MarkingDesk, asked: WantedMark) -> str:
    if asked.kind != "point" and asked.status == OPEN:
        return f"{asked.hint} Outlines are optional; they are predicted where marks are carried."
    if asked.status == UNCONFIRMED:
        return f"{_reason(desk, asked, CHECK)} Accept it, or drag it to its place.".strip()
    if asked.status == OPEN:
        return f"{asked.hint} {_reason(desk, asked, FAILED)}".strip()
    if asked.status == PLACED:
        return f"{asked.hint} Drag it in a view to correct it."
    return asked.hint


def _reason(desk: MarkingDesk, asked: WantedMark, verdict: str) -> str:
    """Why a mark's bone is to be looked at, or was not found; empty where its light is another one."""
    if desk.session is None or desk.position is None or not boneOfMark(asked.name):
        return ""
    light = verdictLight(desk.session.case, asked.place, desk.position)
    return light.reasons[0] if light.light == verdict and light.reasons else ""


def _nothingLeft(desk: MarkingDesk, case: Case, position: Position) -> GuideText:
    marks = desk.marks()
    if not marks:
        return GuideText("", "Nothing is asked for", "Choose under \u201cWhat to mark\u201d which marks to place.", "")
    count = countOf(marks)
    skipped = sum(item.status == SKIPPED for item in marks)
    if skipped:
        left = "the skipped mark" if skipped == 1 else f"the {skipped} skipped marks"
        hint = f"Go on to {left} with the arrow or N."
        return GuideText("Nearly done", f"{position.shownTitle}: all but {left}", hint, f"{count.text} placed.")
    title = f"{position.shownTitle}: everything asked for is marked"
    return GuideText("Done here", title, _nextStep(desk, case, position), f"{count.text} placed.")


def _nextStep(desk: MarkingDesk, case: Case, position: Position) -> str:
    """What to do when a position is done: carry, look at carried marks, or mark the next position."""
    waiting = [item.shownTitle for item in case.positions if item.id != position.id and waitingNames(item.marks)]
    if waiting:
        return f"Next: look at the carried marks of {inList(waiting)}."
    counts = countsByPosition(case, desk.marking)
    empty = [item for item in case.positions if item.id != position.id and not counts[item.id].isSettled]
    if not empty:
        return "Every position is marked: see Results."
    titles = inList([item.shownTitle for item in empty])
    if not carryChoice(case).whyNot:
        return f"Next: carry these marks to {titles}."
    return f"Next: mark {titles}."
