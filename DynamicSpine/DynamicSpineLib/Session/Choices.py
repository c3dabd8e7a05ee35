"""What a user chooses from for a position, a segment, a symptom or the numbering: values with their words."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from DynamicSpineLib.Anatomy.DataFiles import packageData

NOT_STATED = "not stated"

_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType({
    "bend": {"leftBend": "bent left", "rightBend": "bent right", "leftRotation": "turned left",
             "rightRotation": "turned right"},
    "load": {"none": "no load", "weightBearing": "weight bearing", "axialLoad": "axial load"},
    "quality": {"": NOT_STATED, "noUse": "of no use"},
    "stoppedBy": {"": NOT_STATED, "neurology": "neurological symptoms", "scanner": "the scanner's space"},
    "segmentStatus": {"native": "native (not operated)", "block": "block (since birth)",
                      "discReplacement": "disc replacement", "notSeen": "not seen"},
    "countedFrom": {"": NOT_STATED, "C2": "from C2", "wholeSpineLocalizer": "on a whole-spine localizer",
                    "L5nerve": "from the L5 nerve", "iliolumbar": "from the iliolumbar ligament",
                    "sacrum": "from the sacrum"},
    "symptomType": {"axial": "neck or back", "myelopathic": "cord (myelopathic)",
                    "dizzinessVisual": "dizziness or vision", "none": "none felt"},
    "side": {"": "no side", "L": "left", "R": "right", "both": "both sides"},
})  # fmt: skip


def choices(kind: str) -> tuple[tuple[str, str], ...]:
    """Every value of a kind (a key of Data/Study/vocabulary.json) with its words, in the vocabulary's order."""
    values = packageData("Study", "vocabulary.json")[kind]
    return tuple((value, wordOf(kind, value)) for value in values)


def wordOf(kind: str, value: str) -> str:
    """A value in words: "standing", "bent left", "weight bearing"."""
    return _WORDS.get(kind, {}).get(value, value)
