"""The table of positions: rows are shown, edited, moved, removed and added, and the case follows."""

from __future__ import annotations

import slicer
from Hands import ANGLE, BEND, LOAD, MARKS, POSTURE, ROLES, TITLE, VOLUME, back, cell, choose, errorsIn, isShown

from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Study.EditMarks import withCleared


def test_every_position_has_a_row_with_what_is_known_of_it(section, session):
    assert [cell(section, row, TITLE) for row in range(section.ui.table.rowCount)] == [
        item.title for item in session.case.positions]  # fmt: skip
    flexion = next(row for row, item in enumerate(session.case.positions) if item.bend == "flexion")
    assert section.ui.table.cellWidget(flexion, BEND).currentText == "flexion"
    assert cell(section, flexion, ANGLE) == "50\N{DEGREE SIGN}"
    assert (cell(section, flexion, LOAD), cell(section, flexion, VOLUME)) == ("weight bearing", "not loaded")
    assert cell(section, flexion, MARKS).startswith("0 of ")
    assert cell(section, 0, MARKS).startswith("2 of ")
    assert cell(section, 0, ROLES) == "M R C"


def test_marks_are_counted_for_the_protocols_chosen_in_the_scene(panel, section, session):
    both = cell(section, 0, MARKS)
    panel.context.parameters.protocols = "A"
    section.refresh()
    corners = cell(section, 0, MARKS)
    assert (both.split()[0], corners.split()[0]) == ("2", "1")
    assert int(corners.split()[-1]) < int(both.split()[-1])
    session.do("cleared", withCleared(session.case, "SUP_N", ["C4_IA"]))
    assert cell(section, 0, MARKS).split()[0] == "0"


def test_bend_and_posture_are_edited_in_the_row_and_undone(panel, section, session):
    before = session.case
    choose(section.ui.table.cellWidget(1, BEND), "bent left")
    assert session.case.positions[1].bend == "leftBend"
    assert panel.context.selection.now.position == session.case.positions[1].id
    choose(section.ui.table.cellWidget(1, POSTURE), "standing")
    assert session.case.positions[1].posture == "standing"
    assert cell(section, 1, TITLE) == "Standing, bent to the left"
    panel.ui.undoButton.click()
    panel.ui.undoButton.click()
    assert session.case == before
    assert section.ui.table.cellWidget(1, BEND).currentText == "neutral"
    panel.ui.redoButton.click()
    assert section.ui.table.cellWidget(1, BEND).currentText == "bent left"


def test_a_title_and_an_angle_are_typed_in_the_row(section, session):
    section.ui.table.item(0, TITLE).setText("  Before   the scan ")
    assert session.case.positions[0].title == "Before the scan"
    section.ui.table.item(2, ANGLE).setText("35,5")
    assert session.case.positions[2].angleReachedDeg == 35.5


def test_an_angle_that_is_none_is_refused_and_the_old_one_is_back(a_slicer_application, section, session):
    before, shown = session.case, cell(section, 2, ANGLE)
    for text, said in (("far", "angle reached: 'far' is no number"),
                       ("400", "angle reached must be a number from -180 to 180 (degrees)")):  # fmt: skip
        section.ui.table.item(2, ANGLE).setText(text)
        assert errorsIn(a_slicer_application)[-1] == said
        assert cell(section, 2, ANGLE) == shown
    assert session.case is before


def test_choosing_a_row_chooses_the_position_and_the_other_way_round(panel, section, session):
    ids = [item.id for item in session.case.positions]
    section.ui.table.setCurrentCell(2, MARKS)
    assert panel.context.selection.now.position == ids[2]
    panel.context.selection.choose(position=ids[1])
    assert section.ui.table.currentRow() == 1
    assert cell(section, 1, TITLE) in section.form.widget.text


def test_edits_made_elsewhere_are_shown(section, session):
    marks = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLMarkupsFiducialNode")
    marks.SetName("Renamed in the Data module")
    session.settle()
    assert "Renamed in the Data module" in [cell(section, row, TITLE) for row in range(4)]


def test_positions_are_moved_and_the_chosen_one_stays_chosen(panel, section, session):
    ids = [item.id for item in session.case.positions]
    panel.context.selection.choose(position=ids[0])
    assert not section.ui.upButton.enabled
    section.ui.downButton.click()
    assert [item.id for item in session.case.positions] == [ids[1], ids[0], *ids[2:]]
    assert section.ui.table.currentRow() == 1
    section.ui.upButton.click()
    assert [item.id for item in session.case.positions] == ids


def test_a_removed_position_comes_back_with_its_marks_by_undo(a_slicer_application, panel, section, session):
    before, ids = session.case, [item.id for item in session.case.positions]
    panel.context.selection.choose(position=ids[1])
    section.ui.removeButton.click()
    assert [item.id for item in session.case.positions] == [ids[0], *ids[2:]]
    assert panel.context.selection.now.position == ids[2]
    panel.ui.undoButton.click()
    assert session.case == before
    assert [kind for kind, _ in a_slicer_application.messages if kind != "status"] == []


