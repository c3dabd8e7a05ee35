"""Grading schemes (Data/Study/grades.json) and what a reader's grade means in them."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Study.Position import Grade


def gradeSchemes() -> dict[str, dict[str, Any]]:
    """Grading schemes by id, as in Data/Study/grades.json."""
    return {scheme["id"]: scheme for scheme in packageData("Study", "grades.json")["schemes"]}


_CONTACT_RANKS = MappingProxyType({"kang": 2, "muhle": 3})


def showsContact(grade: Grade) -> bool:
    """True for a class that says that the cord is touched: deformed (Kang) or impinged on (Muhle)."""
    rank = gradeRank(grade)
    return rank is not None and rank >= _CONTACT_RANKS.get(grade.scheme, rank + 1)


def gradeRank(grade: Grade) -> int | None:
    """The rank of a grade's class in its scheme, 0 the least narrow; None where the scheme does not know it."""
    scheme = gradeSchemes().get(grade.scheme)
    if scheme is None:
        return None
    return next((int(item["rank"]) for item in scheme["classes"] if item["id"] == grade.value), None)
