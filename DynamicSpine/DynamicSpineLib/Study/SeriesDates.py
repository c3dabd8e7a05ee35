"""Dates of series: how far apart they were acquired."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import combinations

from DynamicSpineLib.Study.Position import Position

DAYS_APART_SAID = 30
"""Series farther apart than this are said to be so (clinical review, section 1.1)."""


def daysApart(positions: Sequence[Position]) -> int:
    """Whole days between the earliest and latest series whose date is known."""
    days = [day for position in positions if (day := _day(position.date)) is not None]
    return max((abs((first - second).days) for first, second in combinations(days, 2)), default=0)


def _day(text: str) -> date | None:
    match = re.match(r"(\d{4})-?(\d{2})-?(\d{2})", text)
    if match is None:
        return None
    try:
        return date(int(match.group(1)), int(match.group(2)), int(match.group(3)))
    except ValueError:
        return None
