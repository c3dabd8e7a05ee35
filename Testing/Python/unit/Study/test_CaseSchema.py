"""The published JSON Schema of case.json says what the program does: same keys, same words, same limits."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import jsonschema
import pytest

import DynamicSpineLib
from DynamicSpineLib.Study import CaseFolder
from DynamicSpineLib.Study.CaseJson import CaseEntry, caseRecord
from DynamicSpineLib.Study.FaultList import FaultList, Place
from DynamicSpineLib.Study.Fields import ListOf, MapOf, Number, OrNull, Record, Text
from DynamicSpineLib.Study.Marks import Landmark
from DynamicSpineLib.Study.MarkupsJson import readMarkups, writeMarkups

LIBRARY = Path(DynamicSpineLib.__file__).resolve().parent
PROJECT = LIBRARY.parents[1]


@pytest.fixture(scope="module")
def schema():
    """The schema of case.json."""
    return json.loads((LIBRARY / "Data" / "Study" / "case.schema.json").read_text(encoding="utf-8"))


def resolved(schema, part):
    """A part of the schema with references and the null alternative taken away."""
    while True:
        if "$ref" in part:
            part = {
                **schema["$defs"][part["$ref"].rsplit("/", 1)[1]],
                **{key: value for key, value in part.items() if key != "$ref"},
            }
        elif any(item == {"type": "null"} for item in part.get("anyOf", [])):
            part = next(item for item in part["anyOf"] if item != {"type": "null"})
        else:
            return part


def compare(schema, part, codec, path, faults):
    """Add a sentence for each way in which the schema and a codec differ."""
    part = resolved(schema, part)
    if isinstance(codec, OrNull):
        codec = codec.codec
    if isinstance(codec, Record):
        keys = {item.key: item for item in codec.fields}
        if set(keys) != set(part["properties"]):
            faults.append(f"{path}: keys {sorted(set(keys) ^ set(part['properties']))}")
        required = {item.key for item in codec.fields if item.required}
        if required != set(part.get("required", [])):
            faults.append(f"{path}: required {sorted(required ^ set(part.get('required', [])))}")
        for key in set(keys) & set(part["properties"]):
            compare(schema, part["properties"][key], keys[key].codec, f"{path}.{key}", faults)
    elif isinstance(codec, ListOf):
        if codec.size != part.get("minItems", codec.size if codec.size is None else -1) and codec.size is not None:
            faults.append(f"{path}: size {codec.size}")
        compare(schema, part["items"], codec.codec, f"{path}[]", faults)
    elif isinstance(codec, MapOf):
        compare(schema, part["additionalProperties"], codec.codec, f"{path}{{}}", faults)
    elif isinstance(codec, Text) and codec.choices:
        if list(codec.choices) != part.get("enum"):
            faults.append(f"{path}: words {codec.choices} and {part.get('enum')}")
    elif isinstance(codec, Number) and "const" not in part:
        low = part.get("exclusiveMinimum" if codec.above else "minimum", -1e9 if codec.low != -1e6 else -1e6)
        high = part.get("maximum", 1e9 if codec.high != 1e6 else 1e6)
        if (low, high) != (codec.low, codec.high):
            faults.append(f"{path}: from {codec.low} to {codec.high}, and {low} to {high}")


def test_the_schema_is_one(schema):
    jsonschema.Draft202012Validator.check_schema(schema)


def test_schema_and_program_know_the_same_members(schema):
    faults = []
    compare(schema, schema, caseRecord(), "case", faults)
    position = next(item for item in caseRecord().fields if item.key == "positions").codec
    compare(schema, schema["$defs"]["position"], position.record(), "position", faults)
    assert faults == []


def test_what_is_written_keeps_the_schema(schema, kit, tmp_path):
    CaseFolder.writeCase(kit.case({"supine": kit.spine()}, markedIn="supine"), tmp_path)
    jsonschema.validate(json.loads((tmp_path / "case.json").read_text(encoding="utf-8")), schema)


GOOD = {
    "formatVersion": 1,
    "caseId": "x",
    "positions": {"a": {"posture": "supine", "bend": "neutral", "landmarks": "a.mrk.json"}},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("caseId",), ""),
        (("caseId",), 3),
        (("formatVersion",), 2),
        (("levels",), ["L9"]),
        (("sex",), "X"),
        (("noise",), {"corner": -1}),
        (("noise",), {"x": 1}),
        (("landmarkSdMm",), 0),
        (("positions", "a", "posture"), "x"),
        (("positions", "a", "date"), "today"),
        (("positions", "a", "gravity_RAS"), [1, 2]),
        (("positions", "9a"), GOOD["positions"]["a"]),
        (("segments",), {"L4L5": "x"}),
        (("bones",), [{"level": "L4", "from": "a", "to": "b", "matrix": [[1]]}]),
        (("readings",), [{"repeat": 1}]),
        (("positions", "a", "symptoms"), [{"type": "leg", "score": 12}]),
        (("numbering",), {"presacralCount": 3}),
    ],
)
def test_schema_and_program_refuse_the_same(schema, path, value):
    raw = copy.deepcopy(GOOD)
    validator = jsonschema.Draft202012Validator(schema)
    assert refusals(raw) == []
    assert validator.is_valid(raw)
    inside = raw
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    assert not validator.is_valid(raw)
    assert len(refusals(raw)) == 1


def refusals(raw):
    """The messages of the faults found in parsed JSON."""
    faults = FaultList()
    entry = caseRecord().read(raw, Place("case.json"), faults)
    assert isinstance(entry, CaseEntry) or faults.hasErrors
    return [fault.message for fault in faults.faults]


def test_the_worked_example_of_the_documentation_is_a_case(schema, kit, tmp_path):
    text = (PROJECT / "docs" / "CaseFormat.md").read_text(encoding="utf-8")
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    examples = [block for block in blocks if "caseId" in block]
    assert examples
    for example in examples:
        jsonschema.validate(example, schema)
    whole = examples[-1]
    spine = kit.spine(("L3", "L4", "L5", "S1"))
    for index, position in enumerate(whole["positions"].values()):
        position.pop("volume", None)
        position.pop("companions", None)
        marks = spine.shifted(0, index, 0).marks()
        writeMarkups(tmp_path / position["landmarks"], type(marks)(marks.landmarks))
        position.pop("contours", None)
    for reading in whole.get("readings", []):
        for name in reading["files"].values():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            writeMarkups(tmp_path / name, type(marks)(spine.marks().landmarks))
    (tmp_path / "case.json").write_text(json.dumps(whole), encoding="utf-8")
    case, faults = CaseFolder.readCaseWithFaults(tmp_path)
    assert [fault.sentence() for fault in faults if fault.severity == "error"] == []
    assert case.caseId == whole["caseId"]


def test_the_documentation_names_every_key():
    text = (PROJECT / "docs" / "CaseFormat.md").read_text(encoding="utf-8")
    keys = {item.key for item in caseRecord().fields}
    keys |= {
        item.key for item in next(item for item in caseRecord().fields if item.key == "positions").codec.record().fields
    }
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []


def test_the_marks_of_the_documentation_are_read_as_it_says(tmp_path):
    text = (PROJECT / "docs" / "CaseFormat.md").read_text(encoding="utf-8")
    (block,) = [block for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL) if "@schema" in block]
    (tmp_path / "supine.mrk.json").write_text(block, encoding="utf-8")
    marks = readMarkups(tmp_path / "supine.mrk.json").landmarks
    assert marks["L4_SA"] == Landmark("L4_SA", (0.4, 31.2, 12.5))
    carried = Landmark("L4_SP", (0.1, -2.9, 13.8), origin="carried", confirmed=False,
                       quality="good, expected error 0.21 mm")  # fmt: skip
    assert marks["L4_SP"] == carried
    assert marks["L4_IA"] == Landmark("L4_IA", None, "missing", note="artefact of the screw")
    assert marks["L4_IP"] == Landmark("L4_IP", None, "undefined")
