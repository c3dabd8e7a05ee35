"""Damaged journals: whatever is in the file, the answer is a journal or a sentence, never a traceback or a hang."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from JournalFiles import writeJournal
from PhantomCases import phantomCase

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Session.Journal import Journaled, readJournal
from DynamicSpineLib.Session.JournalNews import journalNews
from DynamicSpineLib.Study.Case import Reading

FUZZ = settings(
    max_examples=150, deadline=timedelta(seconds=2), suppress_health_check=[HealthCheck.too_slow]
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12), st.sampled_from(["L4_SA", "defined", "AAAA", "placed", "\ud800", "SUP_N", 1e308, 2**63]),
)  # fmt: skip
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A small journal's file and its content."""
    case = phantomCase("lumbarSlip", ("SUP_N", "ST_F"))
    marks = case.positions[0].marks
    few = replace(marks, landmarks=dict([*marks.landmarks.items()][:3]), contours=dict([*marks.contours.items()][:2]))
    positions = tuple(replace(item, marks=few) for item in case.positions)
    case = replace(case, positions=positions, bones=case.bones[:1], readings=(Reading("R", marks={"SUP_N": few}),))
    path = writeJournal(case, tmp_path_factory.mktemp("fuzz"))
    return path, path.read_bytes()


def answer(path, content):
    """What reading gives: a journal, or a sentence that names the file and fits on a screen."""
    path.write_bytes(content)
    try:
        journal = readJournal(path)
    except InputError as error:
        said = str(error)
    else:
        assert isinstance(journal, Journaled)
        assert journal.shownWhen
        return journal
    assert path.name in said
    assert len(said) < 700
    assert "\n" not in said
    return said


def places(value, here=()):
    """Every place in a parsed text, as the keys that lead there."""
    yield here
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*here, key))


def changed(raw, place, value):
    """The parsed text with one member replaced; `place` is not empty."""
    result = copy.deepcopy(raw)
    inner = result
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return result


@FUZZ
@given(data=st.data())
def test_a_member_of_any_other_kind_is_read_or_refused(written, data):
    path, content = written
    raw = json.loads(content)
    place = data.draw(st.sampled_from([item for item in places(raw) if item]))
    answer(path, json.dumps(changed(raw, place, data.draw(VALUES))).encode("utf-8", "surrogatepass"))


@FUZZ
@given(data=st.data())
def test_a_text_cut_or_overwritten_anywhere_is_read_or_refused(written, data):
    path, content = written
    at = data.draw(st.integers(0, len(content)))
    answer(path, content[:at] + data.draw(st.binary(max_size=30)) + content[at + data.draw(st.integers(0, 60)) :])


@FUZZ
@given(content=st.one_of(st.binary(max_size=200), VALUES.map(lambda value: json.dumps(value).encode())))
def test_any_other_content_is_a_sentence(written, content):
    assert isinstance(answer(written[0], content), str)


@pytest.mark.parametrize("content", [b"", b"{" * 5000, b"[]", b"null", b'{"journalVersion": true}', b"\xff", b"NaN"])
def test_what_is_no_journal_at_all_is_kept_aside_with_a_sentence(tmp_path, content):
    path = tmp_path / ".dynamicspine-x.journal"
    path.write_bytes(content)
    found = journalNews(tmp_path)
    assert len(found.sentences) == 1
    assert found.sentences[0].endswith(f"It was kept as {path.name}.damaged.")


def test_a_mark_that_was_moved_by_a_damaged_byte_is_not_taken_for_another_number_of_marks(written):
    """Places and marks are counted against each other, so that none can slip to its neighbor."""
    path, content = written
    raw = json.loads(content)
    rows = raw["marks"]["SUP_N"]["points"]["rows"]
    assert "fewer places" in answer(path, json.dumps(changed(
        raw, ("marks", "SUP_N", "points", "rows"), [*rows, ["L5_SA", True]])).encode())  # fmt: skip
    assert "more places" in answer(path, json.dumps(changed(
        raw, ("marks", "SUP_N", "points", "rows"), rows[:-1])).encode())  # fmt: skip
    assert "twice" in answer(path, json.dumps(changed(
        raw, ("marks", "SUP_N", "points", "rows"), [rows[0], rows[0], *rows[2:]])).encode())  # fmt: skip
