"""The table of Results: what stands in it, what is chosen in it, and in the panel around it."""

from __future__ import annotations

from dataclasses import replace

from ResultsHands import choose, headings, lines, placeOf, positionIds, restNow, slipKey, texts

from DynamicSpineLib.Study.EditMarks import withCleared, withLandmarks
from DynamicSpineLib.Wording.Words import intervalWords, valueWords


def test_one_position_shows_levels_by_metrics_in_the_reports_words(section):
    first = positionIds(section)[0]
    shown = texts(section)
    rows = section.context.results.measured.rows
    checked = 0
    for row in rows:
        if row.key in shown and row.value is not None and row.metric == "slip":
            assert shown[row.key].split(" ")[0] == valueWords(row).replace("\N{NO-BREAK SPACE}", " ").split(" ")[0]
            checked += 1
    assert checked == len(section.context.session.case.chain.segments)
    assert {key[4] for key in shown} == {first}
    assert headings(section)[0] == "Slip mm"


def test_side_by_side_shows_each_position_with_change_interval_and_a_word_or_arrow(section):
    section.ui.sideBySideCheck.click()
    assert section.context.parameters.sideBySide
    shown = texts(section)
    assert {key[4] for key in shown} == set(positionIds(section))
    changes = {row.key: row for row in section.context.results.measured.rows
               if row.kind == "change" and row.metric == "slip" and row.value is not None}  # fmt: skip
    assert changes
    for key, row in changes.items():
        cell = shown[("state", *key[1:5], "")]
        assert valueWords(row) in cell
        assert intervalWords(row).removeprefix("between ").replace(" and ", " to ") in cell
        assert cell.split("\n")[1][0] == ("?" if row.exceedsNoise is False else "\N{LEFTWARDS ARROW}")


def test_metrics_side_by_side_stand_under_their_names(section):
    section.ui.sideBySideCheck.click()
    found = lines(section)
    levels = len(section.context.session.case.chain.segments)
    assert found[0] == ("", ["Slip mm", *[""] * (len(headings(section)) - 1)])
    assert [line[0] for line in found[1 : levels + 1]] == [line[0] for line in found[levels + 2 : 2 * levels + 2]]
    assert section.ui.valueTable.columnSpan(0, 0) == len(headings(section))


def test_the_levels_chosen_are_those_shown_and_the_group_is_remembered(section):
    choose(section.ui.levelCombo, "L4L5")
    assert [line[0] for line in lines(section)] == ["L4\N{NON-BREAKING HYPHEN}L5"]
    choose(section.ui.groupCombo, "disc")
    assert section.context.parameters.metricGroup == "disc"
    assert headings(section)[0].startswith("Disc angle")
    choose(section.ui.levelCombo, "")
    assert len(lines(section)) == len(section.context.session.case.chain.segments)


def test_motion_is_shown_for_a_pair_and_its_cells_lead_to_both_positions(section):
    choose(section.ui.groupCombo, "motion")
    key = next(key for key in texts(section) if key[:3] == ("motion", "rotation", "L4L5"))
    section.ui.valueTable.cellClicked.emit(*placeOf(section, key))
    now = section.context.selection.now
    assert (now.place, now.position, now.compared) == ("L4L5", key[4], key[5])


def test_a_click_on_a_header_sorts_by_it_down_up_and_back(section):
    first = positionIds(section)[0]
    session = section.context.session
    session.do("clear", withCleared(session.case, first, ["L2_IP", "L3_SP"]))
    restNow(section)
    column = 0

    def values():
        return [section.table.content.cell(row, column).number for row in range(len(section.table.content.rows))]

    asMade = values()
    assert None in asMade[:-1]
    click = section.ui.valueTable.horizontalHeader().sectionClicked.emit
    click(column)
    there = [value for value in asMade if value is not None]
    missing = [None] * (len(asMade) - len(there))
    assert values() == [*sorted(there, reverse=True), *missing]
    click(column)
    assert values() == [*sorted(there), *missing]
    click(column)
    assert values() == asMade


def test_a_tooltip_says_definition_source_method_and_whose_noise_or_why_a_value_is_missing(section):
    first, session = positionIds(section)[0], section.context.session
    session.do("clear", withCleared(session.case, first, ["L2_IP"]))
    restNow(section)
    table = section.ui.valueTable

    def tip(key):
        line, column = placeOf(section, key)
        assert not table.item(line, column).toolTip()
        table.cellEntered.emit(line, column)
        return table.item(line, column).toolTip()

    there, missing = tip(slipKey(first)), tip(slipKey(first, "L2L3"))
    for word in ("SD ", "Source", "Method", "Landmark noise assumed"):
        assert word in there
    assert "L2_IP" in missing
    assert texts(section)[slipKey(first, "L2L3")] == "not marked"


def test_provisional_values_are_hatched_and_no_others(openCase, lumbar):
    case = lumbar
    first = case.positions[0]
    mark = replace(first.marks.landmarks["L4_IP"], origin="carried", confirmed=False)
    section = openCase(withLandmarks(case, first.id, [mark]))
    table = section.ui.valueTable
    hatched = {key[2] for key in texts(section)
               if not table.item(*placeOf(section, key)).background().texture().isNull()}  # fmt: skip
    assert "L4L5" in hatched
    assert "L1L2" not in hatched
    assert "Hatched" in section.ui.legendLabel.text
    for level, isProvisional in (("L4L5", True), ("L1L2", False)):
        table.setCurrentCell(*placeOf(section, slipKey(first.id, level)))
        assert ("provisional" in section.ui.cellLabel.text) is isProvisional


def test_a_click_on_a_cell_takes_the_views_to_its_level_and_position(section):
    section.ui.sideBySideCheck.click()
    last = positionIds(section)[-1]
    line, column = placeOf(section, slipKey(last))
    section.ui.valueTable.setCurrentCell(line, column)
    now = section.context.selection.now
    assert (now.place, now.position, now.mark) == ("L4L5", last, "")
    assert "L4\N{NON-BREAKING HYPHEN}L5" in section.ui.cellLabel.text


def test_what_is_chosen_elsewhere_is_chosen_in_the_table(section):
    last = positionIds(section)[-1]
    section.context.selection.choose(place="L3L4", position=last)
    assert section.ui.endsCombo.currentData == f">{last}"
    assert section.table.current.key[2] == "L3L4"
    assert section.table.current.key[4] == last
