"""What a picture of two positions must say of itself: what lies on what, what holds it, and what it is not."""

from __future__ import annotations

from DynamicSpineLib.Compare.Anchor import BY_IMAGES, BY_MARKS, BY_TWO_MARKS, Anchor
from DynamicSpineLib.Compare.Comparison import Comparison
from DynamicSpineLib.Study.CarryState import levelsToCheck
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Position

WARPED = "warped, do not measure"
INTERPOLATED = "interpolated, not observed"
INTENSITY = "intensity difference"
CT_BESIDE_MR = "CT beside MR: gray values mean different things"

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


def sidesAreKnown(case: Case, position: Position) -> bool:
    """True where left and right of a position are told by its images or verified by a person."""
    return bool(case.sidesVerifiedBy) or (position.geometry is not None and position.geometry.sidesKnown)


def _ofPositions(comparison: Comparison) -> tuple[str, ...]:
    """Doubts about the positions: sides, level names, and other carried vertebrae than the held one."""
    case, found = comparison.case, []
    if not case.numbering.isConfirmed:
        found.append("level names not verified")
    if not all(sidesAreKnown(case, item) for item in (comparison.reference, comparison.moving)):
        found.append("side not verified")
    doubtful = [level for item in (comparison.reference, comparison.moving) for level in levelsToCheck(case, item)
                if level != comparison.anchor.level]  # fmt: skip
    if doubtful:
        found.append(f"carried, to check: {', '.join(dict.fromkeys(doubtful))}")
    return tuple(found)
