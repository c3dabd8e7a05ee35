"""The panel's tables of values: the report's words, cells that follow edits, order, filters and copies."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from EditedCases import measureInto, movedTo
from ForbiddenWords import forbiddenIn
from PhantomCases import phantomCase

from DynamicSpineLib.Jobs.MetricTexts import metricTexts
from DynamicSpineLib.Metrics.MeasureCase import measureCase
from DynamicSpineLib.Metrics.Registry import allMetrics
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Reports.Cells import Footnotes
from DynamicSpineLib.Reports.Csv import MEASUREMENT_COLUMNS, measurementCells
from DynamicSpineLib.Reports.LevelTables import changeTables, levelTables, sidedTable
from DynamicSpineLib.Reports.MotionTables import motionTables
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Session.LiveValues import LiveValues
from DynamicSpineLib.Session.MetricGroups import metricGroup, metricGroups
from DynamicSpineLib.Session.TableCells import BACKWARD, FORWARD, LARGER, MOVED, SMALLER
from DynamicSpineLib.Session.TablePlan import TableChoice, declaredInOrder, isAmong
from DynamicSpineLib.Session.ValueTable import ValueTable
from DynamicSpineLib.Study.EditMarks import withCleared, withLandmarks

DRAWS = 60


@pytest.fixture(scope="module", params=["lumbarSlip", "cervicalNarrowing"])
def shown(request):
    """A study with its live values drawn, and the report's input of the same measurement."""
    study = phantomCase(request.param)
    live = LiveValues(study)
    measured = measureInto(live, DRAWS)
    return live, ReportInput(study, measured.rows, metricTexts())


@pytest.fixture(scope="module")
def slip():
    study = phantomCase("lumbarSlip")
    live = LiveValues(study)
    measureInto(live, DRAWS)
    return live


def moved(live, positionId, name, step):
    """The keys that a mark's move touches; step in RAS mm."""
    point = np.array(live.case.position(positionId).marks.point(name)) + np.array(step)
    return movedTo(live, positionId, name, point)


def everyTable(live, withEmpty=False):
    """A table of each group, side by side and in its second position or first pair."""
    for group in metricGroups():
        pair = declaredInOrder(live.case)[0]
        ends = ("", live.case.positions[1].id) if group.kind == "state" else (pair.fromPosition, pair.toPosition)
        yield ValueTable(live, TableChoice(group.id, withEmpty=withEmpty))
        yield ValueTable(live, TableChoice(group.id, ends, withEmpty=withEmpty))


def cellsOf(table):
    return [cell for row in range(len(table.rows)) for column in range(len(table.columns))
            if (cell := table.cell(row, column)) is not None]


def test_every_metric_is_in_one_group_and_no_group_is_empty():
    listed = [(item.kind, item.id) for group in metricGroups() for item in group.metrics]
    assert sorted(listed) == sorted((item.kind, item.id) for item in allMetrics())
    assert all(group.metrics and group.title for group in metricGroups())
    with pytest.raises(KeyError):
        metricGroup("nothing")


def test_values_in_a_position_are_in_the_words_of_the_reports_level_tables(shown):
    live, report = shown
    said = {}
    tables = [*levelTables(report, Footnotes({})), sidedTable(report, Footnotes({}))]
    for table in tables:
        for block in table.blocks:
            for line in block.lines:
                for position, cell in zip(report.case.positions, line.cells, strict=True):
                    if line.metric:
                        said[block.label, line.metric, position.id] = cell
    compared = 0
    for group in ("slip", "canal", "disc", "foramen"):
        for position in report.case.positions:
            table = ValueTable(live, TableChoice(group, ("", position.id)))
            for number, row in enumerate(table.rows):
                for place, column in enumerate(table.columns):
                    expected, cell = said.get((row.label, column.metric, position.id)), table.cell(number, place)
                    if expected is not None and cell is not None:
                        compared += 1
                        assert (cell.text, cell.interval, cell.change, cell.missing, cell.provisional) == (
                            expected.value, expected.interval, expected.note, expected.missing, expected.provisional)
                        assert (cell.verdict == "too imprecise to tell") == expected.unclear
    assert compared > 100


