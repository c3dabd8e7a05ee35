"""The section Positions: what is clicked and typed there becomes edits of the case, and the case is what it shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import slicer

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.Volumes import addVolume
from DynamicSpineLib.Study.Case import Case, Numbering
from DynamicSpineLib.Study.EditMarks import withCleared, withPlaced
from DynamicSpineLib.Study.Position import Position, Symptom
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

MODULE = Path(__file__).resolve().parents[3] / "DynamicSpine" / "DynamicSpine.py"
GRID = VolumeGeometry((9, 100, 100), (4.0, 1.0, 1.0), (-16.0, -50.0, -50.0),
                      ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))  # fmt: skip
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


@pytest.fixture
def panel(a_slicer_application, monkeypatch):
    """The open module with this section and no other."""
    a_slicer_application.addModule(MODULE)
    from DynamicSpineWidgets.Panel import Panel
    from DynamicSpineWidgets.PositionsSection import PositionsSection

    def onlyPositions(panel):
        section = PositionsSection(panel.context)
        panel._buttons["positions"].layout().addWidget(section.widget)
        return {"positions": section}

    monkeypatch.setattr(Panel, "_makeSections", onlyPositions)
    opened = a_slicer_application.openModule("DynamicSpine").panel
    opened.openSection("positions")
    return opened


@pytest.fixture
def section(panel):
    return panel.sections["positions"]


@pytest.fixture
def open_case(panel):
    """Open a case in the panel and return its session."""

    def opened(case):
        node = writeCaseToScene(case, slicer.mrmlScene)
        panel.refreshCases()
        panel.showSession(panel.context.workspace.session(node))
        panel.openSection("positions")
        return panel.context.session

    return opened


@pytest.fixture
def session(open_case):
    return open_case(neck())


@pytest.fixture
def load():
    def loaded(name, value=0):
        return addVolume(slicer.mrmlScene, np.full(GRID.size[::-1], value, dtype=np.int16), GRID, name)

    return loaded


def choose(combo, words):
    """As a user does: pick an entry by its words."""
    index = combo.findText(words)
    assert index >= 0, f"{words} is not offered"
    combo.currentIndex = index
    combo.activated.emit(index)


def typed(edit, text):
    """As a user does: replace the text and press Return."""
    edit.setFocus()
    edit.selectAll()
    edit.insert(text)
    edit.modified = True
    edit.editingFinished.emit()


def isShown(item, within):
    """True where a widget is not hidden by the panel, whatever window it is in."""
    return item.isVisibleTo(within)


def cell(section, row, column):
    return section.ui.table.item(row, column).text()


def errorsIn(application):
    return [text for kind, text in application.messages if kind == "error"]


# --- the table ---


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


# --- order, removal, adding ---


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


def test_a_volume_without_an_image_is_refused(a_slicer_application, section, session):
    empty = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "empty")
    section.ui.addVolumeCombo.setCurrentNode(empty)
    section.ui.addButton.click()
    assert errorsIn(a_slicer_application) == ["empty: the volume holds no image"]
    assert len(session.case.positions) == 4


# --- finding ---


def test_found_positions_are_accepted_as_one_edit(panel, section, open_case, load):
    session = open_case(replace(neck(), positions=(), markedIn=""))
    for name in ("3 SAG T2 supine neutral", "4 SAG T2 flexion sitting 30 deg", "5 SAG T2 sitting"):
        load(name)
    edits = session.history.count
    section.ui.findButton.click()
    finder = section.finder
    assert finder.dialog.visible
    assert finder.ui.table.rowCount == 3
    finder.ui.table.setCurrentCell(1, 0)
    assert '"flexion" in the volume\'s name' in finder.ui.reasonsLabel.text
    finder.ui.table.item(2, 0).setCheckState(slicer_qt().Qt.Unchecked)
    assert finder.ui.addButton.text == "Add 2 positions"
    choose(finder.ui.table.cellWidget(1, 2), "extension")
    finder.ui.addButton.click()
    assert not finder.dialog.visible
    assert [(item.posture, item.bend) for item in session.case.positions] == [
        ("supine", "neutral"), ("sitting", "extension")]  # fmt: skip
    assert session.case.markedIn == "SUP_N"
    assert session.history.count == edits + 1
    panel.ui.undoButton.click()
    assert session.case.positions == ()


def slicer_qt():
    import qt

    return qt


def test_a_proposal_that_leaves_posture_open_is_added_once_it_is_chosen(a_slicer_application, section, session, load):
    load("4: SAG T2 flexion")
    section.ui.findButton.click()
    finder, checked = section.finder, slicer_qt().Qt.Checked
    item, posture = finder.ui.table.item(0, 0), finder.ui.table.cellWidget(0, 1)
    assert item.checkState() != checked
    assert not finder.ui.addButton.enabled
    item.setCheckState(checked)
    finder.ui.addButton.click()
    assert errorsIn(a_slicer_application) == ["4: SAG T2 flexion: choose posture and bend first"]
    assert finder.dialog.visible
    item.setCheckState(slicer_qt().Qt.Unchecked)
    choose(posture, "standing")
    assert item.checkState() == checked
    finder.ui.addButton.click()
    assert (session.case.positions[-1].posture, session.case.positions[-1].bend) == ("standing", "flexion")


def test_where_nothing_is_found_that_is_said(section, session):  # noqa: ARG001
    section.ui.findButton.click()
    assert section.finder.ui.introLabel.text == "No loaded volume looks like a new position."
    assert not section.finder.ui.addButton.enabled
    section.finder.ui.cancelButton.click()
    assert not section.finder.dialog.visible


def test_the_header_is_read_where_there_is_a_database(section, session, load, monkeypatch):  # noqa: ARG001
    load("4").SetAttribute("DICOM.instanceUIDs", "1.2.3")
    asked = []

    def fileForInstance(uid):
        asked.append(uid)
        return ""

    monkeypatch.setattr(slicer, "dicomDatabase", SimpleNamespace(isOpen=True, fileForInstance=fileForInstance),
                        raising=False)  # fmt: skip
    section.ui.findButton.click()
    assert asked == ["1.2.3"]
    monkeypatch.setattr(slicer, "dicomDatabase", SimpleNamespace(isOpen=False))
    section.ui.findButton.click()
    assert asked == ["1.2.3"]


# --- details ---


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


def test_a_volume_that_is_deleted_is_shown_as_not_loaded_and_is_no_edit(section, session, load):
    volume = load("first")
    section.form.ui.volumeCombo.setCurrentNode(volume)
    edits = session.history.count
    slicer.mrmlScene.RemoveNode(volume)
    session.settle()
    section.refresh()
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
    box.ui.addButton.click()
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


# --- numbering and levels ---


def test_the_statement_of_the_numbering_is_made_and_verified_today(a_slicer_application, panel, section, open_case):
    session = open_case(back())
    box = section.numbering.ui
    choose(box.countedFromCombo, "from the iliolumbar ligament")
    choose(box.presacralCombo, "25")
    typed(box.transitionalCombo.lineEdit(), "Castellvi IIa")
    typed(box.alternativeEdit, "L6 for S1")
    assert "counted from the iliolumbar ligament, not verified" in box.statementLabel.text
    box.verifiedEdit.text = "Dr Ada"
    box.verifyButton.click()
    numbering = session.case.numbering
    assert (numbering.presacralCount, numbering.transitional, numbering.alternativeName) == (
        25, "Castellvi IIa", "L6 for S1")  # fmt: skip
    assert (numbering.confirmedBy, numbering.confirmedAt) == ("Dr Ada", date.today().isoformat())
    assert f"verified by Dr Ada on {date.today().isoformat()}" in box.statementLabel.text
    choose(box.presacralCombo, "24")
    assert not session.case.numbering.isConfirmed
    panel.ui.undoButton.click()
    box.verifyButton.click()  # now it says Withdraw
    assert not session.case.numbering.isConfirmed
    assert errorsIn(a_slicer_application) == []


def test_numbering_is_open_where_nobody_verified_it_and_folded_where_somebody_did(section, open_case):
    open_case(neck())
    assert section.numbering.ui.numberingButton.collapsed
    open_case(back())
    assert not section.numbering.ui.numberingButton.collapsed


def test_levels_are_renamed_for_all_positions_at_once(panel, section, open_case):
    session = open_case(back())
    before, box = session.case, section.levels.ui
    assert not box.renameButton.enabled
    choose(box.topCombo, "T12")
    arrow = "\N{RIGHTWARDS ARROW}"
    assert box.renamingLabel.text.startswith(f"L1 {arrow} T12, L2 {arrow} L1, ")
    assert session.case is before
    box.renameButton.click()
    assert session.case.chain.levels == ("T12", "L1", "L2", "L3", "L4", "S1")
    assert list(session.case.positions[0].marks.landmarks) == ["L1_SA"]
    assert not box.renameButton.enabled
    panel.ui.undoButton.click()
    assert session.case == before


def test_a_renaming_that_cannot_be_says_why_instead_of_offering_it(section, open_case):
    case = replace(neck(), chain=Chain(("C2", "C3", "C4", "C5", "C6")))
    session = open_case(withPlaced(case, "SUP_N", "C2_DT", (0.0, 0.0, 40.0)))
    before, box = session.case, section.levels.ui
    choose(box.topCombo, "C3")
    assert "C2_DT: there is no such mark at C3" in box.renamingLabel.text
    assert not box.renameButton.enabled
    assert session.case is before


def test_the_range_of_levels_is_changed_and_marks_are_never_lost(a_slicer_application, section, open_case):
    session = open_case(back())
    box = section.levels.ui
    choose(box.firstCombo, "T11")
    assert box.rangeButton.enabled
    box.rangeButton.click()
    assert session.case.chain.levels[0] == "T11"
    choose(box.firstCombo, "L4")
    box.rangeButton.click()
    (said,) = errorsIn(a_slicer_application)
    assert "is marked; clear it before taking its level away" in said
    assert box.firstCombo.currentText == "T11"
    choose(box.firstCombo, "L2")
    box.rangeButton.click()
    assert session.case.chain.levels[0] == "L2"


def test_a_sixth_lumbar_vertebra_is_counted(section, open_case):
    session = open_case(back())
    box = section.levels.ui
    choose(box.lumbarCombo, "6 lumbar")
    assert session.case.chain.levels[-2:] == ("L6", "S1")
    assert not isShown(section.levels.ui.thoracicCombo, section.levels.ui.contents)


def test_operated_segments_are_recorded(section, session):
    box = section.levels.ui
    assert box.statusLabel.text == "All segments are native."
    choose(box.segmentCombo, box.segmentCombo.itemText(box.segmentCombo.findData("C5C6")))
    choose(box.statusCombo, "disc replacement")
    assert dict(session.case.segments) == {"C5C6": "discReplacement"}
    assert "disc replacement. All others are native." in box.statusLabel.text
    choose(box.statusCombo, "native (not operated)")
    assert dict(session.case.segments) == {}


def test_left_and_right_are_verified_by_a_person(section, open_case):
    session = open_case(back())
    box = section.levels.ui
    box.sidesEdit.text = "Dr Ada"
    box.sidesButton.click()
    assert session.case.sidesVerifiedBy == "Dr Ada"
    assert "verified by Dr Ada" in box.sidesLabel.text
    box.sidesButton.click()
    assert session.case.sidesVerifiedBy == ""


# --- warnings ---


def test_rows_whose_labels_the_marks_contradict_are_marked_when_the_mouse_rests(panel, section, open_case):
    session = open_case(phantomCase("swappedPositions"))
    flexion = next(row for row, item in enumerate(session.case.positions) if item.id == "UP_F")
    assert section.ui.table.item(flexion, TITLE).icon().isNull()
    panel.rest.runToEnd()
    section.rest.runToEnd()
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


# --- life ---


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
    assert section._volumes == {} or all(item.isOpen for item in section._volumes)


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
