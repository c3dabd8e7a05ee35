"""Marks as people call them: "C5, upper endplate, front corner", from the titles of the landmark protocols."""

from __future__ import annotations

from DynamicSpineLib.Anatomy.Landmarks import LandmarkDefinition, definitionOf, parseLandmarkName
from DynamicSpineLib.Wording.Texts import capitalized, levelLabel, sideWord

SAGITTAL, AXIAL, CORONAL = "sagittal", "axial", "coronal"
_OCCIPUT = "Oc"


def markTitle(name: str) -> str:
    """A mark's name in words; a name that no protocol knows stands for itself.

    A title that names its bone itself ("anterior arch of C1, center") is not led by the bone's name.
    """
    parsed, definition = parseLandmarkName(name), definitionOf(name)
    if parsed is None or definition is None:
        return name
    if parsed.place in definition.title.replace(",", " ").split() or parsed.place == _OCCIPUT:
        return capitalized(definition.title)
    place = " ".join(word for word in (levelLabel(parsed.place), sideWord(parsed.side)) if word)
    return f"{place}, {definition.title}"


def shortTitle(name: str) -> str:
    """A mark's title without its vertebra or disc: "upper endplate, front corner", "left foramen, upper border"."""
    parsed, definition = parseLandmarkName(name), definitionOf(name)
    if parsed is None or definition is None:
        return name
    return " ".join(word for word in (sideWord(parsed.side), definition.title) if word)


def viewOf(definition: LandmarkDefinition) -> str:
    """The view that a mark is placed in: sagittal, axial or coronal."""
    return next((view for view in (AXIAL, CORONAL) if definition.plane.startswith(view)), SAGITTAL)
