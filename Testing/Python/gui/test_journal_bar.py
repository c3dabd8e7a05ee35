"""Edits outlive an application that was killed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import slicer
from PlacedMarks import withFewOutlines, withPlaced

from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Scene.CaseRoles import landmarkNode
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.SceneFiles import saveScene
from DynamicSpineLib.Session.Journal import Journal, readJournal
from DynamicSpineLib.Session.JournalPlaces import findJournals
from DynamicSpineLib.Session.ProcessMark import ProcessMark, thisProcess
from DynamicSpineLib.Study.CaseFolder import writeCase

MODULE = Path(__file__).resolve().parents[3] / "DynamicSpine" / "DynamicSpine.py"


@pytest.fixture
def openPanel(a_slicer_application):
    """Opens the panel in a scene that holds a case or nothing."""

    def openIt(case=None):
        if case is not None:
            writeCaseToScene(case, slicer.mrmlScene)
        a_slicer_application.addModule(MODULE)
        return a_slicer_application.openModule("DynamicSpine").panel

    return openIt


def anEndedProcess():
    here = thisProcess()
    return ProcessMark(here.host, 2**22 + 7, "long ago")


def moved(case):
    x, y, z = case.positions[0].marks.point("L4_SA")
    return withPlaced(case, case.positions[0].id, "L4_SA", (x, y + 0.75, z))


def test_edits_of_an_application_that_was_killed_are_offered_and_brought_back(openPanel):
    case = withFewOutlines(phantomCase("lumbarSlip"))
    Journal(case.caseId, None, Path(slicer.app.temporaryPath), anEndedProcess()).write(moved(case), 3)
    panel = openPanel(case)
    assert "3 edits" in panel.ui.journalLabel.text
    panel.ui.restoreButton.click()
    restored = panel.context.session.case.positions[0].marks.point("L4_SA")
    assert restored == moved(case).positions[0].marks.point("L4_SA")
    assert not panel.ui.restoreButton.isVisibleTo(panel.widget)
    panel.undo()
    assert panel.context.session.case.positions[0].marks.point("L4_SA") == case.positions[0].marks.point("L4_SA")


def test_discarded_edits_are_not_offered_again(openPanel):
    case = withFewOutlines(phantomCase("lumbarSlip"))
    Journal(case.caseId, None, Path(slicer.app.temporaryPath), anEndedProcess()).write(moved(case), 3)
    panel = openPanel(case)
    panel.ui.discardButton.click()
    panel.journal.look()
    assert panel.ui.journalLabel.text == ""


def test_a_dragged_point_is_in_the_journal_once_the_mouse_rests(openPanel):
    panel = openPanel(withFewOutlines(phantomCase("lumbarSlip")))
    node = landmarkNode(panel.context.session.caseNode, panel.context.session.case.positions[0].id)
    node.SetNthControlPointPosition(node.GetControlPointIndexByLabel("L4_SA"), 1.0, 2.0, 3.0)
    panel.rest.runToEnd()
    journals = [readJournal(path) for path in findJournals(Path(slicer.app.temporaryPath))]
    [mine] = [item.case for item in journals if item.caseId == panel.context.session.case.caseId]
    assert mine.positions[0].marks.point("L4_SA") == (1.0, 2.0, 3.0)


def test_a_case_without_a_folder_is_saved_with_its_scene(openPanel, tmp_path):
    panel = openPanel(withFewOutlines(phantomCase("lumbarSlip")))
    session = panel.context.session
    session.do("moved", moved(session.case))
    panel.rest.runToEnd()
    assert not session.isSaved
    assert saveScene(slicer.mrmlScene, tmp_path / "scene.mrb") is None
    assert session.isSaved
    panel.context.restart()
    panel.rest.runToEnd()
    assert readJournal(panel.journal._journal.path).editsCount == 0
    session.undo()
    panel.rest.runToEnd()
    assert not session.isSaved
    assert readJournal(panel.journal._journal.path).editsCount == 1


def test_edits_of_other_cases_are_still_offered_when_a_case_is_opened(openPanel, tmp_path):
    case = withFewOutlines(phantomCase("lumbarSlip"))
    other = replace(case, caseId="other")
    Journal("other", None, Path(slicer.app.temporaryPath), anEndedProcess()).write(moved(other), 2)
    panel = openPanel()
    assert "Case other has 2 edits" in panel.ui.journalLabel.text
    writeCase(replace(case, positions=tuple(replace(item, volume="", companions={}) for item in case.positions)),
              tmp_path / "case")  # fmt: skip
    panel.sections["case"].openPath(tmp_path / "case")
    assert panel.context.session.case.caseId == "lumbarSlip"
    assert "Case other has 2 edits" in panel.ui.journalLabel.text
    panel.ui.discardButton.click()
    assert "Case other" not in panel.ui.journalLabel.text
