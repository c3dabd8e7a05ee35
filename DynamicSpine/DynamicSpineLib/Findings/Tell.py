"""Puts a case's findings together: sections in their order, at most five key sentences, text for the dictation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Criteria.CaseValues import CaseValues
from DynamicSpineLib.Criteria.Gates import GateKeeper
from DynamicSpineLib.Criteria.Judge import Judge
from DynamicSpineLib.Criteria.Results import MET, UNDECIDED, RuleResult
from DynamicSpineLib.Criteria.RuleSets import RuleSet
from DynamicSpineLib.Findings.Dictation import dictation
from DynamicSpineLib.Findings.Family import familyOf
from DynamicSpineLib.Findings.FindAlignment import alignmentFindings
from DynamicSpineLib.Findings.FindCarried import carriedFindings
from DynamicSpineLib.Findings.FindContact import contactFindings, gradeFindings
from DynamicSpineLib.Findings.FindCraniocervical import craniocervicalFindings, shareWords
from DynamicSpineLib.Findings.FindForamen import foramenFindings
from DynamicSpineLib.Findings.Finding import CaseFindings, Finding, FindingSection
from DynamicSpineLib.Findings.FindLimits import SMALL_LIMIT_RANK, limitFindings
from DynamicSpineLib.Findings.FindNarrowing import (
    narrowestFindings,
    narrowingFindings,
    narrowingWords,
    nothingNarrowed,
)
from DynamicSpineLib.Findings.FindSlip import certaintyWords, slipFindings
from DynamicSpineLib.Findings.FindSymptoms import symptomFindings
from DynamicSpineLib.Findings.Grid import LIKELY, grid
from DynamicSpineLib.Findings.Story import Story, doubtsOf
from DynamicSpineLib.Metrics.Extremes import RankedPlace
from DynamicSpineLib.Metrics.Measurement import Measurement
from DynamicSpineLib.Metrics.ReadingValues import ReadingValues
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Wording.Texts import levelLabel

_NAMED_UNDECIDED = 2
_NAMED_MET = 3
_GRADE = "{grade}"
_TOLD_ELSEWHERE = ("craniocervicalLimits", "slipBehavior")


def tellSteps(
    measured: ReadingValues, rows: Sequence[Measurement], ranked: Sequence[RankedPlace], ruleSets: Iterable[RuleSet],
    software: str = "",
) -> Steps[tuple[CaseFindings, tuple[RuleResult, ...]]]:  # fmt: skip
    """The findings and rule results of one reading; a generator of short steps.

    rows: all rows of the measurement, of which this reading's are used. ranked: its worst places (Metrics/Extremes.py).
    ruleSets: those to be judged.
    """
    values = CaseValues(measured, rows)
    gates = GateKeeper(values)
    results: list[RuleResult] = []
    for some in Judge(values, gates, software).steps(ruleSets):
        results.extend(some)
        yield Step(0.0, "judging rules")
    doubts = doubtsOf(values, gates)
    yield Step(0.7, "checking labels")
    family = familyOf(values, doubts.levels)
    yield Step(0.8, "telling findings")
    return _told(Story(values, gates, family, tuple(results), tuple(ranked), doubts)), tuple(results)


def _told(story: Story) -> CaseFindings:
    found = _findings(story)
    headlines = tuple(sorted((item for item in found if item.isHeadline), key=lambda item: item.rank))
    key = _keyFindings(found, headlines)
    content = packageData("Findings", "templates.json")
    sections = tuple(
        FindingSection(item["id"], item["title"], tuple(each for each in found if each.section == item["id"]))
        for item in content["sections"]
    )
    return CaseFindings(
        sections=tuple(item for item in sections if item.findings), keyFindings=key, headlines=headlines,
        dictation=dictation(story, found, headlines), grid=grid(story), worstLevel=_worstLevel(story, headlines),
        numbering=story.case.numbering.statement(), lookedAt=len(story.family.changes),
        familyLimit=story.family.limit,
    )  # fmt: skip


def _findings(story: Story) -> list[Finding]:
    """Every sentence; within a section the gravest limits and the headlines lead."""
    numbers = narrowingWords(story)
    grades = gradeFindings(story, numbers)
    said = {item.level for item in grades if item.isHeadline}
    narrowed = narrowingFindings(story, said)
    missed = [*grades, *narrowed]
    if not story.values.routine:
        missed.insert(0, story.say("cannotState", rank=0.05))
    elif not narrowed and not said:
        missed.extend(nothingNarrowed(story))
    contact, slips = contactFindings(story), slipFindings(story)
    leading = [item for item in (*contact, *missed, *slips) if item.isHeadline]
    found = [*limitFindings(story), *carriedFindings(story), *contact, *missed, *narrowestFindings(story),
             *slips, *_met(story, leading), *_undecided(story), *foramenFindings(story), *alignmentFindings(story),
             *craniocervicalFindings(story), *symptomFindings(story)]  # fmt: skip
    limits = sorted((item for item in found if item.section == "limits"), key=lambda item: item.rank)
    return [*limits, *(item for item in found if item.section != "limits")]


def _met(story: Story, headlines: Iterable[Finding]) -> list[Finding]:
    """Rules met at levels that lead the case or where a reader saw contact, each with its share of healthy people.

    Of the many rules judged some are met by chance; those at other levels stand in the table alone, as do those that
    are told in their own sections.
    """
    levels = {item.level for item in headlines if item.level}
    positions = story.values.positionIds
    levels |= {name for name in story.nativeSegments if any(story.gates.hasContact(name, item) for item in positions)}
    best: dict[tuple[str, str], RuleResult] = {}
    for item in story.results:
        if item.result == MET and item.ruleSet not in _TOLD_ELSEWHERE and item.unit != _GRADE and item.level in levels:
            best.setdefault((item.level, item.rule), item)
    if not best:
        return []
    named = [f"{_openWords(item)}, {shareWords(item)}" for item in list(best.values())[:_NAMED_MET]]
    more = f"; {len(best) - _NAMED_MET} more in the table of rules" if len(best) > _NAMED_MET else ""
    return [story.say("rulesMet", {"rules": "; ".join(named) + more}, confirmed=_accepted(best.values()),
                      **_placeOf(next(iter(best.values()))))]  # fmt: skip


def _undecided(story: Story) -> list[Finding]:
    """Rules that the measurement cannot decide, with their certainty: they lead, and do not hide in the tail."""
    open_ = [item for item in story.results
             if item.result == UNDECIDED and item.ruleSet != "craniocervicalLimits"]  # fmt: skip
    if not open_:
        return []
    best: dict[tuple[str, str, float | None], RuleResult] = {}
    for item in open_:
        key = (item.level, item.metric, item.threshold)
        if key not in best or (item.probability or 0.0) > (best[key].probability or 0.0):
            best[key] = item
    ordered = sorted(best.values(), key=lambda item: -(item.probability or 0.0))
    likely = [item for item in ordered if (item.probability or 0.0) >= LIKELY][:_NAMED_UNDECIDED]
    if not likely:
        return [story.say("undecidedFew", {"count": len(ordered)}, confirmed=_accepted(ordered),
                          **_placeOf(ordered[0]))]  # fmt: skip
    named = "; ".join(_openWords(item) for item in likely)
    more = f"; {len(ordered) - len(likely)} more in the table of rules" if len(ordered) > len(likely) else ""
    return [story.say("undecided", {"rules": named + more}, confirmed=_accepted(ordered), **_placeOf(likely[0]))]


def _placeOf(item: RuleResult) -> dict[str, Any]:
    """Where a rule was judged, as facts of a finding."""
    positions = tuple(each for each in (item.fromPosition, item.position) if each)
    return {"level": item.level, "side": item.side, "positions": positions, "metric": item.metric}


def _accepted(results: Iterable[RuleResult]) -> bool:
    """True where every mark behind the results is accepted."""
    return all(item.confirmed for item in results)


def _openWords(item: RuleResult) -> str:
    title = item.title[:1].lower() + item.title[1:]
    return f"{levelLabel(item.level)}, {title} (measurement certainty {certaintyWords(item)})"


def _keyFindings(found: list[Finding], headlines: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The first limit, the headlines, and where there are none, what could not have been told from noise."""
    most = packageData("Findings", "templates.json")["mostKeySentences"]
    limits = [item for item in found if item.section == "limits"]
    cannot = [item for item in found if item.id == "cannotState"]
    lead = [*(item for item in limits[:1] if item.rank < SMALL_LIMIT_RANK), *cannot]
    quiet = [item for item in found if item.id in ("missedNothing", "slipNothing", "cordContactNone")]
    undecided = [item for item in found if item.id == "undecided"]
    chosen = [*lead, *headlines[: most - len(lead)]]
    others = [item for item in limits[1:] if item.rank < SMALL_LIMIT_RANK]
    met = [item for item in found if item.id == "rulesMet"]
    for item in (*met, *quiet, *undecided, *others):
        if len(chosen) < most and item not in chosen:
            chosen.append(item)
    return tuple(chosen)


def _worstLevel(story: Story, headlines: tuple[Finding, ...]) -> str:
    """The segment that the strip shows: the first headline's, else where the canal is smallest."""
    names = [segment.name for segment in story.case.chain.segments]
    leading = next((item.level for item in headlines if item.level in names), "")
    if leading:
        return leading
    ranked = [item for item in story.ranked if item.metric in ("duralSacArea", "spaceAvailable", "canalApDisc")]
    return ranked[0].level if ranked else (names[-1] if names else "")

