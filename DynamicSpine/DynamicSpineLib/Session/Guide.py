"""What is to be marked in a position, in which order, what comes next, and how much of it is done."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from DynamicSpineLib.Anatomy.Landmarks import definitionOf, namesFor, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain, levelsBeside
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Session.MarkNames import AXIAL, CORONAL, SAGITTAL, markTitle, viewOf
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import DEFINED, MISSING, Landmark, LandmarkSet, isUsers
from DynamicSpineLib.Wording.Texts import levelLabel

PLACED, UNCONFIRMED, NOT_VISIBLE, SKIPPED, OPEN = "placed", "unconfirmed", "notVisible", "skipped", "open"
STATUSES = (PLACED, UNCONFIRMED, NOT_VISIBLE, SKIPPED, OPEN)
"""Where a mark stands: put or accepted by a reader; carried, predicted or segmented and not yet accepted; said to be
not visible; passed over for now; still to be placed."""

_VIEWS = (SAGITTAL, CORONAL, AXIAL)
_POINT = "point"


@dataclass(frozen=True)
class Marking:
    """What a reader chose to mark.

    first, last: the levels that the range runs between, either way round; empty for the end of the case's chain.
    onlyAt: a segment or level within the chain, to mark that one alone; empty for the whole range.
    protocols: letters of Data/Protocols/landmarks.json. withOptional: points that are not needed are asked for too,
    after all needed ones.
    """

    first: str = ""
    last: str = ""
    onlyAt: str = ""
    protocols: str = "A"
    withOptional: bool = False


@dataclass(frozen=True)
class WantedMark:
    """A point, line or outline to be placed. plane: as in the protocol; view: sagittal, axial or coronal.

    side: L or R, the patient's own, or empty. status: one of PLACED, UNCONFIRMED, NOT_VISIBLE, SKIPPED, OPEN.
    """

    name: str
    place: str
    code: str
    side: str
    protocol: str
    kind: str
    title: str
    hint: str
    plane: str
    view: str
    isOptional: bool
    status: str = OPEN


@dataclass(frozen=True)
class MarkCount:
    """How much of what is needed is done: optional marks count in neither.

    unconfirmed: in place, not yet accepted. notVisible: said to be so, which settles a mark as well.
    """

    placed: int = 0
    unconfirmed: int = 0
    notVisible: int = 0
    needed: int = 0

    @property
    def isSettled(self) -> bool:
        """True where nothing needed is left to place or to accept."""
        return self.placed + self.notVisible == self.needed

    @property
    def text(self) -> str:
        """The count for a table cell: "20 of 24"."""
        return f"{self.placed} of {self.needed}"


@lru_cache(maxsize=64)
def markedChain(chain: Chain, marking: Marking) -> Chain:
    """The levels that are marked. Raises InputError for a level or segment that the chain does not have."""
    if marking.onlyAt:
        levels = levelsBeside(marking.onlyAt)
        _check(chain, levels)
        if len(levels) > 1 and chain.segment(marking.onlyAt) is None:
            raise InputError(f"{levelLabel(marking.onlyAt)} is no segment of this case")
        return Chain(levels)
    ends = (marking.first or chain.levels[0], marking.last or chain.levels[-1])
    _check(chain, ends)
    start, stop = sorted(chain.levels.index(level) for level in ends)
    return Chain(chain.levels[start : stop + 1])


def _check(chain: Chain, levels: Iterable[str]) -> None:
    unknown = [level for level in levels if level not in chain.levels]
    if unknown:
        raise InputError(f"{unknown[0]} is not among the levels of this case ({', '.join(chain.levels)})")


def wantedMarks(
    case: Case, positionId: str, marking: Marking, skipped: Collection[str] = ()
) -> tuple[WantedMark, ...]:
    """The points to place in a position, in marking order.

    Needed ones come first, then optional ones where they are asked for; those of a protocol that has no others are.
    Within a protocol the order is cranial to caudal, but all of one view and of one side first, so that the views stay
    where they are. skipped: names that the reader passed over for now.
    """
    landmarks = _marks(case, positionId).landmarks
    return tuple(variants[statusOf(landmarks, name, skipped)] for name, variants in _template(case.chain, marking))


def wantedCurves(case: Case, positionId: str, marking: Marking) -> tuple[WantedMark, ...]:
    """The lines and outlines of the chosen protocols, cranial to caudal; all of them are optional."""
    contours = _marks(case, positionId).contours
    found = []
    for item in _everyMark(markedChain(case.chain, marking), marking.protocols):
        if item.kind != _POINT:
            contour = contours.get(item.name)
            status = OPEN if contour is None else PLACED if contour.confirmed else UNCONFIRMED
            found.append(replace(item, status=status))
    return tuple(found)


def _marks(case: Case, positionId: str) -> LandmarkSet:
    position = case.position(positionId)
    return LandmarkSet() if position is None else position.marks


def statusOf(landmarks: Mapping[str, Landmark], name: str, skipped: Collection[str] = ()) -> str:
    """Where a point stands; what a reader has placed or settled is not skipped any more."""
    mark = landmarks.get(name)
    if mark is not None and mark.status == MISSING:
        return NOT_VISIBLE
    if mark is not None and mark.status == DEFINED:
        return PLACED if isUsers(mark) else UNCONFIRMED
    return SKIPPED if name in skipped else OPEN


@lru_cache(maxsize=64)
def _template(chain: Chain, marking: Marking) -> tuple[tuple[str, dict[str, WantedMark]], ...]:
    """The points to place, each by its name in every status: the guide looks at all of them after every edit."""
    points = [item for item in _everyMark(markedChain(chain, marking), marking.protocols) if item.kind == _POINT]
    withNeeded = {item.protocol for item in points if not item.isOptional}
    asked = [item for item in points
             if marking.withOptional or not item.isOptional or item.protocol not in withNeeded]  # fmt: skip
    # Sorting keeps the marking order within each group.
    asked.sort(key=lambda item: (item.isOptional, item.protocol, _VIEWS.index(item.view), item.side))
    return tuple((item.name, {status: replace(item, status=status) for status in STATUSES}) for item in asked)


@lru_cache(maxsize=64)
def _everyMark(chain: Chain, protocols: str) -> tuple[WantedMark, ...]:
    """Every mark of the protocols in the order of Anatomy."""
    return tuple(_wanted(name) for name in namesFor(chain, protocols))


def _wanted(text: str) -> WantedMark:
    name, definition = parseLandmarkName(text), definitionOf(text)
    if name is None or definition is None:
        raise InputError(f"{text} is the name of no mark")
    return WantedMark(
        text, name.place, name.code, name.side, definition.protocol, definition.kind, markTitle(text), definition.hint,
        definition.plane, viewOf(definition), definition.optional,
    )  # fmt: skip


def nextOf(marks: Iterable[WantedMark], statuses: Collection[str], after: str = "") -> WantedMark | None:
    """The first mark of one of these statuses behind `after`, going round from the last to the first.

    The mark itself comes last, so it is found again only where no other is left.
    """
    listed = list(marks)
    start = next((index + 1 for index, item in enumerate(listed) if item.name == after), 0)
    return next((item for item in (*listed[start:], *listed[:start]) if item.status in statuses), None)


def countOf(marks: Iterable[WantedMark]) -> MarkCount:
    """How much of what these marks need is done."""
    statuses = [item.status for item in marks if not item.isOptional]
    return MarkCount(
        statuses.count(PLACED), statuses.count(UNCONFIRMED), statuses.count(NOT_VISIBLE), len(statuses)
    )  # fmt: skip


def countsByPosition(case: Case, marking: Marking) -> dict[str, MarkCount]:
    """Marks placed of needed in every position, in the case's order."""
    return {item.id: countOf(wantedMarks(case, item.id, marking)) for item in case.positions}
