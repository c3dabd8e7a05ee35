"""Cases measured and told for the tests of Review, each once."""

from __future__ import annotations

from functools import lru_cache

from JudgedCases import phantom
from Measured import measured

from DynamicSpineLib.Jobs.Told import chosenRuleSets, tellMeasurement
from DynamicSpineLib.Session.ReviewContent import reviewContent


def told(case, draws=80, seed=1):
    """The measurement of a case, and what its readings say."""
    found = measured(case, draws, seed)
    return found, tellMeasurement(found, chosenRuleSets())


@lru_cache(maxsize=64)
def toldPhantom(name):
    """A scenario whose marks are true, with the usual noise stated."""
    return told(phantom(name))


@lru_cache(maxsize=64)
def review(name):
    """What Review shows of a scenario."""
    found, readings = toldPhantom(name)
    return reviewContent(found, readings[0])


def reviewOf(case, draws=80):
    """What Review shows of a case."""
    found, readings = told(case, draws)
    return reviewContent(found, readings[0])
