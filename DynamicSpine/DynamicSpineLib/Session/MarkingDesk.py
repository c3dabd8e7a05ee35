"""Marking one case: which mark is asked for now, and the edits that answer it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.Guide import (
    NOT_VISIBLE,
    OPEN,
    PLACED,
    SKIPPED,
    UNCONFIRMED,
    Marking,
    WantedMark,
    nextOf,
    statusOf,
    wantedCurves,
    wantedMarks,
)
from DynamicSpineLib.Session.MarkingChoice import fittedMarking
from DynamicSpineLib.Session.MarkSearch import differs, firstMark, isTakenBack, waitingNames
from DynamicSpineLib.Session.Selection import Selection
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import withCleared, withConfirmed, withMissing
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Wording.Texts import counted, levelLabel

_SETTLED = (PLACED, NOT_VISIBLE)


class MarkingDesk:
    """What the guide of a case asks for, in the position and at the mark that are chosen in `selection`.

    While `isFollowing()`, an edit that settles the asked mark goes on to the next one, and one that takes a mark back
    returns to it. Undo shows what it undid.
    """

    def __init__(self, selection: Selection, isFollowing: Callable[[], bool]) -> None:
        self.selection, self._isFollowing = selection, isFollowing
        self.session: CaseSession | None = None
        self._marking = Marking()
        self._skipped: dict[str, frozenset[str]] = {}
        self._seen: _Seen | None = None
        self._editCount = 0
        self._stop: Callable[[], None] = _nothing

    def setSession(self, session: CaseSession | None) -> None:
        """Work on another case, or on none."""
        self._stop()
        self._stop = _nothing
        self.session = session
        self._skipped = {}
        self._editCount = session.history.count if session is not None else 0
        if session is not None:
            self._stop = session.caseChanged.listen(self._follow)

    # --- what is asked for ---

    @property
    def marking(self) -> Marking:
        """What is to be marked, as far as the case has it."""
        return fittedMarking(self.session.case.chain, self._marking) if self.session is not None else self._marking

    @marking.setter
    def marking(self, marking: Marking) -> None:
        """Ask for other marks; levels that the case does not have are left out."""
        self._marking = marking

    @property
    def position(self) -> Position | None:
        """The position that is being marked."""
        return self.session.case.position(self.selection.now.position) if self.session is not None else None

    @property
    def skipped(self) -> frozenset[str]:
        """The marks of this position that were passed over for now."""
        return self._skipped.get(self.selection.now.position, frozenset())

    def marks(self) -> tuple[WantedMark, ...]:
        """The points to place in this position, in marking order; none without a position."""
        return self._lookAt(self.session.case).marks if self.session is not None else ()

    def curves(self) -> tuple[WantedMark, ...]:
        """The lines and outlines of the chosen protocols."""
        return self._lookAt(self.session.case).curves if self.session is not None else ()

    def asked(self) -> WantedMark | None:
        """The mark that is asked for: the chosen one, else the next; None where nothing is left to do."""
        return self._askedIn(self.session.case) if self.session is not None else None

    def _lookAt(self, case: Case) -> _Seen:
        """What is wanted in a state of the case; looked up once for each, since everything shown asks for it."""
        seen = _Seen(case, self.selection.now.position, self._marking, self.skipped)
        if self._seen is None or not self._seen.isLike(seen):
            self._seen = seen
            seen.look()
        return self._seen

    def _askedIn(self, case: Case) -> WantedMark | None:
        seen, chosen = self._lookAt(case), self.selection.now.mark
        found = seen.byName.get(chosen) if chosen else None
        return found if found is not None else self._next(seen.marks)

    def _next(self, marks: Collection[WantedMark], after: str = "", first: str = OPEN) -> WantedMark | None:
        """What comes next: at the chosen level before elsewhere, and marks of the status `first` before others."""
        here = [item for item in marks if item.place == self.selection.now.place] if not after else []
        order = dict.fromkeys((first, OPEN, UNCONFIRMED))
        found = (nextOf(some, (status,), after) for some in (here, marks) for status in order)
        return next((item for item in found if item is not None), None)

    # --- going to other marks ---

    def goToNext(self) -> None:
        """Ask for the next mark that is open or waits to be accepted; skipped ones where no other is left."""
        asked, marks = self.asked(), self.marks()
        after = asked.name if asked is not None else ""
        found = (nextOf(marks, (status,), after) for status in (OPEN, UNCONFIRMED, SKIPPED))
        self.selection.choose(mark=next((item.name for item in found if item is not None), ""))

    def askForOpen(self) -> None:
        """Ask for the asked mark where it can be placed, else for the next one that can, so that the views go there."""
        asked = self.asked()
        if asked is not None and asked.status in (OPEN, SKIPPED):
            self.selection.choose(mark=asked.name)
        else:
            self.goToNext()

    def goBack(self) -> None:
        """Ask for the mark before the asked one, whatever its status."""
        marks, asked = self.marks(), self.asked()
        names = [item.name for item in marks]
        if names:
            self.selection.choose(mark=names[names.index(asked.name) - 1 if asked and asked.name in names else -1])

    def skip(self) -> None:
        """Pass over the asked mark for now; one that was passed over is open again."""
        asked = self.asked()
        if asked is None or asked.status not in (OPEN, SKIPPED):
            return
        positionId = self.selection.now.position
        self._skipped[positionId] = self.skipped ^ {asked.name}
        if asked.status == OPEN:
            self._goOn(asked)

    def _goOn(self, settled: WantedMark) -> None:
        """Ask for what comes after a mark: first for marks that were in the same state."""
        first = UNCONFIRMED if settled.status == UNCONFIRMED else OPEN
        found = self._next(self.marks(), settled.name, first)
        self.selection.choose(mark=found.name if found is not None else "")

    # --- edits ---

    def sayNotVisible(self) -> None:
        """The asked point cannot be seen in this position; said again, it is open again."""
        asked = self._askedPoint()
        if asked is not None and asked.status == NOT_VISIBLE:
            self.remove()
        elif asked is not None:
            self._do(f"not visible: {asked.title}", withMissing(self._case, self._positionId, asked.name))

    def remove(self) -> None:
        """Take the asked mark away, so that it is open again."""
        asked = self.asked()
        if asked is not None and asked.status not in (OPEN, SKIPPED):
            self._do(f"removed {asked.title}", withCleared(self._case, self._positionId, [asked.name]))

    def accept(self) -> None:
        """Accept the asked mark, which was carried, predicted or segmented."""
        asked = self.asked()
        if asked is not None and asked.status == UNCONFIRMED:
            self._accept((asked.name,), f"accepted {asked.title}")

    def acceptPlace(self) -> None:
        """Accept every mark of the asked mark's vertebra or disc."""
        names = self.waitingHere()
        self._accept(names, f"accepted {counted(len(names), 'mark')} of {levelLabel(self.place)}")

    def rejectPlace(self) -> None:
        """Take away every mark of the asked mark's vertebra or disc that waits to be accepted."""
        names = self.waitingHere()
        if names:
            text = f"removed {counted(len(names), 'mark')} of {levelLabel(self.place)}"
            self._do(text, withCleared(self._case, self._positionId, names))

    def acceptAll(self) -> None:
        """Accept every mark of the position that is shown, and with it those of its bone."""
        names = self.waiting()
        title = self.position.shownTitle if self.position is not None else ""
        self._accept(names, f"accepted {counted(len(names), 'mark')} of {title}")

    @property
    def place(self) -> str:
        """The vertebra or disc that is worked on: the asked mark's, else the chosen one."""
        chosen, asked = self.selection.now, self.asked()
        return chosen.place if chosen.place and not chosen.mark else asked.place if asked is not None else chosen.place

    def waiting(self) -> tuple[str, ...]:
        """The marks of this position that nobody has accepted yet and that can be judged by what is shown.

        These are the listed ones, curves included, and the others of their bones, which moved as one piece with them.
        """
        listed = {item.name for item in (*self.marks(), *self.curves())}
        bones = {boneOfMark(name) for name in listed} - {""}
        return tuple(name for name in self._waitingAll() if name in listed or boneOfMark(name) in bones)

    def waitingHere(self) -> tuple[str, ...]:
        """As waiting(), of the vertebra or disc that is worked on, even where it is beyond the chosen levels."""
        place, shown = self.place, set(self.waiting())
        names = waitingNames(self.position.marks, place) if self.position is not None and place else ()
        return tuple(name for name in names if name in shown or boneOfMark(name) == place)

    @property
    def waitingElsewhere(self) -> int:
        """How many further marks wait, at other levels or of protocols that are not chosen."""
        return len(self._waitingAll()) - len(self.waiting())

    def _waitingAll(self) -> tuple[str, ...]:
        return waitingNames(self.position.marks) if self.position is not None else ()

    def _accept(self, names: Collection[str], text: str) -> None:
        if names:
            self._do(text, withConfirmed(self._case, self._positionId, names))

    def _askedPoint(self) -> WantedMark | None:
        asked = self.asked()
        return asked if asked is not None and asked.kind == "point" else None

    @property
    def _case(self) -> Case:
        assert self.session is not None
        return self.session.case

    @property
    def _positionId(self) -> str:
        return self.selection.now.position

    def _do(self, text: str, after: Case) -> None:
        assert self.session is not None
        self.session.do(text, after)

    # --- following edits ---

    def _follow(self, before: Case, after: Case) -> None:
        earlier, self._editCount = self._editCount, self.session.history.count if self.session is not None else 0
        if not self._isFollowing():
            return
        isUndone = self._editCount < earlier
        found = firstMark(before, after, self._positionId, differs if isUndone else isTakenBack)
        if found is not None:
            self.selection.choose(position=found[0], mark=found[1])
        elif not isUndone:
            self._goOnFromSettled(before, after)

    def _goOnFromSettled(self, before: Case, after: Case) -> None:
        asked = self._askedIn(before)
        if asked is not None and asked.status not in _SETTLED:
            position = after.position(self._positionId)
            now = statusOf(position.marks.landmarks, asked.name) if position is not None else OPEN
            if now in _SETTLED:
                self._goOn(asked)


def _nothing() -> None:
    """Nothing to stop."""


class _Seen:
    """What is wanted in one state of a case, for one choice of what to mark."""

    def __init__(self, case: Case, positionId: str, marking: Marking, skipped: frozenset[str]) -> None:
        self.case, self.positionId, self.marking, self.skipped = case, positionId, marking, skipped
        self.marks: tuple[WantedMark, ...] = ()
        self.curves: tuple[WantedMark, ...] = ()
        self.byName: dict[str, WantedMark] = {}

    def look(self) -> None:
        """Look them up; nothing is wanted in a position that the case does not have."""
        if self.case.position(self.positionId) is not None:
            marking = fittedMarking(self.case.chain, self.marking)
            self.marks = wantedMarks(self.case, self.positionId, marking, self.skipped)
            self.curves = wantedCurves(self.case, self.positionId, marking)
            self.byName = {item.name: item for item in (*self.marks, *self.curves)}

    def isLike(self, other: _Seen) -> bool:
        """True where both are asked the same; cases are the same where they are one object."""
        return self.case is other.case and (self.positionId, self.marking, self.skipped) == (
            other.positionId, other.marking, other.skipped)  # fmt: skip
