"""Cases judged for the tests: measured with draws, with the values, gates and results that came of it."""

from __future__ import annotations

from dataclasses import dataclass

from Measured import measured
from PhantomCases import phantomCase

from DynamicSpineLib.Criteria.CaseValues import CaseValues
from DynamicSpineLib.Criteria.Gates import GateKeeper
from DynamicSpineLib.Criteria.Judge import Judge
from DynamicSpineLib.Criteria.Results import RuleResult
from DynamicSpineLib.Criteria.RuleReader import shippedRuleSets
from DynamicSpineLib.Study.Case import Numbering

VERIFIED = Numbering("sacrum", confirmedBy="A. Reader")


def phantom(name, *positions):
    """A scenario of the phantom as a case, in some of its positions or all; made once."""
    return phantomCase(name, positions or None)


@dataclass(frozen=True)
class Judged:
    """What the tests look at."""

    values: CaseValues
    gates: GateKeeper
    results: tuple[RuleResult, ...]

    def of(self, rule, level="", position="", fromPosition=""):
        """The results of a rule, at a level, in a position or pair."""
        return [item for item in self.results if item.rule == rule
                and (not level or item.level == level) and (not position or item.position == position)
                and (not fromPosition or item.fromPosition == fromPosition)]  # fmt: skip

    def one(self, rule, level="", position="", fromPosition=""):
        """The only such result."""
        (found,) = self.of(rule, level, position, fromPosition)
        return found

    def outcomes(self, rule, level="", position=""):
        """(result, reason) of every such result, without repeats."""
        return {(item.result, item.reasonCode) for item in self.of(rule, level, position)}


def valuesOf(case, draws=100, seed=1):
    """The values of a case's first reading."""
    found = measured(case, draws, seed)
    return CaseValues(found.readings[0], found.rows)


def judged(case, *ruleSets, draws=100, seed=1):
    """A case judged by rule sets, or by the shipped ones of these ids."""
    values = valuesOf(case, draws, seed)
    gates = GateKeeper(values)
    sets = [shipped(item) if isinstance(item, str) else item for item in ruleSets]
    results = tuple(result for some in Judge(values, gates).steps(sets) for result in some)
    return Judged(values, gates, results)


def shipped(setId):
    """A shipped set."""
    return next(item for item in shippedRuleSets() if item.id == setId)
