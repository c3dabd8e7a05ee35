"""What the tests of Results do with its widgets, and how they read its table."""

from __future__ import annotations

import numpy as np
import slicer

from DynamicSpineLib.Scene.CaseRoles import landmarkNode

CELL_MILLISECONDS = 80


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
