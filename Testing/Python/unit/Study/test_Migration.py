"""Older formats are brought up step by step; others are refused."""

from __future__ import annotations

import pytest

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.Migration import STEPS, migrate

TABLE = {1: lambda raw: {**raw, "b": raw["a"] + 1}, 2: lambda raw: {**raw, "c": raw["b"] + 1}}


def test_steps_are_applied_in_order_up_to_the_current_format():
    assert migrate({"formatVersion": 1, "a": 1}, TABLE, 3) == {"formatVersion": 3, "a": 1, "b": 2, "c": 3}
    assert migrate({"formatVersion": 2, "b": 5}, TABLE, 3)["c"] == 6
    assert migrate({"formatVersion": 3}, TABLE, 3) == {"formatVersion": 3}


def test_the_current_format_is_left_as_it_is():
    raw = {"formatVersion": 1, "x": 1}
    assert migrate(raw) is raw
    assert all(version < 1 for version in STEPS)


@pytest.mark.parametrize(
    ("version", "words"),
    [
        (2, "by a newer DynamicSpine"),
        (10**30, "newer"),
        (0, "unknown 'formatVersion' 0"),
        (-1, "unknown"),
        ("1", "whole number"),
        (1.0, "whole number"),
        (True, "whole number"),
        (None, "is missing"),
    ],
)
def test_other_versions_are_refused_in_a_sentence(version, words):
    with pytest.raises(InputError, match=words):
        migrate({"formatVersion": version})
