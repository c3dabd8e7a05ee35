"""Whatever JSON a rule file holds, it is a rule set or a sentence that can be acted on: never another failure."""

from __future__ import annotations

import copy
import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ShippedRules import SETS

from DynamicSpineLib.Criteria.RuleReader import readRuleSet, ruleSetFrom
from DynamicSpineLib.Criteria.RuleSets import RuleSet
from DynamicSpineLib.Errors import DynamicSpineError

PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
KEYS = st.sampled_from(["id", "rules", "clauses", "conditions", "grades", "metric", "value", "from", "to", "bend",
                        "levels", "gate", "percent", "formatVersion", "points", "healthyShares", "at",
                        "of"])  # fmt: skip
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
                      max_leaves=12)  # fmt: skip


def placesIn(value, way=()):
    """The way to every value inside a JSON value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*way, key)
        yield from placesIn(item, (*way, key))


PLACES = {setId: list(placesIn(whole)) for setId, whole in SETS.items()}
ANY_PLACE = st.sampled_from(sorted(SETS)).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(PLACES[name])))


def isReadOrRefused(read, source):
    """True for a set or an error in one line that leads with the file's name."""
    try:
        found = read(source)
    except DynamicSpineError as error:
        return str(error).startswith("mine.json") and "\n" not in str(error)
    return isinstance(found, RuleSet)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_any_value_is_a_set_or_refused(raw):
    assert isReadOrRefused(lambda value: ruleSetFrom(value, "mine.json"), raw)


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ANY_PLACE, VALUES)
def test_any_value_at_any_place_of_a_shipped_set_is_read_or_refused(at, value):
    setId, (*way, key) = at
    whole = copy.deepcopy(SETS[setId])
    target = whole
    for step in way:
        target = target[step]
    target[key] = value
    assert isReadOrRefused(lambda value: ruleSetFrom(value, "mine.json"), whole)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode()))
def test_any_file_is_a_set_or_refused(tmp_path, written):
    path = tmp_path / "mine.json"
    path.write_bytes(written)
    assert isReadOrRefused(readRuleSet, path)
