"""No text of a report says what this program cannot know (clinical review, section 3)."""

from __future__ import annotations

import json
import re
from importlib import resources

import pytest
from ForbiddenWords import PATTERN

from DynamicSpineLib.Jobs.MetricTexts import metricTexts
from DynamicSpineLib.Reports.Csv import dictionaryRows

# The segment's status is recorded, not found; the column's name is the contract's.
ALLOWED = {"fused": re.compile(r"fused|status: fused|Recorded as a fused segment\.|The segment's status is fused, .*")}


def faultsIn(texts):
    """Forbidden words with the text they stand in."""
    found = []
    for text in texts:
        for match in PATTERN.finditer(text):
            allowed = ALLOWED.get(match.group(1).lower())
            if allowed is None or not allowed.fullmatch(text.strip()):
                found.append(f"{match.group(1)}: {text[:120]}")
    return found


def stringsIn(content):
    """Every string value of parsed JSON that people may read; ids and keys are not read by people."""
    if isinstance(content, dict):
        for key, value in content.items():
            if key not in ("id", "$schema", "source", "column", "metrics", "grades"):
                yield from stringsIn(value)
        if isinstance(content.get("metrics"), list):
            yield from (text for item in content["metrics"] if isinstance(item, dict) for text in stringsIn(item))
    elif isinstance(content, list):
        for value in content:
            yield from stringsIn(value)
    elif isinstance(content, str):
        yield content


def dataFiles(ending):
    """The report's data files of one kind."""
    folder = resources.files("DynamicSpineLib") / "Data" / "Report"
    found = [*folder.iterdir(), *(folder / "sections").iterdir()]
    return [item for item in found if item.name.endswith(ending) and not item.name.endswith(".schema.json")]


def test_the_test_sees_forbidden_words():
    assert faultsIn(["The segment is stable.", "No change.", "fused here", "status: fused", "unstable"]) == [
        "stable: The segment is stable.", "No change: No change.", "fused: fused here", "unstable: unstable"]


@pytest.mark.parametrize("item", dataFiles(".json"), ids=lambda item: item.name)
def test_no_text_in_the_data_says_what_it_may_not(item):
    texts = list(stringsIn(json.loads(item.read_text(encoding="utf-8"))))
    assert texts
    assert faultsIn(texts) == []


@pytest.mark.parametrize("item", dataFiles(".html"), ids=lambda item: item.name)
def test_no_template_says_what_it_may_not(item):
    text = re.sub(r"{[%{].*?[%}]}|<[^>]*>", "\n", item.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert faultsIn(text.splitlines()) == []


@pytest.mark.parametrize("name", ["lumbar", "cervical", "one", "empty", "seven"])
def test_no_page_says_what_it_may_not(pages, name):
    page = re.sub(r"<style>.*?</style>|data:image[^\"]*", "", pages[name], flags=re.DOTALL)
    texts = [*re.findall(r">([^<]+)<", page), *re.findall(r"(?:title|alt|aria-label)=\"([^\"]*)\"", page)]
    assert len(texts) > 50
    assert faultsIn(texts) == []


def test_the_dictionary_says_nothing_that_it_may_not():
    rows = dictionaryRows(metricTexts())
    assert faultsIn(cell for row in rows for cell in (row[3], row[5], row[6])) == []
