"""Which position answers which question: routine, reference, and the pairs compared (design section 5)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Position

_BEND_RANK = {"extension": 0, "flexion": 2}
_POSTURE_RANK = {"supine": 0, "prone": 0, "other": 1, "sitting": 2, "standing": 3}


@dataclass(frozen=True)
class Pair:
    """Two positions compared in one direction; question: load, motion, routine or other."""

    fromPosition: str
    toPosition: str
    question: str = "other"


def _firstNeutral(case: Case, posture: str, loaded: bool = True) -> Position | None:
    """The first neutral position of a posture; with `loaded` False only one without any load."""
    matching = (item for item in case.positions if item.posture == posture and item.bend == "neutral")
    return next((item for item in matching if loaded or item.load == "none"), None)


def routinePosition(case: Case) -> Position | None:
    """What an ordinary MRI would have shown: supine neutral without load, else prone neutral, else None."""
    return _firstNeutral(case, "supine", loaded=False) or _firstNeutral(case, "prone", loaded=False)


def comparedPosition(case: Case) -> Position | None:
    """The position that change rows compare with: the case's stated reference, else routine, else upright neutral."""
    if case.reference:
        return case.position(case.reference)
    upright = _firstNeutral(case, "standing") or _firstNeutral(case, "sitting")
    return routinePosition(case) or upright or (case.positions[0] if case.positions else None)


def _directionRank(position: Position) -> tuple[float, ...]:
    """Orders positions from more extended to more flexed, then from less to more loaded."""
    bend = _BEND_RANK.get(position.bend, 1)
    angle = abs(position.angleReachedDeg or 0.0)
    reach = {0: -angle, 2: angle}.get(bend, 0.0)
    loaded = 0.0 if position.load == "none" else 0.5
    return (bend, reach, _POSTURE_RANK.get(position.posture, 1) + loaded)


def orderedPairs(case: Case) -> tuple[Pair, ...]:
    """Every pair of positions once, each from more extended to more flexed, then less to more loaded."""
    questions = {frozenset((pair.fromPosition, pair.toPosition)): pair.question for pair in declaredPairs(case)}
    pairs = []
    for first, second in combinations(case.positions, 2):
        start, end = sorted((first, second), key=_directionRank)
        pairs.append(Pair(start.id, end.id, questions.get(frozenset((start.id, end.id)), "other")))
    return tuple(pairs)


def declaredPairs(case: Case) -> tuple[Pair, ...]:
    """The pairs that a question was asked of: load, motion, and routine against each other position.

    load: routine to standing (else sitting) neutral. motion: extension to flexion, the most extreme of each.
    """
    routine = routinePosition(case)
    upright = _firstNeutral(case, "standing") or _firstNeutral(case, "sitting")
    ranked = sorted(case.positions, key=_directionRank)
    extensions = [item for item in ranked if item.bend == "extension"]
    flexions = [item for item in ranked if item.bend == "flexion"]
    pairs = []
    if extensions and flexions:
        pairs.append(Pair(extensions[0].id, flexions[-1].id, "motion"))
    if routine is not None and upright is not None:
        pairs.append(Pair(routine.id, upright.id, "load"))
    if routine is not None:
        done = {(pair.fromPosition, pair.toPosition) for pair in pairs}
        for item in case.positions:
            if item.id != routine.id and (routine.id, item.id) not in done:
                pairs.append(Pair(routine.id, item.id, "routine"))
    return tuple(pairs)
