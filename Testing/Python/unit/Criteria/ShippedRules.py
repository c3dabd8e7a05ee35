"""The rule sets of the package as they are shipped, for the tests of this folder."""

from __future__ import annotations

import json
import operator
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[4]
FOLDER = PROJECT / "DynamicSpine" / "DynamicSpineLib" / "Data" / "Criteria"
PATHS = [path for path in sorted(FOLDER.glob("*.json")) if not path.name.endswith(".schema.json")]
SETS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in PATHS}
RULES = [(setId, rule) for setId, ruleSet in SETS.items() for rule in ruleSet["rules"]]
OPERATORS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def ruleOf(setId, ruleId):
    """The rule of a set by its id."""
    return next(rule for rule in SETS[setId]["rules"] if rule["id"] == ruleId)


def conditionsOf(rule):
    """Every condition of a rule."""
    return [condition for clause in rule["clauses"] for condition in clause["conditions"]]


def limitOf(setId, ruleId, clause=0, condition=0):
    """Metric, operator and limit of one condition."""
    found = ruleOf(setId, ruleId)["clauses"][clause]["conditions"][condition]
    return found["metric"], found["operator"], found["value"]


def gatesOf(rule):
    """Names of the gates of a rule."""
    return {gate["gate"] for gate in rule["appliesWhen"]}
