"""Two positions of a case that are compared, with one vertebra held still."""

from __future__ import annotations

from dataclasses import dataclass, replace

from DynamicSpineLib.Compare.Anchor import Anchor, anchorOn
from DynamicSpineLib.Compare.Unbending import Unbending, unbend
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import positionOf
from DynamicSpineLib.Study.Position import Position


@dataclass(frozen=True, eq=False)
class Comparison:
    """The moving position laid on the reference by its anchor.

    unbending: the field that lays all vertebrae on themselves; None where the marks do not allow it, and notUnbent
    says why. imageWarnings: what the gray values of both add to what a picture must say (see withImages).
    """

    case: Case
    reference: Position
    moving: Position
    anchor: Anchor
    unbending: Unbending | None
    notUnbent: str = ""
    imageWarnings: tuple[str, ...] = ()

    def holding(self, level: str) -> Comparison:
        """The same two positions with another vertebra held. Raises InputError where it cannot be."""
        found = self.unbending.anchor(level) if self.unbending is not None else None
        anchor = found or anchorOn(self.case, level, self.reference.id, self.moving.id)
        return replace(self, anchor=anchor)


def comparePositions(case: Case, reference: str, moving: str, level: str) -> Comparison:
    """Hold a vertebra of two positions. Raises InputError where it cannot be held; see anchorOn."""
    anchor = anchorOn(case, level, reference, moving)
    try:
        unbending, reason = unbend(case, reference, moving), ""
    except InputError as error:
        unbending, reason = None, str(error)
    return Comparison(case, positionOf(case, reference), positionOf(case, moving), anchor, unbending, reason)
