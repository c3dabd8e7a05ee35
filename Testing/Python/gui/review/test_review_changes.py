"""Review of other cases, and of cases that are edited."""

from __future__ import annotations

import logging
import time
from dataclasses import replace

from OpenedPanel import settle
from ReviewHands import chosen, click, edit, phantom, sentences, table, texts

from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Study.Marks import LandmarkSet
from DynamicSpineLib.Study.Position import Symptom


def test_after_an_edit_review_says_that_it_is_outdated_until_it_is_measured_again(reviewed, a_slicer_application):
    section = reviewed("lumbarSlip")
    shown = texts(section)
    edit(section)
    assert "Edited since" in section.ui.stateLabel.text
    a_slicer_application.mainWindow.centralWidget().self().panel.rest.runToEnd()
    assert section.ui.stateLabel.isHidden()
    assert texts(section) != shown
    assert section.ui.copyButton.enabled


def test_a_symptom_that_is_entered_later_stands_over_its_column_at_once(reviewed):
    section = reviewed("lumbarSlip")
    session = section.context.session
    supine = replace(session.case.positions[0], symptoms=(Symptom("leg", "R", 4),))
    session.do("symptom", replace(session.case, positions=(supine, *session.case.positions[1:])))
    assert "4/10" in table(section).horizontalHeaderItem(0).text()


def test_a_case_without_marks_says_what_is_missing_and_shows_no_empty_grid(reviewed):
    case = phantom("lumbarSlip")
    empty = tuple(replace(item, marks=LandmarkSet()) for item in case.positions)
    section = reviewed(replace(case, positions=empty, bones=()))
    section.context.openSection("review")
    assert "no landmark" in section.ui.stateLabel.text
    assert table(section).rowCount == 0
    assert section.ui.copyButton.isHidden()
    assert sentences(section) == []


def test_another_case_opens_at_its_own_worst_level(reviewed, a_slicer_application):
    section = reviewed("lumbarSlip")
    click(section, "L1L2", "ST_N")
    panel = a_slicer_application.mainWindow.centralWidget().self().panel
    writeCaseToScene(replace(phantom("lumbarSlip"), caseId="second"), a_slicer_application.scene)
    panel.refreshCases()
    panel.ui.caseCombo.currentIndex = 1
    panel.ui.caseCombo.activated.emit(1)
    panel.rest.runToEnd()
    assert "second" in section.ui.titleLabel.text
    assert (chosen(section).place, chosen(section).position) == ("L4L5", "ST_E")


def test_a_place_that_the_user_chose_before_the_case_was_measured_is_kept(openCase):
    panel = openCase(phantom("lumbarSlip"))
    panel.context.selection.choose(place="L2L3")
    panel.rest.runToEnd()
    assert panel.context.selection.now.place == "L2L3"


def test_a_closed_scene_leaves_an_empty_review(reviewed, a_slicer_application):
    section = reviewed("lumbarSlip")
    a_slicer_application.scene.Clear(0)
    settle(a_slicer_application)
    assert section.ui.stateLabel.text == "No case is open."
    assert table(section).isHidden()
    for slot in (section.goToNext, section.copyText, lambda: section.step(levels=1)):
        slot()


def test_a_module_that_was_left_while_it_measured_goes_on_when_it_is_opened_again(openCase, a_slicer_application):
    panel = openCase(phantom("lumbarSlip"))
    a_slicer_application.openModule("")
    assert not panel.rest.isPending
    a_slicer_application.openModule("DynamicSpine")
    panel.rest.runToEnd()
    assert panel.sections["review"].grid.levels


def test_both_themes_show_the_same_texts_and_the_frame_in_the_themes_own_color(reviewed, a_slicer_application):
    section = reviewed("cervicalNarrowing")
    row, column = section.grid.levels.index("C5C6"), section.grid.positions.index("UP_E")
    shown, dark = texts(section), {}
    try:
        for isDark in (False, True):
            a_slicer_application.useDarkTheme(isDark)
            settle(a_slicer_application)
            dark[isDark] = table(section).cellWidget(row, column).palette.windowText().color().lightness()
        assert texts(section) == shown
        assert dark[True] > 128 > dark[False]
    finally:
        a_slicer_application.useDarkTheme(False)


def test_the_time_to_the_first_picture_and_of_a_refresh_is_in_the_log(openCase, caplog):
    with caplog.at_level(logging.INFO):
        started = time.perf_counter()
        panel = openCase(phantom("cervicalNarrowing"))
        shown = time.perf_counter()
        panel.rest.runToEnd()
        section = panel.sections["review"]
        worst, content = time.perf_counter(), panel.context.results.review
        section.grid.show(None, None)
        section.refresh()
        logging.info("first picture %.2f s, worst level %.2f s, refresh %.1f ms", shown - started, worst - started,
                     1000 * (time.perf_counter() - worst))  # fmt: skip
    assert chosen(section).place == content.worstLevel
    assert "first picture" in caplog.text
