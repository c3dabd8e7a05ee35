"""Slips: where they are told from noise, what they do over the positions, and what was not examined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Criteria.CaseValues import CaseValues, Sample
from DynamicSpineLib.Criteria.Places import excursionRegion
from DynamicSpineLib.Criteria.Results import MET, SURE, UNDECIDED, RuleResult
from DynamicSpineLib.Findings.Family import WatchedChange, partOf
from DynamicSpineLib.Findings.Finding import Finding
from DynamicSpineLib.Findings.Speech import changeWords, plainValue, stateWords
from DynamicSpineLib.Findings.Story import Story
from DynamicSpineLib.Metrics.Extremes import SEPARABLE_SHARE
from DynamicSpineLib.Wording.Numbers import percentText
from DynamicSpineLib.Wording.Texts import inList, levelLabel
from DynamicSpineLib.Wording.Words import directedWithUnit, metricWords

_BAND_SET = "slipBehavior"
_BACKWARD_MM = 0.0


@dataclass(frozen=True)
class SlipLevel:
    """What is known of one level's slip: whether it is one, and the pairs in which it changes beyond all noise."""

    level: str
    isSlip: bool
    moving: tuple[WatchedChange, ...]


def slipFindings(story: Story) -> list[Finding]:
    """One group of sentences for each level with a slip or a shift that stands out."""
    found: list[Finding] = []
    for level in story.nativeSegments:
        if level in story.gates.tilted or level not in story.values.places("slip"):
            continue
        judged = _judged(story, level)
        if judged.moving:
            found.extend(_changing(story, judged))
        elif judged.isSlip:
            found.extend(_present(story, judged))
    return found or _nothing(story)


def _figures() -> dict[str, Any]:
    figures: dict[str, Any] = packageData("Findings", "watched.json")["slip"]
    return figures


def _judged(story: Story, level: str) -> SlipLevel:
    figures = _figures()
    percents = [item.sample for item in story.family.where("slipPercent", level)]
    isSlip = any(story.family.reachOf(item) >= figures["leastPercent"] for item in [*percents, *_mean(percents)])
    changes = [*story.family.where("slip", level), *story.family.where("slipCenter", level)]
    passing = [item for item in changes if story.family.passes(item)]
    healthy = figures["healthyMm"].get(partOf(level), 0.0)
    if not isSlip:
        passing = [item for item in passing if story.family.reach(item) > healthy]
    return SlipLevel(level, isSlip, tuple(passing))


def _mean(samples: list[Sample]) -> list[Sample]:
    """The mean slip over the positions, with its own noise; nothing for fewer than two or without draws."""
    drawn = [item.draws for item in samples if item.draws is not None]
    values = [item.value for item in samples if item.value is not None]
    if len(drawn) < 2 or len(drawn) != len(values):
        return []
    draws = np.mean(np.stack(drawn), axis=0)
    return [Sample(float(np.mean(values)), draws, float(draws.std(ddof=1)), unit="%")]


def _changing(story: Story, judged: SlipLevel) -> Iterator[Finding]:
    level = judged.level
    fromRoutine = [item for item in judged.moving if item.fromPosition == story.values.routine]
    # The measure that is told is one that passes by itself; corners before centers, since limits are for corners.
    pairs = fromRoutine or list(judged.moving)
    ordered = sorted(pairs, key=lambda item: (item.metric != "slip", -abs(item.sample.value or 0.0)))
    told = ordered[0]
    first, second = told.fromPosition, told.position
    yield _changeSentence(story, told)
    motion = story.values.motionPair
    inDoubt = motion is not None and set(motion) & set(story.doubts.levels)
    if motion is not None and motion != (first, second) and not inDoubt:
        between = story.values.change(told.metric, level, *motion)
        isFarLess = not between.exceedsNoise and _isFarLess(story.values, level, motion, (first, second))
        if between.isThere and fromRoutine and isFarLess:
            blanks = {"level": levelLabel(level), "from": story.position(first), "extension": story.position(motion[0]),
                      "flexion": story.position(motion[1]), "change": changeWords(told.metric, between)}  # fmt: skip
            yield story.say("slipOnlyAgainst", blanks, level=level, positions=motion, isHeadline=True, rank=3.5,
                            confirmed=between.confirmed and told.sample.confirmed)  # fmt: skip
        elif between.isThere:
            segment = story.case.chain.segment(level)
            blanks = {"level": levelLabel(level), "extension": story.position(motion[0]),
                      "upper": segment.upper if segment else level, "flexion": story.position(motion[1]),
                      "change": changeWords(told.metric, between),
                      "unclear": "" if between.exceedsNoise else ", too imprecise to tell"}  # fmt: skip
            yield story.say("slipBetweenBends", blanks, level=level, positions=motion, confirmed=between.confirmed)
    if not story.values.routine:
        yield story.say("slipNoRecumbent", {"level": levelLabel(level)}, level=level)
    yield from _bands(story, level)


