"""Where things stand in the report, and its sentences: both are data (Data/Report)."""

from __future__ import annotations

from typing import Any

from DynamicSpineLib.Anatomy.DataFiles import packageData


def layout() -> dict[str, Any]:
    """The content of Data/Report/layout.json."""
    content: dict[str, Any] = packageData("Report", "layout.json")
    return content


def say(sentence: str, **values: object) -> str:
    """A sentence of Data/Report/sentences.json with its blanks filled."""
    text: str = packageData("Report", "sentences.json")["sentences"][sentence]
    return text.format(**values)
