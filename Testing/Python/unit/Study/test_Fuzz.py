"""Damaged case files: whatever is wrong with them, the answer is sentences, never a traceback, a hang or a change."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from DynamicSpineLib.Errors import DynamicSpineError
from DynamicSpineLib.Study import CaseFolder
from DynamicSpineLib.Study.Case import BoneTransform, Reading
from DynamicSpineLib.Study.MarkupsJson import readMarkups
from DynamicSpineLib.Study.Position import Grade, Observation, Symptom
from DynamicSpineLib.Study.VolumeFile import readGeometry

LONGEST = timedelta(seconds=2)
FUZZ = settings(
    max_examples=40, deadline=LONGEST, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        [
            "",
            "supine",
            "L4",
            "L4L5",
            "../x",
            "/",
            "\u0000",
            "\ud800",
            "a/b",
            "CON",
            "L4_SA",
            "RAS",
            "case.json",
            1e308,
            -0.0,
            2**63,
        ]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def folder(kit, tmp_path_factory):
    """A case folder that uses most of the format, with one volume."""
    import SimpleITK as sitk

    path = tmp_path_factory.mktemp("fuzz")
    spine = kit.spine(("L4", "L5", "S1"), origin_RAS=(0.0, 0.0, 0.0))
    case = kit.case(
        {"supine": spine, "flexed": spine.shifted(0, 1, 2)},
        markedIn="supine",
        bones=(BoneTransform("L4", "supine", "flexed", tuple(map(tuple, np.eye(4))), tuple(map(tuple, np.eye(6)))),),
        readings=(Reading("R", 1, "2025-01-01", marks={"supine": spine.marks()}),),
    )
    supine = replace(
        case.positions[0],
        grades=(Grade("L4L5", "leeLumbar", "1"),),
        observations=(Observation("L4L5", "OPLL"),),
        symptoms=(Symptom("leg", "L", 3.0),),
    )
    image = sitk.GetImageFromArray(np.zeros((20, 40, 40), dtype=np.int16))
    image.SetSpacing((8.0, 8.0, 8.0))
    image.SetOrigin((-160.0, -160.0, -60.0))
    sitk.WriteImage(image, str(path / "source.nrrd"), True)
    CaseFolder.writeCase(
        replace(case, positions=(supine, case.positions[1])), path / "case", {"supine": path / "source.nrrd"}
    )
    assert CaseFolder.readCaseWithFaults(path / "case")[0] is not None
    return path / "case"


def readDamaged(folder, name, content):
    """Read the case with one file replaced, check what every answer must be, and put the file back."""
    path = folder / name
    original = path.read_bytes()
    path.write_bytes(content)
    try:
        case, faults = CaseFolder.readCaseWithFaults(folder)
        assert path.read_bytes() == content
    finally:
        path.write_bytes(original)
    errors = [fault for fault in faults if fault.severity == "error"]
    assert (case is None) == bool(errors)
    for fault in faults:
        sentence = fault.sentence()
        assert sentence
        assert "\n" not in sentence
        assert "Traceback" not in sentence
        sentence.encode("utf-8")
    return case


def placesIn(value, path=()):
    """Every path to a member or item of parsed JSON."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inside:
        yield from placesIn(item, (*path, key))


def mutated(raw, draw):
    """Parsed JSON with one to three places replaced, removed, renamed or doubled."""
    raw = copy.deepcopy(raw)
    for _ in range(draw(st.integers(1, 3))):
        places = [path for path in placesIn(raw) if path]
        if not places:
            return raw
        path = draw(st.sampled_from(places))
        owner = raw
        for key in path[:-1]:
            owner = owner[key]
        kind = draw(st.sampled_from(["replace", "remove", "rename", "move"]))
        if kind == "replace":
            owner[path[-1]] = draw(VALUES)
        elif kind == "remove":
            del owner[path[-1]]
        elif kind == "rename" and isinstance(owner, dict):
            owner[draw(st.one_of(st.text(max_size=12), st.sampled_from([str(p[-1]) for p in places])))] = owner.pop(
                path[-1]
            )
        else:
            source = raw
            for key in draw(st.sampled_from(places)):
                source = source[key]
            owner[path[-1]] = copy.deepcopy(source)
    return raw


@pytest.mark.parametrize("name", ["case.json", "supine.mrk.json", "contours/supine.mrk.json"])
@FUZZ
@given(data=st.data())
def test_json_of_another_structure_is_answered_in_sentences(folder, name, data):
    raw = mutated(json.loads((folder / name).read_text(encoding="utf-8")), data.draw)
    readDamaged(folder, name, json.dumps(raw).encode("utf-8"))


@pytest.mark.parametrize("name", ["case.json", "supine.mrk.json", "supine.nrrd"])
@FUZZ
@given(data=st.data())
def test_broken_bytes_are_answered_in_sentences(folder, name, data):
    content = bytearray((folder / name).read_bytes())
    header = len(content) if name.endswith(".json") else 400
    for _ in range(data.draw(st.integers(0, 6))):
        content[data.draw(st.integers(0, header - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.one_of(st.just(len(content)), st.integers(0, len(content))))
    readDamaged(folder, name, bytes(content[:end]))


@FUZZ
@given(
    content=st.binary(max_size=200),
    name=st.sampled_from(["v.nrrd", "v.nii", "v.nii.gz", "v.mha"]),
    start=st.sampled_from(
        [b"", b"NRRD0004\n", b"\x1f\x8b\x08", b"ObjectType = Image\nNDims = 3\n", b"\x5c\x01\x00\x00"]
    ),
)
def test_random_bytes_are_no_volume(tmp_path_factory, content, name, start):
    path = tmp_path_factory.getbasetemp() / name
    path.write_bytes(start + content)
    with pytest.raises(DynamicSpineError):
        readGeometry(path)


@FUZZ
@given(VALUES)
def test_any_json_is_read_as_markups_or_refused(tmp_path_factory, value):
    path = tmp_path_factory.getbasetemp() / "any.mrk.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(DynamicSpineError):
        readMarkups(path)


@settings(max_examples=25, deadline=LONGEST)
@given(data=st.data())
def test_what_is_accepted_can_be_written_and_read_again(folder, tmp_path_factory, data):
    case = readDamaged(
        folder,
        "case.json",
        json.dumps(mutated(json.loads((folder / "case.json").read_text(encoding="utf-8")), data.draw)).encode(),
    )
    if case is None:
        return
    target = tmp_path_factory.mktemp("again")
    CaseFolder.writeCase(case, target, CaseFolder.caseFiles(case, folder))
    again = CaseFolder.readCase(target)
    assert [position.marks for position in again.positions] == [position.marks for position in case.positions]
    assert (again.bones, again.numbering, again.noise) == (case.bones, case.numbering, case.noise)
