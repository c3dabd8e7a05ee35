"""The anatomy of a position as lines to draw over an image: bodies, the canal's walls, the cord's edges, contours.

Lines join marks and nothing else: a wall is broken where a mark between two others is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.BodyCorners import CORNER_CODES
from DynamicSpineLib.Anatomy.Landmarks import definitionAt
from DynamicSpineLib.Anatomy.Levels import Chain, areNeighbors, splitSegment
from DynamicSpineLib.Compare.Anchor import Anchor
from DynamicSpineLib.Compare.Unbending import Unbending
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Curves import closedCurve
from DynamicSpineLib.Geometry.Rigid import applyTransform
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import positionOf
from DynamicSpineLib.Study.Marks import MISSING, LandmarkSet

Array = NDArray[np.float64]

BODY, BONE_LINE, CANAL, CORD, CONTOUR = "body", "boneLine", "canal", "cord", "contour"
KINDS = (BODY, BONE_LINE, CANAL, CORD, CONTOUR)
FRONT, BACK, ACROSS, WHOLE = "front", "back", "across", "whole"

_ROUND_A_BODY = ("SA", "SP", "IP", "IA")
_BONE_LINES = {"Oc": ("BA", "OP"), "C1": ("AAP", "PAA")}
_NUMBERS = {2: "two", 3: "three"}
_INSIDE_SHARE = 0.3  # of the length of a lone endplate


@dataclass(frozen=True)
class _Wall:
    """Codes of the marks along a line: those of a level, cranial first, and that of the segment below it."""

    kind: str
    part: str
    atLevel: tuple[str, ...]
    atSegment: str


# The upper and lower back corners of the bodies lie on the canal's front wall, and the front end of canalApBody is the
# middle between them.
_WALLS = (
    _Wall(CANAL, FRONT, ("SP", "IP"), "CA"), _Wall(CANAL, BACK, ("SL",), "CP"),
    _Wall(CORD, FRONT, ("KA",), "KA"), _Wall(CORD, BACK, ("KP",), "KP"),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class SpineOutline:
    """One line of a position's anatomy.

    place: a level or segment, or the two that a wall runs between ("C2 to C5C6"). part: front, back, across or whole.
    points_RAS: (N, 3), N at least 2, in the frame of the position `frameOf`; closed: the last point joins the first.
    positionId: whose anatomy it is. note: what is missing of a body, in words, or empty. inside_RAS: where one endplate
    of a body is drawn alone, a point (3,) on the bone's side of it; else None.
    """

    kind: str
    place: str
    part: str
    points_RAS: Array
    closed: bool
    positionId: str
    frameOf: str
    note: str = ""
    inside_RAS: Array | None = None


def outlinesOf(case: Case, positionId: str, kinds: Collection[str] = KINDS) -> tuple[SpineOutline, ...]:
    """The lines of a position in its own frame, by kind and then from cranial to caudal; none where it has no marks.

    With bodies the canal's front wall is in pieces from body to body: their backs are drawn already, and dashes on
    dashes would look like a solid line.
    Raises InputError for a position that the case does not have.
    """
    marks = positionOf(case, positionId).marks
    found: list[SpineOutline] = []
    if BODY in kinds:
        found += _bodies(case.chain, marks, positionId)
    if BONE_LINE in kinds:
        found += _boneLines(case.chain, marks, positionId)
    for kind in (CANAL, CORD):
        if kind in kinds:
            walls = [line for wall in _WALLS if wall.kind == kind for line in _wallLines(wall, case.chain, marks)]
            pieces = [(part, row) for part, names in walls for row in (_offBodies(names) if BODY in kinds else [names])]
            found += [_line(kind, _spanOf(row), part, row, marks, positionId) for part, row in pieces]
            drawn = {name for _, names in walls for name in names}
            found += _acrossLines(kind, case.chain, marks, positionId, drawn)
    return tuple(found + (_contours(marks, positionId) if CONTOUR in kinds else []))


def carriedOutlines(
    outlines: Sequence[SpineOutline], toReference: Callable[[Array], Array], reference: str
) -> tuple[SpineOutline, ...]:
    """The lines with every point carried to the frame of another position by a map of points (N, 3), called once.

    The corners of a line are carried, and stay joined by straight lines.
    """
    parts = [part for item in outlines for part in (item.points_RAS, _insideRows(item))]
    if not parts:
        return ()
    ends = np.cumsum([len(part) for part in parts])[:-1]
    carried = np.split(np.asarray(toReference(np.concatenate(parts)), dtype=float), ends)
    pairs = zip(carried[0::2], carried[1::2], strict=True)
    return tuple(
        replace(item, points_RAS=points, inside_RAS=inside[0] if len(inside) else None, frameOf=reference)
        for item, (points, inside) in zip(outlines, pairs, strict=True)
    )


def heldOutlines(outlines: Sequence[SpineOutline], anchor: Anchor) -> tuple[SpineOutline, ...]:
    """Lines of the moving position laid on the reference with one vertebra held.

    Raises InputError for lines of another frame.
    """
    _checkFrame(outlines, anchor.moving)
    return carriedOutlines(outlines, lambda points: applyTransform(points, anchor.movingToReference), anchor.reference)


def unbentOutlines(outlines: Sequence[SpineOutline], unbending: Unbending) -> tuple[SpineOutline, ...]:
    """Lines of the moving position carried back to the reference with all its vertebrae at once.

    Raises InputError for lines of another frame.
    """
    _checkFrame(outlines, unbending.moving)
    return carriedOutlines(outlines, unbending.field.carryBack, unbending.reference)


def _checkFrame(outlines: Sequence[SpineOutline], moving: str) -> None:
    other = next((item.frameOf for item in outlines if item.frameOf != moving), None)
    if other is not None:
        raise InputError(f"outlines in the frame of '{other}' cannot be carried as those of '{moving}'")


def _insideRows(outline: SpineOutline) -> Array:
    return np.zeros((0, 3)) if outline.inside_RAS is None else outline.inside_RAS[None]


def _points(names: Sequence[str], marks: LandmarkSet) -> Array:
    return np.array([marks.point(name) for name in names], dtype=float).reshape(-1, 3)


def _line(
    kind: str, place: str, part: str, names: Sequence[str], marks: LandmarkSet, positionId: str
) -> SpineOutline:
    return SpineOutline(kind, place, part, _points(names, marks), False, positionId, positionId)


def _bodies(chain: Chain, marks: LandmarkSet, positionId: str) -> Iterator[SpineOutline]:
    """A closed polygon for a body with four corners, else the open lines between corners that are neighbors on it."""
    for level in chain.levels:
        expected = [code for code in CORNER_CODES if definitionAt(level, code) is not None]
        there = [code for code in _ROUND_A_BODY if marks.point(f"{level}_{code}") is not None]
        note = "" if len(there) == 4 else "one endplate" if len(there) == len(expected) else _fewCorners(len(there))
        for codes in _rows(there):
            item = _line(BODY, level, WHOLE, [f"{level}_{code}" for code in codes], marks, positionId)
            inside = _insideOf(chain, level, codes, item.points_RAS, marks) if len(codes) == 2 else None
            yield replace(item, closed=len(codes) == 4, note=note, inside_RAS=inside)


def _fewCorners(count: int) -> str:
    return f"{_NUMBERS.get(count, str(count))} corners only"


def _rows(there: Sequence[str]) -> list[list[str]]:
    """The corners in rows of neighbors round the body; a single one makes no line."""
    gap = next((number for number, code in enumerate(_ROUND_A_BODY) if code not in there), None)
    if gap is None:
        return [list(_ROUND_A_BODY)]
    rows: list[list[str]] = [[]]
    for code in _ROUND_A_BODY[gap + 1 :] + _ROUND_A_BODY[:gap]:
        if code in there:
            rows[-1].append(code)
        else:
            rows.append([])
    return [row for row in rows if len(row) > 1]


def _insideOf(chain: Chain, level: str, codes: Sequence[str], plate_RAS: Array, marks: LandmarkSet) -> Array | None:
    """A point on the bone's side of a lone endplate, told by the corners of a neighbor; None where none is marked."""
    plates = {code[0] for code in codes}
    along = plate_RAS[0] - plate_RAS[1]
    length = float(np.linalg.norm(along))
    if len(plates) > 1 or length <= 0.0:
        return None
    index, middle = chain.levels.index(level), plate_RAS.mean(axis=0)
    for other in (index - 1, index + 1):
        names = [f"{chain.levels[other]}_{code}" for code in CORNER_CODES] if 0 <= other < len(chain.levels) else []
        corners = _points([name for name in names if marks.point(name) is not None], marks)
        # The bone lies below its upper endplate and above its lower one.
        toward = (1.0 if (other > index) == (plates == {"S"}) else -1.0) * (corners - middle).sum(axis=0)
        toward = toward - (toward @ along) / length**2 * along
        size = float(np.linalg.norm(toward))
        if size > 0.0:
            return np.asarray(middle + _INSIDE_SHARE * length / size * toward)
    return None


