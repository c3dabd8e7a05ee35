"""Results in the panel: the table of values, live while a mark is dragged, and the ways out of it."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import slicer

from DynamicSpineLib.Jobs.MeasureJob import MeasureOptions, measureToFolder
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Scene.CaseRoles import landmarkNode
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.ResultPlot import shownInPlot
from DynamicSpineLib.Scene.ResultTables import resultTables
from DynamicSpineLib.Scene.Views.Layouts import PLOT_TAG, positionsLayoutId
from DynamicSpineLib.Session.LiveValues import LiveValues
from DynamicSpineLib.Session.ResultsChoice import STALE_SIGN
from DynamicSpineLib.Study.EditCase import withoutPosition
from DynamicSpineLib.Study.EditMarks import withCleared, withLandmarks
from DynamicSpineLib.Study.Marks import LandmarkSet
from DynamicSpineLib.Wording.Words import intervalWords, valueWords

CELL_MILLISECONDS = 80
MODULE = Path(__file__).resolve().parents[3] / "DynamicSpine" / "DynamicSpine.py"
PANEL_WIDTH, FEW_DRAWS = 380, 150
FLEXION = "standingFlexion"
phantom = lru_cache(maxsize=4)(phantomCase)


@lru_cache(maxsize=4)
def measuredFiles(scenario):
    """measurements.csv of a scenario as the command line writes it: its text, and its rows by key."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        runSteps(measureToFolder(phantom(scenario), Path(folder), MeasureOptions(FEW_DRAWS)))
        text = (Path(folder) / "measurements.csv").read_text(encoding="utf-8")
    names = ("kind", "metric", "level", "side", "position", "fromPosition")
    return text, {tuple(row[name] for name in names): row for row in csv.DictReader(io.StringIO(text))}


@pytest.fixture
def openCase(a_slicer_application):
    """Opens the module with a case without volumes, measures it, and opens Results."""

    def opened(case):
        a_slicer_application.addModule(MODULE)
        panel = a_slicer_application.openModule("DynamicSpine").panel
        a_slicer_application.mainWindow.resize(PANEL_WIDTH, 900)
        node = writeCaseToScene(case, slicer.mrmlScene)
        panel.context.parameters.draws = FEW_DRAWS
        panel.showSession(panel.context.workspace.session(node))
        panel.openSection("results")
        restNow(panel.sections["results"])
        return panel.sections["results"]

    return opened


@pytest.fixture
def section(openCase):
    """Results of the lumbar phantom."""
    return openCase(phantom("lumbarSlip"))


def settle():
    for _round in range(4):
        slicer.app.processEvents()


def restNow(section):
    section.context.restart()
    slicer.util.getModuleWidget("DynamicSpine").panel.rest.runToEnd()
    settle()


def choose(combo, value):
    """Choose as the user does."""
    index = combo.findData(value)
    assert index >= 0, value
    combo.currentIndex = index
    combo.activated.emit(index)


def lines(section):
    """Every line of the table: its level and the texts of its cells; the names of metrics without a level."""
    table = section.ui.valueTable
    found = []
    for row in range(table.rowCount):
        items = [table.item(row, column) for column in range(table.columnCount)]
        shown = [item.text() if item is not None else "" for item in items]
        found.append((table.verticalHeaderItem(row).text(), shown))
    return found


def headings(section):
    table = section.ui.valueTable
    return [table.horizontalHeaderItem(column).text().replace("\n", " ") for column in range(table.columnCount)]


def texts(section):
    """The text of every value by its key."""
    content, grid, found = section.table.content, section.table, {}
    for row in range(len(content.rows)):
        for column in range(len(content.columns)):
            if content.cell(row, column) is not None:
                found[content.cell(row, column).key] = grid.table.item(grid._lines[row], column).text()
    return found


def placeOf(section, key):
    """Line and column of a value in the widget."""
    content, grid = section.table.content, section.table
    return next((grid._lines[row], column) for row in range(len(content.rows)) for column in range(len(content.columns))
                if content.cell(row, column) is not None and content.cell(row, column).key == key)  # fmt: skip


