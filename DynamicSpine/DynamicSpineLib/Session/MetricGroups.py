"""Groups of metrics that stand in one table, by what a reader asks of them (Data/Report/metricGroups.json)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Metrics.Registry import MetricDefinition, allMetrics


@dataclass(frozen=True)
class MetricGroup:
    """Metrics of one kind (state or motion) that are shown together; title: what they are, in words."""

    id: str
    title: str
    kind: str
    metrics: tuple[MetricDefinition, ...]


@cache
def metricGroups() -> tuple[MetricGroup, ...]:
    """Every group, in the order of the data; a metric is in the first one that fits it."""
    found: dict[str, list[MetricDefinition]] = {}
    entries = packageData("Report", "metricGroups.json")["groups"]
    for definition in allMetrics():
        fitting = (entry["id"] for entry in entries
                   if entry["kind"] == definition.kind and definition.scope in entry["scopes"]
                   and ("sections" not in entry or definition.section in entry["sections"]))  # fmt: skip
        found.setdefault(next(fitting, ""), []).append(definition)
    return tuple(MetricGroup(entry["id"], entry["title"], entry["kind"], tuple(found.get(entry["id"], ())))
                 for entry in entries)  # fmt: skip


def metricGroup(identifier: str) -> MetricGroup:
    """The group of that id. Raises KeyError for an unknown one."""
    try:
        return next(group for group in metricGroups() if group.id == identifier)
    except StopIteration:
        raise KeyError(identifier) from None