def _boneLines(chain: Chain, marks: LandmarkSet, positionId: str) -> Iterator[SpineOutline]:
    """The lines that stand for the two bones without a body: foramen magnum of Oc, arches of C1."""
    for level, codes in _BONE_LINES.items():
        names = [f"{level}_{code}" for code in codes]
        if level in chain.levels and all(marks.point(name) is not None for name in names):
            yield _line(BONE_LINE, level, WHOLE, names, marks, positionId)


def _wallLines(wall: _Wall, chain: Chain, marks: LandmarkSet) -> Iterator[tuple[str, list[str]]]:
    """The unbroken rows of two and more marks along a wall, as its part and names."""
    row: list[str] = []
    for name in (*_namesAlong(wall, chain), ""):
        if name and marks.point(name) is not None:
            row.append(name)
        elif not (name and _isSpared(name, wall, marks)):
            if len(row) > 1:
                yield wall.part, row
            row = []


def _offBodies(names: Sequence[str]) -> list[list[str]]:
    """A wall cut where it runs along the back of a body; pieces of one mark are left out."""
    rows = [[names[0]]]
    for name, following in pairwise(names):
        if name.endswith("_SP") and following.endswith("_IP"):
            rows.append([])
        rows[-1].append(following)
    return [row for row in rows if len(row) > 1]