def drag(session, positionId, name, byMm):
    node = landmarkNode(session.caseNode, positionId)
    labels = [node.GetNthControlPointLabel(index) for index in range(node.GetNumberOfControlPoints())]
    index = labels.index(name)
    node.SetNthControlPointPosition(index, *(np.array(node.GetNthControlPointPosition(index)) + byMm))


def slipKey(positionId, level="L4L5"):
    return ("state", "slip", level, "", positionId, "")


def positionIds(section):
    return [item.id for item in section.context.session.case.positions]


# --- what stands in the table ---


def test_one_position_shows_levels_by_metrics_in_the_reports_words(section):
    first = positionIds(section)[0]
    shown = texts(section)
    rows = section.context.results.measured.rows
    checked = 0
    for row in rows:
        if row.key in shown and row.value is not None and row.metric == "slip":
            assert shown[row.key].split(" ")[0] == valueWords(row).replace("\N{NO-BREAK SPACE}", " ").split(" ")[0]
            checked += 1
    assert checked == len(section.context.session.case.chain.segments)
    assert {key[4] for key in shown} == {first}
    assert headings(section)[0] == "Slip mm"


def test_side_by_side_shows_each_position_with_change_interval_and_a_word_or_arrow(section):
    section.ui.sideBySideCheck.click()
    assert section.context.parameters.sideBySide
    shown = texts(section)
    assert {key[4] for key in shown} == set(positionIds(section))
    changes = {row.key: row for row in section.context.results.measured.rows
               if row.kind == "change" and row.metric == "slip" and row.value is not None}  # fmt: skip
    assert changes
    for key, row in changes.items():
        cell = shown[("state", *key[1:5], "")]
        assert valueWords(row) in cell
        assert intervalWords(row).removeprefix("between ").replace(" and ", " to ") in cell
        assert cell.split("\n")[1][0] == ("?" if row.exceedsNoise is False else "\N{LEFTWARDS ARROW}")


def test_metrics_side_by_side_stand_under_their_names(section):
    section.ui.sideBySideCheck.click()
    found = lines(section)
    levels = len(section.context.session.case.chain.segments)
    assert found[0] == ("", ["Slip mm", *[""] * (len(headings(section)) - 1)])
    assert [line[0] for line in found[1 : levels + 1]] == [line[0] for line in found[levels + 2 : 2 * levels + 2]]
    assert section.ui.valueTable.columnSpan(0, 0) == len(headings(section))


def test_the_levels_chosen_are_those_shown_and_the_group_is_remembered(section):
    choose(section.ui.levelCombo, "L4L5")
    assert [line[0] for line in lines(section)] == ["L4\N{NON-BREAKING HYPHEN}L5"]
    choose(section.ui.groupCombo, "disc")
    assert section.context.parameters.metricGroup == "disc"
    assert headings(section)[0].startswith("Disc angle")
    choose(section.ui.levelCombo, "")
    assert len(lines(section)) == len(section.context.session.case.chain.segments)


def test_motion_is_shown_for_a_pair_and_its_cells_lead_to_both_positions(section):
    choose(section.ui.groupCombo, "motion")
    key = next(key for key in texts(section) if key[:3] == ("motion", "rotation", "L4L5"))
    section.ui.valueTable.cellClicked.emit(*placeOf(section, key))
    now = section.context.selection.now
    assert (now.place, now.position, now.compared) == ("L4L5", key[4], key[5])


def test_a_click_on_a_header_sorts_by_it_down_up_and_back(section):
    first = positionIds(section)[0]
    session = section.context.session
    session.do("clear", withCleared(session.case, first, ["L2_IP", "L3_SP"]))
    restNow(section)
    column = 0

    def values():
        return [section.table.content.cell(row, column).number for row in range(len(section.table.content.rows))]

    asMade = values()
    assert None in asMade[:-1]
    click = section.ui.valueTable.horizontalHeader().sectionClicked.emit
    click(column)
    there = [value for value in asMade if value is not None]
    missing = [None] * (len(asMade) - len(there))
    assert values() == [*sorted(there, reverse=True), *missing]
    click(column)
    assert values() == [*sorted(there), *missing]
    click(column)
    assert values() == asMade


