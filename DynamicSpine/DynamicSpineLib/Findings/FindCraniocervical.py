"""Craniocervical limits one by one, each with its position and how many healthy people meet it; no count, no sum."""

from __future__ import annotations

from collections.abc import Iterator

from DynamicSpineLib.Criteria.CaseValues import Sample
from DynamicSpineLib.Criteria.Results import MET, NOT_ASSESSABLE, NOT_MET, UNDECIDED, RuleResult
from DynamicSpineLib.Findings.Finding import Finding
from DynamicSpineLib.Findings.FindSlip import certaintyWords
from DynamicSpineLib.Findings.Speech import changeWords, stateWords
from DynamicSpineLib.Findings.Story import Story
from DynamicSpineLib.Wording.Codes import code
from DynamicSpineLib.Wording.Numbers import percentText
from DynamicSpineLib.Wording.Texts import inList

_SET = "craniocervicalLimits"
# Hard anatomy leads, angles and lines follow (clinical review, section 3).
_LIKELY = 0.5
_RARE_PERCENT = 5.0
_HARD_ANATOMY = ("padi", "mcrae", "tonsil", "adi")


def craniocervicalFindings(story: Story) -> list[Finding]:
    """Limits that were met or are undecided, hard anatomy first; what was not judged, and why."""
    results = [item for item in story.results if item.ruleSet == _SET]
    shown = [item for item in results
             if item.result == MET or (item.result == UNDECIDED and (item.probability or 0.0) >= _LIKELY)]  # fmt: skip
    doubtful = [item for item in results if item.result == UNDECIDED and item not in shown]
    found = [_limit(story, item) for item in sorted(shown, key=_order)]
    judged = [item for item in results if item.result in (MET, UNDECIDED, NOT_MET)]
    if judged and not shown and not doubtful:
        found.append(story.say("craniocervicalNone", {"count": len(judged)},
                               confirmed=all(item.confirmed for item in judged)))  # fmt: skip
    if doubtful:
        found.append(story.say("craniocervicalDoubtful", {"count": len(doubtful)},
                               confirmed=all(item.confirmed for item in doubtful)))  # fmt: skip
    if shown:
        found.append(story.say("craniocervicalCohort"))
    return [*found, *_notAssessed(story, results)]


def _order(result: RuleResult) -> tuple[bool, bool]:
    return (result.metric not in _HARD_ANATOMY, result.result != MET)


def _limit(story: Story, item: RuleResult) -> Finding:
    isChange = bool(item.fromPosition)
    if isChange:
        sample = story.values.change(item.metric, item.level, item.fromPosition, item.position)
        value = changeWords(item.metric, sample)
        where = f"from {story.position(item.fromPosition)} to {story.position(item.position)}"
    else:
        sample = story.values.state(item.metric, item.level, item.position)
        value, where = stateWords(item.metric, sample), story.position(item.position)
    certainty = certaintyWords(item)
    word = "met" if item.result == MET else "undecided"
    blanks = {"title": item.title, "position": where, "value": value,
              "result": f"{word} (measurement certainty {certainty})", "share": shareWords(item)}  # fmt: skip
    positions = (item.fromPosition, item.position) if isChange else (item.position,)
    return story.say("craniocervicalMet", blanks, isHeadline=_leads(story, item, sample), rank=2.8,
                     level=item.level, positions=positions, metric=item.metric, value=sample.value,
                     lower95=sample.lower95, upper95=sample.upper95, unit=sample.unit,
                     confirmed=sample.confirmed)  # fmt: skip


def _leads(story: Story, item: RuleResult, sample: Sample) -> bool:
    """True for a met limit that few healthy people reach; one from memory, or from a position in doubt, never leads."""
    inDoubt = any(story.doubts.words(position) for position in (item.fromPosition, item.position))
    if item.result != MET or item.evidence == "M" or inDoubt:
        return False
    if item.fromPosition:
        return story.family.reachOf(sample) > 0.0
    if not _isFarBeyond(story, item, sample):
        return False
    isRare = item.healthyShare is not None and item.healthyShare <= _RARE_PERCENT
    return isRare or item.metric in _HARD_ANATOMY


def _isFarBeyond(story: Story, item: RuleResult, sample: Sample) -> bool:
    """True for a value beyond its limit by more than the case-wise noise: several positions are looked at."""
    if sample.value is None or sample.sd is None or item.threshold is None or story.family.limit is None:
        return False
    return abs(sample.value - item.threshold) > story.family.limit * sample.sd


def shareWords(item: RuleResult) -> str:
    """How many healthy people meet a rule, or that it is not known."""
    if item.healthyShare is None:
        return "share of healthy people not known"
    return f"{percentText(item.healthyShare / 100.0)} of healthy people meet it ({item.healthyPopulation})"


def _notAssessed(story: Story, results: list[RuleResult]) -> Iterator[Finding]:
    reasons: dict[str, list[str]] = {}
    for item in results:
        if item.result == NOT_ASSESSABLE and item.reasonCode != "otherModality":
            reasons.setdefault(item.reasonCode, []).append(item.title)
    for reason, titles in reasons.items():
        unique = list(dict.fromkeys(titles))
        named = inList([title[:1].lower() + title[1:] for title in unique[:6]])
        more = f" and {len(unique) - 6} more" if len(unique) > 6 else ""
        short = code("reasonCode", reason).short
        yield story.say("craniocervicalNotAssessed", {"titles": named + more, "reason": short})
