"""Cases for the tests of the section Positions, and what a user's hands do there."""

from __future__ import annotations

from dataclasses import replace

from PlacedMarks import withPlaced

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Study.Case import Case, Numbering
from DynamicSpineLib.Study.Position import Position

TITLE, POSTURE, BEND, MARKS, ROLES, ANGLE, LOAD, QUALITY, STOPPED, SYMPTOMS, VOLUME = range(11)
VERIFIED = Numbering("C2", confirmedBy="Dr Bob", confirmedAt="2025-01-02")


def neck():
    """A case of four positions with two marks in the first one."""
    positions = (
        Position("SUP_N", "supine", "neutral", "Supine neutral"),
        Position("UP_N", "sitting", "neutral", "Sitting neutral", "weightBearing"),
        Position("UP_F", "sitting", "flexion", "Sitting flexion", "weightBearing", angleReachedDeg=50.0),
        Position("UP_E", "sitting", "extension", "Sitting extension", "weightBearing"),
    )
    positions = tuple(replace(item, landmarksFile=f"{item.id}.mrk.json") for item in positions)
    case = Case("neck", Chain(("C4", "C5", "C6")), positions, VERIFIED, markedIn="SUP_N")
    return withPlaced(withPlaced(case, "SUP_N", "C4_IA", (0.0, 1.0, 9.0)), "SUP_N", "C4C5_CA", (0.0, -9.0, 7.0))


def back():
    """A case of one position with one mark, whose numbering nobody verified."""
    levels = ("L1", "L2", "L3", "L4", "L5", "S1")
    case = Case("back", Chain(levels), (Position("SUP_N", "supine", "neutral", "Lying", landmarksFile="a.mrk.json"),))
    return withPlaced(case, "SUP_N", "L2_SA", (0.0, 1.0, 9.0))


def choose(combo, words):
    """As a user does: pick an entry by its words."""
    index = combo.findText(words)
    assert index >= 0, f"{words} is not offered"
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


def typed(edit, text):
    """As a user does: replace the text and press Return."""
    edit.setFocus()
    edit.selectAll()
    edit.insert(text)
    edit.setModified(True)
    edit.editingFinished.emit()


def isShown(item, within):
    """True where a widget is not hidden by the panel, whatever window it is in."""
    return item.isVisibleTo(within)


def cell(section, row, column):
    return section.ui.table.item(row, column).text()


def errorsIn(application):
    return [text for kind, text in application.messages if kind == "error"]
