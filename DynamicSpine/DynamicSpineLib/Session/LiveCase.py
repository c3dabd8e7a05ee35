"""The values of the shown case while it is edited, made when somebody first looks at them and followed as long."""

from __future__ import annotations

from collections.abc import Callable, Collection

from DynamicSpineLib.Metrics.MeasureCase import CaseMeasurement
from DynamicSpineLib.Metrics.Measurement import RowKey
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.Events import Event
from DynamicSpineLib.Session.LiveValues import LiveValues
from DynamicSpineLib.Session.TouchedKeys import Keys
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import Landmark


class LiveCase:
    """Follows a session with `LiveValues`, which every drag step brings up to date: only while somebody listens.

    touched tells the keys of the cells that an edit may have changed; drawn those whose noise is known anew. looksAt
    gives the keys that somebody sees now: their noise is drawn first when the mouse rests.
    """

    def __init__(self) -> None:
        self.touched: Event[Keys] = Event()
        self.drawn: Event[Keys] = Event()
        self.looksAt: Callable[[], Collection[RowKey]] = frozenset
        self._session: CaseSession | None = None
        self._values: LiveValues | None = None
        self._measured: CaseMeasurement | None = None
        self._draws, self._isTaken = 0, True
        self._stops: list[Callable[[], None]] = []

    def setSession(self, session: CaseSession | None) -> None:
        """Follow another case, or none."""
        for stop in self._stops:
            stop()
        self._session, self._values, self._measured = session, None, None
        self._stops = [] if session is None else [
            session.caseChanged.listen(self._caseChanged), session.markMoved.listen(self._markMoved)
        ]  # fmt: skip

    @property
    def isMade(self) -> bool:
        """True where `values` need not be made first, which takes 0.1 s in a full case."""
        return self._values is not None

    @property
    def values(self) -> LiveValues | None:
        """The values of the case as it now is; None without a case, and for one without positions."""
        session = self._session
        if session is None or not session.isOpen or session.fault or not session.case.positions:
            return None
        if self._values is None:
            self._values, self._isTaken = LiveValues(session.case), False
        elif self._values.case is not session.case:
            self._bringTo(session.case, self._values)
        self._takeOver(self._values)
        return self._values

    def accept(self, measured: CaseMeasurement | None, draws: int) -> None:
        """Take over a measurement with that many draws, where it is of the case as it now is."""
        if measured is None or measured is self._measured:
            return
        self._measured, self._draws, self._isTaken = measured, draws, False
        if self._values is not None and self.touched.listenerCount:
            before = self._values.stale
            values = self.values
            if values is not None and values.stale != before:
                self.drawn.tell(before - values.stale)

    def quickSteps(self) -> Steps[None]:
        """Make the values where somebody waits for them, and draw the noise of what is looked at, in short steps."""
        if not self.touched.listenerCount:
            return
        isNew, values = not self.isMade, self.values
        if values is None:
            return
        if isNew:
            yield Step(0.0, "reading marks")
            self.drawn.tell(frozenset(values.cells))
        drawn = yield from values.quickSteps(self.looksAt())
        if drawn:
            self.drawn.tell(drawn)

    def _takeOver(self, values: LiveValues) -> None:
        """Take over what was measured last, once."""
        isTaken, self._isTaken = self._isTaken, True
        if self._measured is not None and not isTaken:
            values.accept(self._measured, self._draws)

    def _caseChanged(self, _before: Case, after: Case) -> None:
        self._follow(after)

    def _markMoved(self, _positionId: str, _mark: Landmark) -> None:
        if self._session is not None:
            self._follow(self._session.case)

    def _follow(self, case: Case) -> None:
        """Tell what an edit touches; where nobody listens the values follow when they are next asked for."""
        if self._values is None or not self.touched.listenerCount or self._session is None:
            return
        if self._session.fault or not case.positions:
            self._values = None
            return
        self._bringTo(case, self._values)

    def _bringTo(self, case: Case, values: LiveValues) -> None:
        touched = values.setCase(case)
        if touched:
            self.touched.tell(touched)
