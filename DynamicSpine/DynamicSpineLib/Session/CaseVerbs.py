"""What can be done with an open case besides single edits: carry marks, measure, report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Jobs.CarryCase import CarriedCase, carryCase
from DynamicSpineLib.Jobs.CarryPlan import CarryOptions
from DynamicSpineLib.Jobs.MeasureJob import DEFAULT_DRAWS, MeasureOptions
from DynamicSpineLib.Jobs.MetricTexts import SOFTWARE
from DynamicSpineLib.Jobs.PropagateJob import carryEngine
from DynamicSpineLib.Jobs.ReportJob import TOLD_FORMATS, CaseSource, ReportMade, reportToFolder
from DynamicSpineLib.Jobs.Told import ToldReading, chosenRuleSets, tellMeasurementSteps
from DynamicSpineLib.Metrics.MeasureCase import CaseMeasurement, measureCase
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Scene.GrayVolumes import grayVolume
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Study.EditMarks import positionOf
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume


def carrySteps(session: CaseSession, options: CarryOptions | None = None) -> Steps[CarriedCase]:
    """Carry the marks of one position to others; a generator of steps. The case changes at its end, as one edit.

    Raises InputError for what cannot be carried, and where the case was edited while this ran: then nothing changes.
    """
    session.settle()
    start = session.case

    def read(position: Position) -> GrayVolume:
        return grayVolume(session.caseNode, position)

    carried = yield from carryCase(start, options or CarryOptions(), read, carryEngine())
    session.settle()
    if session.case is not start:
        raise InputError("the case was edited while its marks were being carried: nothing was changed; carry again")
    if carried.carriedCount:
        title = positionOf(start, carried.fromPosition).shownTitle
        session.do(f"carried marks from {title}", carried.case)
    return carried


def measureSteps(
    session: CaseSession, draws: int = DEFAULT_DRAWS, seed: int = 0, criteria: Sequence[str] = ()
) -> Steps[tuple[CaseMeasurement, tuple[ToldReading, ...]]]:
    """Measure the case as it is now and judge the rules; a generator of steps that may be dropped at any of them."""
    options = MeasureOptions(draws, seed, tuple(criteria))
    session.settle()
    if session.fault:
        raise InputError(session.fault)
    measured = yield from measureCase(session.case, options.draws, options.seed, SOFTWARE)
    told = yield from tellMeasurementSteps(measured, chosenRuleSets(options.criteria))
    yield Step(1.0, "measured")
    return measured, told


def reportSteps(
    session: CaseSession, folder: Path, draws: int = DEFAULT_DRAWS, criteria: Sequence[str] = (),
    formats: Sequence[str] = TOLD_FORMATS,
) -> Steps[ReportMade]:  # fmt: skip
    """Write the report of the case as it is now into a folder; a generator of steps."""
    session.settle()
    source = CaseSource(session.case, session.folder or Path())
    return reportToFolder(source, folder, MeasureOptions(draws, 0, tuple(criteria)), formats)
