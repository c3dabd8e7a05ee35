"""The words of every metric for tables and reports: the registry's, with published repositioning beside them."""

from __future__ import annotations

from dataclasses import fields

from DynamicSpineLib import __version__
from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Metrics.Registry import allMetrics
from DynamicSpineLib.Reports.ReportModel import MetricText

SOFTWARE = f"DynamicSpine {__version__}"


def metricTexts() -> tuple[MetricText, ...]:
    """One text per metric, in the order of the tables."""
    names = {item.name for item in fields(MetricText)}
    texts = []
    for definition in allMetrics():
        shared = {name: getattr(definition, name) for name in names if hasattr(definition, name)}
        sd, source = _repositioning(definition.id, definition.unit)
        texts.append(MetricText(**{**shared, "repositioningSd": sd, "repositioningSource": source}))
    return tuple(texts)


def _repositioning(metricId: str, unit: str) -> tuple[float | None, str]:
    for entry in packageData("Norms", "repositioning.json")["entries"]:
        if metricId in entry["metrics"] and entry["unit"] == unit:
            return float(entry["sd"]), f"{entry['population']}, {entry['source']}"
    return None, ""
