"""Review shows what the phantom did, in the report's words, and nothing that it may not say."""

from __future__ import annotations

import html
import re
import time
from dataclasses import fields, is_dataclass, replace

import pytest
from ForbiddenWords import VERDICTS, forbiddenIn
from JudgedCases import phantom
from ReviewCases import review, reviewOf, told, toldPhantom

from DynamicSpineLib.Jobs.MeasureJob import MeasureOptions
from DynamicSpineLib.Jobs.ReportJob import reportInput
from DynamicSpineLib.Jobs.Told import chosenRuleSets
from DynamicSpineLib.Phantom.Scenario import loadScenario
from DynamicSpineLib.Reports.Html import renderHtml
from DynamicSpineLib.Scene.CasePictures import CasePictures
from DynamicSpineLib.Session.ReviewContent import reviewContent
from DynamicSpineLib.Study.Case import Numbering, Reading
from DynamicSpineLib.Study.Marks import LandmarkSet

SCENARIOS = ("lumbarSlip", "cervicalNarrowing", "nullCervical", "sixLumbar", "oneLevelOff", "fusedC5C6", "lumbarCage",
             "craniocervicalLaxity", "scoliosisRotatory", "swappedPositions", "slipWithoutSupine", "hirayama35",
             "retrolisthesisExtension", "fullCase")  # fmt: skip
SIGNS = {"narrower": "→←", "forward": "←", "backward": "→"}


def slipOf(scenario, level, position):
    """The slip in mm that a scenario gives a level in a position."""
    return loadScenario(scenario).data["positions"][position]["segments"][level]["slipMm"]


def gradeOf(scenario, level, position):
    """The grade that a scenario's reader gave."""
    entries = loadScenario(scenario).data["positions"][position].get("grades", [])
    return next((entry["value"] for entry in entries if entry["level"] == level), "")


