"""The first screen, the findings and the rules: one set of digits and sentences in page, csv, json and text."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import replace

import pytest
from PhantomCases import phantomCase

from DynamicSpineLib.Jobs.MeasureJob import MeasureOptions
from DynamicSpineLib.Jobs.ReportJob import reportInput
from DynamicSpineLib.Jobs.Told import chosenRuleSets, tellMeasurement
from DynamicSpineLib.Metrics.MeasureCase import measureCase
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Reports.CriteriaCsv import CRITERIA_COLUMNS, FINDING_COLUMNS, writeCriteria, writeFindingsTable
from DynamicSpineLib.Reports.FindingsJson import writeDictation, writeFindingsJson
from DynamicSpineLib.Reports.Html import renderHtml
from DynamicSpineLib.Scene.CasePictures import CasePictures

DRAWS = 400
# The contract of criteria.csv, design section 7, typed here from it.
CONTRACT = ["case", "ruleSet", "ruleVersion", "rule", "clause", "level", "position", "fromPosition", "metric", "method",
            "value", "unit", "operator", "threshold", "result", "probability", "healthyShare", "population",
            "modality", "evidence", "source"]  # fmt: skip


def told(case, *criteria):
    """Measurement, what the readings say, and the report of a case."""
    options = MeasureOptions(DRAWS, 0, criteria)
    ruleSets = chosenRuleSets(criteria)
    measured = runSteps(measureCase(case, DRAWS, 0))
    readings = tellMeasurement(measured, ruleSets)
    return measured, readings, reportInput(measured, readings, ruleSets, CasePictures(), (), options)


@pytest.fixture(scope="module")
def slip():
    return told(phantomCase("lumbarSlip"), "whitePanjabiLumbar")


@pytest.fixture(scope="module")
def page(slip):
    return renderHtml(slip[2])


def textOf(page):
    """The words of a page as a browser shows them."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page))).replace("\N{NO-BREAK SPACE}", " ")


def plain(text):
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


def test_the_first_screen_stands_before_everything_else(page):
    ids = re.findall(r'<section id="([a-zA-Z]+)"', page)
    assert ids[:3] == ["summary", "findings", "rules"]
    assert page.index("<h1>") < page.index('id="summary"')


def test_page_json_csv_and_text_hold_the_same_sentences(slip, page, tmp_path):
    _, readings, _ = slip
    first = readings[0]
    everything = [(item.reader, item.reading, item.findings, item.results) for item in readings]
    data = json.loads(writeFindingsJson("x", everything, tmp_path / "findings.json").read_text(encoding="utf-8"))
    table = writeFindingsTable("x", [item[:3] for item in everything], tmp_path / "findings.csv")
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8"))))
    sentences = [item.text for item in first.findings.findings]
    assert len(sentences) > 15
    assert [row["text"] for row in rows] == sentences
    assert [item["text"] for section in data["sections"] for item in section["findings"]] == sentences
    assert list(rows[0]) == list(FINDING_COLUMNS)
    shown = textOf(page)
    assert [text for text in sentences if plain(text) not in shown] == []
    assert data["keySentences"] == list(first.findings.keySentences)
    path = writeDictation([item.findings for item in readings], tmp_path / "findings.txt")
    assert path.read_text(encoding="utf-8").strip() == first.findings.dictation
    assert plain(first.findings.dictation) in shown


def test_numbers_of_sentences_are_those_of_the_rows(slip):
    measured, readings, _ = slip
    finding = next(item for item in readings[0].findings.findings if item.id == "slipChanges")
    row = next(item for item in measured.rows if (item.kind, item.metric, item.level, item.fromPosition, item.position)
               == ("change", finding.metric, finding.level, *finding.positions))
    assert (finding.value, finding.lower95, finding.upper95) == (row.value, row.lower95, row.upper95)
    assert f"{row.value:.1f}" in finding.text
    assert f"({row.lower95:.1f} to {row.upper95:.1f})" in finding.text


