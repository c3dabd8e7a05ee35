"""The protocol data says which metrics each mark serves; the registry decides. The two must agree."""

from __future__ import annotations

from DynamicSpineLib.Anatomy.Landmarks import definitionAt, landmarkDefinitions, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, Chain
from DynamicSpineLib.Metrics.InputPoints import MID_BODY_CODES, pointsBehind
from DynamicSpineLib.Metrics.Places import placesOf
from DynamicSpineLib.Metrics.Registry import SIDED_SEGMENT, allMetrics

WHOLE_SPINE = Chain(tuple(level for level in CANONICAL_LEVELS if level not in ("T13", "L6")))


def servedByRegistry() -> dict[int, set[str]]:
    """Metric ids by the order number of the mark that serves them."""
    served: dict[int, set[str]] = {item.order: set() for item in landmarkDefinitions()}
    for metric in allMetrics():
        sides = ("L", "R") if metric.scope == SIDED_SEGMENT else ("",)
        for _, place in placesOf(metric, WHOLE_SPINE):
            for text in (name for side in sides for name in pointsBehind(metric, place, side)):
                name = parseLandmarkName(text)
                assert name is not None, f"{metric.id} at {place} asks for {text}, which no protocol has"
                served[definitionAt(name.place, name.code).order].add(metric.id)
    for item in landmarkDefinitions():
        extra = {metric for metric, codes in MID_BODY_CODES.items() if item.code in codes and item.scope == "level"}
        served[item.order] |= extra
    return served


def test_every_mark_names_exactly_the_metrics_that_it_serves():
    served = servedByRegistry()
    for item in landmarkDefinitions():
        assert set(item.metrics) == served[item.order], f"{item.code} ({item.scope})"


def test_every_mark_serves_a_metric():
    assert [item.code for item in landmarkDefinitions() if not item.metrics] == []
