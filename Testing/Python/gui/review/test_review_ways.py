"""Ways through Review, and the text for the dictation."""

from __future__ import annotations

from ReviewHands import cellItem, chosen, click, edit, sentences, table, texts

from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Scene.Views.Layouts import positionTag
from DynamicSpineLib.Session.ReviewRules import rulesSentence
from DynamicSpineLib.Session.Selection import Chosen


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
    section = reviewed(phantomCase("lumbarSlip"))
    for stop in section.context.results.review.stops:
        index = [item.text for item in section.context.results.review.sentences].index(stop.why) \
            if stop.why in sentences(section) else None  # fmt: skip
        marked = [number for number, button in enumerate(section.sentences.buttons) if button.checked]
        assert marked == ([] if index is None else [index])
        assert index is not None or stop.why.split(";")[0] in section.ui.whyLabel.text
        section.goToNext()


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
