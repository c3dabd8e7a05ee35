"""Every scenario's report says what it must and nothing that it must not, marked exactly and by hand.

How often hand marks go wrong is counted by bench/BenchFindings.py over many seeds of every scenario; here stand one
fixed seed of each, and more where a wrong label, a motionless spine or many levels make the noise most likely to tell.
"""

from __future__ import annotations

import pytest
from PhantomCases import phantomCase
from SaidSentences import faultsOf, fits, plain, scenarioFaults, toldOf

from DynamicSpineLib.Findings.Finding import CaseFindings, Finding, FindingSection
from DynamicSpineLib.Phantom.Scenario import loadScenario, scenarioIds

QUIET_SEEDS = (0, 1, 2)
QUIET = ("nullCervical", "nullLumbar", "healthyCervical", "healthyLumbar")
HARD = ("cervicalTurns", "chinTuck", "identicalSeries", "oneLevelOff", "poorEffort", "swappedPositions")
HAND_MARKED = [(name, 0) for name in scenarioIds() if name not in QUIET] + [(name, 2) for name in HARD]
DRAWS = 300


@pytest.mark.parametrize("scenario", scenarioIds())
def test_exact_marks_give_the_expected_sentences_and_none_of_the_forbidden(scenario: str) -> None:
    assert scenarioFaults(scenario, None) == []


@pytest.mark.parametrize(("scenario", "seed"), HAND_MARKED)
def test_hand_marks_give_the_expected_sentences_and_none_of_the_forbidden(scenario: str, seed: int) -> None:
    assert scenarioFaults(scenario, seed, DRAWS) == []


@pytest.mark.parametrize("seed", QUIET_SEEDS)
@pytest.mark.parametrize("scenario", QUIET)
def test_a_spine_in_which_nothing_happens_makes_no_headline(scenario: str, seed: int) -> None:
    assert scenarioFaults(scenario, seed, DRAWS) == []


@pytest.mark.parametrize("scenario", scenarioIds())
def test_every_scenario_states_sentences_in_sections_and_at_levels_that_there_are(scenario: str) -> None:
    wanted = loadScenario(scenario).data["sentences"]
    case = phantomCase(scenario)
    levels = {segment.name for segment in case.chain.segments}
    assert wanted["expected"]
    assert wanted["forbidden"]
    for entry in [*wanted["expected"], *wanted["forbidden"]]:
        assert entry.get("level", next(iter(levels))) in levels
        assert entry["says"] or {"section", "headline", "level"} & entry.keys()
    assert all(entry["says"] for entry in wanted["expected"])


SLIP = Finding("slipChanges", "slip", "L4\u2011L5: L4 stands 7.0\u00a0mm forward", isHeadline=True, level="L4L5")
SAID = CaseFindings((FindingSection("slip", "Slip and motion", (SLIP,)),), (), (SLIP,), "", (), "", "")


@pytest.mark.parametrize(("entry", "isFitting"), [
    ({"says": ["l4-l5", "7.0 mm FORWARD"]}, True),
    ({"says": []}, True),
    ({"headline": True, "section": "slip", "level": "L4L5", "says": []}, True),
    ({"says": ["L4-L5", "backward"]}, False),
    ({"section": "missed", "says": ["L4-L5"]}, False),
    ({"level": "L5S1", "says": ["L4-L5"]}, False),
])  # fmt: skip
def test_the_matcher_sees_sections_levels_and_words(entry, isFitting) -> None:
    assert fits(SLIP, entry) is isFitting


def test_the_matcher_tells_headlines_from_other_sentences() -> None:
    said = Finding("slipBands", "slip", "A slip.", level="L4L5")
    assert fits(said, {"says": ["slip"]})
    assert not fits(said, {"headline": True, "says": ["slip"]})


def test_the_matcher_finds_what_is_missing_and_what_is_forbidden() -> None:
    wanted = {
        "expected": [{"says": ["7.0 mm", "forward"]}, {"says": ["7.0 mm", "backward"]},
                     {"exactMarks": True, "says": ["6.9"]}],
        "forbidden": [{"headline": True, "says": []}, {"says": ["narrower"]}],
    }  # fmt: skip
    assert list(faultsOf(SAID, wanted, False)) == [
        "missing: sentence 7.0 mm + backward", f"forbidden: headline: {plain(SLIP.text)}"
    ]  # fmt: skip
    assert "missing: sentence 6.9" in list(faultsOf(SAID, wanted, True))


def test_words_of_two_sentences_are_not_put_together() -> None:
    findings = toldOf(phantomCase("lumbarSlip", ["SUP_N", "ST_F"]), 50).findings
    there = [["facet effusion"], ["more forward"]]
    assert all(any(fits(item, {"says": says}) for item in findings.findings) for says in there)
    both = {"expected": [{"says": there[0] + there[1]}], "forbidden": []}
    assert len(list(faultsOf(findings, both, False))) == 1
