"""What the user looks at: one position, one level or segment, one mark. Every section follows it and may change it."""

from __future__ import annotations

from dataclasses import dataclass

from DynamicSpineLib.Anatomy.Landmarks import placeOfMark
from DynamicSpineLib.Session.Events import Event
from DynamicSpineLib.Study.Case import Case


@dataclass(frozen=True)
class Chosen:
    """Position id, place (a level such as "L4" or a segment such as "L4L5") and mark; each may be empty.

    compared: the position that the chosen one is compared with, where a change is looked at.
    """

    position: str = ""
    place: str = ""
    mark: str = ""
    compared: str = ""


class Selection:
    """Holds what is chosen; changed tells (before, now)."""

    def __init__(self) -> None:
        self.now = Chosen()
        self.changed: Event[Chosen, Chosen] = Event()

    def choose(
        self, position: str | None = None, place: str | None = None, mark: str | None = None, compared: str = ""
    ) -> None:
        """Choose some of it; what is None stays. A mark brings its place along, and another place drops the mark."""
        before = self.now
        if mark:
            place = placeOfMark(mark) or place
        elif mark is None and place in (None, before.place):
            mark = before.mark
        now = Chosen(before.position if position is None else position, before.place if place is None else place,
                     mark or "", compared)  # fmt: skip
        self._become(now)

    def fit(self, case: Case | None) -> None:
        """Keep only what a case has; without a position choose its first one."""
        if case is None:
            self._become(Chosen())
            return
        ids = [item.id for item in case.positions]
        position = self.now.position if self.now.position in ids else next(iter(ids), "")
        place = self.now.place if self.now.place in case.chain.places else ""
        mark = self.now.mark if place else ""
        self._become(Chosen(position, place, mark, self.now.compared if self.now.compared in ids else ""))

    def _become(self, now: Chosen) -> None:
        before, self.now = self.now, now
        if now != before:
            self.changed.tell(before, now)
