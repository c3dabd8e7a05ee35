"""The keys of Review."""

from __future__ import annotations

import pytest
from OpenedPanel import settle
from ReviewHands import chosen, click, table

from DynamicSpineLib.Session.Selection import Chosen


def press(widget, key):
    from PySide6.QtTest import QTest

    QTest.keyClick(widget, key)


@pytest.fixture
def keys(a_slicer_application):  # noqa: ARG001
    import qt

    return qt.Qt


def test_arrows_move_through_the_grid_from_anywhere_in_the_window(reviewed, a_slicer_application, keys):
    section, window = reviewed("lumbarSlip"), a_slicer_application.mainWindow
    window.setFocus()
    press(window, keys.Key_Up)
    assert chosen(section) == Chosen("ST_E", "L3L4")
    press(window, keys.Key_Left)
    assert chosen(section) == Chosen("ST_F", "L3L4")
    press(window, keys.Key_Down)
    press(window, keys.Key_Right)
    assert chosen(section) == Chosen("ST_E", "L4L5")
    press(window, keys.Key_Right)
    assert chosen(section) == Chosen("ST_E", "L4L5")


def test_arrows_move_through_the_grid_while_it_has_the_keyboard(reviewed, keys):
    section = reviewed("lumbarSlip")
    click(section, "L3L4", "ST_N")
    press(table(section), keys.Key_Down)
    press(table(section), keys.Key_Right)
    assert chosen(section) == Chosen("ST_F", "L4L5")


def test_w_goes_to_the_next_place_and_c_copies_with_the_keyboard_in_the_grid_too(reviewed, a_slicer_application, keys):
    section = reviewed("lumbarSlip")
    stops = section.context.results.review.stops
    table(section).setFocus()
    press(table(section), keys.Key_W)
    assert (chosen(section).place, chosen(section).position) == (stops[1].level, stops[1].position)
    press(table(section), keys.Key_C)
    assert a_slicer_application.app.clipboard().text()


def test_arrows_are_left_to_what_is_being_edited(reviewed, a_slicer_application, keys):
    import qt

    section = reviewed("lumbarSlip")
    for kind in (qt.QSpinBox, qt.QDoubleSpinBox, qt.QSlider, qt.QComboBox, qt.QTableWidget):
        before, editor = chosen(section), kind(section.widget)
        if kind is qt.QComboBox:
            editor.addItems(["one", "two", "three"])
        elif kind is qt.QTableWidget:
            editor.rowCount = editor.columnCount = 3
            editor.setCurrentCell(1, 1)
        else:
            editor.value = 5
        editor.visible = True
        editor.setFocus()
        was = state(editor)
        press(editor, keys.Key_Down)
        assert state(editor) != was, kind
        assert chosen(section) == before, kind
    a_slicer_application.mainWindow.setFocus()
    press(a_slicer_application.mainWindow, keys.Key_Up)
    assert chosen(section) != before


def state(editor):
    if hasattr(editor, "currentRow"):
        return editor.currentRow()
    return editor.currentIndex if hasattr(editor, "currentIndex") else editor.value


def test_letters_are_left_to_a_text_that_is_being_written(reviewed, keys):
    import qt

    section = reviewed("lumbarSlip")
    before = chosen(section)
    edit = qt.QLineEdit(section.widget)
    edit.visible = True
    edit.setFocus()
    for key in (keys.Key_W, keys.Key_C):
        press(edit, key)
    assert edit.text == "wc"
    assert chosen(section) == before


def test_the_keys_belong_to_review_only_while_it_is_open(reviewed, a_slicer_application, keys):
    section, window = reviewed("lumbarSlip"), a_slicer_application.mainWindow
    before = chosen(section)
    window.centralWidget().self().panel.openSection("case")
    settle(a_slicer_application)
    window.setFocus()
    for key in (keys.Key_Up, keys.Key_Left, keys.Key_W):
        press(window, key)
    assert chosen(section) == before


def test_the_keys_are_given_back_when_the_module_is_left(reviewed, a_slicer_application, keys):
    section, window = reviewed("lumbarSlip"), a_slicer_application.mainWindow
    before = chosen(section)
    a_slicer_application.openModule("")
    press(window, keys.Key_W)
    assert chosen(section) == before
