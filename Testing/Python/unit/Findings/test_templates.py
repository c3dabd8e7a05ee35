"""Sentence templates and rule texts: no forbidden word, every template used, every one used is there."""

from __future__ import annotations

import ast
import json
import string
from pathlib import Path

import pytest
from ForbiddenWords import FORBIDDEN, VERDICTS, forbiddenIn
from ToldCases import DATA, TEMPLATES

from DynamicSpineLib.Criteria.RuleReader import shippedRuleSets
from DynamicSpineLib.Findings import Tell
from DynamicSpineLib.Findings.Dictation import _FILL

SOURCES = sorted(Path(Tell.__file__).parent.glob("*.py"))
TREES = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}
SECTIONS = {item["id"] for item in TEMPLATES["sections"]}
ALLOWED = {"slipFixed": ["fixed"]}

# The review's own list, section 3, typed from it: words of the shared list must cover it.
REVIEW = ("stable", "unstable", "instability", "normal", "abnormal", "unremarkable", "pathological", "no stenosis",
          "no compression", "unchanged", "fixed", "fused", "pseudarthrosis", "confirmed", "excluded", "ruled out",
          "safe", "cleared", "caused by", "explains", "matches", "indicates surgery", "should", "recommend",
          "significant")  # fmt: skip


def strings(tree):
    """Every text in a syntax tree, documentation left out."""
    documents = {id(node.body[0].value) for node in ast.walk(tree)
                 if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
                 and node.body and isinstance(node.body[0], ast.Expr)}  # fmt: skip
    found = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in documents)
    return [node.value for node in found if isinstance(node.value, str)]


def said(tree):
    """Template ids that are named in calls of say(...), directly or by a name that is given texts in the function."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        given = {target.id: node.value for node in ast.walk(function) if isinstance(node, ast.Assign)
                 for target in node.targets if isinstance(target, ast.Name)}  # fmt: skip
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            if isinstance(call.func, ast.Attribute) and call.func.attr == "say" and call.args:
                first = call.args[0]
                yield from chosen(given.get(first.id) if isinstance(first, ast.Name) else first)


def chosen(node):
    """The texts that an expression may come out as: a text, or one of two."""
    if isinstance(node, ast.IfExp):
        yield from chosen(node.body)
        yield from chosen(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def test_the_shared_list_covers_the_reviews():
    assert [word for word in REVIEW if not forbiddenIn(f"The case is {word}.")] == []
    assert len(FORBIDDEN) >= len(REVIEW)
    assert forbiddenIn("restabilization signs, matched, abnormally") == []


@pytest.mark.parametrize("name", TEMPLATES["templates"])
def test_a_template_holds_no_forbidden_word_and_stands_in_a_section(name):
    template = TEMPLATES["templates"][name]
    assert forbiddenIn(template["text"]) == ALLOWED.get(name, [])
    assert not VERDICTS.search(template["text"])
    assert template["section"] in SECTIONS
    assert template["text"].endswith(".")


def test_the_other_texts_of_the_findings_hold_no_forbidden_word():
    watched = json.loads((DATA / "Findings" / "watched.json").read_text(encoding="utf-8"))
    others = [*(item["title"] for item in TEMPLATES["sections"]), TEMPLATES["dictationClosing"],
              watched["contactBaseRate"]["text"]]  # fmt: skip
    assert [text for text in others if forbiddenIn(text)] == []
    written = [text for tree in TREES.values() for text in strings(tree) if " " in text]
    assert written
    assert [text for text in written if forbiddenIn(text)] == []


def test_no_text_of_a_rule_that_may_be_shown_holds_a_forbidden_word():
    found = []
    for ruleSet in shippedRuleSets():
        for rule in ruleSet.rules:
            shown = (rule.title, rule.population, rule.healthyShareNote, *(clause.text for clause in rule.clauses))
            shown = (ruleSet.title, ruleSet.scope, *shown)
            found += [(ruleSet.id, rule.id, text) for text in shown if forbiddenIn(text)]
    assert found == []


def test_every_template_that_the_code_names_is_there():
    named = {name for tree in TREES.values() for name in said(tree)}
    assert len(named) > 40
    assert named - set(TEMPLATES["templates"]) == set()
    assert set(_FILL) <= set(TEMPLATES["templates"])


def test_every_template_is_used_somewhere():
    texts = {text for tree in TREES.values() for text in strings(tree)}
    assert set(TEMPLATES["templates"]) - texts == set()


def test_the_search_sees_a_template_that_nobody_wrote():
    tree = ast.parse("def f(story):\n    name = 'a' if story else 'b'\n    story.say(name)\n    story.say('c', {})\n")
    assert set(said(tree)) == {"a", "b", "c"}


def test_blanks_are_plain_names():
    """A blank with a format or an attribute could fail on a value that no test has."""
    for name, template in TEMPLATES["templates"].items():
        for _, blank, form, conversion in string.Formatter().parse(template["text"]):
            assert blank is None or (blank.isidentifier() and not form and conversion is None), name
