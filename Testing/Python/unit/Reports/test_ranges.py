"""Extremes are shown with their own noise, and what cannot be separated is not ranked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from DynamicSpineLib.Metrics.Extremes import RangeOverPositions, RankedPlace
from DynamicSpineLib.Reports.Html import renderHtml
from DynamicSpineLib.Reports.RangeTable import rangeRows, rankedRows


def rangeOf(metric, level, value, smallest, largest, limit, **ranked):
    """A range over four positions, judged by its own limit."""
    return RangeOverPositions(metric, level, "mm", value, smallest, largest, 4, noiseLimit95=limit,
                              exceedsNoise=value > limit, **ranked)  # fmt: skip


@pytest.fixture
def ranged(lumbar):
    """A narrowing and a slip beyond noise, one range within it, and two that may not be ranked."""
    ranges = (
        rangeOf("slip", "L4L5", 4.0, "supine", "flexion", 2.7, rankedPosition="flexion", rankedShare=0.93),
        rangeOf("canalApDisc", "L4L5", 3.5, "extension", "supine", 1.6, rankedPosition="extension", rankedShare=0.998),
        rangeOf("canalApDisc", "L3L4", 0.6, "standing", "supine", 1.6, rankedPosition="standing", rankedShare=0.41,
                runnerUpPosition="flexion", runnerUpShare=0.33),
        rangeOf("slip", "L5S1", 9.1, "supine", "flexion", 2.7),
        rangeOf("cordAp", "L1L2", 9.2, "supine", "flexion", 2.7),
        rangeOf("discBulge", "L1L2", 5.0, "supine", "flexion", 2.7),
    )  # fmt: skip
    places = (
        RankedPlace("canalApDisc", "L4L5", "extension", "mm", 8.9, 0.97, runnerUpLevel="L4L5",
                    runnerUpPosition="standing", runnerUpShare=0.02),
        RankedPlace("slip", "L4L5", "flexion", "mm", 7.0, 0.71, runnerUpLevel="L4L5", runnerUpPosition="standing",
                    runnerUpShare=0.25),
        RankedPlace("slip", "L5S1", "flexion", "mm", 9.0, 0.99),
    )  # fmt: skip
    return replace(lumbar, ranges=ranges, rankedPlaces=places)


def test_leading_ranges_beyond_noise_come_first_and_the_others_are_kept(ranged):
    clear, others = rangeRows(ranged)
    assert [(row.place[:2], row.metric) for row in clear] == [("L4", "slip"), ("L4", "canalApDisc")]
    assert {row.metric for row in others} == {"canalApDisc", "discBulge"}


def test_operated_levels_and_cord_thickness_are_never_extremes(ranged):
    shown = [row.range for rows in rangeRows(ranged) for row in rows]
    assert not any(text.startswith(("9.1", "9.2")) for text in shown)
    assert len(rankedRows(ranged)) == 2


def test_a_range_within_its_noise_is_too_imprecise_to_tell(ranged):
    row = next(row for row in rangeRows(ranged)[1] if row.metric == "canalApDisc")
    assert row.verdict.replace("\N{NO-BREAK SPACE}", " ") == (
        "too imprecise to tell (measurement noise alone: up to 1.6 mm over 4 positions)")
    assert row.faint


def test_below_four_fifths_places_cannot_be_separated(ranged):
    canal, slip = rankedRows(ranged)
    assert "cannot be separated" not in canal.statement
    assert "measurement certainty 97" in canal.statement
    level = "L4\N{NON-BREAKING HYPHEN}L5"
    assert slip.statement.startswith(f"{level}, Standing flexion and {level}, Standing neutral")
    assert "cannot be separated" in slip.statement
    row = next(row for row in rangeRows(ranged)[1] if row.metric == "canalApDisc")
    assert row.ranked.startswith("Standing neutral and Standing flexion cannot be separated")


def test_the_page_says_that_certainty_is_not_disease(ranged):
    assert "It is not a probability of disease." in renderHtml(ranged)
