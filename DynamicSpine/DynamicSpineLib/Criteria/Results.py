"""The result of a rule at one level in one position or pair, as a value: a row of criteria.csv."""

from __future__ import annotations

from dataclasses import dataclass

MET, NOT_MET, UNDECIDED = "met", "notMet", "undecided"
NOT_ASSESSABLE, NOT_AVAILABLE = "notAssessable", "notAvailable"
RESULTS = (MET, UNDECIDED, NOT_MET, NOT_ASSESSABLE, NOT_AVAILABLE)

SURE, SURELY_NOT = 0.95, 0.05
"""Measurement certainty from which a rule is met, and up to which it is not met (design, section 7)."""


@dataclass(frozen=True)
class RuleResult:
    """A row of criteria.csv (docs/Criteria.md).

    clause: the one that fired, or came nearest. value, threshold: of its first condition. probability: measurement
    certainty that the rule is met, from the joint draws; None where nothing was judged. healthyShare: percent of
    healthy people who meet the rule, of healthyPopulation. confirmed: False where a mark behind it is not accepted.
    """

    case: str
    reader: str
    reading: str
    ruleSet: str
    ruleSetTitle: str
    ruleVersion: str
    rule: str
    title: str
    level: str
    position: str
    fromPosition: str
    result: str
    side: str = ""
    clause: str = ""
    clauseText: str = ""
    metric: str = ""
    method: str = ""
    value: float | None = None
    unit: str = ""
    operator: str = ""
    threshold: float | None = None
    probability: float | None = None
    reasonCode: str = ""
    direction: str = ""
    healthyShare: float | None = None
    healthyPopulation: str = ""
    healthySource: str = ""
    population: str = ""
    modality: str = ""
    evidence: str = ""
    source: str = ""
    scope: str = ""
    warnings: tuple[str, ...] = ()
    confirmed: bool = True
    isOwn: bool = False
    numbering: str = ""
    software: str = ""


def resultOf(probability: float) -> str:
    """met, undecided or notMet by the measurement certainty."""
    if probability >= SURE:
        return MET
    return NOT_MET if probability <= SURELY_NOT else UNDECIDED
