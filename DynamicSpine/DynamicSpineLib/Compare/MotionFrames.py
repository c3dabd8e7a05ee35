"""The frames of a motion from position to position: which are observed, and what must be written on each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from DynamicSpineLib.Errors import InputError

INTERPOLATED = "interpolated, not observed"

DWELL_SHARE = 0.15
"""Share of a leg's time for which a play stands still at either end of it."""


@dataclass(frozen=True)
class Leg:
    """The way between two neighboring positions of a motion.

    levels: the vertebrae that take part, cranial to caudal. leftOut: the others, one sentence each.
    """

    start: str
    end: str
    levels: tuple[str, ...]
    leftOut: tuple[str, ...] = ()


@dataclass(frozen=True)
class MotionFrame:
    """One picture of a motion: leg (from 0), fraction of it (0 to 1), and the words that go on the picture.

    position: the real position that it shows, empty between two. isObserved: True exactly there.
    """

    leg: int
    fraction: float
    position: str
    caption: str

    @property
    def isObserved(self) -> bool:
        """True only at a real position."""
        return bool(self.position)


def frameOf(legs: Sequence[Leg], leg: int, fraction: float) -> MotionFrame:
    """The frame at a fraction of a leg."""
    start, end = legs[leg].start, legs[leg].end
    if fraction in (0.0, 1.0):
        position = end if fraction else start
        return MotionFrame(leg, fraction, position, position)
    return MotionFrame(leg, fraction, "", f"between {start} and {end}: {INTERPOLATED}")


def framesOf(legs: Sequence[Leg], between: int, dwell: int) -> tuple[MotionFrame, ...]:
    """`dwell` equal frames at every real position and `between` in each leg, slower near the positions.

    A closed way ends with its last frame between, so that a loop stands no longer at its start than elsewhere.
    Raises InputError for fewer than one frame.
    """
    if between < 1 or dwell < 1:
        raise InputError("a motion needs at least one frame at each position and one between two")
    frames = []
    for leg in range(len(legs)):
        frames += [frameOf(legs, leg, 0.0)] * dwell
        frames += [frameOf(legs, leg, eased((index + 1) / (between + 1))) for index in range(between)]
    isClosed = legs[-1].end == legs[0].start
    return tuple(frames if isClosed else frames + [frameOf(legs, len(legs) - 1, 1.0)] * dwell)


def eased(share: float) -> float:
    """From 0 to 1 with no speed at either end."""
    return 0.5 - 0.5 * math.cos(math.pi * share)


def easedFraction(share: float) -> float:
    """The fraction of a leg after a share (0 to 1) of its time: standing still at both ends, eased between."""
    if share <= DWELL_SHARE:
        return 0.0
    if share >= 1.0 - DWELL_SHARE:
        return 1.0
    return eased((share - DWELL_SHARE) / (1.0 - 2.0 * DWELL_SHARE))
