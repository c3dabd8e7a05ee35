"""Numbers become the same digits everywhere, and no digit that is not there."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from DynamicSpineLib.Errors import JobError
from DynamicSpineLib.Wording.Numbers import (
    isShownAsZero,
    percentText,
    shownNumber,
    storedNumber,
    tickNumber,
    withUnit,
)


@pytest.mark.parametrize(("value", "digits"), [
    (None, ""), (0.0, "0"), (-0.0, "0"), (3.0, "3"), (-0.00000049, "0"), (0.0000005, "0.000001"), (1e-9, "0"),
    (12.3456789, "12.345679"), (-2.5, "-2.5"), (100.0, "100"), (1234567.25, "1234567.25"), (1e-6, "0.000001"),
])  # fmt: skip
def test_a_stored_number_has_six_decimals_at_most_and_no_exponent(value, digits):
    assert storedNumber(value) == digits


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300])
def test_a_number_that_cannot_be_meant_is_refused(value):
    with pytest.raises(JobError):
        storedNumber(value)


@given(st.floats(-1e6, 1e6))
def test_a_stored_number_reads_back_within_half_a_millionth(value):
    assert abs(float(storedNumber(value)) - value) <= 0.5e-6 * (1 + 1e-9)


@pytest.mark.parametrize(("value", "unit", "digits"), [
    (0.25, "mm", "0.3"), (0.349999999, "mm", "0.4"), (0.34, "mm", "0.3"), (-3.95, "mm", "\N{MINUS SIGN}4.0"),
    (-0.04, "mm", "0.0"), (87.5, "mm2", "88"), (0.125, "mm/deg", "0.13"), (0.666, "{ratio}", "0.67"),
    (12.34, "deg", "12.3"), (7.05, "%", "7.1"), (2.0, "{grade}", "2"),
])  # fmt: skip
def test_shown_digits_follow_from_the_stored_ones(value, unit, digits):
    assert shownNumber(value, unit) == digits


@given(st.floats(-1e4, 1e4), st.sampled_from(["mm", "deg", "mm2", "%", "mm/deg", "unheard of"]))
def test_what_is_shown_can_be_worked_out_from_the_table(value, unit):
    assert shownNumber(value, unit) == shownNumber(float(storedNumber(value)), unit)


def test_zero_has_no_direction_only_where_all_shown_digits_are_zero():
    assert isShownAsZero(-0.04, "mm")
    assert not isShownAsZero(-0.05, "mm")


def test_units_stand_as_people_write_them():
    assert withUnit("3.9", "mm") == "3.9\N{NO-BREAK SPACE}mm"
    assert withUnit("8.0", "deg") == "8.0°"
    assert withUnit("0.62", "{ratio}") == "0.62"


@pytest.mark.parametrize(("share", "text"), [
    (0.0, "0"), (0.001, "under 1"), (0.805, "81"), (0.998, "over 99"), (0.996, "over 99"), (1.0, "100"), (0.41, "41"),
])  # fmt: skip
def test_certainty_is_never_rounded_to_all_or_nothing(share, text):
    assert percentText(share) == f"{text}\N{NO-BREAK SPACE}%"


def test_ticks_have_the_digits_they_need():
    assert [tickNumber(value) for value in (-2.5, 0.0, 10.0)] == ["\N{MINUS SIGN}2.5", "0", "10"]
