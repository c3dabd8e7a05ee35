"""The grid of levels and positions: grade and leading number, arrows for real changes, marks for rule results."""

from __future__ import annotations

from types import MappingProxyType

from DynamicSpineLib.Anatomy.Roots import LUMBAR
from DynamicSpineLib.Criteria.GradeSteps import schemesOf
from DynamicSpineLib.Criteria.Places import isNative
from DynamicSpineLib.Criteria.Results import MET, NOT_ASSESSABLE, UNDECIDED
from DynamicSpineLib.Findings.Family import partOf
from DynamicSpineLib.Findings.Finding import GridCell
from DynamicSpineLib.Findings.FindNarrowing import narrowings
from DynamicSpineLib.Findings.Story import Story
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Wording.Numbers import isShownAsZero, shownNumber
from DynamicSpineLib.Wording.Words import directed, metricWords

_SHORT_SCHEMES = MappingProxyType({"kang": "Kang", "muhle": "Muhle", "leeLumbar": "Lee", "schizas": "Schizas"})
LIKELY = 0.5
"""A rule that is undecided is marked from this measurement certainty on; the table of rules has them all."""

GRID_METRICS = MappingProxyType({LUMBAR: "slipPercent", "cervical": "spaceAvailable", "thoracic": "canalApDisc"})
"""The number beside the grade (clinical review, section 4.1): slip in the low back, room for the cord in the neck."""


def gridMetricName(level: str) -> str:
    """What the number of a level's cells is, in words."""
    words = {"slipPercent": "slip in % of the lower endplate", "spaceAvailable": "room for the cord, midline",
             "canalApDisc": "canal width, midline"}  # fmt: skip
    return words[GRID_METRICS.get(partOf(level), "canalApDisc")]


def grid(story: Story) -> tuple[GridCell, ...]:
    """One cell per level with a disc and position, cranial to caudal, positions in the case's order."""
    moved = _arrows(story)
    return tuple(_cell(story, level, item, moved) for level in gridLevels(story) for item in story.case.positions)


def gridLevels(story: Story) -> list[str]:
    """The segments that stand in the grid: those with a disc."""
    discs = story.values.places("canalApDisc")
    return [segment.name for segment in story.case.chain.segments if segment.name in discs]


def _cell(story: Story, level: str, position: Position, moved: dict[tuple[str, str], str]) -> GridCell:
    if position.id in story.doubts.levels:
        return GridCell(level, position.id, (), NOT_ASSESSABLE)
    texts, confirmed = [], True
    grade = _gradeText(level, position)
    if grade:
        texts.append(grade)
    metric = GRID_METRICS.get(partOf(level), "canalApDisc")
    sample = story.values.state(metric, level, position.id)
    if not sample.isThere and metric == "spaceAvailable":
        metric = "canalApDisc"
        sample = story.values.state(metric, level, position.id)
    if sample.value is not None:
        texts.append(_number(metric, sample.value, sample.unit))
        confirmed = sample.confirmed
    mark = _mark(story, level, position.id) if texts else NOT_ASSESSABLE
    return GridCell(level, position.id, tuple(texts), mark, moved.get((level, position.id), ""), confirmed)


def _number(metric: str, value: float, unit: str) -> str:
    pair = metricWords(metric).pair("state")
    if pair is None or isShownAsZero(value, unit):
        return f"{shownNumber(value, unit)} {unit}"
    return directed(value, f"{unit}", pair).replace(" ", f" {unit} ", 1)


def _gradeText(level: str, position: Position) -> str:
    for scheme in schemesOf(partOf(level)):
        grades = [grade for grade in position.grades if grade.scheme == scheme and grade.level == level]
        if grades:
            values = list(dict.fromkeys(grade.value for grade in grades))
            return f"{_SHORT_SCHEMES.get(scheme, scheme)} {'/'.join(values)}"
    return ""


def _mark(story: Story, level: str, position: str) -> str:
    """met before undecided, by the shipped rules of this position; operated and block levels are not assessable."""
    if not isNative(story.case, level):
        return NOT_ASSESSABLE
    here = [item for item in story.results if (item.level, item.position) == (level, position) and not item.isOwn]
    results = {item.result for item in here if item.result == MET or (item.probability or 0.0) >= LIKELY}
    return next((result for result in (MET, UNDECIDED) if result in results), "")


def _arrows(story: Story) -> dict[tuple[str, str], str]:
    """By (level, position): "narrower" for a canal, "forward" or "backward" for a slip, beyond the case-wise limit."""
    found: dict[tuple[str, str], str] = {}
    for change in story.family.where("slip"):
        if change.question in ("routine", "load") and story.family.passes(change):
            found[change.level, change.position] = "forward" if (change.sample.value or 0.0) > 0 else "backward"
    for item in narrowings(story):
        if not item.isBeyondHealthy:
            continue
        found[item.change.level, item.position] = "narrower"
    return found
