"""Cases told in sentences for the tests: every scenario of the phantom once, and cases of one's own."""

from __future__ import annotations

import json
from importlib import resources

from Measured import measured
from SaidSentences import exactlySaid

from DynamicSpineLib.Criteria.CaseValues import CaseValues
from DynamicSpineLib.Criteria.Gates import GateKeeper
from DynamicSpineLib.Criteria.RuleReader import shippedRuleSets
from DynamicSpineLib.Findings.Family import familyOf
from DynamicSpineLib.Findings.Finding import CaseFindings
from DynamicSpineLib.Findings.Story import Story, doubtsOf
from DynamicSpineLib.Findings.Tell import tellSteps
from DynamicSpineLib.Progress import runSteps

DATA = resources.files("DynamicSpineLib") / "Data"
SCENARIOS = sorted(item.name.split(".")[0] for item in (DATA / "Phantom").iterdir() if ".scenario." in item.name)
TEMPLATES = json.loads((DATA / "Findings" / "templates.json").read_text(encoding="utf-8"))


def toldScenario(name):
    """The findings of a scenario whose marks are true, with the usual noise stated; told once."""
    return exactlySaid(name).findings


def told(case, draws=100, seed=1) -> CaseFindings:
    """The findings of a case's first reading by all sets that are on."""
    found = measured(case, draws, seed)
    sets = [item for item in shippedRuleSets() if item.on]
    return runSteps(tellSteps(found.readings[0], found.rows, found.rankedPlaces[0], sets))[0]


def storyOf(case, draws=100, seed=1):
    """What the finders of sentences are given, without rule results."""
    found = measured(case, draws, seed)
    values = CaseValues(found.readings[0], found.rows)
    gates = GateKeeper(values)
    doubts = doubtsOf(values, gates)
    return Story(values, gates, familyOf(values, doubts.levels), (), found.rankedPlaces[0], doubts)


def ids(findings):
    """Template ids of all sentences."""
    return {item.id for item in findings.findings}


def texts(findings):
    """Everything that a case says, sentence by sentence."""
    return [*(item.text for item in findings.findings), *findings.keySentences, findings.dictation]