def test_a_tooltip_says_definition_source_method_and_whose_noise_or_why_a_value_is_missing(section):
    first, session = positionIds(section)[0], section.context.session
    session.do("clear", withCleared(session.case, first, ["L2_IP"]))
    restNow(section)
    table = section.ui.valueTable

    def tip(key):
        line, column = placeOf(section, key)
        assert not table.item(line, column).toolTip()
        table.cellEntered.emit(line, column)
        return table.item(line, column).toolTip()

    there, missing = tip(slipKey(first)), tip(slipKey(first, "L2L3"))
    for word in ("SD ", "Source", "Method", "Landmark noise assumed"):
        assert word in there
    assert "L2_IP" in missing
    assert texts(section)[slipKey(first, "L2L3")] == "not marked"


def test_provisional_values_are_hatched_and_no_others(openCase):
    case = phantom("lumbarSlip")
    first = case.positions[0]
    mark = replace(first.marks.landmarks["L4_IP"], origin="carried", confirmed=False)
    section = openCase(withLandmarks(case, first.id, [mark]))
    table = section.ui.valueTable
    hatched = {key[2] for key in texts(section)
               if not table.item(*placeOf(section, key)).background().texture().isNull()}  # fmt: skip
    assert "L4L5" in hatched
    assert "L1L2" not in hatched
    assert "Hatched" in section.ui.legendLabel.text
    for level, isProvisional in (("L4L5", True), ("L1L2", False)):
        table.setCurrentCell(*placeOf(section, slipKey(first.id, level)))
        assert ("provisional" in section.ui.cellLabel.text) is isProvisional


# --- while a mark is dragged ---


def test_a_drag_rewrites_the_touched_values_only_and_they_equal_a_fresh_measurement(section):
    first, session = positionIds(section)[0], section.context.session
    before = texts(section)
    drag(session, first, "L4_IP", (0.0, 2.0, 0.0))
    after = texts(section)
    changed = {key for key in after if after[key].rstrip(f" {STALE_SIGN}") != before[key]}
    assert slipKey(first) in changed
    assert {key[2] for key in changed} <= {"L3L4", "L4L5"}
    fresh = LiveValues(session.case)
    for key in changed:
        said = fresh.cell(key).text.replace("\N{NO-BREAK SPACE}", " ").split(" ")
        assert after[key].split(" ")[0] == said[0]


def test_noise_of_an_earlier_state_has_a_sign_until_it_is_drawn_anew(section):
    first, session = positionIds(section)[0], section.context.session
    key = slipKey(first)
    assert STALE_SIGN not in texts(section)[key]
    section.ui.valueTable.setCurrentCell(*placeOf(section, key))
    drag(session, first, "L4_IP", (0.0, 2.0, 0.0))
    assert STALE_SIGN in texts(section)[key]
    time.sleep(1.5e-3 * CELL_MILLISECONDS)
    settle()
    assert section.context.live.values.cell(key).text in section.ui.cellLabel.text
    restNow(section)
    assert STALE_SIGN not in "".join(texts(section).values())
    row = next(row for row in section.context.results.measured.rows if row.key == key)
    section.ui.valueTable.setCurrentCell(*placeOf(section, key))
    assert f"({intervalWords(row)})" in section.ui.cellLabel.text


def test_the_noise_of_what_is_seen_is_drawn_before_the_whole_case_is_measured(section):
    first, session, live = positionIds(section)[0], section.context.session, section.context.live
    drag(session, first, "L4_IP", (0.0, 2.0, 0.0))
    runSteps(live.quickSteps())
    assert not section.context.results.isCurrent
    assert STALE_SIGN not in texts(section)[slipKey(first)]
    assert live.values.cell(slipKey(first)).draws == 250


def test_values_out_of_sight_follow_when_they_are_scrolled_into_it(openCase):
    section = openCase(phantom("fullCase"))
    section.ui.sideBySideCheck.click()
    settle()
    first, session = positionIds(section)[0], section.context.session
    key = ("state", "slipPercent", "L4L5", "", first, "")
    assert key not in section.table.visibleKeys()
    before = texts(section)[key]
    drag(session, first, "L4_IP", (0.0, 2.0, 0.0))
    assert texts(section)[key] == before
    table = section.ui.valueTable
    table.scrollToItem(table.item(*placeOf(section, key)))
    after = texts(section)[key]
    assert after != before
    assert after.split(" ")[0] == LiveValues(session.case).cell(key).text.split("\N{NO-BREAK SPACE}")[0]


