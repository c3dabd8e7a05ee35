"""Which rule sets are judged, and what every reading of a measured case says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from DynamicSpineLib.Criteria.Results import RuleResult
from DynamicSpineLib.Criteria.RuleReader import readRuleSet, shippedRuleSets
from DynamicSpineLib.Criteria.RuleSets import RuleSet
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Findings.Finding import CaseFindings
from DynamicSpineLib.Findings.Tell import tellSteps
from DynamicSpineLib.Jobs.MetricTexts import SOFTWARE
from DynamicSpineLib.Metrics.MeasureCase import CaseMeasurement
from DynamicSpineLib.Progress import Steps, runSteps, stepsWithin
from DynamicSpineLib.Study.FaultList import nearest


@dataclass(frozen=True)
class ToldReading:
    """Findings and rule results of one reading."""

    reader: str
    reading: str
    findings: CaseFindings
    results: tuple[RuleResult, ...]


def chosenRuleSets(wanted: Sequence[str] = ()) -> tuple[RuleSet, ...]:
    """The sets that are on, those that are named, and a user's own from files.

    wanted: ids of shipped sets, or paths of JSON files. Raises InputError for what is neither, or for a faulty file.
    """
    shipped = {item.id: item for item in shippedRuleSets()}
    chosen = {item.id: item for item in shipped.values() if item.on}
    for text in wanted:
        if text in shipped:
            chosen[text] = shipped[text]
            continue
        path = Path(text)
        if not path.exists():
            like = nearest(text, list(shipped))
            hint = f" (nearest: '{like}')" if like else ""
            raise InputError(f"--criteria {text}: neither a file nor one of the sets {', '.join(shipped)}{hint}")
        own = readRuleSet(path)
        if own.id in shipped:
            raise InputError(f"{path.name}: the id '{own.id}' is that of a set that ships; give your own another one")
        if own.id in chosen:
            raise InputError(f"{path.name}: the id '{own.id}' is that of another set named with --criteria")
        chosen[own.id] = own
    return tuple(chosen.values())


def tellMeasurement(measured: CaseMeasurement, ruleSets: Sequence[RuleSet]) -> tuple[ToldReading, ...]:
    """Findings and rule results of every reading, in the measurement's order."""
    return runSteps(tellMeasurementSteps(measured, ruleSets))


def tellMeasurementSteps(measured: CaseMeasurement, ruleSets: Sequence[RuleSet]) -> Steps[tuple[ToldReading, ...]]:
    """What `tellMeasurement` gives, in short steps."""
    told, share = [], 1.0 / len(measured.readings)
    for number, (values, ranked) in enumerate(zip(measured.readings, measured.rankedPlaces, strict=True)):
        steps = tellSteps(values, measured.rows, ranked, ruleSets, SOFTWARE)
        findings, results = yield from stepsWithin(steps, number * share, (number + 1) * share)
        told.append(ToldReading(values.reader, values.reading, findings, results))
    return tuple(told)
