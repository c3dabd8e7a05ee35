"""Fills the sentence templates of Data/Findings with numbers, places and positions in words."""

from __future__ import annotations

from collections.abc import Sequence

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Criteria.CaseValues import Sample
from DynamicSpineLib.Metrics.Measurement import CHANGE, STATE
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Wording.Numbers import shownNumber, withUnit
from DynamicSpineLib.Wording.Texts import capitalized, clean, inList, levelLabel, uncapitalized
from DynamicSpineLib.Wording.Words import directedWithUnit, intervalText, metricWords


def sentence(template: str, **blanks: object) -> str:
    """A sentence of Data/Findings/templates.json with its blanks filled, on one line."""
    text: str = packageData("Findings", "templates.json")["templates"][template]["text"]
    return capitalized(clean(text.format(**blanks)))


def provisionalEnding() -> str:
    """What is said behind a sentence that rests on marks which nobody has accepted."""
    text: str = packageData("Findings", "templates.json")["provisionalEnding"]
    return text


def sectionOf(template: str) -> str:
    """The section that a template's sentences stand in."""
    section: str = packageData("Findings", "templates.json")["templates"][template]["section"]
    return section


def positionWords(case: Case, positionId: str) -> str:
    """A position's title inside a sentence: a plain first word loses its capital letter."""
    position = case.position(positionId)
    return uncapitalized(position.shownTitle if position is not None else positionId)


def positionList(case: Case, positionIds: Sequence[str]) -> str:
    """Positions as a list in words."""
    return inList([positionWords(case, item) for item in positionIds])


def levelList(levels: Sequence[str]) -> str:
    """Levels as a list in words."""
    return inList([levelLabel(item) for item in levels])


def stateWords(metric: str, sample: Sample) -> str:
    """A value with its 95 % interval: "9.8 mm (8.9 to 10.7)"."""
    return _words(metric, STATE, sample)


def changeWords(metric: str, sample: Sample) -> str:
    """A change with its direction and interval: "2.9 mm narrower (1.3 to 4.5)"."""
    return _words(metric, CHANGE, sample)


def _words(metric: str, kind: str, sample: Sample) -> str:
    if sample.value is None:
        return ""
    text = directedWithUnit(sample.value, sample.unit, metricWords(metric).pair(kind))
    if sample.lower95 is None or sample.upper95 is None:
        return f"{text} (noise not known)"
    interval = intervalText(metric, kind, sample.unit, (sample.value, sample.lower95, sample.upper95))
    return f"{text} ({interval})"


def plainValue(value: float, unit: str) -> str:
    """A number with its unit, as in every table."""
    return withUnit(shownNumber(value, unit), unit)


def metricName(metric: str) -> str:
    """The short name of a metric inside a sentence."""
    short = metricWords(metric).short
    return short[:1].lower() + short[1:] if short[1:2].islower() else short
