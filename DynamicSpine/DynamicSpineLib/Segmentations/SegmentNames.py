"""What a named segment is: from the code of its terminology, else from the words of its name."""

from __future__ import annotations

import re

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS
from DynamicSpineLib.Segmentations.LabelTable import CANAL, CORD, DISC, VERTEBRA, Meaning

_LEVEL = re.compile(r"(?<![a-z0-9])(c|th|t|d|l|s)\s?(\d{1,2})(?![0-9a-z])")
_LETTERS = {"c": "C", "t": "T", "th": "T", "d": "T", "l": "L", "s": "S"}
_TERMINOLOGY = "TerminologyEntry:"


def meaningOfSegment(name: str, tags: str = "") -> Meaning | None:
    """What a segment is, or None where neither its terminology nor its name says so.

    tags: the segment's tags as Slicer writes them, or its terminology entry alone. A code that names a vertebra wins;
    a name tells the parts of a vertebra apart, and names discs.
    """
    byName, byCode = _fromWords(name), _fromCodes(tags)
    if byCode is None or (byName is not None and byName.structure != VERTEBRA and byName.place in ("", byCode.place)):
        return byName
    return Meaning(byCode.structure, byCode.place, name)


def _fromCodes(tags: str) -> Meaning | None:
    """By the codes of the type and of the anatomic region in a terminology entry."""
    entry = next((part for part in tags.split("|") if part.startswith(_TERMINOLOGY)), tags)
    known = {item["code"]: item for item in packageData("Segmentations", "segmentNames.json")["codes"]}
    fields = entry.removeprefix(_TERMINOLOGY).split("~")
    for index in (2, 5):
        code = fields[index].split("^") if len(fields) > index else []
        if len(code) >= 2 and code[0] in ("SCT", "SRT", "SNOMED") and code[1] in known:
            item = known[code[1]]
            return Meaning(item["structure"], item["place"])
    return None


def _fromWords(name: str) -> Meaning | None:
    data = packageData("Segmentations", "segmentNames.json")
    text = re.sub(r"[_\-/.,()]+", " ", name.lower()).strip()
    words = set(text.split())
    structure = next((item["structure"] for item in data["words"] if words & set(item["words"])), "")
    place = _placeIn(text, words)
    if structure in (CANAL, CORD):
        return Meaning(structure, "", name)
    if structure == DISC:
        return Meaning(DISC, place, name)
    return Meaning(structure or VERTEBRA, place, name) if place else None


def _placeIn(text: str, words: set[str]) -> str:
    """The first level that a text names: by letter and number, by a word, or by an ordinal and a region."""
    data = packageData("Segmentations", "segmentNames.json")
    for letter, number in _LEVEL.findall(text):
        level = f"{_LETTERS[letter]}{int(number)}"
        if level in CANONICAL_LEVELS:
            return level
    named = next((data["places"][word] for word in data["places"] if word in words), "")
    region = next((data["regions"][word] for word in data["regions"] if word in words), "")
    ordinal = next((index + 1 for index, word in enumerate(data["ordinals"]) if word in words), 0)
    level = f"{region}{ordinal}"
    return str(named) or (level if level in CANONICAL_LEVELS else "")
