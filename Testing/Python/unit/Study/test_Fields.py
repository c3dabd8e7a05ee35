"""Members of JSON objects: each kind of field takes what it is for and says what is wrong with the rest."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from DynamicSpineLib.Study.FaultList import FaultList, Place
from DynamicSpineLib.Study.Fields import BAD, Date, Field, Flag, ListOf, MapOf, Number, OrNull, Plain, Record, Text


def readOne(codec, raw):
    """The value read, and the faults' sentences."""
    faults = FaultList()
    value = codec.read(raw, Place("case.json", "supine").key("item"), faults)
    return value, [fault.sentence() for fault in faults.faults]


@pytest.mark.parametrize(
    ("codec", "good", "bad", "words"),
    [
        (Text(("supine", "prone")), "prone", "pron", "must be one of supine, prone; it is 'pron' (nearest: 'prone')"),
        (Text(), "a\nb ü", "a\x00b", "cannot be shown"),
        (Text(longest=3), "abc", "abcd", "longer than 3"),
        (Text(pattern="[a-z]+", form="small letters"), "a", "A", "must be small letters"),
        (Text(), "", 7, "must be a text; it is '7'"),
        (Number(0, 10), 10, 10.5, "must be a number from 0 to 10; it is '10.5'"),
        (Number(0, 10, "mm", above=True), 0.1, 0, "must be a number above 0 to 10 (mm); it is '0'"),
        (Number(1, whole=True), 3, 3.5, "must be a whole number of 1 or more; it is '3.5'"),
        (Number(), -1.5, True, "must be a number; it is 'true'"),
        (Number(), 0, 1e300, "must be a number"),
        (Flag(), False, None, "must be true or false; it is 'null'"),
        (Flag(unknown=True), None, 1, "must be true, false or null; it is '1'"),
        (Date(), "2024-02-29T08:30", "2023-02-29", "must be a date such as"),
        (Date(), "2024-02-29", "29.2.2024", "must be a date such as"),
        (ListOf(Number(), size=3), [1, 2, 3], [1, 2], "must be a list of 3"),
        (ListOf(Number(), size=2), [1, 2], [1, "2"], "'item' item 2 must be a number"),
        (MapOf(Number()), {"a": 1}, [1], "must be an object"),
        (OrNull(Number()), None, "x", "must be a number"),
        (Plain(), "x", {"a": 1}, "must be a text, a number"),
    ],
)
def test_each_field_takes_its_kind_and_names_the_rest(codec, good, bad, words):
    value, faults = readOne(codec, good)
    assert faults == []
    assert value is not BAD
    value, faults = readOne(codec, bad)
    assert value is BAD
    assert len(faults) == 1
    assert faults[0].startswith("case.json, position 'supine': 'item'")
    assert words in faults[0]


@dataclass(frozen=True)
class Thing:
    name: str
    size: float = 1.0
    words: tuple[str, ...] = ()


THING = Record(
    Thing, (Field("name", Text(), required=True), Field("sizeMm", Number(), "size"), Field("words", ListOf(Text())))
)


def test_a_record_reads_its_members_and_leaves_the_rest_at_their_defaults():
    assert readOne(THING, {"name": "a", "sizeMm": 2}) == (Thing("a", 2.0), [])


def test_a_record_is_written_without_what_is_default():
    assert THING.write(Thing("a")) == {"name": "a"}
    assert THING.write(Thing("a", 2.5, ("x",))) == {"name": "a", "sizeMm": 2.5, "words": ["x"]}


def test_a_record_names_every_bad_member_at_once():
    value, faults = readOne(THING, {"sizeMm": "big", "words": ["x", 3]})
    assert value is BAD
    assert [fault.split(": ", 1)[1] for fault in faults] == [
        "'item' 'name' is missing",
        "'item' 'sizeMm' must be a number; it is 'big'",
        "'item' 'words' item 2 must be a text; it is '3'",
    ]


def test_a_misspelled_key_is_refused_and_a_foreign_one_is_kept():
    faults = FaultList()
    THING.read({"name": "a", "sizeMM": 2, "project": "x"}, Place("case.json"), faults)
    assert [(fault.severity, fault.message) for fault in faults.faults] == [
        ("error", "'sizeMM' is not a known key (nearest: 'sizeMm')"),
        ("warning", "'project' is not a known key; it is kept and not used"),
    ]
