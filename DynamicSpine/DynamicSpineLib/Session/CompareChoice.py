"""What the user wants to see of two positions: which lies on which, what is held, and how they are shown."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from DynamicSpineLib.Anatomy.Levels import splitSegment
from DynamicSpineLib.Compare.Anchor import heldLevels
from DynamicSpineLib.Compare.Modes import BLEND, MODES, MOST_FLASHES_HZ, SIDE_BY_SIDE
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Roles import routinePosition

_RANGES = {"opacity": (0.0, 1.0), "flashesHz": (0.0, MOST_FLASHES_HZ), "squareMm": (2.0, 100.0),
           "circleMm": (3.0, 100.0), "arrowFactor": (1.0, 5.0)}  # fmt: skip


@dataclass(frozen=True)
class CompareChoice:
    """reference, moving: position ids; level: the vertebra held. isUnbent: all vertebrae are held.

    opacity: of the moving position in BLEND. flashesHz: how often a second FLICKER flashes by itself; 0 by key only.
    squareMm, circleMm: edge of the squares, radius of the circle. withOutlines, withArrows: what is drawn over both;
    arrowFactor: how many times as long as they are. withSolids: both spines stand in the 3-D view.
    """

    reference: str = ""
    moving: str = ""
    level: str = ""
    isUnbent: bool = False
    mode: str = BLEND
    opacity: float = 0.5
    flashesHz: float = 0.0
    squareMm: float = 20.0
    circleMm: float = 25.0
    withOutlines: bool = False
    withArrows: bool = False
    arrowFactor: float = 1.0
    withSolids: bool = False

    @property
    def bends(self) -> bool:
        """True where the moving position is shown bent. Side by side each position is shown as it is."""
        return self.isUnbent and self.mode != SIDE_BY_SIDE

    def text(self) -> str:
        """As text, for a node of the scene."""
        return json.dumps(asdict(self), sort_keys=True)


def choiceFrom(text: str) -> CompareChoice:
    """A choice from its text; what cannot be read, or is not known, is as usual."""
    try:
        read = json.loads(text)
    except ValueError:
        return CompareChoice()
    usual, known = CompareChoice(), {}
    for item in fields(CompareChoice):
        value = read.get(item.name) if isinstance(read, dict) else None
        if value is not None and type(value) is type(getattr(usual, item.name)) and _isFit(item.name, value):
            known[item.name] = value
    choice = replace(usual, **known)
    return choice if choice.mode in {mode.id for mode in MODES} else replace(choice, mode=BLEND)


def _isFit(name: str, value: Any) -> bool:
    """True for a number that its widget could have, and for what is no number."""
    low, high = _RANGES.get(name, (-math.inf, math.inf))
    return not isinstance(value, float) or low <= value <= high


def fittedChoice(case: Case, choice: CompareChoice, chosen: Chosen) -> CompareChoice:
    """A choice that the case allows: missing positions and levels are filled in from what is chosen.

    The reference is the position that the chosen one is compared with, else the routine one, else the first: of those
    that nobody asked for, the first on which a vertebra can be held.
    """
    ids = [item.id for item in case.positions]
    if len(ids) < 2:
        return replace(choice, reference=next(iter(ids), ""), moving="", level="")
    routine = routinePosition(case)
    moving = choice.moving if choice.moving in ids else chosen.position if chosen.position in ids else ids[-1]
    others = [item for item in (routine.id if routine else "", *ids) if item in ids and item != moving]
    wanted = next((item for item in (choice.reference, chosen.compared) if item in ids and item != moving), "")
    reference = wanted or next((item for item in others if heldLevels(case, item, moving)), others[0])
    levels = heldLevels(case, reference, moving)
    level = choice.level if choice.level in levels else heldBelow(chosen.place, levels)
    return replace(choice, reference=reference, moving=moving, level=level)


def choiceAt(case: Case, choice: CompareChoice, chosen: Chosen) -> CompareChoice:
    """The choice that shows a chosen place: its lower vertebra held, the compared position below the chosen one.

    The routine position, where nobody says what it is compared with, is what others are laid on.
    """
    routine = routinePosition(case)
    if routine is not None and chosen.position == routine.id and not chosen.compared:
        other = next((item for item in (choice.moving, choice.reference) if item != routine.id), "")
        chosen = replace(chosen, position=other, compared=routine.id)
    wanted = replace(choice, moving=chosen.position or choice.moving, reference=chosen.compared or choice.reference)
    if wanted.reference == wanted.moving:
        wanted = replace(wanted, reference=choice.moving)
    return fittedChoice(case, replace(wanted, level="") if chosen.place else wanted, chosen)


def heldBelow(place: str, levels: tuple[str, ...]) -> str:
    """The vertebra to hold for a place, of those that can be: of a segment the lower one; else the lowest of all."""
    segment = splitSegment(place)
    wanted = segment.lower if segment is not None else place
    if wanted in levels:
        return wanted
    return levels[-1] if levels else ""
