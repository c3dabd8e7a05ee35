"""A measured case becomes a report without a word in between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from DynamicSpineLib.Jobs.MetricTexts import metricTexts
from DynamicSpineLib.Metrics.MeasureCase import measureCase
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Reports.Html import renderHtml
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Study.Case import Reading
from DynamicSpineLib.Wording.Codes import isKnownCode


@pytest.fixture(scope="module")
def measured(lumbar):
    """The lumbar case as the engine measures it."""
    return runSteps(measureCase(lumbar.case, draws=60, seed=3, software="DynamicSpine 0.1.0"))


def reportOf(measured, shown=0):
    """The report of one reading of a measured case."""
    reading = measured.readings[shown]
    return ReportInput(measured.case, measured.rows, metricTexts(), measured.ranges[shown],
                       measured.rankedPlaces[shown], reader=reading.reader, reading=reading.reading)  # fmt: skip


def test_every_code_that_the_engine_writes_is_explained(measured):
    groups = ("kind", "status", "origin", "sdSource", "segmentStatus")
    written = {(group, getattr(row, group)) for row in measured.rows for group in groups if getattr(row, group)}
    written |= {("reasonCode", row.reasonCode) for row in measured.rows if row.reasonCode}
    written |= {("warnings", code) for row in measured.rows for code in row.warnings}
    assert len(written) > 12
    assert [item for item in sorted(written) if not isKnownCode(*item)] == []


def test_the_engine_finds_the_slips_that_the_case_was_built_with(measured):
    """The boxes of the case slip by 3, 5, 7 and 4 mm; the report shows them with their words."""
    report = reportOf(measured)
    slips = {name: report.state("slip", "L4L5", name).value for name in ("supine", "standing", "flexion", "extension")}
    assert slips == pytest.approx({"supine": 3.0, "standing": 5.0, "flexion": 7.0, "extension": 4.0}, abs=1e-9)
    page = renderHtml(report).replace("&nbsp;", " ")
    assert "7.0 forward" in page
    assert "4.0\N{NO-BREAK SPACE}mm more forward" in page
    assert "Smallest canal width at the narrowest point, midline" in page


def test_one_reading_is_shown_with_its_own_extremes(lumbar):
    marks = {position.id: position.marks for position in lumbar.case.positions}
    partly = {name: marks[name] for name in ("supine", "flexion")}
    readings = (Reading("A", 1, marks=marks), Reading("B", 1, marks=partly))
    measured = runSteps(measureCase(replace(lumbar.case, readings=readings), draws=20, seed=1))
    names = [values.reader for values in measured.readings]
    report = reportOf(measured, names.index("B"))
    assert report.shownReading == ("B", "1")
    assert {row.reader for row in report.shownRows} == {"B"}
    assert {item.positionCount for item in report.ranges} == {2}
    assert ("A", "1") in report.otherReadings


def test_the_catalog_has_a_state_and_a_motion_of_the_same_name():
    kinds = sorted(text.kind for text in metricTexts() if text.id == "occiputC2")
    assert kinds == ["motion", "state"]
