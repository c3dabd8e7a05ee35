"""Noise and rules in Results."""

from __future__ import annotations

from ResultsHands import choose, positionIds, restNow, slipKey, texts


def test_a_noise_stated_for_the_case_widens_intervals_and_can_be_undone(section):
    key, session = slipKey(positionIds(section)[0]), section.context.session
    before = section.context.live.values.cell(key).row.sd
    section.judging.ui.sdSpin.value = 2.0
    assert session.case.landmarkSdMm == 2.0
    restNow(section)
    assert section.context.live.values.cell(key).row.sd > 1.5 * before
    session.undo()
    assert session.case.landmarkSdMm is None
    assert section.judging.ui.sdSpin.text == "by class of mark"


def test_without_draws_there_are_values_without_intervals(section):
    choose(section.judging.ui.drawsCombo, "0")
    restNow(section)
    assert section.context.parameters.draws == 0
    assert all(row.sd is None for row in section.context.results.measured.rows)
    assert texts(section)[slipKey(positionIds(section)[0])]
    assert "SD " not in section.table.content.tip(0, 0)


def test_a_rule_set_that_is_checked_is_judged_and_says_where_its_limits_come_from(section):
    import qt

    rules = section.judging.ui.ruleList
    row, choice = next((row, item) for row, item in enumerate(section.judging._shown) if item.id == "posner")
    item = rules.item(row)
    assert "limits from X-ray" in item.text()
    assert "X-ray or CT" in item.toolTip()
    measured = section.context.results.measured
    item.setCheckState(qt.Qt.Checked)
    assert list(section.context.parameters.ruleSets) == ["posner"]
    restNow(section)
    assert any(result.ruleSet == "posner" for result in section.context.results.told[0].results)
    assert section.context.results.measured is measured
    assert rules.item(row).text() != choice.title
    item.setCheckState(qt.Qt.Unchecked)
    restNow(section)
    assert not any(result.ruleSet == "posner" for result in section.context.results.told[0].results)


def test_rules_that_are_always_judged_cannot_be_unchecked(section):
    import qt

    rules = section.judging.ui.ruleList
    always = [row for row, item in enumerate(section.judging._shown) if item.isAlways]
    assert always
    for row in always:
        assert rules.item(row).checkState() == qt.Qt.Checked
        assert not rules.item(row).flags() & qt.Qt.ItemIsUserCheckable
