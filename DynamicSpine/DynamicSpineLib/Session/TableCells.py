"""Cells of the panel's tables of values: the report's own words, with signs for real changes."""

from __future__ import annotations

from dataclasses import dataclass

from DynamicSpineLib.Metrics.Measurement import MOTION, RowKey
from DynamicSpineLib.Reports.Cells import Footnotes, differenceCell, stateCell
from DynamicSpineLib.Session.LiveValues import LiveValues
from DynamicSpineLib.Session.ShownValue import ShownValue
from DynamicSpineLib.Wording.Codes import code
from DynamicSpineLib.Wording.Words import metricWords

FORWARD, BACKWARD = "\N{LEFTWARDS ARROW}", "\N{RIGHTWARDS ARROW}"
LARGER, SMALLER, MOVED = "\N{UPWARDS ARROW}", "\N{DOWNWARDS ARROW}", "\N{LEFT RIGHT ARROW}"
ARROWS = (
    (LARGER, "larger, beyond its noise"), (SMALLER, "smaller, beyond its noise"),
    (FORWARD, "more forward, beyond its noise"), (BACKWARD, "more backward, beyond its noise"),
    (MOVED, "motion beyond its noise"),
)  # fmt: skip
"""Signs of changes beyond their noise, with words; on sagittal pictures forward is left, as in the grid of Review."""

_NO_LETTERS = Footnotes({})


@dataclass(frozen=True)
class TableCell:
    """What stands in one cell.

    key: the value that its tooltip and a click are about. text: the value with its direction, in a column's unit where
    the column has one; interval: its 95 % interval. change: against the compared position, with changeInterval; sign:
    the arrow of a real change. verdict: that a difference is too imprecise to tell, or its noise not known. missing:
    why there is no value. stale: noise, interval and verdict are of an earlier state. spoken: signs in words, for those
    who do not see them. number: the stored value, for sorting and copying.
    """

    key: RowKey
    text: str = ""
    interval: str = ""
    change: str = ""
    changeInterval: str = ""
    sign: str = ""
    verdict: str = ""
    missing: str = ""
    provisional: bool = False
    faint: bool = False
    stale: bool = False
    spoken: str = ""
    number: float | None = None
    changeNumber: float | None = None


def stateTableCell(live: LiveValues, key: RowKey, changeKey: RowKey | None, everyChange: bool = False) -> TableCell:
    """A value in one position, with its change against the compared position: where it is real, or always."""
    state = live.cell(key)
    if not state.isThere:
        return TableCell(key, missing=state.missing)
    change = live.cell(changeKey) if changeKey is not None else None
    known = change is not None and change.isThere
    cell = stateCell(state.row, change.row if change is not None else None, _NO_LETTERS)
    isShown = change is not None and known and (everyChange or change.isRealChange)
    difference = differenceCell(change.row, _NO_LETTERS) if change is not None and isShown else None
    stale = state.stale or (change is not None and known and change.stale)
    sign = arrow(change) if change is not None else ""
    verdict = change.verdict if change is not None else ""
    provisional = state.provisional or (change is not None and change.provisional)
    return TableCell(
        key, cell.value, cell.interval, difference.value if difference else "",
        difference.interval if difference else "", sign, verdict, "", provisional, False, stale,
        _spoken(sign, verdict, provisional), state.value, change.value if change is not None else None,
    )  # fmt: skip


def motionTableCell(live: LiveValues, key: RowKey) -> TableCell:
    """How a level moved from one position to another."""
    motion = live.cell(key)
    cell = differenceCell(motion.row, _NO_LETTERS)
    if not motion.isThere:
        return TableCell(key, missing=cell.missing)
    verdict = motion.verdict
    sign = arrow(motion)
    return TableCell(
        key, cell.value, cell.interval, sign=sign, verdict=verdict, provisional=cell.provisional,
        faint=cell.faint, stale=motion.stale, spoken=_spoken(sign, verdict, cell.provisional), number=motion.value,
    )  # fmt: skip


def arrow(value: ShownValue) -> str:
    """The sign of a change beyond its noise; empty for others, and for places, which have no zero."""
    row = value.row
    words = metricWords(row.metric)
    if not value.isRealChange or row.value is None or words.isLocation:
        return ""
    pair = words.pair(row.kind)
    word = "" if pair is None else pair[0] if row.value > 0 else pair[1]
    for part, sign in (("forward", FORWARD), ("backward", BACKWARD)):
        if part in word.split():
            return sign
    if row.kind == MOTION:
        return MOVED
    return LARGER if row.value > 0 else SMALLER


def _spoken(sign: str, verdict: str, provisional: bool) -> str:
    """The signs of a cell in words."""
    words = [dict(ARROWS).get(sign, ""), verdict, code("confirmed", "0").short if provisional else ""]
    return ", ".join(word for word in words if word)
