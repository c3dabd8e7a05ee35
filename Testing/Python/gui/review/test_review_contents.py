"""What Review shows, the surgeon's screen: grid, heads, sentences and what stands over them."""

from __future__ import annotations

from dataclasses import replace
from html import unescape

from OpenedPanel import PANEL_WIDTH, settle
from ReviewHands import cellItem, chosen, phantom, provisional, sentences, table, texts

from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Study.Case import Reading


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