def test_a_mark_that_is_cleared_or_undone_shows_at_once(section):
    first, session = positionIds(section)[0], section.context.session
    before = texts(section)[slipKey(first)]
    session.do("clear", withCleared(session.case, first, ["L4_IP"]))
    assert texts(section)[slipKey(first)] == "not marked"
    session.undo()
    assert texts(section)[slipKey(first)].split(STALE_SIGN)[0].strip() == before


def test_a_closed_section_does_not_follow_and_is_current_when_it_opens(section):
    first, session, live = positionIds(section)[0], section.context.session, section.context.live
    section.context.openSection("landmarks")
    assert live.touched.listenerCount == 0
    drag(session, first, "L4_IP", (0.0, 2.0, 0.0))
    section.context.openSection("results")
    assert texts(section)[slipKey(first)].split(" ")[0] == LiveValues(session.case).cell(slipKey(first)).text.split(
        "\N{NO-BREAK SPACE}")[0]  # fmt: skip


# --- where a click leads ---


def test_a_click_on_a_cell_takes_the_views_to_its_level_and_position(section):
    section.ui.sideBySideCheck.click()
    last = positionIds(section)[-1]
    line, column = placeOf(section, slipKey(last))
    section.ui.valueTable.setCurrentCell(line, column)
    now = section.context.selection.now
    assert (now.place, now.position, now.mark) == ("L4L5", last, "")
    assert "L4\N{NON-BREAKING HYPHEN}L5" in section.ui.cellLabel.text


def test_what_is_chosen_elsewhere_is_chosen_in_the_table(section):
    last = positionIds(section)[-1]
    section.context.selection.choose(place="L3L4", position=last)
    assert section.ui.endsCombo.currentData == f">{last}"
    assert section.table.current.key[2] == "L3L4"
    assert section.table.current.key[4] == last


# --- noise and rules ---


def test_a_noise_stated_for_the_case_widens_intervals_and_can_be_undone(section):
    key, session = slipKey(positionIds(section)[0]), section.context.session
    before = section.context.live.values.cell(key).row.sd
    section.judging.ui.sdSpin.value = 2.0
    assert session.case.landmarkSdMm == 2.0
    restNow(section)
    assert section.context.live.values.cell(key).row.sd > 1.5 * before
    session.undo()
    assert session.case.landmarkSdMm is None
    assert section.judging.ui.sdSpin.text == "by class of mark"


def test_without_draws_there_are_values_without_intervals(section):
    choose(section.judging.ui.drawsCombo, "0")
    restNow(section)
    assert section.context.parameters.draws == 0
    assert all(row.sd is None for row in section.context.results.measured.rows)
    assert texts(section)[slipKey(positionIds(section)[0])]
    assert "SD " not in section.table.content.tip(0, 0)


def test_a_rule_set_that_is_checked_is_judged_and_says_where_its_limits_come_from(section):
    import qt

    rules = section.judging.ui.ruleList
    row, choice = next((row, item) for row, item in enumerate(section.judging._shown) if item.id == "posner")
    item = rules.item(row)
    assert "limits from X-ray" in item.text()
    assert "X-ray or CT" in item.toolTip()
    measured = section.context.results.measured
    item.setCheckState(qt.Qt.Checked)
    assert list(section.context.parameters.ruleSets) == ["posner"]
    restNow(section)
    assert any(result.ruleSet == "posner" for result in section.context.results.told[0].results)
    assert section.context.results.measured is measured
    assert rules.item(row).text() != choice.title
    item.setCheckState(qt.Qt.Unchecked)
    restNow(section)
    assert not any(result.ruleSet == "posner" for result in section.context.results.told[0].results)


def test_rules_that_are_always_judged_cannot_be_unchecked(section):
    import qt

    rules = section.judging.ui.ruleList
    always = [row for row, item in enumerate(section.judging._shown) if item.isAlways]
    assert always
    for row in always:
        assert rules.item(row).checkState() == qt.Qt.Checked
        assert not rules.item(row).flags() & qt.Qt.ItemIsUserCheckable