def test_every_position_can_be_removed(section, session):
    for _count in range(4):
        section.ui.removeButton.click()
    assert session.case.positions == ()
    assert not section.ui.removeButton.enabled
    assert not isShown(section.form.widget, section.widget)
    assert "No positions yet" in section.ui.rowLabel.text


def test_a_loaded_volume_is_added_with_posture_and_bend(panel, section, session, load):
    assert not section.ui.addButton.enabled
    volume = load("new series")
    section.ui.addVolumeCombo.setCurrentNode(volume)
    choose(section.ui.addPostureCombo, "standing")
    choose(section.ui.addBendCombo, "turned right")
    section.ui.addButton.click()
    added = session.case.positions[-1]
    assert (added.posture, added.bend, added.load) == ("standing", "rightRotation", "weightBearing")
    assert volumeNode(session.caseNode, added.id) is volume
    assert panel.context.selection.now.position == added.id
    assert section.ui.table.currentRow() == 4
    assert cell(section, 4, VOLUME) == "new series"
    assert section.ui.addVolumeCombo.currentNode() is None
    panel.ui.undoButton.click()
    assert len(session.case.positions) == 4


def test_posture_and_bend_of_a_volume_to_add_are_read_from_its_name(section, session, load):  # noqa: ARG001
    section.ui.addVolumeCombo.setCurrentNode(load("4: SAG T2 extension standing"))
    assert (section.ui.addPostureCombo.currentText, section.ui.addBendCombo.currentText) == ("standing", "extension")
    section.ui.addVolumeCombo.setCurrentNode(load("5: T2 flexion"))
    assert (section.ui.addPostureCombo.currentText, section.ui.addBendCombo.currentText) == ("standing", "flexion")


def test_a_volume_without_an_image_is_refused(a_slicer_application, section, session):
    empty = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "empty")
    section.ui.addVolumeCombo.setCurrentNode(empty)
    section.ui.addButton.click()
    assert errorsIn(a_slicer_application) == ["empty: the volume holds no image"]
    assert len(session.case.positions) == 4


def test_rows_whose_labels_the_marks_contradict_are_marked_when_the_mouse_rests(panel, section, open_case):
    session = open_case(phantomCase("swappedPositions"))
    flexion = next(row for row, item in enumerate(session.case.positions) if item.id == "UP_F")
    assert section.ui.table.item(flexion, TITLE).icon().isNull()
    panel.rest.runToEnd()
    title = section.ui.table.item(flexion, TITLE)
    assert not title.icon().isNull()
    assert "may be exchanged" in title.toolTip()
    assert not isShown(section.ui.warningLabel, section.widget)
    panel.context.selection.choose(position="UP_F")
    assert isShown(section.ui.warningLabel, section.widget)
    assert "may be exchanged" in section.ui.warningLabel.text


def test_nothing_is_computed_while_the_section_is_closed(panel, section, session):  # noqa: ARG001
    panel.openSection("case")
    steps = section.restSteps()
    assert list(steps) == []


def test_without_a_case_there_is_nothing_to_edit(section):
    assert section.ui.table.rowCount == 0
    for button in (section.ui.findButton, section.ui.removeButton, section.ui.upButton, section.ui.downButton):
        assert not button.enabled
    assert not section.ui.addBox.enabled
    assert not section.levels.widget.enabled


def test_another_case_is_shown_and_the_first_keeps_its_volumes_through_undo(panel, section, session, open_case, load):
    first, second = load("first", 1), load("second", 2)
    section.form.ui.volumeCombo.setCurrentNode(first)
    section.form.ui.volumeCombo.setCurrentNode(second)
    other = open_case(back())
    assert cell(section, 0, TITLE) == other.case.positions[0].title
    panel.showSession(session)
    panel.ui.undoButton.click()
    assert volumeNode(session.caseNode, session.case.positions[0].id) is first


def test_closing_the_scene_empties_the_section(section, session):  # noqa: ARG001
    slicer.mrmlScene.Clear(0)
    assert section.ui.table.rowCount == 0


def test_everything_that_is_edited_can_be_reached_by_the_keyboard_and_has_a_name(section, session):  # noqa: ARG001
    import qt

    kinds = (qt.QComboBox, qt.QLineEdit, qt.QTableWidget)
    widgets = [item for kind in kinds for item in section.widget.findChildren(kind)]
    assert len(widgets) > 20
    for item in widgets:
        isInside = isinstance(item.parent(), qt.QComboBox) or item.objectName.startswith("qt_")
        if not isInside:
            assert item.accessibleName, item.objectName
            assert item.focusPolicy & qt.Qt.TabFocus, item.objectName


def test_the_tabulator_goes_through_the_boxes_of_the_table_row_by_row(section, session, load):
    section.ui.addVolumeCombo.setCurrentNode(load("new"))
    section.ui.addButton.click()
    table, chain = section.ui.table, []
    item = table.nextInFocusChain()
    while item is not table:
        chain.append(item)
        item = item.nextInFocusChain()
    boxes = [table.cellWidget(row, column) for row in range(len(session.case.positions)) for column in (POSTURE, BEND)]
    places = [chain.index(box) for box in boxes]
    assert places == sorted(places)
    assert places[-1] < chain.index(section.ui.findButton)