def test_changes_side_by_side_are_in_the_words_of_the_reports_tables_of_changes(shown):
    live, report = shown
    said = {}
    changed = [item for item in report.case.positions if item.id != report.comparedPosition.id]
    for table in changeTables(report, Footnotes({})):
        for block in table.blocks:
            for line in block.lines:
                for position, cell in zip(changed, line.cells, strict=True):
                    said[block.label, line.metric, position.id] = cell
    compared = 0
    for group in ("slip", "canal", "disc"):
        table = ValueTable(live, TableChoice(group))
        for number, row in enumerate(table.rows):
            for place, column in enumerate(table.columns):
                cell = table.cell(number, place)
                expected = said.get((row.label, cell.key[1], column.position))
                if expected is not None and not expected.missing:
                    compared += 1
                    assert (cell.change, cell.changeInterval, cell.verdict) == (
                        expected.value, expected.interval, expected.verdict)
    assert compared > 40


def test_motions_are_in_the_words_of_the_reports_tables_of_motion(shown):
    live, report = shown
    compared = 0
    for said, pair in zip(motionTables(report, Footnotes({}))[0], declaredInOrder(report.case), strict=False):
        table = ValueTable(live, TableChoice("motion", (pair.fromPosition, pair.toPosition)))
        rows = {row.label: row for row in said.rows}
        for number, row in enumerate(table.rows):
            for place, column in enumerate(table.columns):
                matching = [index for index, item in enumerate(said.columns) if item.metric == column.metric]
                if matching and row.label in rows:
                    expected, cell = rows[row.label].cells[matching[0]], table.cell(number, place)
                    if cell is None:
                        assert expected.missing == "not defined here"
                        continue
                    compared += 1
                    assert (cell.text, cell.interval, cell.verdict, cell.missing, cell.faint) == (
                        expected.value, expected.interval, expected.verdict, expected.missing, expected.faint)
    assert compared > 20


def test_a_real_change_has_an_arrow_and_one_that_is_not_says_that_it_is_too_imprecise(slip):
    table = ValueTable(slip, TableChoice("slip"))
    cells = [cell for cell in cellsOf(table) if cell.change]
    arrows = {FORWARD, BACKWARD, LARGER, SMALLER}
    real = [cell for cell in cells if cell.sign]
    assert real
    for cell in cells:
        assert bool(cell.sign) != (cell.verdict == "too imprecise to tell")
        assert cell.spoken
        assert cell.sign in arrows or cell.sign == ""
    assert {cell.sign for cell in real if "more forward" in cell.change} == {FORWARD}
    motion = ValueTable(slip, TableChoice("motion"))
    assert {cell.sign for cell in cellsOf(motion) if cell.key[1] == "rotation" and cell.sign} == {MOVED}


def test_no_table_tooltip_or_legend_says_a_forbidden_word(shown):
    live, _ = shown
    said = []
    for table in everyTable(live):
        said += [*table.legend, *(column.tip for column in table.columns), *(row.label for row in table.rows)]
        said += [text for cell in cellsOf(table)
                 for text in (cell.text, cell.interval, cell.change, cell.verdict, cell.missing, cell.spoken)]
        said += [table.tip(row, column) for row in range(0, len(table.rows), 5) for column in range(len(table.columns))]
    assert [text for text in said if forbiddenIn(text)] == []


def test_cells_that_an_edit_touches_are_those_of_a_new_table():
    study = phantomCase("lumbarSlip")
    live = LiveValues(study)
    measureInto(live, DRAWS)
    tables = list(everyTable(live))
    for name, step in (("L4_IP", (0.0, 0.6, 0.0)), ("L5_SA", (0.3, 0.4, -0.5)), ("L4L5_CA", (0.0, -0.7, 0.0))):
        touched = moved(live, study.positions[1].id, name, step)
        for table in tables:
            before = {place: table.cell(*place) for place in table._cells}
            changed = table.update(touched)
            new = ValueTable(live, table.choice)
            if changed is None:
                assert (table.rows, table.columns) != (new.rows, new.columns)
                continue
            assert (table.rows, table.columns) == (new.rows, new.columns)
            assert table._cells == new._cells
            assert {place for place, cell in before.items() if cell != table.cell(*place)} == set(changed)
    assert not any(cell.stale for cell in cellsOf(ValueTable(live, TableChoice("body"))) if cell.key[2] == "L1")