def _isFarLess(values: CaseValues, level: str, less: tuple[str, str], more: tuple[str, str]) -> bool:
    """True where the slip changes less than half as much in one pair as in another, in enough draws to separate them.

    At the corners: between the centers a bend alone makes a shift.
    """
    between, change = (values.change("slip", level, *pair) for pair in (less, more))
    if between.draws is None or change.draws is None or between.exceedsNoise:
        return False
    return float((np.abs(between.draws) < 0.5 * np.abs(change.draws)).mean()) >= SEPARABLE_SHARE


def _changeSentence(story: Story, told: WatchedChange) -> Finding:
    level, first, second, change = told.level, told.fromPosition, told.position, told.sample
    template = "slipChangesCenters" if told.metric == "slipCenter" else "slipChanges"
    segment = story.case.chain.segment(level)
    later = story.values.state("slip", level, second)
    canal, confirmed = "", change.confirmed
    if (later.value or 0.0) < _BACKWARD_MM:
        width = story.values.state("canalApDisc", level, second)
        canal = f"; canal width there {stateWords('canalApDisc', width)}, midline only" if width.isThere else ""
        confirmed = confirmed and (width.confirmed or not width.isThere)
    blanks = {"level": levelLabel(level), "next": story.nextTo(level), "upper": segment.upper if segment else level,
              "second": _slipWords(story.values, level, second, told.metric),
              "first": _slipWords(story.values, level, first, told.metric),
              "position": story.position(second), "from": story.position(first),
              "change": changeWords("slip", change), "canal": canal + story.apart(first, second)}  # fmt: skip
    return story.say(template, blanks, isHeadline=True, rank=3.0, level=level, positions=(first, second),
                     metric=told.metric, value=change.value, lower95=change.lower95, upper95=change.upper95, unit="mm",
                     confirmed=confirmed)  # fmt: skip


def _slipWords(values: CaseValues, level: str, position: str, metric: str = "slip") -> str:
    """"7.0 mm forward (20 %)"; no percent for a slip between centers, since limits are for corners."""
    slip = values.state(metric, level, position)
    percent = values.state("slipPercent", level, position) if metric == "slip" else Sample()
    if slip.value is None:
        return "at a place that is not known"
    text = directedWithUnit(slip.value, slip.unit, metricWords("slip").pair("state"))
    return f"{text} ({plainValue(abs(percent.value), '%')})" if percent.value is not None else text


def _present(story: Story, judged: SlipLevel) -> Iterator[Finding]:
    """A slip that no pair shows moving: how far it may still move within the noise, and fixed only where none can."""
    level = judged.level
    positions = [item.position for item in story.family.where("slipPercent", level)]
    largest = max(positions, key=lambda item: abs(story.values.state("slip", level, item).value or 0.0))
    slip, percent = story.values.state("slip", level, largest), story.values.state("slipPercent", level, largest)
    segment = story.case.chain.segment(level)
    blanks = {"level": levelLabel(level), "next": story.nextTo(level), "upper": segment.upper if segment else level,
              "value": f"{stateWords('slip', slip)[:-1]}; {plainValue(abs(percent.value or 0.0), '%')})",
              "position": story.position(largest)}  # fmt: skip
    template = "slipAlone"
    if len(positions) > 1:
        template = "slipFixed" if _isFixed(story, level, positions) else "slipPresent"
        size, upperBound = _rangeBound(story.values, level, positions)
        blanks |= {"least": _leastWords(story, level, positions, largest), "count": str(len(positions)),
                   "positions": inList([story.position(item) for item in positions]),
                   "range": plainValue(size, "mm"), "upperBound": plainValue(upperBound, "mm")}  # fmt: skip
    yield story.say(template, blanks, isHeadline=True, rank=3.2, level=level,
                    positions=(largest,), metric="slip", value=slip.value, lower95=slip.lower95, upper95=slip.upper95,
                    unit="mm", confirmed=_allConfirmed(story, level, positions))  # fmt: skip
    if not story.values.routine:
        yield story.say("slipNoRecumbent", {"level": levelLabel(level)}, level=level)
    yield from _bands(story, level)


