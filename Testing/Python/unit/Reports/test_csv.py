"""measurements.csv keeps its contract: columns, digits, booleans, lists, and no cell that a spreadsheet runs."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from DynamicSpineLib.Errors import JobError
from DynamicSpineLib.Jobs.MetricTexts import metricTexts
from DynamicSpineLib.Metrics.Measurement import Measurement
from DynamicSpineLib.Metrics.Registry import allMetrics
from DynamicSpineLib.Reports.CriteriaCsv import CRITERIA_COLUMNS, FINDING_COLUMNS
from DynamicSpineLib.Reports.Csv import (
    DICTIONARY_COLUMNS,
    MEASUREMENT_COLUMNS,
    dictionaryRows,
    measurementCells,
    originalText,
    safeText,
    writeDictionary,
    writeMeasurements,
)
from DynamicSpineLib.Reports.Json import writeMeasurementsJson, writeReportJson

# Design, section 7, copied by hand.
CONTRACT = [
    "case", "reader", "reading", "kind", "position", "fromPosition", "level", "side", "metric", "value", "unit", "sd",
    "sdc95", "lower95", "upper95", "exceedsNoise", "status", "reasonCode", "reason", "origin", "confirmed", "method",
    "sdSource", "segmentStatus", "numbering", "points", "warnings", "software",
]  # fmt: skip

ROW = Measurement("C1", "A", "1", "change", "b", "a", "L4L5", "", "slip", 3.25, "mm", sd=0.1234567, sdc95=0.25,
                  lower95=3.0, upper95=3.5, exceedsNoise=True, points=("L4_IP", "L5_SP"), warnings=("offPlane",))


def readBack(path):
    """The table as dictionaries."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_the_columns_are_those_of_the_contract_and_of_the_row():
    assert list(MEASUREMENT_COLUMNS) == CONTRACT
    assert {item.name for item in fields(Measurement)} == set(CONTRACT)


def test_numbers_booleans_and_lists_are_written_as_promised(tmp_path):
    missing = replace(ROW, value=None, sd=None, sdc95=None, lower95=None, upper95=None, exceedsNoise=None,
                      status="notAvailable", reasonCode="notMarked", confirmed=False, points=(), warnings=())
    rows = readBack(writeMeasurements([ROW, replace(ROW, exceedsNoise=False), missing], tmp_path / "measurements.csv"))
    assert rows[0]["value"] == "3.25"
    assert rows[0]["sd"] == "0.123457"
    assert rows[0]["lower95"] == "3"
    assert [row["exceedsNoise"] for row in rows] == ["true", "false", ""]
    assert [row["confirmed"] for row in rows] == ["1", "1", "0"]
    assert rows[0]["points"] == "L4_IP;L5_SP"
    assert (rows[2]["value"], rows[2]["status"], rows[2]["reasonCode"]) == ("", "notAvailable", "notMarked")


def test_a_value_that_is_not_a_number_never_reaches_the_table(tmp_path):
    with pytest.raises(JobError):
        writeMeasurements([replace(ROW, value=float("nan"))], tmp_path / "measurements.csv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["=1+1", "+cmd", "-2", "@SUM(A1)", "'=1", " =1", "\t=1", "\n=1"])
def test_text_that_a_spreadsheet_would_run_is_made_harmless(text):
    assert safeText(text).startswith("'")


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_harmless_text_comes_back_as_it_was(text):
    assert originalText(safeText(text)) == text
    assert not safeText(text).lstrip().startswith(("=", "+", "-", "@"))


@given(st.text())
def test_any_reader_and_case_name_keeps_its_row_on_one_line(name):
    cells = measurementCells(replace(ROW, case=name, reader=name))
    assert len(cells) == len(MEASUREMENT_COLUMNS)
    assert not set("\n\r\0") & set("".join(cells))
    "".join(cells).encode("utf-8")


def test_a_table_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(JobError, match="cannot be written"):
        writeMeasurements([ROW], tmp_path / "file" / "measurements.csv")


def test_an_older_table_stays_whole_when_the_new_one_fails(tmp_path):
    path = writeMeasurements([ROW], tmp_path / "measurements.csv")
    before = path.read_bytes()
    with pytest.raises(JobError):
        writeMeasurements([replace(ROW, sd=float("inf"))], path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_dictionary_explains_every_column_code_and_metric(lumbar, tmp_path):
    rows = readBack(writeDictionary(metricTexts(), tmp_path / "dictionary.csv"))
    assert list(rows[0]) == list(DICTIONARY_COLUMNS)
    for table, columns in (("measurements.csv", CONTRACT), ("criteria.csv", list(CRITERIA_COLUMNS)),
                           ("findings.csv", list(FINDING_COLUMNS))):  # fmt: skip
        assert [row["id"] for row in rows if (row["kind"], row["of"]) == ("column", table)] == columns
    assert [row["id"] for row in rows if (row["kind"], row["of"]) == ("code", "result")] == [
        "met", "undecided", "notMet", "notAssessable", "notAvailable"]
    codes = {(row["of"], row["id"]) for row in rows if row["kind"] == "code"}
    for row in lumbar.rows:
        assert row.status == "ok" or ("reasonCode", row.reasonCode) in codes
        assert {("warnings", code) for code in row.warnings} <= codes
    metrics = [(row["of"], row["id"]) for row in rows if row["kind"] == "metric"]
    assert metrics == [(item.kind, item.id) for item in allMetrics()]
    assert all(row["definition"] for row in rows)


def test_every_dictionary_row_has_every_column():
    assert {len(row) for row in dictionaryRows(metricTexts())} == {len(DICTIONARY_COLUMNS)}


def test_json_holds_the_same_numbers_as_the_table(lumbar, tmp_path):
    table = readBack(writeMeasurements(lumbar.rows, tmp_path / "measurements.csv"))
    content = json.loads(writeMeasurementsJson(lumbar.rows, tmp_path / "m.json", "X").read_text(encoding="utf-8"))
    assert content["formatVersion"] == 1
    assert len(content["rows"]) == len(table) > 100
    for line, row in zip(table, content["rows"], strict=True):
        assert list(row) == CONTRACT
        assert row["value"] == (float(line["value"]) if line["value"] else None)
        assert row["exceedsNoise"] == {"true": True, "false": False, "": None}[line["exceedsNoise"]]
        assert ";".join(row["points"]) == line["points"]


def test_the_json_report_holds_case_rows_and_what_was_not_examined(everyReport, tmp_path):
    for name, report in everyReport.items():
        content = json.loads(writeReportJson(report, tmp_path / f"{name}.json").read_text(encoding="utf-8"))
        assert content["case"]["caseId"] == report.case.caseId
        assert len(content["case"]["positions"]) == len(report.case.positions)
        assert content["notExamined"]
        assert "marks" not in content["case"]["positions"][0]
        used = {(("motion" if row["kind"] == "motion" else "state"), row["metric"]) for row in content["rows"]}
        assert {(item["kind"], item["id"]) for item in content["metrics"]} == used


def test_a_name_that_is_no_text_does_not_stop_the_report(lumbar, tmp_path):
    broken = replace(lumbar, case=replace(lumbar.case, caseId="a\ud800b\x00", notes="\u202e12.5"))
    content = json.loads(writeReportJson(broken, tmp_path / "r.json").read_text(encoding="utf-8"))
    assert content["case"]["caseId"] == "ab"
    assert content["case"]["notes"] == "12.5"