def test_a_table_whose_first_value_of_a_row_appears_has_to_be_made_again():
    study = phantomCase("lumbarSlip")
    names = [name for item in study.positions for name in item.marks.landmarks if name.startswith("L4L5_C")]
    bare = study
    for item in study.positions:
        bare = withCleared(bare, item.id, set(names))
    live = LiveValues(bare)
    table = ValueTable(live, TableChoice("canal", ("", bare.positions[0].id)))
    assert "L4L5" not in {row.level for row in table.rows if table.cell(table.rows.index(row), 0).text}
    whole = TableChoice("canal", ("", bare.positions[0].id), withEmpty=True)
    assert "L4L5" in {row.level for row in ValueTable(live, whole).rows}
    table = ValueTable(live, TableChoice("canal", ("", bare.positions[0].id), frozenset({"L4L5"})))
    marks = [study.positions[0].marks.landmarks[name] for name in ("L4L5_CA", "L4L5_CP")]
    assert table.update(live.setCase(withLandmarks(bare, bare.positions[0].id, marks))) is None
    again = ValueTable(live, table.choice)
    assert [row.level for row in again.rows] == ["L4L5"]


def test_rows_sort_by_a_column_with_missing_values_last_either_way(slip):
    choice = TableChoice("slip", ("", slip.case.positions[2].id), withEmpty=True)
    plain = ValueTable(slip, choice)
    assert [row.level for row in plain.rows] == ["T12L1", "L1L2", "L2L3", "L3L4", "L4L5", "L5S1"]
    smallest, largest = (ValueTable(slip, choice, (1, flag)) for flag in (False, True))
    values = [smallest.cell(number, 1).number for number in range(len(smallest.rows))]
    assert values == sorted(values)
    assert largest.rows[0].level == "L4L5"
    study = withCleared(slip.case, slip.case.positions[2].id, ["L3_IP"])
    gap = LiveValues(study)
    for flag in (False, True):
        assert ValueTable(gap, choice, (1, flag)).rows[-1].level == "L3L4"


@pytest.mark.parametrize(
    ("place", "levels", "among"),
    [
        ("L4L5", {"L4L5"}, True), ("L4L5", {"L4", "L5"}, True), ("L4L5", {"L4"}, False), ("L4", {"L4L5"}, True),
        ("L4", {"L4"}, True), ("L3", {"L4L5"}, False), ("L1S1", {"L4L5"}, True), ("C2C7", {"L4L5"}, False),
        ("L1S1", {"L2"}, True),
    ],
)  # fmt: skip
def test_a_filter_names_levels_or_segments(place, levels, among):
    assert isAmong(phantomCase("fullCase").chain, place, levels) == among


def test_only_the_levels_asked_for_are_shown(slip):
    table = ValueTable(slip, TableChoice("slip", levels=frozenset({"L4L5"})))
    assert {row.level for row in table.rows} == {"L4L5"}
    assert len({row.metric for row in table.rows}) == len(table.rows) == 5


def test_a_copy_has_the_digits_of_the_export(slip):
    measured = runSteps(measureCase(slip.case, DRAWS, 0, "DynamicSpine")).rows
    exported = {row.key: dict(zip(MEASUREMENT_COLUMNS, measurementCells(row), strict=True)) for row in measured}
    table = ValueTable(slip, TableChoice("slip"))
    lines = list(csv.reader(io.StringIO(table.text()), delimiter="\t"))
    titles = [item.shownTitle for item in slip.case.positions]
    assert lines[0] == ["Level", "Measure", *(text for title in titles for text in (title, f"{title}: change"))]
    assert len(lines) == len(table.rows) + 1
    for number, line in enumerate(lines[1:]):
        for place in range(len(table.columns)):
            key = table.cell(number, place).key
            assert line[2 + 2 * place] == exported[key]["value"]
            change = exported.get(("change", *key[1:5], slip.case.positions[0].id), {"value": ""})
            assert line[3 + 2 * place] == change["value"]


