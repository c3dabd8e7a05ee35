"""What the widgets of the stand-in do as those of the application: properties, signals, forms, keys."""

from __future__ import annotations

import pytest
from StandInForm import FORM


def test_properties_are_attributes_that_cannot_be_called(a_slicer_application):  # noqa: ARG001
    import qt

    button, table, combo = qt.QPushButton("Skip"), qt.QTableWidget(), qt.QComboBox()
    button.enabled = False
    table.rowCount = 3
    combo.addItem("L4", 4)
    assert (button.text, button.enabled, table.rowCount, table.item(0, 0)) == ("Skip", False, 3, None)
    assert (combo.count, combo.currentIndex, combo.currentText, combo.currentData) == (1, 0, "L4", 4)
    with pytest.raises(TypeError, match="not callable"):
        button.text()


def test_setters_and_questions_are_methods_as_well(a_slicer_application):  # noqa: ARG001
    import ctk
    import qt

    for button in (qt.QPushButton(), ctk.ctkCollapsibleButton()):
        button.setText("Skip")
        button.setVisible(False)
        button.setEnabled(False)
        button.setObjectName("skipButton")
        assert (button.text, button.isEnabled(), button.name) == ("Skip", False, "skipButton")
    layout = qt.QVBoxLayout()
    layout.setContentsMargins(1, 2, 3, 4)
    assert layout.contentsMargins.bottom() == 4


def test_signals_pass_what_the_slot_takes(a_slicer_application):  # noqa: ARG001
    import qt

    heard, button = [], qt.QPushButton()
    button.checkable = True
    button.toggled.connect(heard.append)
    button.clicked.connect(lambda: heard.append("clicked"))
    button.click()
    assert heard == [True, "clicked"]


def test_a_timer_is_made_to_fire_once_by_its_setter_and_by_the_function_of_the_class(a_slicer_application):
    import qt

    heard, timer = [], qt.QTimer()
    timer.setSingleShot(True)
    timer.interval = 0
    with pytest.raises(AttributeError):
        timer.singleShot = True
    timer.timeout.connect(lambda: heard.append("timer"))
    timer.start()
    qt.QTimer.singleShot(0, lambda: heard.append("function"))
    for _ in range(5):
        a_slicer_application.app.processEvents()
    assert (timer.active, sorted(heard)) == (False, ["function", "timer"])


def test_an_attribute_set_on_a_widget_is_found(a_slicer_application):
    from standin.PropertyStyle import strayAttributes

    label = a_slicer_application.mainWindow.statusBar()
    assert strayAttributes() == []
    label.level = "L4"
    found = strayAttributes()
    del label.level
    assert found == ["QStatusBar: level"]


def test_an_error_in_a_slot_or_an_observer_is_kept_for_the_test(a_slicer_application):
    import qt

    node = a_slicer_application.scene.AddNewNodeByClass("vtkMRMLTextNode")
    node.AddObserver("ModifiedEvent", lambda *_: 1 / 0)
    node.Modified()
    timer = qt.QTimer()
    timer.timeout.connect(lambda: {}["gone"])
    timer.start(0)
    a_slicer_application.app.processEvents()
    kinds = {type(error) for error in a_slicer_application.errors}
    timer.stop()
    a_slicer_application.errors.clear()
    assert kinds == {ZeroDivisionError, KeyError}


def test_what_the_application_has_not_is_refused(a_slicer_application):
    import ctk
    import slicer

    for place, name in ((slicer.app, "noSuchThing"), (ctk, "ctkNothing"), (slicer.modules, "nothing"),
                        (a_slicer_application.layoutManager, "threeDWidget"), (slicer, "qMRMLNothing")):  # fmt: skip
        with pytest.raises(AttributeError):
            getattr(place, name)


def test_a_ui_file_with_a_widget_that_is_not_here_is_found(a_slicer_application, tmp_path):
    import slicer

    (tmp_path / "Form.ui").write_text(FORM.replace("ctkSliderWidget", "ctkNoSuchWidget"))
    slicer.util.loadUI(str(tmp_path / "Form.ui")).deleteLater()
    errors = [str(error) for error in a_slicer_application.errors]
    a_slicer_application.errors.clear()
    assert len(errors) == 1
    assert "ctkNoSuchWidget" in errors[0]


def test_a_collapsed_box_hides_its_contents_and_opens_by_a_click(a_slicer_application, a_form):
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    a_form.box.window().show()
    a_slicer_application.app.processEvents()
    assert (a_form.box.text, a_form.box.collapsed, a_form.title.visible) == ("Marks", True, False)
    closed = a_form.box.sizeHint.height()
    QTest.mouseClick(a_form.box, Qt.LeftButton, pos=QPoint(30, 10))
    assert (a_form.box.collapsed, a_form.title.visible) == (False, True)
    assert a_form.box.sizeHint.height() > closed + a_form.title.height


def test_a_box_that_is_opened_shows_all_but_what_the_panel_has_hidden(a_slicer_application):
    import ctk
    import qt

    window, box = qt.QWidget(), ctk.ctkCollapsibleButton("Marks")
    shown, hidden, late = (qt.QLabel(text) for text in ("shown", "hidden", "late"))
    qt.QVBoxLayout(window).addWidget(box)
    layout = qt.QVBoxLayout(box)
    layout.addWidget(shown)
    layout.addWidget(hidden)
    hidden.hide()
    box.collapsed = True
    window.show()
    layout.addWidget(late)
    a_slicer_application.app.processEvents()
    before = [label.visible for label in (shown, hidden, late)]
    box.collapsed = False
    after = [label.visible for label in (shown, hidden, late)]
    window.deleteLater()
    assert (before, after) == ([False] * 3, [True, False, True])


def test_an_error_that_vtk_prints_fails_the_test(a_slicer_application):
    a_slicer_application.scene.AddNewNodeByClass("vtkMRMLNoSuchNode")
    problems = a_slicer_application.uninstall()
    a_slicer_application.install(__name__)
    assert "vtkMRMLNoSuchNode" in str(problems)


def test_a_widget_is_pictured_at_twice_the_resolution_and_in_the_dark(a_slicer_application, a_form, tmp_path):
    import qt

    widget = a_form.box.window()
    widget.resize(380, 300)
    pictures = {}
    for isDark in (False, True):
        a_slicer_application.useDarkTheme(isDark)
        a_slicer_application.grab(widget, tmp_path / "form.png", 2.0)
        pictures[isDark] = qt.QImage(str(tmp_path / "form.png"))
    a_slicer_application.useDarkTheme(False)
    assert (pictures[True].width(), pictures[True].height()) == (760, 600)
    assert pictures[False].pixelColor(700, 590).lightness() > 200 > 80 > pictures[True].pixelColor(700, 590).lightness()


def test_keys_reach_the_shortcuts_of_the_main_window(a_slicer_application):
    import qt
    from PySide6.QtTest import QTest

    pressed, window = [], a_slicer_application.mainWindow
    shortcut = qt.QShortcut(qt.QKeySequence("N"), window)
    shortcut.activated.connect(lambda: pressed.append("N"))
    window.activateWindow()
    a_slicer_application.app.processEvents()
    QTest.keyClick(window, qt.Qt.Key_N)
    shortcut.enabled = False
    QTest.keyClick(window, qt.Qt.Key_N)
    shortcut.deleteLater()
    assert pressed == ["N"]