# --- ways out ---


def test_the_saved_file_is_the_one_that_measuring_writes(section, a_slicer_application, tmp_path):
    a_slicer_application.answers.append(tmp_path / "values.csv")
    section.ui.exportButton.click()
    assert (tmp_path / "values.csv").read_text(encoding="utf-8") == measuredFiles("lumbarSlip")[0]


def test_what_is_copied_is_the_table_as_shown_in_the_digits_of_the_file(section):
    section.ui.copyButton.click()
    copied = list(csv.reader(io.StringIO(slicer.app.clipboard().text()), delimiter="\t"))
    assert copied[0] == ["Level", *headings(section)]
    assert [row[0] for row in copied[1:]] == [line[0] for line in lines(section)]
    rows = measuredFiles("lumbarSlip")[1]
    content = section.table.content
    for number, row in enumerate(copied[1:]):
        for column, text in enumerate(row[1:]):
            cell = content.cell(number, column)
            assert text == (rows[cell.key]["value"] if cell is not None else "")


def test_copied_levels_that_nobody_verified_say_so(openCase):
    case = phantom("lumbarSlip")
    section = openCase(replace(case, numbering=replace(case.numbering, confirmedBy="", confirmedAt="")))
    section.ui.copyButton.click()
    assert "not verified" in slicer.app.clipboard().text().splitlines()[-1]
    assert "not verified" in section.ui.legendLabel.text


def test_an_edit_keeps_the_chosen_cell_and_what_is_scrolled_to(openCase):
    section = openCase(phantom("fullCase"))
    section.ui.sideBySideCheck.click()
    settle()
    table, last = section.ui.valueTable, positionIds(section)[-1]
    key = ("state", "slipPercent", "L3L4", "", last, "")
    table.setCurrentCell(*placeOf(section, key))
    settle()
    place = (table.verticalScrollBar().value, table.horizontalScrollBar().value)
    assert min(place) > 0
    session = section.context.session
    session.do("clear", withCleared(session.case, positionIds(section)[0], ["C5_SA"]))
    settle()
    assert (table.verticalScrollBar().value, table.horizontalScrollBar().value) == place
    assert section.table.current.key == key


def test_the_tables_of_the_scene_hold_every_row_and_nothing_of_it_is_an_edit(section):
    session = section.context.session
    before = session.history.count
    section.ui.tablesButton.click()
    tables = resultTables(session.caseNode)
    assert sum(table.GetNumberOfRows() for table in tables.values()) == len(section.context.results.measured.rows)
    restNow(section)
    assert session.history.count == before
    drag(session, positionIds(section)[0], "L4_IP", (0.0, 2.0, 0.0))
    restNow(section)
    assert "earlier state" in section.ui.tablesButton.toolTip


def test_the_chart_shows_the_chosen_measure_below_the_views_while_its_button_is_pressed(section):
    session, first = section.context.session, positionIds(section)[0]
    layout = slicer.app.layoutManager().layoutLogic().GetLayoutNode()
    assert not section.ui.chartButton.enabled
    section.ui.valueTable.setCurrentCell(*placeOf(section, slipKey(first)))
    section.ui.chartButton.click()
    count = len(positionIds(section))
    assert layout.GetViewArrangement() == positionsLayoutId(count, True)
    assert shownInPlot(session.caseNode) == ("state", "slip", "")
    assert slicer.mrmlScene.GetSingletonNode(PLOT_TAG, "vtkMRMLPlotViewNode").GetPlotChartNodeID()
    section.context.openSection("review")
    assert layout.GetViewArrangement() == positionsLayoutId(count)
    section.context.openSection("results")
    assert layout.GetViewArrangement() == positionsLayoutId(count, True)
    section.ui.chartButton.click()
    assert layout.GetViewArrangement() == positionsLayoutId(count)