def _namesAlong(wall: _Wall, chain: Chain) -> Iterator[str]:
    """The marks that the protocol has along a wall, cranial to caudal; empty where the chain is broken."""
    for index, level in enumerate(chain.levels):
        yield from (f"{level}_{code}" for code in wall.atLevel if definitionAt(level, code) is not None)
        below = chain.levels[index + 1] if index + 1 < len(chain.levels) else ""
        if below and not areNeighbors(level, below):
            yield ""
        elif below and definitionAt(level + below, wall.atSegment) is not None:
            yield f"{level}{below}_{wall.atSegment}"


def _isSpared(name: str, wall: _Wall, marks: LandmarkSet) -> bool:
    """True for the cord's marks opposite a body, which are optional, where nobody said that they cannot be seen.

    The cord runs smoothly from disc to disc; the back wall does not, so that there a line needs the mark between.
    """
    mark = marks.landmarks.get(name)
    isOpposite = wall.kind == CORD and splitSegment(name.split("_")[0]) is None
    return isOpposite and (mark is None or mark.status != MISSING)


def _acrossLines(
    kind: str, chain: Chain, marks: LandmarkSet, positionId: str, drawn: Collection[str]
) -> Iterator[SpineOutline]:
    """The width at a segment one of whose two marks stands alone, on no wall: what is marked is seen all the same."""
    codes = ("CA", "CP") if kind == CANAL else ("KA", "KP")
    for segment in chain.segments:
        names = [f"{segment.name}_{code}" for code in codes]
        if all(marks.point(name) is not None for name in names) and not set(names) <= set(drawn):
            yield _line(kind, segment.name, ACROSS, names, marks, positionId)


def _spanOf(names: Sequence[str]) -> str:
    """"C2 to C5C6": the places of the first and the last mark."""
    first, last = names[0].split("_")[0], names[-1].split("_")[0]
    return first if first == last else f"{first} to {last}"


def _contours(marks: LandmarkSet, positionId: str) -> list[SpineOutline]:
    """The curves of a position; closed ones as Slicer draws them, as splines through their control points."""
    found = []
    for curve in marks.contours.values():
        points = np.array(curve.points_RAS, dtype=float).reshape(-1, 3)
        isClosed = curve.closed and len(points) > 2
        if len(points) > 1:
            place, _, part = curve.name.partition("_")
            drawn = closedCurve(points) if isClosed else points
            found.append(SpineOutline(CONTOUR, place, part, drawn, isClosed, positionId, positionId))
    return found
