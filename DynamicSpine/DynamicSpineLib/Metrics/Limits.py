"""Limits of the metrics, read from Data/Metrics/limits.json where each has its source."""

from __future__ import annotations

from functools import cache

from DynamicSpineLib.Anatomy.DataFiles import packageData


@cache
def limit(name: str) -> float:
    """The value of a limit by its id; KeyError for an unknown one."""
    entries = packageData("Metrics", "limits.json")["limits"]
    return float({entry["id"]: entry["value"] for entry in entries}[name])