def test_the_chart_follows_an_edit_and_another_measure(section):
    session, first = section.context.session, positionIds(section)[0]
    section.ui.valueTable.setCurrentCell(*placeOf(section, slipKey(first)))
    section.ui.chartButton.click()

    def charted():
        table = session.caseNode.GetNodeReference("plot/values").GetTable()
        columns = [table.GetColumn(number) for number in range(table.GetNumberOfColumns())]
        return [column.GetValue(row) for column in columns if column.GetDataTypeAsString() == "double"
                for row in range(table.GetNumberOfRows())]  # fmt: skip

    before = charted()
    drag(session, first, "L4_IP", (0.0, 2.0, 0.0))
    restNow(section)
    assert charted() != before
    section.ui.valueTable.setCurrentCell(*placeOf(section, ("state", "slipPercent", "L4L5", "", first, "")))
    assert shownInPlot(session.caseNode) == ("state", "slipPercent", "")


# --- in the panel ---


@pytest.mark.parametrize("sideBySide", [False, True])
def test_the_section_fits_a_narrow_panel_and_scrolls_inside_its_table(openCase, a_slicer_application, sideBySide):
    section = openCase(phantom("fullCase"))
    if sideBySide:
        section.ui.sideBySideCheck.click()
    choose(section.ui.groupCombo, "canal")
    section.judging.widget.collapsed = False
    section.ui.keyButton.click()
    section.context.selection.choose(place="L4L5")
    settle()
    assert a_slicer_application.mainWindow.width == PANEL_WIDTH
    assert section.widget.minimumSizeHint.width() <= PANEL_WIDTH
    assert section.ui.valueTable.horizontalScrollBar().maximum > 0


def test_a_case_without_positions_and_no_case_are_said_in_a_sentence(section):
    slicer.mrmlScene.Clear(0)
    section.context.openSection("results")
    assert section.ui.stateLabel.text == "No case is open."
    assert not section.ui.valueTable.visible
    session = section.context.workspace.newCase("empty", ("L4", "L5", "S1"))
    section.context.showSession(session)
    section.context.openSection("results")
    assert section.ui.stateLabel.text
    assert not section.ui.copyButton.enabled


def test_the_scene_may_be_closed_and_the_module_left_while_the_chart_is_shown(openCase, a_slicer_application):
    section = openCase(phantom("lumbarSlip"))
    layout = slicer.app.layoutManager().layoutLogic().GetLayoutNode()
    key = slipKey(positionIds(section)[0])
    section.ui.valueTable.setCurrentCell(*placeOf(section, key))
    section.ui.chartButton.click()
    a_slicer_application.openModule("")
    assert layout.GetViewArrangement() == layout.SlicerLayoutFourUpView
    assert section.context.live.touched.listenerCount == 0
    a_slicer_application.openModule("DynamicSpine")
    assert layout.GetViewArrangement() == positionsLayoutId(len(positionIds(section)), True)
    slicer.mrmlScene.Clear(0)
    settle()
    assert not section.ui.valueTable.visible
    panel = slicer.util.getModuleWidget("DynamicSpine").panel
    panel.showSession(panel.context.workspace.session(writeCaseToScene(phantom("lumbarSlip"), slicer.mrmlScene)))
    panel.openSection("results")
    restNow(section)
    assert texts(section)[key].startswith("3.0 forward")


def test_a_position_added_or_removed_comes_and_goes_in_the_table(section):
    section.ui.sideBySideCheck.click()
    session, ids = section.context.session, positionIds(section)
    session.do("removed", withoutPosition(session.case, ids[-1]))
    assert {key[4] for key in texts(section)} == set(ids[:-1])
    session.undo()
    assert {key[4] for key in texts(section)} == set(ids)


def test_marks_that_cannot_be_measured_are_said_and_nothing_old_is_shown(section):
    session = section.context.session
    session.do("clear all", replace(session.case, positions=tuple(
        replace(item, marks=LandmarkSet()) for item in session.case.positions)))  # fmt: skip
    restNow(section)
    assert section.ui.stateLabel.text == section.context.results.problem
    assert section.context.results.problem
    assert not section.ui.valueTable.visible
    assert not section.ui.exportButton.enabled
    session.undo()
    restNow(section)
    assert texts(section)[slipKey(positionIds(section)[0])].startswith("3.0 forward")
