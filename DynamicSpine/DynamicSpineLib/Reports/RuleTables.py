"""The rule sets as tables: what is met or undecided in full, what is not met or not judged in short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from DynamicSpineLib.Criteria.ImagingItems import imagingItems
from DynamicSpineLib.Criteria.Results import MET, NOT_ASSESSABLE, NOT_AVAILABLE, NOT_MET, UNDECIDED, RuleResult
from DynamicSpineLib.Criteria.RuleSets import Rule, RuleSet
from DynamicSpineLib.Findings.FindSlip import certaintyWords
from DynamicSpineLib.Findings.Speech import positionWords
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Wording.Codes import code
from DynamicSpineLib.Wording.Numbers import percentText, shownNumber, withUnit
from DynamicSpineLib.Wording.Texts import inList, placeLabel

_OPERATORS = {"<=": "\N{LESS-THAN OR EQUAL TO}", ">=": "\N{GREATER-THAN OR EQUAL TO}"}
_RESULT_WORDS = {MET: "met", UNDECIDED: "undecided", NOT_MET: "not met"}


@dataclass(frozen=True)
class RuleLine:
    """One result in full."""

    title: str
    clause: str
    place: str
    where: str
    value: str
    limit: str
    result: str
    isMet: bool
    certainty: str
    share: str
    basis: str
    provisional: bool


@dataclass(frozen=True)
class RuleRest:
    """A rule's results that are not met or not judged, in one line: rule and where."""

    title: str
    text: str


@dataclass(frozen=True)
class RuleTable:
    """A rule set: what it is, its results, the points of its imaging items, notes on shares of healthy people."""

    title: str
    scope: str
    notAssessed: str
    isOwn: bool
    lines: tuple[RuleLine, ...]
    rest: tuple[RuleRest, ...]
    items: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...]


def ruleTables(report: ReportInput) -> list[RuleTable]:
    """Every set that was judged at some level of the case, in the order of the sets."""
    tables = []
    for ruleSet in report.ruleSets:
        own = [item for item in report.ruleResults if item.ruleSet == ruleSet.id]
        if own:
            tables.append(_table(report, ruleSet, own))
    return tables


def _table(report: ReportInput, ruleSet: RuleSet, results: Sequence[RuleResult]) -> RuleTable:
    rules = {rule.id: rule for rule in ruleSet.rules}
    shown = [item for item in results if item.result in (MET, UNDECIDED)]
    shown.sort(key=lambda item: (item.result != MET, -(item.probability or 0.0)))
    rest = [item for item in results if item not in shown]
    items = tuple((placeLabel(item.level), item.sentence()) for item in imagingItems(ruleSet, results))
    missing = inList(list(ruleSet.clinicalItemsNotAssessed))
    lines = tuple(_line(report, rules[item.rule], item) for item in shown)
    noted = {item.rule: None for item in shown}
    notes = tuple((rules[name].title, rules[name].healthyShareNote) for name in noted if rules[name].healthyShareNote)
    return RuleTable(ruleSet.title, ruleSet.scope, missing, ruleSet.isOwn, lines, tuple(_rest(rest)), items, notes)


def _line(report: ReportInput, rule: Rule, item: RuleResult) -> RuleLine:
    value, limit = (_number(number, item) for number in (item.value, item.threshold))
    basis = [f"evidence {item.evidence}", "limit from X-ray or CT" if item.warnings else "", item.population]
    clause = item.clauseText if len(rule.clauses) > 1 else ""
    return RuleLine(
        item.title, clause, placeLabel(item.level, item.side), where(report, item), value,
        f"{_OPERATORS.get(item.operator, item.operator)} {limit}", _RESULT_WORDS[item.result], item.result == MET,
        certaintyWords(item), _share(item), "; ".join(word for word in basis if word), not item.confirmed,
    )  # fmt: skip


def _number(number: float | None, item: RuleResult) -> str:
    if number is None:
        return ""
    if item.metric.startswith("grade:"):
        return f"{number:.0f} {'step' if abs(number) == 1 else 'steps'}"
    return withUnit(shownNumber(number, item.unit), item.unit)


def _share(item: RuleResult) -> str:
    """How many healthy people meet a rule, for a column that says so."""
    if item.healthyShare is None:
        return "not known"
    return f"{percentText(item.healthyShare / 100.0)}: {item.healthyPopulation}"


def where(report: ReportInput, item: RuleResult) -> str:
    """The position or pair of a result in words; all positions for a range."""
    if not item.position:
        return "over the positions"
    end = positionWords(report.case, item.position)
    return f"{positionWords(report.case, item.fromPosition)} to {end}" if item.fromPosition else end


def _rest(results: Sequence[RuleResult]) -> list[RuleRest]:
    grouped: dict[str, dict[str, dict[str, None]]] = {}
    for item in results:
        reason = "not met" if item.result == NOT_MET else _reason(item)
        grouped.setdefault(item.title, {}).setdefault(reason, {})[placeLabel(item.level, item.side)] = None
    texts = {title: [f"{reason}: {', '.join(places)}" for reason, places in found.items()]
             for title, found in grouped.items()}  # fmt: skip
    return [RuleRest(title, "; ".join(parts)) for title, parts in texts.items()]


def _reason(item: RuleResult) -> str:
    short = code("reasonCode", item.reasonCode).short
    return f"not judged ({short})" if item.result == NOT_ASSESSABLE else f"no value ({short})"


def resultCounts(report: ReportInput) -> list[tuple[str, int]]:
    """How many results of each kind there are, in words."""
    words = {**_RESULT_WORDS, NOT_ASSESSABLE: "not judged", NOT_AVAILABLE: "without a value"}
    return [(word, sum(item.result == result for item in report.ruleResults)) for result, word in words.items()]
