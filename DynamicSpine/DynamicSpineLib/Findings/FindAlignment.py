"""Regional angles per position, how far the regions were bent, and load together with a change of curvature."""

from __future__ import annotations

from collections.abc import Iterator

from DynamicSpineLib.Findings.Family import pairsAsked
from DynamicSpineLib.Findings.Finding import Finding
from DynamicSpineLib.Findings.Speech import changeWords, stateWords
from DynamicSpineLib.Findings.Story import Story
from DynamicSpineLib.Wording.Numbers import isShownAsZero
from DynamicSpineLib.Wording.Texts import inList, levelLabel
from DynamicSpineLib.Wording.Words import directedWithUnit, intervalText, metricWords

REGION_ANGLES = (("C2C7", "c2c7Cobb"), ("L1S1", "lumbarLordosis"))


def alignmentFindings(story: Story) -> list[Finding]:
    """Angles of the regions, the excursion reached, and what came with load."""
    return [*_angles(story), *_excursions(story), *_load(story)]


def _angles(story: Story) -> Iterator[Finding]:
    for region, metric in REGION_ANGLES:
        if region not in story.values.places(metric):
            continue
        samples = {item: story.values.state(metric, region, item) for item in story.values.positionIds}
        there = {item: sample for item, sample in samples.items() if sample.isThere}
        texts = [f"{stateWords(metric, sample)} in {story.position(item)}" for item, sample in there.items()]
        if texts:
            yield story.say("angles", {"region": levelLabel(region), "angles": inList(texts)},
                            confirmed=all(sample.confirmed for sample in there.values()))  # fmt: skip


def _excursions(story: Story) -> Iterator[Finding]:
    pair = story.values.motionPair
    for region, found in story.gates.excursions.items():
        if pair is None or found.degrees is None or not found.isEnough:
            continue
        words = excursionWords(found.degrees, found.lower95, found.upper95)
        yield story.say("excursion", {"first": story.position(pair[0]), "second": story.position(pair[1]),
                                      "region": levelLabel(region), "degrees": words},
                        confirmed=found.confirmed)  # fmt: skip


def excursionWords(degrees: float, lower95: float | None, upper95: float | None) -> str:
    """A region's rotation with direction and interval: "62.0 degrees flexion (55.1 to 68.9)"."""
    text = directedWithUnit(degrees, "deg", metricWords("rotation").pair("motion"))
    if lower95 is None or upper95 is None:
        return text
    return f"{text} ({intervalText('rotation', 'motion', 'deg', (degrees, lower95, upper95))})"


def _load(story: Story) -> Iterator[Finding]:
    """The declared load pair with the change of curvature that came with it (clinical review, section 1.2)."""
    for pair in pairsAsked(story.values):
        if pair.question != "load":
            continue
        for region, metric in REGION_ANGLES:
            if region not in story.values.places(metric):
                continue
            change = story.values.change(metric, region, pair.fromPosition, pair.toPosition)
            if change.value is not None and not isShownAsZero(change.value, "deg"):
                yield story.say("loadWithLordosis", {
                    "first": story.position(pair.fromPosition), "second": story.position(pair.toPosition),
                    "change": changeWords(metric, change), "region": levelLabel(region)},
                    positions=(pair.fromPosition, pair.toPosition), metric=metric, value=change.value,
                    lower95=change.lower95, upper95=change.upper95, unit="deg", confirmed=change.confirmed)  # fmt: skip
