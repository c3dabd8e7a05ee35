"""What a user chooses from over the table of results: groups of metrics, levels, and a position or a pair."""

from __future__ import annotations

from DynamicSpineLib.Metrics.Measurement import CHANGE, MOTION, STATE, RowKey
from DynamicSpineLib.Reports.MotionTables import pairTitle
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Session.LiveValues import LiveValues
from DynamicSpineLib.Session.MetricGroups import MetricGroup, metricGroups
from DynamicSpineLib.Session.TableCells import ARROWS, TableCell
from DynamicSpineLib.Session.TablePlan import Ends, declaredInOrder
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Wording.Texts import capitalized, clean, levelLabel

ALL_LEVELS = ""
SIGNS = tuple(sign for sign, _ in ARROWS)
STALE_SIGN, UNDECIDED_SIGN = "\N{HORIZONTAL ELLIPSIS}", "?"


def groupChoices(live: LiveValues) -> tuple[tuple[str, str], ...]:
    """Id and title of the groups with a measure that is defined somewhere in the case."""
    defined = {(key[0], key[1]) for key in live.cells}
    return tuple((group.id, group.title) for group in metricGroups()
                 if any((group.kind, item.id) in defined for item in group.metrics))  # fmt: skip


def levelChoices(case: Case) -> tuple[tuple[str, str], ...]:
    """All levels, each region, each segment: the place and its words."""
    chain = case.chain
    places = [*(item.name for item in chain.regions), *(item.name for item in chain.segments)]
    return ((ALL_LEVELS, "All levels"), *((place, levelLabel(place)) for place in places))


def levelsOf(case: Case, place: str) -> frozenset[str]:
    """The vertebrae that a choice of levels shows; empty for all."""
    chain = case.chain
    region = next((item for item in chain.regions if item.name == place), None)
    if region is not None:
        return frozenset(chain.levelsWithin(region))
    segment = chain.segment(place) if place else None
    return frozenset((segment.upper, segment.lower)) if segment is not None else frozenset()


def endsChoices(case: Case, group: MetricGroup) -> tuple[tuple[Ends, str], ...]:
    """The positions of a case with their titles; for motion the pairs that a question was asked of."""
    report = ReportInput(case, (), ())
    if group.kind == STATE:
        return tuple((("", item.id), clean(capitalized(report.positionTitle(item.id)))) for item in case.positions)
    return tuple(((pair.fromPosition, pair.toPosition), clean(capitalized(pairTitle(report, pair))))
                 for pair in declaredInOrder(case))  # fmt: skip


def fittedEnds(choices: tuple[tuple[Ends, str], ...], position: str, compared: str, last: Ends) -> Ends | None:
    """The positions to show: those that are looked at, else those shown last, else the first that end there."""
    known = [ends for ends, _ in choices]
    wanted = [("", position), (compared, position)]
    wanted += [last] if last[1] == position or last[0] == position else []
    return next((ends for ends in [*wanted, *(item for item in known if item[1] == position), last] if ends in known),
                known[0] if known else None)  # fmt: skip


def placeToChoose(case: Case, key: RowKey) -> str | None:
    """The level or segment that a value lies at; None for a region, which views cannot go to."""
    return key[2] if key[2] in case.chain.places else None


def comparedIn(key: RowKey) -> str:
    """The position that a value compares with, empty for one position."""
    return key[5] if key[0] in (CHANGE, MOTION) else ""


def cellLines(cell: TableCell, withIntervals: bool) -> tuple[str, ...]:
    """A cell in lines: the value; beside other positions also its change or its own interval.

    An arrow says that a change or motion is real, a question mark that it is too imprecise to tell; an ellipsis that
    noise is of an earlier state of the marks. The arrow stands behind a position's value, before a difference.
    """
    if cell.missing:
        return (cell.missing,)
    waits = f" {STALE_SIGN}" if cell.stale else ""
    mark = cell.sign or (UNDECIDED_SIGN if cell.verdict else "")
    if cell.key[0] == MOTION:
        lines = [f"{mark} {cell.text}".strip(), cell.interval]
    elif withIntervals and cell.change:
        lines = [cell.text, f"{mark} {cell.change}".strip(), cell.changeInterval]
    else:
        lines = [f"{cell.text} {cell.sign}".strip(), cell.interval]
    kept = [line for line in lines if line][: None if withIntervals else 1]
    short = [line.removeprefix("between ").replace(" and ", " to ") for line in kept]
    return (*short[:-1], short[-1] + waits)
