"""Canal, cord room and dural sac: falls beyond the noise of the case and beyond what healthy people show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Roots import CERVICAL
from DynamicSpineLib.Criteria.CaseValues import Sample
from DynamicSpineLib.Findings.Family import WatchedChange, partOf
from DynamicSpineLib.Findings.Finding import Finding
from DynamicSpineLib.Findings.Speech import changeWords, metricName, plainValue, stateWords
from DynamicSpineLib.Findings.Story import Story
from DynamicSpineLib.Metrics.Extremes import SEPARABLE_SHARE, RankedPlace
from DynamicSpineLib.Wording.Numbers import percentText
from DynamicSpineLib.Wording.Texts import inList, levelLabel, placeLabel

_AREA = "duralSacArea"
_RANKED = MappingProxyType({"canalApDisc": ("cervical", "thoracic", "lumbar"),
                            "spaceAvailable": ("cervical", "thoracic"), _AREA: ("lumbar",)})  # fmt: skip


@dataclass(frozen=True)
class Narrowing:
    """A fall that may be said: its change turned so that `position` is the narrower one."""

    change: WatchedChange
    fall: Sample
    fromPosition: str
    position: str
    isBeyondHealthy: bool = True


def narrowings(story: Story) -> list[Narrowing]:
    """Every fall that passes the case-wise limit, largest first within a level.

    isBeyondHealthy: what is left of it without the case's noise is more than healthy people show.
    """
    found: list[Narrowing] = []
    for entry in packageData("Findings", "watched.json")["narrowing"]:
        for change in story.family.where(entry["metric"]):
            if partOf(change.level) in entry["regions"]:
                found.extend(_judged(story, entry, change))
    order = [segment.name for segment in story.case.chain.segments]
    return sorted(found, key=lambda item: (not item.isBeyondHealthy, order.index(item.change.level),
                                           item.fall.value or 0.0))  # fmt: skip


def _judged(story: Story, entry: dict[str, Any], change: WatchedChange) -> Iterator[Narrowing]:
    turned = _turned(story, change)
    if turned is None:
        return
    fall, first, second = turned
    instead = entry.get("unless", "")
    if instead and story.values.change(instead, change.level, first, second).isThere:
        return
    base = story.values.state(change.metric, change.level, first, change.side)
    if fall.value is None or not base.value or fall.value >= 0.0:
        return
    size, percent = -fall.value, -100.0 * fall.value / base.value
    healthy = max(entry["healthy"], entry["healthyPercent"] * base.value / 100.0)
    enough = size >= entry["least"] and percent >= entry["leastPercent"]
    if enough and story.family.passes(change) and not _isOnlyFlexion(story, change.level, second):
        yield Narrowing(change, fall, first, second, story.family.reachOf(fall) > healthy)


def _turned(story: Story, change: WatchedChange) -> tuple[Sample, str, str] | None:
    """The change from the routine series; without one, from flexion to extension; None for other pairs."""
    if change.question in ("routine", "load") and change.fromPosition == story.values.routine:
        return change.sample, change.fromPosition, change.position
    if story.values.routine or change.question != "motion":
        return None
    reverse = story.values.change(change.metric, change.level, change.position, change.fromPosition, change.side)
    return reverse, change.position, change.fromPosition


def _isOnlyFlexion(story: Story, level: str, position: str) -> bool:
    """True for a neck in flexion without contact: there a fall alone says nothing (clinical review, section 1.4)."""
    item = story.case.position(position)
    inFlexion = item is not None and item.bend == "flexion" and partOf(level) == CERVICAL
    return inFlexion and not story.gates.hasContact(level, position)


@dataclass(frozen=True)
class NarrowingWords:
    """A fall in words: "canal width 2.9 mm narrower (1.3 to 4.5)"; confirmed: its marks are accepted."""

    text: str
    confirmed: bool


def narrowingWords(story: Story) -> dict[tuple[str, str], NarrowingWords]:
    """By (level, position), the largest fall there."""
    words: dict[tuple[str, str], NarrowingWords] = {}
    for item in narrowings(story):
        words.setdefault((item.change.level, item.position), NarrowingWords(_numberWords(item), item.fall.confirmed))
    return words


def _numberWords(item: Narrowing) -> str:
    plane = "" if item.change.metric == _AREA else ", midline only"
    return f"{metricName(item.change.metric)} {changeWords(item.change.metric, item.fall)}{plane}"


def narrowingFindings(story: Story, said: set[str]) -> list[Finding]:
    """One sentence per level for its largest fall; levels in `said` have their number beside a grade already."""
    found: dict[str, Finding] = {}
    for item in narrowings(story):
        level = item.change.level
        if level in said or level in found:
            continue
        template = "narrowed" if item.isBeyondHealthy else "narrowedAsHealthy"
        template = template if story.values.routine else "narrowedBetween"
        blanks = {"level": levelLabel(level), "next": story.nextTo(level), "metric": metricName(item.change.metric),
                  "change": changeWords(item.change.metric, item.fall), "position": story.position(item.position),
                  "routine": story.position(item.fromPosition), "other": story.position(item.fromPosition),
                  "plane": ("axial" if item.change.metric == _AREA else "midline only")
                  + story.apart(item.fromPosition, item.position)}  # fmt: skip
        found[level] = story.say(
            template, blanks, isHeadline=item.isBeyondHealthy, rank=2.5, level=level,
            positions=(item.fromPosition, item.position), metric=item.change.metric, value=item.fall.value,
            lower95=item.fall.lower95, upper95=item.fall.upper95, unit=item.fall.unit, confirmed=item.fall.confirmed,
        )  # fmt: skip
    return list(found.values())


def nothingNarrowed(story: Story) -> list[Finding]:
    """That no fall stands out, with the fall that could not have been told: never that nothing changed."""
    if not story.values.routine:
        return []
    watched = [entry["metric"] for entry in packageData("Findings", "watched.json")["narrowing"]]
    looked = [item for item in story.family.changes if item.metric in watched and item.sample.sd is not None]
    limit = story.family.limit
    if not looked or limit is None:
        return []
    metrics = list(dict.fromkeys(item.metric for item in looked))
    worst = [max((item for item in looked if item.metric == metric), key=lambda item: item.sample.sd or 0.0)
             for metric in metrics]  # fmt: skip
    least = inList([plainValue(limit * (item.sample.sd or 0.0), item.sample.unit) for item in worst])
    return [story.say("missedNothing", {"routine": story.position(story.values.routine), "least": least,
                                        "metrics": inList([metricName(item) for item in metrics], "or")},
                      positions=(story.values.routine,), metric=metrics[0],
                      confirmed=all(item.sample.confirmed for item in looked))]  # fmt: skip


def narrowestFindings(story: Story) -> list[Finding]:
    """Where the canal, the room for the cord and the sac are smallest in each part of the spine."""
    found = []
    for place in story.ranked:
        if partOf(place.level) in _RANKED.get(place.metric, ()):
            found.append(_narrowest(story, place))
    return found


def _narrowest(story: Story, place: RankedPlace) -> Finding:
    state = story.values.state(place.metric, place.level, place.position, place.side)
    sample = replace(state, lower95=place.lower95, upper95=place.upper95)
    midline = "" if place.metric == _AREA else ", midline only"
    blanks = {"metric": metricName(place.metric), "part": f"in the {partWords(place.level)}",
              "place": placeWords(story, place.level, place.position), "value": stateWords(place.metric, sample),
              "share": percentText(place.share), "plane": midline}  # fmt: skip
    facts = {"level": place.level, "positions": (place.position,), "metric": place.metric, "value": place.value,
             "lower95": place.lower95, "upper95": place.upper95, "unit": place.unit,
             "confirmed": place.confirmed}  # fmt: skip
    if place.share >= SEPARABLE_SHARE or not place.runnerUpLevel or place.runnerUpShare is None:
        return story.say("narrowestClear", blanks, **facts)
    blanks |= {"otherShare": percentText(place.runnerUpShare), "level": levelLabel(place.level),
               "position": story.position(place.position), "other": story.position(place.runnerUpPosition)}
    if place.runnerUpLevel == place.level:
        return story.say("narrowestPositions", blanks, **facts)
    blanks |= {"other": placeWords(story, place.runnerUpLevel, place.runnerUpPosition)}
    return story.say("narrowestUnclear", blanks, **facts)


def placeWords(story: Story, level: str, position: str, side: str = "") -> str:
    """A place in words: "L4-L5 in standing extension"."""
    return f"{placeLabel(level, side)} in {story.position(position)}"


def partWords(level: str) -> str:
    """neck, mid back or low back, for the part of the spine that a level belongs to."""
    return {"cervical": "neck", "craniocervical": "neck", "thoracic": "mid back"}.get(partOf(level), "low back")
