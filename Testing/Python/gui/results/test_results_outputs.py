"""Ways out of Results: file, clipboard, tables of the scene and chart."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
import slicer
from OpenedPanel import FEW_DRAWS
from ResultsHands import drag, headings, lines, placeOf, positionIds, restNow, slipKey

from DynamicSpineLib.Jobs.MeasureJob import MeasureOptions, measureToFolder
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Scene.ResultPlot import shownInPlot
from DynamicSpineLib.Scene.ResultTables import resultTables
from DynamicSpineLib.Scene.Views.Layouts import PLOT_TAG, positionsLayoutId


@pytest.fixture(scope="session")
def measuredFiles(tmp_path_factory, lumbar):
    """measurements.csv of the phantom as the command line writes it: its text, and its rows by key."""
    folder = tmp_path_factory.mktemp("measured")
    runSteps(measureToFolder(lumbar, folder, MeasureOptions(FEW_DRAWS)))
    text = (folder / "measurements.csv").read_text(encoding="utf-8")
    names = ("kind", "metric", "level", "side", "position", "fromPosition")
    return text, {tuple(row[name] for name in names): row for row in csv.DictReader(io.StringIO(text))}


def test_the_saved_file_is_the_one_that_measuring_writes(section, a_slicer_application, tmp_path, measuredFiles):
    a_slicer_application.answers.append(tmp_path / "values.csv")
    section.ui.exportButton.click()
    assert (tmp_path / "values.csv").read_text(encoding="utf-8") == measuredFiles[0]


def test_what_is_copied_is_the_table_as_shown_in_the_digits_of_the_file(section, measuredFiles):
    section.ui.copyButton.click()
    copied = list(csv.reader(io.StringIO(slicer.app.clipboard().text()), delimiter="\t"))
    assert copied[0] == ["Level", *headings(section)]
    assert [row[0] for row in copied[1:]] == [line[0] for line in lines(section)]
    rows = measuredFiles[1]
    content = section.table.content
    for number, row in enumerate(copied[1:]):
        for column, text in enumerate(row[1:]):
            cell = content.cell(number, column)
            assert text == (rows[cell.key]["value"] if cell is not None else "")


def test_copied_levels_that_nobody_verified_say_so(openCase, lumbar):
    case = lumbar
    section = openCase(replace(case, numbering=replace(case.numbering, confirmedBy="", confirmedAt="")))
    section.ui.copyButton.click()
    assert "not verified" in slicer.app.clipboard().text().splitlines()[-1]
    assert "not verified" in section.ui.legendLabel.text


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
