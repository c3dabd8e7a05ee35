"""Rule sets of one's own for the tests: as short as a set can be, with any member replaced."""

from __future__ import annotations

import copy

from DynamicSpineLib.Criteria.RuleReader import ruleSetFrom
from DynamicSpineLib.Metrics.Registry import allMetrics

EXTENSION_TO_FLEXION = {"from": {"bend": ["extension"]}, "to": {"bend": ["flexion"]}}
ROUTINE_TO_ANY = {"from": {"routine": True}, "to": {}}
PAIRED = ("change", "motion", "grade")


def condition(metric, operator, value, kind="state", **members):
    """A comparison with the metric's own variant and unit."""
    registered = "motion" if kind == "motion" else "state"
    known = next(item for item in allMetrics() if (item.id, item.kind) == (metric, registered))
    unit = "%" if members.get("of") == "percent" else known.unit
    return {"metric": metric, "method": known.method, "operator": operator, "value": value, "unit": unit, **members}


def rule(conditions, kind="state", levels=("lumbarDiscs",), id="own", **members):
    """One rule; `conditions` is a list of conditions (one clause) or a mapping of clause ids to such lists."""
    clauses = conditions if isinstance(conditions, dict) else {"only": conditions}
    written = [{"id": name, "text": f"clause {name}", "conditions": items} for name, items in clauses.items()]
    pair = EXTENSION_TO_FLEXION if kind in PAIRED else {}
    return {"id": id, "title": "A rule", "kind": kind, "clauses": written, "levels": list(levels),
            "direction": "either", "appliesWhen": [], "sourceModality": ["mr"], "allowedModality": ["mr"],
            "population": "nobody", "healthyShares": [], "healthyShareNote": "not known", "evidence": "D",
            "source": "this test", **pair, **members}  # fmt: skip


def content(*rules, **members):
    """A set as its JSON would be."""
    return {"formatVersion": 1, "id": "ownSet", "title": "Own set", "version": "1", "region": "lumbar", "on": True,
            "scope": "a test", "clinicalItemsNotAssessed": [], "source": "this test",
            "rules": copy.deepcopy(list(rules)), **members}  # fmt: skip


def ownSet(*rules, **members):
    """A set as it is read."""
    return ruleSetFrom(content(*rules, **members), "own.json")
