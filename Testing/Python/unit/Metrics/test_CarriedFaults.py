"""Transforms that are doubtful, listed in another order, or lead in a circle; noise that is none."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from Carried import USUAL, bone, carriedCase, pure
from Spines import LUMBAR, anyPose, lumbarSpine, marks, rowsOf, scattered

from DynamicSpineLib.Errors import InputError


def twoSources(order):
    """Bones carried from a to b and to c, and from b to c by a far worse transform, listed in either order."""
    spine, still = pure(lumbarSpine()), dict.fromkeys(LUMBAR, np.eye(4))
    study = carriedCase(spine, LUMBAR, {"b": still, "c": still})
    worse = tuple(bone(level, np.eye(4), 400.0 * USUAL, "c", "b") for level in LUMBAR)
    toB = tuple(item for item in study.bones if item.toPosition == "b")
    toC = tuple(item for item in study.bones if item.toPosition == "c")
    return replace(study, bones=toB + (toC + worse if order == "first" else worse + toC))


@pytest.mark.parametrize("order", ["first", "last"])
def test_bend_has_the_noise_of_the_transform_that_its_value_came_from(order):
    row = rowsOf(twoSources(order), 800)("lateralBend", "L3L4", "c", "a")
    assert row.sd == pytest.approx(math.sqrt(2) * 0.25, rel=0.1)


def test_marks_carried_in_a_circle_are_refused_in_words():
    spine, still = pure(lumbarSpine()), dict.fromkeys(LUMBAR, np.eye(4))
    study = carriedCase(spine, LUMBAR, {"b": still})
    first = study.positions[0]
    circled = marks(spine, **{name: {"origin": "carried"} for name in spine.points})
    back = tuple(bone(level, np.eye(4), USUAL, "a", "b") for level in LUMBAR)
    looped = replace(study, positions=(replace(first, marks=circled), study.positions[1]), bones=study.bones + back)
    with pytest.raises(InputError, match="circle"):
        rowsOf(looped, 10)


def test_marks_carried_by_a_failed_transform_are_at_least_to_be_checked():
    study = carriedCase(pure(lumbarSpine()), LUMBAR, {"b": dict.fromkeys(LUMBAR, np.eye(4))})
    failed = replace(study, bones=tuple(replace(item, verdict="failed") for item in study.bones))
    assert "carriedCheck" in rowsOf(failed, 10)("slip", "L4L5", "b").warnings


def test_the_verdict_that_counts_is_that_of_the_transform_listed_first():
    # The latest one, whose marks are there; an older one from another position stays listed behind it.
    study = carriedCase(pure(lumbarSpine()), LUMBAR, {"b": dict.fromkeys(LUMBAR, np.eye(4))})
    older = tuple(replace(item, fromPosition="elsewhere", verdict="check") for item in study.bones)
    newer = tuple(replace(item, verdict="good") for item in study.bones)
    assert "carriedCheck" not in rowsOf(replace(study, bones=newer + older), 10)("slip", "L4L5", "b").warnings
    assert "carriedCheck" in rowsOf(replace(study, bones=older + newer), 10)("slip", "L4L5", "b").warnings


def test_nothing_exceeds_a_noise_of_nothing_by_its_rounding():
    spine = scattered(pure(lumbarSpine()), 0.5)
    found = rowsOf(carriedCase(spine, LUMBAR, {"b": dict.fromkeys(LUMBAR, anyPose(4))}, np.zeros((6, 6))), 50)
    assert [row.metric for row in found.all if row.exceedsNoise] == []
