"""Smallest foramina and lateral recesses, with the root that leaves there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from DynamicSpineLib.Anatomy.Roots import recessRootOf
from DynamicSpineLib.Criteria.Places import lumbarSegments
from DynamicSpineLib.Findings.FindContact import rootWords
from DynamicSpineLib.Findings.Finding import Finding
from DynamicSpineLib.Findings.FindNarrowing import partWords, placeWords
from DynamicSpineLib.Findings.Speech import stateWords
from DynamicSpineLib.Findings.Story import Story
from DynamicSpineLib.Metrics.Extremes import SEPARABLE_SHARE, RankedPlace, worstOnEachSide
from DynamicSpineLib.Metrics.PointTable import SIDES
from DynamicSpineLib.Wording.Numbers import percentText
from DynamicSpineLib.Wording.Texts import levelLabel, placeLabel, sideWord

_MEASURES = ("foramenArea", "foramenWidthMiddle", "foramenHeight")


def foramenFindings(story: Story) -> list[Finding]:
    """The smallest foramen of each side in each part of the spine, and the smallest recess."""
    found: list[Finding] = []
    for metric in _MEASURES:
        rankings = worstOnEachSide(story.values.measured, metric)
        if rankings:
            found.extend(_foramen(story, item) for item in rankings)
            break
    return [*found, *_recess(story)]


def _foramen(story: Story, item: RankedPlace) -> Finding:
    state = story.values.state(item.metric, item.level, item.position, item.side)
    value = replace(state, lower95=item.lower95, upper95=item.upper95)
    blanks = {"side": sideWord(item.side), "part": f"in the {partWords(item.level)}",
              "place": placeWords(story, item.level, item.position), "value": stateWords(item.metric, value),
              "root": rootWords(story, item.level), "share": percentText(item.share)}  # fmt: skip
    facts = {"level": item.level, "side": item.side, "positions": (item.position,), "metric": item.metric,
             "value": value.value, "lower95": value.lower95, "upper95": value.upper95, "unit": value.unit,
             "confirmed": value.confirmed}  # fmt: skip
    if item.share >= SEPARABLE_SHARE or item.runnerUpShare is None:
        return story.say("foramenClear", blanks, **facts)
    blanks |= {"otherShare": percentText(item.runnerUpShare), "level": levelLabel(item.level),
               "position": story.position(item.position), "other": story.position(item.runnerUpPosition)}
    if item.runnerUpLevel == item.level:
        return story.say("foramenPositions", blanks, **facts)
    blanks |= {"other": placeWords(story, item.runnerUpLevel, item.runnerUpPosition)}
    return story.say("foramenUnclear", blanks, **facts)


def _lumbar(story: Story) -> list[str]:
    discs = story.values.places("recessDepth")
    return [segment.name for segment in lumbarSegments(story.case) if segment.name in discs]


def _recess(story: Story) -> Iterator[Finding]:
    """The smallest lateral recess, measured lying down only; one that another cannot be told from is named with it."""
    samples = [(story.values.state("recessDepth", place, position, side), place, position, side)
               for place in _lumbar(story) for position in story.values.positionIds
               for side in SIDES]  # fmt: skip
    there = sorted((item for item in samples if item[0].value is not None), key=lambda item: item[0].value or 0.0)
    if not there:
        return
    sample, place, position, side = there[0]
    other = ""
    if len(there) > 1 and sample.draws is not None and there[1][0].draws is not None:
        certainty = float((sample.draws < there[1][0].draws).mean())
        if certainty < SEPARABLE_SHARE:
            other = f"; cannot be separated from {placeLabel(there[1][1], there[1][3])}"
    blanks = {"place": f"{placeLabel(place, side)} in {story.position(position)}",
              "value": stateWords("recessDepth", sample), "root": rootWords(story, place, recessRootOf(place)),
              "other": other}  # fmt: skip
    yield story.say("recess", blanks, level=place, side=side, positions=(position,), metric="recessDepth",
                    value=sample.value, lower95=sample.lower95, upper95=sample.upper95, unit="mm",
                    confirmed=sample.confirmed)  # fmt: skip
