"""Results while marks are edited."""

from __future__ import annotations

import time

from ResultsHands import CELL_MILLISECONDS, drag, placeOf, positionIds, restNow, settle, slipKey, texts

from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Session.LiveValues import LiveValues
from DynamicSpineLib.Session.ResultsChoice import STALE_SIGN
from DynamicSpineLib.Study.EditMarks import withCleared
from DynamicSpineLib.Wording.Words import intervalWords


def test_a_drag_rewrites_the_touched_values_only_and_they_equal_a_fresh_measurement(section):
    first, session = positionIds(section)[0], section.context.session
    before = texts(section)
    drag(session, first, "L4_IP", (0.0, 2.0, 0.0))
    after = texts(section)
    changed = {key for key in after if after[key].rstrip(f" {STALE_SIGN}") != before[key]}
    assert slipKey(first) in changed
    assert {key[2] for key in changed} <= {"L3L4", "L4L5"}
    fresh = LiveValues(session.case)
    for key in changed:
        said = fresh.cell(key).text.replace("\N{NO-BREAK SPACE}", " ").split(" ")
        assert after[key].split(" ")[0] == said[0]


def test_noise_of_an_earlier_state_has_a_sign_until_it_is_drawn_anew(section):
    first, session = positionIds(section)[0], section.context.session
    key = slipKey(first)
    assert STALE_SIGN not in texts(section)[key]
    section.ui.valueTable.setCurrentCell(*placeOf(section, key))
    drag(session, first, "L4_IP", (0.0, 2.0, 0.0))
    assert STALE_SIGN in texts(section)[key]
    time.sleep(1.5e-3 * CELL_MILLISECONDS)
    settle()
    assert section.context.live.values.cell(key).text in section.ui.cellLabel.text
    restNow(section)
    assert STALE_SIGN not in "".join(texts(section).values())
    row = next(row for row in section.context.results.measured.rows if row.key == key)
    section.ui.valueTable.setCurrentCell(*placeOf(section, key))
    assert f"({intervalWords(row)})" in section.ui.cellLabel.text


def test_the_noise_of_what_is_seen_is_drawn_before_the_whole_case_is_measured(section):
    first, session, live = positionIds(section)[0], section.context.session, section.context.live
    drag(session, first, "L4_IP", (0.0, 2.0, 0.0))
    runSteps(live.quickSteps())
    assert not section.context.results.isCurrent
    assert STALE_SIGN not in texts(section)[slipKey(first)]
    assert live.values.cell(slipKey(first)).draws == 250


def test_values_out_of_sight_follow_when_they_are_scrolled_into_it(openCase, fullCase):
    section = openCase(fullCase)
    section.ui.sideBySideCheck.click()
    settle()
    first, session = positionIds(section)[0], section.context.session
    key = ("state", "slipPercent", "L4L5", "", first, "")
    assert key not in section.table.visibleKeys()
    before = texts(section)[key]
    drag(session, first, "L4_IP", (0.0, 2.0, 0.0))
    assert texts(section)[key] == before
    table = section.ui.valueTable
    table.scrollToItem(table.item(*placeOf(section, key)))
    after = texts(section)[key]
    assert after != before
    assert after.split(" ")[0] == LiveValues(session.case).cell(key).text.split("\N{NO-BREAK SPACE}")[0]


def test_a_mark_that_is_cleared_or_undone_shows_at_once(section):
    first, session = positionIds(section)[0], section.context.session
    before = texts(section)[slipKey(first)]
    session.do("clear", withCleared(session.case, first, ["L4_IP"]))
    assert texts(section)[slipKey(first)] == "not marked"
    session.undo()
    assert texts(section)[slipKey(first)].split(STALE_SIGN)[0].strip() == before


def test_a_closed_section_does_not_follow_and_is_current_when_it_opens(section):
    first, session, live = positionIds(section)[0], section.context.session, section.context.live
    section.context.openSection("landmarks")
    assert live.touched.listenerCount == 0
    drag(session, first, "L4_IP", (0.0, 2.0, 0.0))
    section.context.openSection("results")
    assert texts(section)[slipKey(first)].split(" ")[0] == LiveValues(session.case).cell(slipKey(first)).text.split(
        "\N{NO-BREAK SPACE}")[0]  # fmt: skip


def test_an_edit_keeps_the_chosen_cell_and_what_is_scrolled_to(openCase, fullCase):
    section = openCase(fullCase)
    section.ui.sideBySideCheck.click()
    settle()
    table, last = section.ui.valueTable, positionIds(section)[-1]
    key = ("state", "slipPercent", "L3L4", "", last, "")
    table.setCurrentCell(*placeOf(section, key))
    settle()
    place = (table.verticalScrollBar().value, table.horizontalScrollBar().value)
    assert min(place) > 0
    session = section.context.session
    session.do("clear", withCleared(session.case, positionIds(section)[0], ["C5_SA"]))
    settle()
    assert (table.verticalScrollBar().value, table.horizontalScrollBar().value) == place
    assert section.table.current.key == key
