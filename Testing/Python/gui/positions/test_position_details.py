"""What is known of the chosen position is edited below the table."""

from __future__ import annotations

import slicer
from Hands import QUALITY, ROLES, STOPPED, SYMPTOMS, VOLUME, cell, choose, errorsIn, isShown, typed

from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Study.Position import Symptom


def test_details_of_the_chosen_position_are_edited_below_the_table(section, session):
    form = section.form.ui
    choose(form.qualityCombo, "limited")
    choose(form.stoppedByCombo, "neurological symptoms")
    choose(form.loadCombo, "axial load")
    typed(form.minutesEdit, "12,5 min")
    typed(form.dateEdit, "2025-03-01T09:30")
    typed(form.supportEdit, "bolster")
    typed(form.notesEdit, "moved a little")
    position = session.case.positions[0]
    assert (position.quality, position.stoppedBy, position.load) == ("limited", "neurology", "axialLoad")
    assert (position.minutesUpright, position.date, position.support, position.notes) == (
        12.5, "2025-03-01T09:30", "bolster", "moved a little")  # fmt: skip
    assert form.minutesEdit.text == "12.5 min"
    assert (cell(section, 0, QUALITY), cell(section, 0, STOPPED)) == ("limited", "neurological symptoms")


def test_a_date_that_is_none_is_refused_once_and_the_old_one_is_back(a_slicer_application, section, session):
    before = session.case
    typed(section.form.ui.dateEdit, "last week")
    assert errorsIn(a_slicer_application) == ["date must be a date such as 2025-03-01 or 2025-03-01T09:30"]
    assert section.form.ui.dateEdit.text == session.case.positions[0].date
    section.form.ui.dateEdit.editingFinished.emit()  # the window that said so took the focus
    assert len(errorsIn(a_slicer_application)) == 1
    assert session.case is before


def test_what_is_being_typed_is_not_overwritten_by_an_edit_elsewhere(a_slicer_application, section, session):
    edit = section.form.ui.notesEdit
    slicer.util.mainWindow().activateWindow()
    a_slicer_application.app.processEvents()
    edit.setFocus()
    edit.insert("half a sen")
    edit.modified = True
    assert edit.focus
    choose(section.form.ui.qualityCombo, "limited")
    assert edit.text == "half a sen"
    assert session.case.positions[0].quality == "limited"


def test_another_volume_is_chosen_and_undone(panel, section, session, load):
    first, second = load("first", 1), load("second", 2)
    combo = section.form.ui.volumeCombo
    combo.setCurrentNode(first)
    combo.setCurrentNode(second)
    position = session.case.positions[0]
    assert volumeNode(session.caseNode, position.id) is second
    assert cell(section, 0, VOLUME) == "second"
    panel.ui.undoButton.click()
    assert volumeNode(session.caseNode, position.id) is first
    assert combo.currentNode() is first


def test_a_volume_that_is_renamed_or_deleted_is_shown_so_and_is_no_edit(panel, section, session, load):
    volume = load("first")
    section.form.ui.volumeCombo.setCurrentNode(volume)
    edits = session.history.count
    volume.SetName("renamed")
    panel.rest.restart()
    panel.rest.runToEnd()
    assert cell(section, 0, VOLUME) == "renamed"
    slicer.mrmlScene.RemoveNode(volume)
    panel.rest.restart()
    panel.rest.runToEnd()
    assert cell(section, 0, VOLUME) == "not loaded"
    assert session.history.count == edits


def test_volumes_that_come_and_go_choose_nothing_by_themselves(section, session, load):
    before = session.case
    volume = load("first")
    slicer.mrmlScene.RemoveNode(volume)
    load("second")
    assert session.case is before
    assert section.form.ui.volumeCombo.currentNode() is None


def test_roles_are_given_and_taken(panel, section, session):
    flexion = next(item.id for item in session.case.positions if item.bend == "flexion")
    panel.context.selection.choose(position=flexion)
    section.form.ui.markedInCheck.click()
    section.form.ui.referenceCheck.click()
    assert (session.case.markedIn, session.case.reference) == (flexion, flexion)
    assert "C" in cell(section, section.ui.table.currentRow(), ROLES)
    section.form.ui.referenceCheck.click()
    assert session.case.reference == ""


def test_symptoms_are_added_edited_and_removed(a_slicer_application, panel, section, session):
    position = session.case.positions[1].id
    panel.context.selection.choose(position=position)
    box = section.form.symptoms
    assert not isShown(box.ui.table, box.widget)
    choose(box.ui.addCombo, "leg")
    choose(box.ui.table.cellWidget(0, 0), "arm")
    choose(box.ui.table.cellWidget(0, 1), "left")
    choose(box.ui.table.cellWidget(0, 3), "yes")
    box.ui.table.item(0, 2).setText("6")
    assert session.case.position(position).symptoms == (Symptom("arm", "L", 6.0, True),)
    assert cell(section, 1, SYMPTOMS) == "arm left 6/10"
    box.ui.table.item(0, 2).setText("11")
    assert errorsIn(a_slicer_application) == ["symptoms item 1 'score' must be a number from 0 to 10"]
    assert box.ui.table.item(0, 2).text() == "6"
    box.ui.table.setCurrentCell(0, 0)
    box.ui.removeButton.click()
    assert session.case.position(position).symptoms == ()