def test_a_tooltip_says_what_a_value_is_and_whose_noise_it_has(slip):
    table = ValueTable(slip, TableChoice("slip", ("", slip.case.positions[2].id)))
    row = [item.level for item in table.rows].index("L4L5")
    tip = table.tip(row, 0)
    assert tip.startswith("Slip at the posterior corners, L4\N{NON-BREAKING HYPHEN}L5, Standing flexion\n")
    for part in ("7.0\N{NO-BREAK SPACE}mm forward", "Against Supine neutral: 4.0", "Upper posterior inferior corner",
                 "Above zero: forward", "Source: White and Panjabi corner method (second-hand).",
                 f"from {DRAWS} draws: Landmark noise assumed", "Method: cornerOnLowerEndplate."):
        assert part in tip, part


def test_a_tooltip_of_a_missing_value_gives_the_reason(slip):
    table = ValueTable(slip, TableChoice("foramen", ("", slip.case.positions[1].id), withEmpty=True))
    column = [item.metric for item in table.columns].index("facetGap")
    assert table.cell(0, column).missing == "not defined here"
    assert "Not available: The measure is not defined at this level" in table.tip(0, column)
    assert "SD" not in table.tip(0, column).split("\n")[1]


def test_noise_of_an_earlier_state_is_said_to_be_so():
    study = phantomCase("lumbarSlip")
    live = LiveValues(study)
    choice = TableChoice("slip", ("", study.positions[0].id))
    table = ValueTable(live, choice)
    waiting = table.cell(4, 0)
    assert (waiting.stale, waiting.interval, waiting.verdict) == (True, "", "")
    assert "Its noise is drawn when the mouse rests." in table.tip(4, 0)
    measureInto(live, DRAWS)
    assert table.update(live.cells.keys())
    assert not table.cell(4, 0).stale
    table.update(moved(live, study.positions[0].id, "L4_IP", (0.0, 0.5, 0.0)))
    assert table.cell(4, 0).stale
    assert "of the marks before the last edit" in table.tip(4, 0)


def test_provisional_values_are_marked_and_explained():
    study = phantomCase("lumbarSlip")
    mark = study.positions[0].marks.landmarks["L4_IP"]
    live = LiveValues(withLandmarks(study, study.positions[0].id, [replace(mark, origin="predicted", confirmed=False)]))
    table = ValueTable(live, TableChoice("slip", ("", study.positions[0].id)))
    marked = {row.level for number, row in enumerate(table.rows) if table.cell(number, 0).provisional}
    assert marked == {"L4L5"}
    assert table.cell(4, 0).spoken == "provisional"
    assert any(line.startswith("provisional: At least one mark has not been accepted") for line in table.legend)
    assert "At least one mark has not been accepted" in table.tip(4, 0)


def test_operated_levels_and_their_neighbors_are_named():
    live = LiveValues(phantomCase("lumbarCage"))
    table = ValueTable(live, TableChoice("slip", ("", live.case.positions[0].id)))
    operated = [row for row in table.rows if not row.native]
    assert operated
    assert all(row.remarks and row.remarks[0].startswith("status:") for row in operated)
    assert any(row.remarks == ("next to an operated level",) for row in table.rows)


def test_the_legend_names_the_compared_position_and_unverified_levels(slip):
    assert any("Changes compare with Supine neutral" in line for line in ValueTable(slip, TableChoice("slip")).legend)
    study = phantomCase("lumbarSlip")
    doubtful = replace(study, numbering=replace(study.numbering, confirmedBy=""))
    assert any("not verified" in line for line in ValueTable(LiveValues(doubtful), TableChoice("slip")).legend)
