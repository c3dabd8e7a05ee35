"""The codes of measurements.csv with their plain sentences (Data/Report/codes.json)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from DynamicSpineLib.Anatomy.DataFiles import packageData


@dataclass(frozen=True)
class Code:
    """One code: what it is called in a table cell, and what it means; toldOnce: never a footnote on single values."""

    group: str
    id: str
    short: str
    text: str
    toldOnce: bool = False


@lru_cache(maxsize=1)
def codesByGroup() -> dict[str, dict[str, Code]]:
    """Every code by group and id, in the order of the data."""
    return {
        group["id"]: {
            item["id"]: Code(group["id"], item["id"], item["short"], item["text"], item.get("toldOnce", False))
            for item in group["codes"]
        }
        for group in packageData("Report", "codes.json")["groups"]
    }


def code(group: str, identifier: str) -> Code:
    """The code of a group; one that the data does not know stands for itself."""
    known = codesByGroup().get(group, {}).get(identifier)
    return known or Code(group, identifier, identifier, identifier)


def isKnownCode(group: str, identifier: str) -> bool:
    """True where the data explains this code."""
    return identifier in codesByGroup().get(group, {})
