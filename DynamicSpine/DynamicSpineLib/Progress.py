"""Progress of long work: generators of short steps, driven by whoever shows them."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Step:
    """One finished step: the fraction done (0 to 1) and what was done, in words."""

    fraction: float
    message: str


Steps = Generator[Step, None, Result]
ShowStep = Callable[[Step], None]


def stepsWithin(steps: Steps[Result], low: float, high: float, told: str = "") -> Steps[Result]:
    """The steps of a part of the work, from one fraction of the whole to another; `told` is added to what they say."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return end.value
        yield Step(low + (high - low) * step.fraction, step.message + told)


def runSteps(steps: Steps[Result], show: ShowStep | None = None) -> Result:
    """Drive a generator of steps to its end and return its result, showing each step if asked."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            return end.value
        if show is not None:
            show(step)