def test_criteria_csv_starts_with_the_contract(slip, tmp_path):
    _, readings, _ = slip
    path = writeCriteria(readings[0].results, tmp_path / "criteria.csv")
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    assert list(rows[0]) == list(CRITERIA_COLUMNS)
    assert list(rows[0])[: len(CONTRACT)] == CONTRACT
    assert len(rows) == len(readings[0].results)
    for row in rows:
        certainty = float(row["probability"]) if row["probability"] else None
        wanted = {"met": lambda p: p >= 0.95, "notMet": lambda p: p <= 0.05, "undecided": lambda p: 0.05 < p < 0.95}
        if row["result"] in wanted:
            assert wanted[row["result"]](certainty), row
        else:
            assert row["reasonCode"], row
            assert row["reason"], row
        assert row["operator"] in ("<", "<=", ">", ">=")
        assert row["threshold"]
        assert row["metric"]
        assert all(row[name] for name in ("population", "modality", "evidence", "source"))
    names = ("ruleSet", "rule", "level", "side", "position", "fromPosition")
    keys = [tuple(row[name] for name in names) for row in rows]
    assert len(set(keys)) == len(keys)


def test_points_are_never_a_total(page):
    shown = textOf(page)
    assert re.search(r"imaging items \d of a possible 4( \(\d more undecided\))?, clinical items not entered", shown)
    assert not re.search(r"\d (of|/) (a possible )?[59]\b", shown)


def test_no_red_and_no_green_and_each_sign_has_words(page):
    colors = re.findall(r"#([0-9a-fA-F]{6})\b", page)
    assert colors
    for color in colors:
        red, green, blue = (int(color[start : start + 2], 16) for start in (0, 2, 4))
        assert not (red > 150 and green < 90 and blue < 90), color
        assert not (green > red + 40 and green > blue + 40), color
    cells = re.findall(r'<td class="(?:met|undecided)[^"]*">.*?</td>', page, flags=re.DOTALL)
    assert cells
    assert all(re.search(r'<span class="spoken">a rule is (met|undecided) here', cell) for cell in cells)


def test_the_numbering_and_the_research_line_stand_on_the_first_screen(slip, page):
    statement = slip[2].case.numbering.statement()
    start = page[: page.index('id="findings"')]
    assert statement[1:] in start
    assert "research use" in start.lower()


def test_at_most_five_sentences_lead(slip):
    assert 1 <= len(slip[1][0].findings.keySentences) <= 5


def test_provisional_values_are_hatched_in_the_grid_and_said():
    case = phantomCase("lumbarSlip")
    position = case.position("ST_F")
    doubted = {name: replace(mark, origin="predicted", confirmed=False) if name.startswith("L4_") else mark
               for name, mark in position.marks.landmarks.items()}  # fmt: skip
    marks = replace(position.marks, landmarks=doubted)
    positions = tuple(replace(item, marks=marks) if item.id == "ST_F" else item for item in case.positions)
    _, readings, report = told(replace(case, positions=positions))
    cells = {(cell.level, cell.position): cell.confirmed for cell in readings[0].findings.grid}
    assert not cells["L4L5", "ST_F"]
    assert cells["L4L5", "SUP_N"]
    assert any(item.id == "provisional" for item in readings[0].findings.findings)
    assert re.search(r'<td class="[^"]*provisional">', renderHtml(report).split('id="findings"')[0])


def test_without_draws_there_is_a_report_and_nothing_is_judged():
    case = phantomCase("lumbarSlip")
    measured = runSteps(measureCase(case, 0, 0))
    readings = tellMeasurement(measured, chosenRuleSets())
    judged = [item for item in readings[0].results if item.probability is not None]
    assert {item.metric.split(":")[0] for item in judged} <= {"grade"}
    assert any(item.id == "noNoise" for item in readings[0].findings.findings)
    report = reportInput(measured, readings, chosenRuleSets(), CasePictures(), (), MeasureOptions(0))
    assert "noise of the values is not known" in textOf(renderHtml(report))
