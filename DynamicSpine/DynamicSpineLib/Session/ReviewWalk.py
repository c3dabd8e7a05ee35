"""Ways through Review: rows, columns, and the places worth a look one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from DynamicSpineLib.Session.ReviewContent import ReviewContent
from DynamicSpineLib.Session.ReviewLinks import Link, Stop
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineLib.Study.Case import Case


def rowOf(case: Case, levels: Sequence[str], place: str) -> str:
    """The grid's row of a chosen place: a segment's own; of a bone the segment below it, else the one above; or ""."""
    if place in levels:
        return place
    segments = [item for item in case.chain.segments if item.name in levels]
    below = next((item.name for item in segments if item.upper == place), "")
    return below or next((item.name for item in segments if item.lower == place), "")


def placeToShow(case: Case, link: Link | Stop) -> str:
    """The place that views can go to: the one named; of a region its row in the grid, else its middle bone."""
    region = next((item for item in case.chain.regions if item.name == link.level), None)
    if region is not None:
        levels = case.chain.levelsWithin(region)
        hasRow = any(segment.name == link.gridLevel for segment in case.chain.segmentsWithin(region))
        return link.gridLevel if hasRow else levels[len(levels) // 2]
    return link.level if link.level in case.chain.places else link.gridLevel


def stepped(items: Sequence[str], current: str, step: int) -> str:
    """The item so many steps on, or the last one in that direction; from none of them the first. "" without items."""
    if not items:
        return ""
    if current not in items:
        return items[0]
    return items[min(max(items.index(current) + step, 0), len(items) - 1)]


def stopIndex(case: Case, stops: Sequence[Stop], chosen: Chosen) -> int | None:
    """Which stop is chosen, or None."""
    return next((index for index, stop in enumerate(stops)
                 if (placeToShow(case, stop), stop.position) == (chosen.place, chosen.position)), None)  # fmt: skip


def nextStop(case: Case, stops: Sequence[Stop], chosen: Chosen, last: int) -> int | None:
    """The stop after the chosen one, or after the last one visited; after the last of all the first. None without any.

    last: the one visited last, -1 for none.
    """
    if not stops:
        return None
    here = stopIndex(case, stops, chosen)
    return ((last if here is None else here) + 1) % len(stops)


def firstLook(content: ReviewContent) -> Stop | None:
    """The place that Review opens with: what leads the sentences, else the first stop at the worst level.

    Where no stop is at the worst level, that level in the first position; None for a case without any.
    """
    headlines = [item.text for item in content.sentences if item.isHeadline]
    if content.stops and content.stops[0].why in headlines:
        return content.stops[0]
    here = [stop for stop in content.stops if stop.gridLevel == content.worstLevel]
    if here or not content.worstLevel:
        return next(iter(here or content.stops), None)
    return Stop(content.worstLevel, content.worstLevel, next(iter(content.positions), ""), "", "")
