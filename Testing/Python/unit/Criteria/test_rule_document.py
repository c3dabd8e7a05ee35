"""docs/Criteria.md shows the sets as they are, and its example is one."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import jsonschema
import pytest
from ShippedRules import FOLDER, PROJECT, SETS


@pytest.fixture(scope="module")
def page():
    """The text of docs/Criteria.md."""
    return (PROJECT / "docs" / "Criteria.md").read_text(encoding="utf-8")


def test_the_table_of_sets_is_up_to_date(page):
    command = "import sys; sys.path.insert(0, 'Tools'); import WriteCriteriaTable as t; print(t.criteriaTable())"
    done = subprocess.run([sys.executable, "-c", command], check=True, text=True, capture_output=True, cwd=PROJECT)
    assert done.stdout.strip() in page, "docs/Criteria.md has an old table: run Tools/WriteCriteriaTable.py."
    for setId, ruleSet in SETS.items():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{setId}` |"))
        assert f"| {'on' if ruleSet['on'] else 'off'} |" in row
        assert f"| {len(ruleSet['rules'])} |" in row


def test_the_example_of_an_own_set_keeps_the_schema(page):
    example = json.loads(re.search(r"```json\n(.*?)```", page, re.DOTALL)[1])
    schema = json.loads((FOLDER / "ruleSet.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(example)


def test_every_field_gate_and_role_of_the_schema_is_explained(page):
    definitions = json.loads((FOLDER / "ruleSet.schema.json").read_text(encoding="utf-8"))["$defs"]
    names = [*definitions["rule"]["properties"], *definitions["valueCondition"]["properties"],
             *definitions["gradeCondition"]["properties"], *definitions["gate"]["properties"]["gate"]["enum"],
             *definitions["roles"]["items"]["enum"]]  # fmt: skip
    assert [name for name in names if f"`{name}`" not in page] == []