def _allConfirmed(story: Story, level: str, positions: list[str]) -> bool:
    """True where every mark behind a slip's range over positions is accepted."""
    return all(story.values.state("slip", level, item).confirmed for item in positions)


def _leastWords(story: Story, level: str, positions: list[str], largest: str) -> str:
    """", 9.0 mm forward in supine neutral": the routine position, else the one with the smallest slip."""
    others = [item for item in positions if item != largest]
    if not others:
        return ""
    least = min(others, key=lambda item: abs(story.values.state("slip", level, item).value or 0.0))
    least = story.values.routine if story.values.routine in others else least
    return f", {_slipWords(story.values, level, least)} in {story.position(least)}"


def _rangeBound(values: CaseValues, level: str, positions: list[str], metric: str = "slip") -> tuple[float, float]:
    """The range of a slip over positions and its upper 95 % bound."""
    samples = [values.state(metric, level, item) for item in positions]
    numbers = [item.value for item in samples if item.value is not None]
    drawn = [item.draws for item in samples if item.draws is not None]
    size = float(np.ptp(numbers)) if numbers else 0.0
    if len(drawn) < 2:
        return size, float("inf")
    return size, float(np.quantile(np.ptp(np.stack(drawn), axis=0), 0.95))


def _isFixed(story: Story, level: str, positions: list[str]) -> bool:
    """Whether motion would have been seen: recumbent, and standing or flexed, where the slip was measured; far enough
    bent; and no motion left within the noise."""
    seen = [item for item in story.case.positions if item.id in positions]
    loaded = any(item.posture == "standing" or item.bend == "flexion" for item in seen)
    excursion = story.gates.excursions.get(excursionRegion(story.case, level))
    enough = excursion is not None and excursion.isEnough
    bound = _rangeBound(story.values, level, positions, "slipPercent")[1]
    return story.values.routine in positions and loaded and enough and bound < _figures()["stillPercent"]


def _bands(story: Story, level: str) -> Iterator[Finding]:
    """The published bands at a level: met, or undecided with the measurement certainty."""
    results = [item for item in story.results
               if item.ruleSet == _BAND_SET and item.level == level and item.result in (MET, UNDECIDED)]
    if results:
        text = "; ".join(bandWords(item) for item in _strongest(results))
        yield story.say("slipBands", {"level": levelLabel(level), "results": text}, level=level,
                        confirmed=all(item.confirmed for item in _strongest(results)))  # fmt: skip


def _strongest(results: list[RuleResult]) -> list[RuleResult]:
    """For each rule the pair with the largest certainty."""
    best: dict[str, RuleResult] = {}
    for item in results:
        if item.rule not in best or (item.probability or 0.0) > (best[item.rule].probability or 0.0):
            best[item.rule] = item
    return list(best.values())


def bandWords(result: RuleResult) -> str:
    """A rule's title with its result and measurement certainty."""
    word = "met" if result.result == MET else "undecided"
    return f"{result.title}: {word} (measurement certainty {certaintyWords(result)})"


def certaintyWords(result: RuleResult) -> str:
    """A measurement certainty in percent; one that is not enough is never rounded up to what would be."""
    certainty = result.probability or 0.0
    isRoundedUp = result.result == UNDECIDED and round(100.0 * certainty) >= round(100.0 * SURE)
    return f"just under {percentText(SURE)}" if isRoundedUp else percentText(certainty)


def _nothing(story: Story) -> list[Finding]:
    looked = [item for item in story.family.changes if item.metric == "slip" and item.sample.sd is not None]
    limit = story.family.limit
    if not looked or limit is None:
        return []
    largest = max(item.sample.sd or 0.0 for item in looked)
    return [story.say("slipNothing", {"least": plainValue(limit * largest, "mm")}, metric="slip",
                      confirmed=all(item.sample.confirmed for item in looked))]  # fmt: skip

