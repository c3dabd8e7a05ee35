"""Directions are words, intervals say what remains possible, and small changes are never called none."""

from __future__ import annotations

import pytest

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Metrics.Measurement import Measurement
from DynamicSpineLib.Metrics.Registry import allMetrics
from DynamicSpineLib.Reports.Readers import OBSERVATION_WORDS
from DynamicSpineLib.Wording.Words import metricWords, sentence, valueWords


def rowOf(kind, metric, value, half, unit="mm", exceeds=None):
    """A row with an interval of value plus and minus `half`."""
    return Measurement("case", "", "1", kind, "b", "" if kind == "state" else "a", "L4L5", "", metric, value, unit,
                       sd=half / 1.96, sdc95=half, lower95=value - half, upper95=value + half, exceedsNoise=exceeds)


@pytest.mark.parametrize(("row", "text"), [
    (rowOf("change", "slip", 3.9, 1.8, exceeds=True), "3.9 mm more forward (2.1 to 5.7)"),
    (rowOf("change", "canalApDisc", -3.1, 1.8, exceeds=True), "3.1 mm narrower (1.3 to 4.9)"),
    (rowOf("change", "canalApDisc", -0.9, 1.9, exceeds=False),
     "0.9 mm narrower (between 1.0 wider and 2.8 narrower): too imprecise to tell"),
    (rowOf("change", "canalApDisc", 0.0, 1.9, exceeds=False),
     "0.0 mm (between 1.9 narrower and 1.9 wider): too imprecise to tell"),
    (rowOf("motion", "rotation", 8.0, 2.5, "deg", True), "8.0° flexion (5.5 to 10.5)"),
    (rowOf("motion", "rotation", -8.0, 2.5, "deg", True), "8.0° extension (5.5 to 10.5)"),
    (rowOf("state", "discAngle", -3.0, 2.0, "deg"), "3.0° kyphosis (1.0 to 5.0)"),
    (rowOf("state", "slip", 0.4, 1.5), "0.4 mm forward (between 1.1 backward and 1.9 forward)"),
    (rowOf("state", "canalApDisc", 11.2, 0.8), "11.2 mm (10.4 to 12.0)"),
    (rowOf("motion", "lateralTranslation", 2.0, 1.0, exceeds=True), "2.0 mm to the left (1.0 to 3.0)"),
    (rowOf("state", "tonsil", -2.0, 1.0), "2.0 mm above the line (1.0 to 3.0)"),
])  # fmt: skip
def test_a_value_is_said_with_direction_and_interval(row, text):
    assert sentence(row).replace("\N{NO-BREAK SPACE}", " ") == text


def test_a_grade_is_roman_and_backward_slips_say_so():
    assert valueWords(rowOf("state", "meyerding", 2.0, 0.0, "{grade}")) == "II"
    assert valueWords(rowOf("state", "meyerding", -1.0, 0.0, "{grade}")) == "I backward"


def test_the_same_event_reads_as_flexion_in_state_and_motion():
    """A falling lordosis is a change of -8 and a motion of +8; the words agree (clinical review, section 4.1)."""
    assert "less lordosis" in sentence(rowOf("change", "discAngle", -8.0, 2.0, "deg", True))
    assert "flexion" in sentence(rowOf("motion", "rotation", 8.0, 2.0, "deg", True))


def test_a_place_is_not_compared_with_its_noise():
    assert "imprecise" not in sentence(rowOf("motion", "icrCranial", 1.0, 20.0, "%", False))


def test_a_change_without_noise_says_that_its_noise_is_not_known():
    row = Measurement("case", "", "1", "change", "b", "a", "L4L5", "", "slip", 3.0, "mm")
    assert sentence(row).endswith(": noise not known")


def test_every_registered_metric_has_words_of_its_own():
    known = {entry["id"] for entry in packageData("Report", "metricWords.json")["metrics"]}
    assert [definition.id for definition in allMetrics() if definition.id not in known] == []


def test_signed_metrics_have_direction_words():
    signed = [item for item in allMetrics() if "positive" in item.sign and item.id != "romShare"]
    assert len(signed) > 10
    without = [item.id for item in signed if metricWords(item.id).pair(item.kind) is None]
    assert without in ([], ["meyerding"])


def test_every_observation_has_words():
    kinds = packageData("Study", "vocabulary.json")["observation"]
    assert [kind for kind in kinds if kind not in OBSERVATION_WORDS] == []
