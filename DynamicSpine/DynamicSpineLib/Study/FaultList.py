"""Collecting faults, each with its place in a case in words."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from DynamicSpineLib.Errors import Fault
from DynamicSpineLib.Study.JsonText import shown


@dataclass(frozen=True)
class Place:
    """Where in a case something stands: the file, the position's id, and the keys down to it."""

    file: str = ""
    position: str = ""
    path: tuple[str, ...] = ()

    def key(self, name: str) -> Place:
        """The place of a member."""
        return replace(self, path=(*self.path, shown(name)))

    def item(self, index: int) -> Place:
        """The place of a list's item, counted from 1."""
        return replace(self, path=(*self.path, f"item {index + 1}"))


class FaultList:
    """Faults in the order in which they were found."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def error(self, place: Place, problem: str, landmark: str = "") -> None:
        """Note something that makes the input unusable."""
        self._add(place, problem, landmark, "error")

    def warning(self, place: Place, problem: str, landmark: str = "") -> None:
        """Note something that is used as it is, and shown."""
        self._add(place, problem, landmark, "warning")

    def _add(self, place: Place, problem: str, landmark: str, severity: str) -> None:
        message = " ".join((*place.path, problem))
        self.faults.append(Fault(message, place.file, place.position, landmark, severity))

    @property
    def hasErrors(self) -> bool:
        """True where at least one fault makes the input unusable."""
        return any(fault.severity == "error" for fault in self.faults)


def nearest(word: str, words: Sequence[str], cutoff: float = 0.6) -> str:
    """The most similar of the known words (without regard to case first), or an empty text."""
    sameLetters = [known for known in words if known.casefold() == word.strip().casefold()]
    close = sameLetters or difflib.get_close_matches(word, list(words), n=1, cutoff=cutoff)
    return close[0] if close else ""