def stringsIn(value):
    """Every text inside a frozen value, ids of positions, levels and metrics among them."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for item in fields(value):
            yield from stringsIn(getattr(value, item.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from stringsIn(item)


def test_a_slip_is_where_the_phantom_put_it():
    content, positions = review("lumbarSlip"), ("SUP_N", "ST_N", "ST_F", "ST_E")
    assert content.worstLevel == "L4L5"
    assert [row.level for row in content.rows if row.isWorst] == ["L4L5"]
    cells = [content.cell("L4L5", position) for position in positions]
    assert [cell.texts[0] for cell in cells] == [f"Lee {gradeOf('lumbarSlip', 'L4L5', item)}" for item in positions]
    percents = [float(cell.texts[1].split()[0]) for cell in cells]
    depth = slipOf("lumbarSlip", "L4L5", "SUP_N") / percents[0]
    truth = [slipOf("lumbarSlip", "L4L5", item) / depth for item in positions]
    assert percents == pytest.approx(truth, abs=0.2)
    assert all("forward" in cell.texts[1] for cell in cells)
    assert [cell.arrow for cell in cells] == ["", "", SIGNS["forward"], ""]
    assert content.cell("L3L4", "ST_F").arrow == ""


def test_a_narrowing_is_where_the_phantom_put_it():
    content = review("cervicalNarrowing")
    grades = [f"Kang {gradeOf('cervicalNarrowing', 'C5C6', item)}" for item in content.positions]
    assert content.worstLevel == "C5C6"
    assert [content.cell("C5C6", item).texts[0] for item in content.positions] == grades
    assert content.cell("C5C6", "UP_E").kind == "met"
    assert all(content.cell(level, "UP_E").kind != "met" for level in content.levels if level != "C5C6")
    assert "C5\u2011C6, sitting extension: Kang 2b" in content.cell("C5C6", "UP_E").whole


def test_where_nothing_moves_nothing_leads():
    content = review("nullCervical")
    assert not any(item.isHeadline for item in content.sentences)
    cells = [cell for row in content.rows for cell in row.cells]
    assert {(cell.kind, cell.arrow, cell.sign) for cell in cells} == {("", "", "")}
    assert not content.provisional
    assert content.isReadable


def test_rows_are_the_levels_that_there_are():
    assert review("sixLumbar").levels[-3:] == ("L4L5", "L5L6", "L6S1")
    assert [row.label for row in review("sixLumbar").rows][-1] == "L6\u2011S1"


def test_an_operated_level_and_levels_in_doubt_are_not_assessed():
    fused = review("fusedC5C6")
    assert all("a rule is" not in cell.spoken for row in fused.rows if row.level == "C5C6" for cell in row.cells)
    doubted = [row.cells[review("oneLevelOff").positions.index("ST_F")] for row in review("oneLevelOff").rows]
    assert {(cell.texts, cell.sign, cell.spoken) for cell in doubted} == {((), "\N{EN DASH}", "not assessed")}


def test_the_head_says_who_verified_the_numbering():
    case = phantom("lumbarSlip", "SUP_N", "ST_F")
    open_ = reviewOf(replace(case, numbering=Numbering("sacrum")))
    assert (open_.caseId, open_.isVerified) == ("lumbarSlip", False)
    assert open_.numbering == "Levels counted from the sacrum, not verified."
    sure = reviewOf(replace(case, numbering=Numbering("L5nerve", confirmedBy="Dr. A")))
    assert (sure.isVerified, sure.numbering) == (True, "Levels counted from the L5 nerve, verified by Dr. A.")
    assert sure.notExamined == "Not examined: standing neutral, extension in any posture, side bending and rotation."


def test_captions_stand_under_every_picture_with_grade_number_and_symptom():
    content = review("lumbarSlip")
    assert content.caption("L4L5", "ST_E") == f"{', '.join(content.cell('L4L5', 'ST_E').texts)}; leg both sides 8/10"
    assert content.caption("L1L2", "SUP_N") == content.cell("L1L2", "SUP_N").texts[0]
    assert content.caption("OcC2", "ST_E") == "leg both sides 8/10"
    assert content.caption("L4L5", "nowhere") == ""


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_text_says_what_it_may_not(name):
    content = review(name)
    still = [item.text for item in toldPhantom(name)[1][0].findings.findings if item.id == "slipFixed"]
    texts = [text for text in stringsIn(content) if text not in still]
    assert len(texts) > 60
    plain = [text.replace(item, "") for text in texts for item in (*still, "\0")]
    assert [text for text in plain if forbiddenIn(text) or VERDICTS.search(text)] == []
    assert 80 <= len(content.dictation.split()) <= 120


def test_cells_that_are_spoken_leave_nothing_out():
    for name in SCENARIOS:
        content = review(name)
        for row in content.rows:
            for cell in row.cells:
                assert cell.whole.startswith(row.label)
                assert all(text in cell.whole for text in (*cell.texts, cell.spoken))
                assert (cell.arrow == "") == ("routine series" not in cell.spoken)
                assert (cell.sign == "?") == ("undecided" in cell.spoken)


def textOf(page):
    """The words of a page as a browser shows them."""
    return plain(html.unescape(re.sub(r"<[^>]+>", " ", page)))


def plain(text):
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " ")).strip()


@pytest.mark.parametrize("name", ["lumbarSlip", "cervicalNarrowing", "sixLumbar", "oneLevelOff"])
def test_panel_and_report_show_the_same(name):
    found, readings = toldPhantom(name)
    content = reviewContent(found, readings[0])
    page = renderHtml(reportInput(found, readings, chosenRuleSets(), CasePictures(), (), MeasureOptions(100)))
    first = page[page.index('id="summary"') : page.index('id="findings"')]
    shown = textOf(first)
    wanted = [content.notExamined, content.dictation, *content.legend, *(item.text for item in content.sentences),
              *(text for chip in content.chips for text in (chip.title, *chip.remarks)),
              *(entry.text for entry in content.key)]  # fmt: skip
    assert [text for text in wanted if plain(text) not in shown] == []
    rows = re.findall(r"<tr[^>]*><th scope=\"row\">(.*?)</tr>", first, flags=re.DOTALL)
    assert len(rows) == len(content.rows)
    for row, text in zip(content.rows, rows, strict=True):
        cells = [textOf(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", text, flags=re.DOTALL)]
        assert cells == [plain(" ".join([*cell.texts, cell.arrow, cell.sign, cell.spoken])) for cell in row.cells]
    items = re.findall(r"<li>(.*?)</li>", first, flags=re.DOTALL)
    assert [textOf(item) for item in items] == [plain(item.text) for item in content.sentences]
    assert plain(content.numbering) in textOf(page)
    assert plain(content.researchUse) in textOf(page)


def test_a_case_edited_since_says_so():
    found, readings = toldPhantom("lumbarSlip")
    edited = replace(found.case, notes="another")
    assert reviewContent(found, readings[0]).outdated == ""
    assert reviewContent(found, readings[0], replace(edited, notes=found.case.notes)).outdated == ""
    assert reviewContent(found, readings[0], edited).outdated.startswith("Edited since")


def test_marks_that_nobody_accepted_make_cells_and_sentences_provisional():
    case = phantom("lumbarSlip")
    position = case.position("ST_F")
    doubted = {name: replace(mark, origin="carried", confirmed=False) if name.startswith("L4_") else mark
               for name, mark in position.marks.landmarks.items()}  # fmt: skip
    marks = replace(position.marks, landmarks=doubted)
    content = reviewOf(replace(case, positions=tuple(
        replace(item, marks=marks) if item.id == "ST_F" else item for item in case.positions)))  # fmt: skip
    assert content.provisional
    cells = {(row.level, cell.position) for row in content.rows for cell in row.cells if cell.provisional}
    assert cells == {("L3L4", "ST_F"), ("L4L5", "ST_F")}
    slip = next(item for item in content.sentences if item.id == "slipChanges")
    assert slip.provisional
    assert "provisional" in content.cell("L4L5", "ST_F").whole


def test_each_reading_is_shown_by_its_own_name():
    case = phantom("lumbarSlip", "SUP_N", "ST_F")
    marks = {item.id: item.marks for item in case.positions}
    fewer = {name: LandmarkSet({key: mark for key, mark in item.landmarks.items() if not key.startswith("L1")})
             for name, item in marks.items()}  # fmt: skip
    found, readings = told(replace(case, readings=(Reading("A", marks=marks), Reading("B", marks=fewer))))
    contents = [reviewContent(found, item) for item in readings]
    assert [(item.reader, item.reading) for item in contents] == [("A", "1"), ("B", "1")]
    assert [item.cell("L1L2", "SUP_N").texts != () for item in contents] == [True, False]


def test_building_it_is_fast():
    found, readings = toldPhantom("fullCase")
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        reviewContent(found, readings[0], replace(found.case))
        seconds.append(time.perf_counter() - start)
    assert sorted(seconds)[2] < 0.03
