"""The data of the library keep their own schemas, and say where they come from."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import jsonschema
import pytest


@pytest.fixture(scope="module")
def dataFiles(project):
    """Every JSON file of Data with its content, schemas left out."""
    folder = project / "DynamicSpine" / "DynamicSpineLib" / "Data"
    paths = [path for path in sorted(folder.rglob("*.json")) if not path.name.endswith(".schema.json")]
    assert paths, f"{folder} holds no data."
    return {path: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def test_every_data_file_keeps_the_schema_that_it_names(project, dataFiles, expectNone):
    faults = []
    for path, content in dataFiles.items():
        name = path.relative_to(project).as_posix()
        # Python 3.12 and later refuse a leading "./" in with_name, which means the same file.
        schemaPath = path.with_name(str(PurePosixPath(content.get("$schema", "no $schema"))))
        if not schemaPath.is_file():
            faults.append(f"{name}: its $schema, {schemaPath.name}, is not beside it.")
            continue
        schema = json.loads(schemaPath.read_text(encoding="utf-8"))
        validator = jsonschema.validators.validator_for(schema)
        validator.check_schema(schema)
        errors = validator(schema).iter_errors(content)
        faults += [f"{name}: {error.json_path}: {error.message[:200]}" for error in errors]
    expectNone(faults)


def hasSource(content):
    """Tell whether the data as a whole, or each of its entries, says where it comes from."""
    entries = [entry for value in content.values() if isinstance(value, list) for entry in value]
    return bool(content.get("source")) or (bool(entries) and all(entry.get("source") for entry in entries))


def test_every_data_file_names_its_source(project, dataFiles, expectNone):
    expectNone([f"{path.relative_to(project).as_posix()}: no `source`, neither at its top nor in each entry."
                for path, content in dataFiles.items() if not hasSource(content)])
