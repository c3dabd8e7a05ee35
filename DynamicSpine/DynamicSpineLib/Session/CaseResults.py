"""What a case says, kept beside the session: measured and judged when the mouse rests, outdated by the next edit."""

from __future__ import annotations

from DynamicSpineLib.Errors import Fault
from DynamicSpineLib.Jobs.Told import ToldReading, chosenRuleSets, tellMeasurementSteps
from DynamicSpineLib.Metrics.MeasureCase import CaseMeasurement
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.CaseVerbs import measureSteps
from DynamicSpineLib.Session.Events import Event
from DynamicSpineLib.Session.ReviewContent import ReviewContent, reviewContent
from DynamicSpineLib.Session.ReviewReadable import missingSentence
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Validation import validateCase


class CaseResults:
    """The measurement of the shown case, what it says, and what is wrong with its marks.

    changed: new results are there, or the old ones are known to be outdated. Results of a case whose marks cannot be
    those of a spine are not made: `problem` says why, in one sentence.
    """

    def __init__(self) -> None:
        self.changed: Event[()] = Event()
        self._session: CaseSession | None = None
        self._case: Case | None = None
        self._asked: tuple[int, tuple[str, ...]] = (0, ())
        self.measured: CaseMeasurement | None = None
        self.told: tuple[ToldReading, ...] = ()
        self.review: ReviewContent | None = None
        self.faults: tuple[Fault, ...] = ()
        self.problem = ""

    def setSession(self, session: CaseSession | None) -> None:
        """Results of another case, none of which are there yet."""
        self._session = session
        self._forget()
        self.changed.tell()

    @property
    def isCurrent(self) -> bool:
        """True where the results are those of the case as it is now."""
        return self._session is not None and self._case is self._session.case

    def outdate(self) -> None:
        """The case was edited: what is there says so from now on."""
        if self.review is None or self.review.outdated or self.isCurrent or self._session is None:
            return
        self.review = self._reviewed(self._session.case)
        self.changed.tell()

    def steps(self, draws: int, ruleSets: tuple[str, ...]) -> Steps[None]:
        """Measure and judge the case as it is now, where that was not done yet; may be dropped at any step.

        draws and ruleSets: as `measureSteps` takes them; other ones make other results of the same case.
        """
        session = self._session
        if session is None or (self.isCurrent and self._asked == (draws, ruleSets)):
            return
        case = session.case
        yield Step(0.0, "looking at the marks")
        faults = validateCase(case)
        problem = session.fault or _problem(case, faults)
        if problem:
            self._forget()
            self._asked = (draws, ruleSets)
            self._case, self.faults, self.problem = case, faults, problem
            self.changed.tell()
            return
        if self.isCurrent and self.measured is not None and self._asked[0] == draws:
            measured = self.measured
            told = yield from tellMeasurementSteps(measured, chosenRuleSets(ruleSets))
        else:
            measured, told = yield from measureSteps(session, draws, criteria=ruleSets)
        self._asked = (draws, ruleSets)
        self._case, self.measured, self.told, self.faults, self.problem = case, measured, told, faults, ""
        self.review = self._reviewed(case)
        self.changed.tell()

    def _reviewed(self, case: Case) -> ReviewContent | None:
        return reviewContent(self.measured, self.told[0], case) if self.measured is not None and self.told else None

    def _forget(self) -> None:
        self._case = self.measured = self.review = None
        self.told, self.faults, self.problem = (), (), ""


def _problem(case: Case, faults: tuple[Fault, ...]) -> str:
    """Why a case cannot be measured, in one sentence; empty where it can."""
    error = next((fault for fault in faults if fault.severity == "error"), None)
    return error.sentence() if error is not None else missingSentence(case)
