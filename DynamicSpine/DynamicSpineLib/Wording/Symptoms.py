"""Symptoms felt in a position, in words."""

from __future__ import annotations

from types import MappingProxyType

from DynamicSpineLib.Study.Position import Position, Symptom
from DynamicSpineLib.Wording.Numbers import shownNumber
from DynamicSpineLib.Wording.Texts import sideWord

SYMPTOM_WORDS = MappingProxyType(
    {"dizzinessVisual": "dizziness or vision", "axial": "neck or back", "myelopathic": "cord (myelopathic)"}
)


def symptomsText(position: Position) -> str:
    """What was felt in a position: type, side, score, and whether it is the usual symptom."""
    return "; ".join(symptomText(symptom) for symptom in position.symptoms)


def symptomsBrief(position: Position) -> str:
    """Type, side and score of what was felt in a position; empty where nothing was."""
    felt = [item for item in position.symptoms if item.type != "none"]
    scores = ["" if item.score is None else f" {shownNumber(item.score, '', 0)}/10" for item in felt]
    return ", ".join(f"{_named(item)}{score}" for item, score in zip(felt, scores, strict=True))


def _named(symptom: Symptom) -> str:
    words = (SYMPTOM_WORDS.get(symptom.type, symptom.type), sideWord(symptom.side))
    return " ".join(word for word in words if word)


def symptomText(symptom: Symptom) -> str:
    """One symptom: type, side, score, whether it is the usual one, notes."""
    if symptom.type == "none":
        return "none"
    parts = [_named(symptom)]
    if symptom.score is not None:
        parts.append(f"{shownNumber(symptom.score, '', 0)}/10")
    if symptom.reproducesUsual is not None:
        parts.append(f"usual symptom reproduced: {'yes' if symptom.reproducesUsual else 'no'}")
    return ", ".join([*parts, *([symptom.notes] if symptom.notes else [])])
