"""Positions are proposed from the loaded volumes, and accepted as one edit."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import slicer
from Hands import choose, errorsIn, neck


def test_found_positions_are_accepted_as_one_edit(panel, section, open_case, load):
    import qt

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
    finder.ui.table.item(2, 0).setCheckState(qt.Qt.Unchecked)
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


def test_a_proposal_that_leaves_posture_open_is_added_once_it_is_chosen(a_slicer_application, section, session, load):
    import qt

    load("4: SAG T2 flexion")
    section.ui.findButton.click()
    finder, checked = section.finder, qt.Qt.Checked
    item, posture = finder.ui.table.item(0, 0), finder.ui.table.cellWidget(0, 1)
    assert item.checkState() != checked
    assert not finder.ui.addButton.enabled
    item.setCheckState(checked)
    finder.ui.addButton.click()
    assert errorsIn(a_slicer_application) == ["4: SAG T2 flexion: choose posture and bend first"]
    assert finder.dialog.visible
    item.setCheckState(qt.Qt.Unchecked)
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
