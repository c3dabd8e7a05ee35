"""What a picture of two positions must say of itself: what lies on what, what holds it, and what it is not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.BodyCorners import CORNER_CODES
from DynamicSpineLib.Compare.Anchor import BY_IMAGES, BY_MARKS, BY_TWO_MARKS, Anchor
from DynamicSpineLib.Compare.Comparison import Comparison
from DynamicSpineLib.Compare.Contrast import isCtBesideMr
from DynamicSpineLib.Geometry.Rigid import applyTransform
from DynamicSpineLib.Study.CarryState import levelsToCheck
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Position

WARPED = "warped, do not measure"
INTERPOLATED = "interpolated, not observed"
INTENSITY = "intensity difference"
CT_BESIDE_MR = "CT beside MR: gray values mean different things"

BESIDE_FIELD_MM = 5.0
"""How far beside an image a vertebra's middle may lie and still be seen in it: half a thick slice."""

_HELD_BY = {BY_IMAGES: "its carried bone", BY_MARKS: "its marks", BY_TWO_MARKS: "two marks and its neighbors' plane"}


def laidOnText(comparison: Comparison) -> str:
    """Which position lies on which: "Standing flexion on Supine neutral"."""
    return f"{comparison.moving.shownTitle} on {comparison.reference.shownTitle}"


def heldText(anchor: Anchor) -> str:
    """Which vertebra is held still, and by what."""
    return f"{anchor.level} held by {_HELD_BY[anchor.heldBy]}"


def heldWarnings(comparison: Comparison) -> tuple[str, ...]:
    """What is in doubt where one vertebra is held."""
    return (*comparison.anchor.warnings, *_ofPositions(comparison))


def unbentWarnings(comparison: Comparison) -> tuple[str, ...]:
    """What is in doubt, and what not to do, where all vertebrae are laid on themselves."""
    found = comparison.unbending.warnings if comparison.unbending is not None else ()
    return (WARPED, *found, *_ofPositions(comparison))


def marksWarnings(comparison: Comparison) -> tuple[str, ...]:
    """What is in doubt where outlines or arrows are drawn: from marks that no reader has accepted."""
    waiting = [item.shownTitle for item in (comparison.reference, comparison.moving)
               if any(not mark.confirmed for mark in item.marks.landmarks.values() if mark.point_RAS is not None)]
    return (f"marks not yet accepted: {', '.join(waiting)}",) if waiting else ()


def withImages(comparison: Comparison, reference: NDArray[Any], moving: NDArray[Any]) -> Comparison:
    """The comparison that knows from the gray values (k, j, i) of both images what else must be said of them."""
    return replace(comparison, imageWarnings=(CT_BESIDE_MR,) if isCtBesideMr(reference, moving) else ())


def sidesAreKnown(case: Case, position: Position) -> bool:
    """True where left and right of a position are told by its images or verified by a person."""
    return bool(case.sidesVerifiedBy) or (position.geometry is not None and position.geometry.sidesKnown)


def _ofPositions(comparison: Comparison) -> tuple[str, ...]:
    """Doubts about the positions: images, sides, level names, and other carried vertebrae than the held one."""
    case, found = comparison.case, [*comparison.imageWarnings, *_notInField(comparison)]
    if not case.numbering.isConfirmed:
        found.append("level names not verified")
    if not all(sidesAreKnown(case, item) for item in (comparison.reference, comparison.moving)):
        found.append("side not verified")
    doubtful = [level for item in (comparison.reference, comparison.moving) for level in levelsToCheck(case, item)
                if level != comparison.anchor.level]  # fmt: skip
    if doubtful:
        found.append(f"carried, to check: {', '.join(dict.fromkeys(doubtful))}")
    return tuple(found)


def _notInField(comparison: Comparison) -> list[str]:
    """Which position's images do not reach the held vertebra: nothing is to be seen of it there."""
    anchor, marks = comparison.anchor, comparison.reference.marks
    corners = [point for code in CORNER_CODES if (point := marks.point(f"{anchor.level}_{code}")) is not None]
    if not corners:
        return []
    middle = np.mean(np.array(corners, dtype=float), axis=0)
    places = ((comparison.reference, middle),
              (comparison.moving, applyTransform(middle, anchor.referenceToMoving)))  # fmt: skip
    return [f"{anchor.level} lies outside of the images of {position.shownTitle}" for position, place in places
            if position.geometry is not None and not position.geometry.contains(place, BESIDE_FIELD_MM)]  # fmt: skip
