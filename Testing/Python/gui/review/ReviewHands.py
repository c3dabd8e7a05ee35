"""What the tests of Review do with its widgets."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType

from PlacedMarks import withFewOutlines

from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Study.EditMarks import withLandmarks


@lru_cache(maxsize=8)
def phantom(name):
    """A phantom with the outlines of one segment."""
    return withFewOutlines(phantomCase(name))


def table(section):
    return section.ui.gridTable


def texts(section):
    grid = table(section)
    return {(level, position): grid.item(row, column).text()
            for row, level in enumerate(section.grid.levels)
            for column, position in enumerate(section.grid.positions)}  # fmt: skip


def cellItem(section, level, position):
    return table(section).item(section.grid.levels.index(level), section.grid.positions.index(position))


def sentences(section):
    return [button.accessibleName for button in section.sentences.buttons if not button.isHidden()]


def chosen(section):
    return section.context.selection.now


def provisional(case, positions):
    """The case with marks of some positions that nobody has accepted, and levels that nobody has verified."""
    changed = []
    for item in case.positions:
        marks = {name: replace(mark, origin="carried", confirmed=False) for name, mark in item.marks.landmarks.items()}
        marked = replace(item.marks, landmarks=MappingProxyType(marks))
        changed.append(replace(item, marks=marked) if item.id in positions else item)
    numbering = replace(case.numbering, confirmedBy="")
    return replace(case, positions=tuple(changed), numbering=numbering)


def click(section, level, position):
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    grid = table(section)
    place = grid.visualItemRect(cellItem(section, level, position)).center()
    QTest.mouseClick(grid.viewport(), Qt.LeftButton, pos=place)


def edit(section, mm=3.0):
    """Move a mark of L4 forward in the first position, as an edit of the session."""
    session = section.context.session
    position = session.case.positions[0]
    mark = position.marks.landmarks["L4_IP"]
    right, anterior, superior = mark.point_RAS
    moved = replace(mark, point_RAS=(right, anterior + mm, superior))
    session.do("moved L4_IP", withLandmarks(session.case, position.id, [moved]))
