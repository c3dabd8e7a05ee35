"""Review in the panel, the surgeon's screen: grid, sentences, keys, and the text for the dictation."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from functools import lru_cache
from html import unescape
from pathlib import Path
from types import MappingProxyType

import pytest

from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.Views.Layouts import positionTag
from DynamicSpineLib.Session.ReviewRules import rulesSentence
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineLib.Study.Case import Reading
from DynamicSpineLib.Study.EditMarks import withLandmarks
from DynamicSpineLib.Study.Marks import LandmarkSet
from DynamicSpineLib.Study.Position import Symptom

MODULE = Path(__file__).resolve().parents[3] / "DynamicSpine" / "DynamicSpine.py"
PANEL_WIDTH, FEW_DRAWS = 380, 150


phantom = lru_cache(maxsize=8)(phantomCase)


@pytest.fixture
def openCase(a_slicer_application):
    """Opens the module with a case without volumes, as the panel shows it before anything is measured."""
    application = a_slicer_application

    def opened(case):
        writeCaseToScene(case, application.scene)
        application.addModule(MODULE)
        panel = application.openModule("DynamicSpine").panel
        panel.context.parameters.draws = FEW_DRAWS
        application.mainWindow.resize(PANEL_WIDTH, 900)
        application.mainWindow.activateWindow()
        settle(application)
        return panel

    return opened


def settle(application):
    """Let the layout and what waits for it happen."""
    for _round in range(5):
        application.app.processEvents()


@pytest.fixture
def reviewed(openCase, a_slicer_application):
    """Opens and measures a case; returns its Review."""

    def opened(case):
        panel = openCase(phantom(case) if isinstance(case, str) else case)
        panel.rest.runToEnd()
        settle(a_slicer_application)
        return panel.sections["review"]

    return opened


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


# --- what is shown ---


def test_a_case_with_readings_opens_in_review_at_its_worst_level_and_position(reviewed):
    section = reviewed("lumbarSlip")
    assert section.widget.visible
    review = section.context.results.review
    assert chosen(section).place == review.worstLevel == "L4L5"
    assert chosen(section).position == review.stops[0].position
    assert section.context.views.views.mode == "positions"


def test_before_the_case_is_measured_review_says_so_and_shows_its_positions(openCase):
    section = openCase(phantom("lumbarSlip")).sections["review"]
    assert "Measuring" in section.ui.stateLabel.text
    assert not section.ui.stateLabel.isHidden()
    assert table(section).columnCount == 4
    assert table(section).rowCount == 0
    assert section.ui.copyButton.isHidden()
    assert "Not examined" in section.ui.titleLabel.text


def test_the_grid_has_a_row_per_level_a_column_per_position_and_the_reports_values(reviewed):
    section = reviewed("lumbarSlip")
    review, shown = section.context.results.review, texts(section)
    assert set(shown) == {(level, position) for level in review.levels for position in review.positions}
    for (level, position), text in shown.items():
        grade, number = review.cell(level, position).texts[:-1], review.cell(level, position).texts[-1]
        assert number.split(" ")[0] in text
        assert all(word in text for word in grade)


def test_heads_say_posture_bend_angle_and_symptom_and_in_words_all_of_it(reviewed):
    section = reviewed("lumbarSlip")
    head = table(section).horizontalHeaderItem(section.grid.positions.index("ST_E"))
    assert head.text().split("\n")[0] == "Standing"
    assert "20°" in head.text()
    assert "8/10" in head.text()
    assert "usual symptom reproduced: yes" in unescape(head.toolTip())


def test_every_cell_says_itself_in_words_to_the_mouse_and_to_a_screen_reader(reviewed):
    import qt

    section = reviewed("cervicalNarrowing")
    review = section.context.results.review
    for level, position in texts(section):
        whole = review.cell(level, position).whole
        item = cellItem(section, level, position)
        assert whole in unescape(item.toolTip())
        assert item.data(qt.Qt.AccessibleTextRole) == whole
    met = next(cell for row in review.rows for cell in row.cells if cell.kind == "met")
    assert "healthy people" in cellItem(section, met.level, met.position).toolTip()


def test_a_rule_met_is_an_outline_and_nothing_else_has_one(reviewed):
    section = reviewed("cervicalNarrowing")
    review, grid = section.context.results.review, table(section)
    outlined = {(level, position) for row, level in enumerate(review.levels)
                for column, position in enumerate(review.positions) if grid.cellWidget(row, column)}  # fmt: skip
    assert outlined == {(cell.level, cell.position) for row in review.rows for cell in row.cells if cell.kind == "met"}
    assert outlined


def test_colors_of_cells_are_gray_except_the_chosen_one_and_darker_by_grade(reviewed):
    section = reviewed("lumbarSlip")
    colors = {place: cellItem(section, *place).background().color() for place in texts(section)}
    here = (chosen(section).place, chosen(section).position)
    assert all(color.saturation() == 0 for place, color in colors.items() if place != here)
    assert colors[here].saturation() > 0
    assert 0 == colors["L1L2", "SUP_N"].alpha() < colors["L4L5", "SUP_N"].alpha() < colors["L4L5", "ST_F"].alpha()


def provisional(case, positions):
    """The case with marks of some positions that nobody has accepted, and levels that nobody has verified."""
    changed = []
    for item in case.positions:
        marks = {name: replace(mark, origin="carried", confirmed=False) for name, mark in item.marks.landmarks.items()}
        marked = replace(item.marks, landmarks=MappingProxyType(marks))
        changed.append(replace(item, marks=marked) if item.id in positions else item)
    numbering = replace(case.numbering, confirmedBy="")
    return replace(case, positions=tuple(changed), numbering=numbering)


def test_provisional_cells_are_hatched_and_that_is_explained_once(reviewed):
    section = reviewed(provisional(phantom("lumbarSlip"), ["ST_F"]))
    review = section.context.results.review
    for level, position in texts(section):
        isHatched = not cellItem(section, level, position).background().texture().isNull()
        assert isHatched == review.cell(level, position).provisional == (position == "ST_F")
    assert "Hatched: provisional" in section.ui.legendLabel.text
    said = [section.ui.legendLabel.text, *sentences(section)]
    assert sum(text.count("no reader has accepted") for text in said) == 1
    assert any(text.endswith("(provisional)") for text in sentences(section))


def test_where_all_is_provisional_the_sentences_do_not_repeat_it(reviewed):
    case = phantom("lumbarSlip")
    section = reviewed(provisional(case, [item.id for item in case.positions]))
    assert all(item.provisional for item in section.context.results.review.sentences if item.isHeadline)
    shown = [text for text in sentences(section) if "(provisional)" in text]
    unsaid = [item for item in section.context.results.review.sentences if not item.provisional]
    assert not shown or unsaid


def test_numbering_that_nobody_verified_stands_out(reviewed):
    section = reviewed(provisional(phantom("lumbarSlip"), []))
    assert "<b>Levels counted" in section.ui.titleLabel.text
    assert "not verified" in section.ui.titleLabel.text


def test_numbering_that_was_verified_names_who_did_it(reviewed):
    section = reviewed("lumbarSlip")
    assert "verified by phantom" in section.ui.titleLabel.text
    assert "<b>Levels" not in section.ui.titleLabel.text


def test_a_case_with_more_readings_says_whose_is_shown(reviewed):
    case = phantomCase("lumbarSlip", ("SUP_N", "ST_F"))
    readings = tuple(Reading(name, marks={item.id: item.marks for item in case.positions}) for name in ("AB", "CD"))
    section = reviewed(replace(case, readings=readings))
    told = section.context.results.told
    assert len(told) > 1
    assert f"the first of {len(told)}" in section.ui.titleLabel.text


def test_level_names_and_titles_with_signs_of_html_stay_text(reviewed):
    case = phantom("lumbarSlip")
    first = replace(case.positions[0], title="Up <i>")
    section = reviewed(replace(case, positions=(first, *case.positions[1:])))
    assert "<i>" in table(section).horizontalHeaderItem(0).text()
    assert "<i>" not in table(section).horizontalHeaderItem(0).toolTip()


def test_turned_positions_can_be_told_apart_in_narrow_columns(reviewed):
    section = reviewed("cervicalTurns")
    heads = [table(section).horizontalHeaderItem(column).text() for column in range(table(section).columnCount)]
    assert len(set(heads)) == len(heads)
    assert "\N{HORIZONTAL ELLIPSIS}" not in "".join(heads)


def test_at_most_five_sentences_are_shown_those_that_claim_a_difference_first(reviewed):
    section = reviewed("cervicalNarrowing")
    review = section.context.results.review
    assert len(sentences(section)) == len(review.sentences) <= 5
    assert sentences(section)[0] == next(item.text for item in review.sentences if item.isHeadline)


def test_everything_fits_a_narrow_panel_without_scrolling(reviewed, a_slicer_application):
    for name in ("fullCase", "cervicalNarrowing"):
        section = reviewed(name)
        grid = table(section)
        assert section.widget.width <= PANEL_WIDTH
        assert grid.horizontalScrollBar().maximum == grid.verticalScrollBar().maximum == 0
        assert section.widget.height <= 720
        metrics = grid.fontMetrics()
        for column in range(grid.columnCount):
            for row in range(grid.rowCount):
                lines = grid.item(row, column).text().split("\n")
                assert max(metrics.horizontalAdvance(line) for line in lines) <= grid.columnWidth(column)
        a_slicer_application.scene.Clear(0)
        a_slicer_application.openModule("")


def test_cells_say_more_where_the_panel_is_wider_and_the_legend_follows(reviewed, a_slicer_application):
    section = reviewed("lumbarSlip")
    assert texts(section)["L1L2", "ST_F"] in ("3.5 %", "3.5")
    assert '"back"' in section.ui.legendLabel.text
    a_slicer_application.mainWindow.resize(800, 900)
    settle(a_slicer_application)
    assert texts(section)["L1L2", "ST_F"] == "3.5 % forward"
    assert '"back"' not in section.ui.legendLabel.text


def test_the_key_is_folded_away_until_it_is_asked_for(reviewed):
    section = reviewed("lumbarSlip")
    assert section.ui.keyLabel.isHidden()
    section.ui.keyButton.click()
    assert not section.ui.keyLabel.isHidden()
    assert all(entry.text in unescape(section.ui.keyLabel.text) for entry in section.context.results.review.key)


# --- ways through it ---


def click(section, level, position):
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    grid = table(section)
    place = grid.visualItemRect(cellItem(section, level, position)).center()
    QTest.mouseClick(grid.viewport(), Qt.LeftButton, pos=place)


def test_a_click_on_a_cell_chooses_its_level_and_position(reviewed):
    section = reviewed("lumbarSlip")
    click(section, "L2L3", "ST_N")
    assert chosen(section) == Chosen("ST_N", "L2L3")
    assert section.ui.whyLabel.text == section.context.results.review.cell("L2L3", "ST_N").whole


def test_a_click_on_an_outlined_cell_reaches_the_cell(reviewed):
    section = reviewed("cervicalNarrowing")
    click(section, "C3C4", "SUP_N")
    click(section, "C5C6", "UP_E")
    assert chosen(section) == Chosen("UP_E", "C5C6")


def test_a_click_on_a_head_chooses_the_position_and_on_a_level_the_level(reviewed):
    section = reviewed("lumbarSlip")
    table(section).horizontalHeader().sectionClicked.emit(1)
    assert (chosen(section).place, chosen(section).position) == ("L4L5", "ST_N")
    table(section).verticalHeader().sectionClicked.emit(0)
    assert (chosen(section).place, chosen(section).position) == ("T12L1", "ST_N")


def test_the_chosen_cell_is_marked_wherever_it_was_chosen(reviewed):
    section = reviewed("lumbarSlip")
    section.context.selection.choose(place="L3", position="ST_F")
    bold = {place for place in texts(section) if cellItem(section, *place).font().bold()}
    assert bold == {("L3L4", "ST_F")}
    assert table(section).currentRow() == section.grid.levels.index("L3L4")


def test_the_views_go_where_a_cell_leads(reviewed, a_slicer_application):
    section = reviewed("lumbarSlip")
    nodes = [a_slicer_application.view(positionTag(number)).get_view_node() for number in (1, 2)]
    before = [node.GetSliceToRAS().GetElement(2, 3) for node in nodes]
    click(section, "T12L1", "SUP_N")
    after = [node.GetSliceToRAS().GetElement(2, 3) for node in nodes]
    assert all(later > earlier + 50.0 for earlier, later in zip(before, after, strict=True))


def test_a_sentence_leads_to_its_place_position_and_the_one_beside_it(reviewed):
    section = reviewed("lumbarSlip")
    item = next(item for item in section.context.results.review.sentences if "7.0" in item.text)
    button = next(button for button in section.sentences.buttons if button.accessibleName == item.text)
    button.click()
    assert chosen(section) == Chosen("ST_F", "L4L5", "", "SUP_N")
    assert [other.checked for other in section.sentences.buttons].count(True) == 1
    assert button.checked
    click(section, "L1L2", "SUP_N")
    assert not button.checked


def test_next_worst_walks_all_stops_says_why_and_begins_again(reviewed):
    section = reviewed("lumbarSlip")
    stops = section.context.results.review.stops
    assert section.ui.whyLabel.text.startswith(f"1 of {len(stops)}: ")
    found = []
    for _step in stops:
        section.ui.nextButton.click()
        found.append((chosen(section).place, chosen(section).position))
    assert found == [(stop.level, stop.position) for stop in (*stops[1:], stops[0])]


def test_the_rule_behind_a_chosen_cell_stands_on_the_screen_once(reviewed):
    section = reviewed("lumbarSlip")
    results = section.context.results
    ruled = [cell for row in results.review.rows for cell in row.cells if cell.kind]
    assert {cell.kind for cell in ruled} == {"met", "undecided"}
    for cell in ruled:
        section.context.selection.choose(place=cell.level, position=cell.position)
        kind, _colon, rule = rulesSentence(results.told[0].results, cell.level, cell.position).partition(": ")
        shown = [text for text in (*sentences(section), section.ui.whyLabel.text) if f"{kind}: " in text]
        assert sum(rule.split(" (")[0] in text for text in shown) == 1


def test_why_is_a_sentence_already_on_the_screen_or_stands_below_it(reviewed):
    section = reviewed("lumbarSlip")
    for stop in section.context.results.review.stops:
        index = [item.text for item in section.context.results.review.sentences].index(stop.why) \
            if stop.why in sentences(section) else None  # fmt: skip
        marked = [number for number, button in enumerate(section.sentences.buttons) if button.checked]
        assert marked == ([] if index is None else [index])
        assert index is not None or stop.why.split(";")[0] in section.ui.whyLabel.text
        section.goToNext()


# --- keys ---


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


# --- the text ---


def test_copy_puts_the_dictation_on_the_clipboard_and_says_so_in_the_status_bar(reviewed, a_slicer_application):
    section = reviewed("lumbarSlip")
    section.ui.copyButton.click()
    text = a_slicer_application.app.clipboard().text()
    assert 80 <= len(text.split()) <= 120
    assert "L4-L5" in text
    assert "Levels counted" in text
    assert a_slicer_application.messages[-1] == ("status", f"Copied {len(text.split())} words.")


def test_a_text_of_marks_that_were_edited_since_is_not_copied(reviewed, a_slicer_application):
    section = reviewed("lumbarSlip")
    edit(section)
    a_slicer_application.app.clipboard().setText("before")
    section.copyText()
    assert a_slicer_application.app.clipboard().text() == "before"
    assert not section.ui.copyButton.enabled
    assert "measured" in a_slicer_application.messages[-1][1]


# --- other cases, and edits ---


def edit(section, mm=3.0):
    """Move a mark of L4 forward in the first position, as an edit of the session."""
    session = section.context.session
    position = session.case.positions[0]
    mark = position.marks.landmarks["L4_IP"]
    right, anterior, superior = mark.point_RAS
    moved = replace(mark, point_RAS=(right, anterior + mm, superior))
    session.do("moved L4_IP", withLandmarks(session.case, position.id, [moved]))


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
