"""`make test` runs every test once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]


def test_every_test_file_is_in_one_part(monkeypatch):
    monkeypatch.chdir(PROJECT)
    monkeypatch.syspath_prepend(str(PROJECT / "Tools"))
    import RunTests

    found = [path for part in RunTests.parts() for path in ([part] if part.is_file() else part.rglob("test_*.py"))]
    there = list(RunTests.TESTS.rglob("test_*.py"))
    assert sorted(found) == sorted(there)


@pytest.mark.parametrize(("assertion", "code", "said"), [("True", 0, "All tests passed."), ("False", 1, "Failed: ")])
def test_a_failed_test_is_shown_and_fails_the_whole(tmp_path, monkeypatch, capsys, assertion, code, said):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(PROJECT / "Tools"))
    monkeypatch.setattr(sys, "argv", ["RunTests.py"])
    import RunTests

    for name in ("gui", "unit"):
        (RunTests.TESTS / name).mkdir(parents=True)
        (RunTests.TESTS / name / "test_one.py").write_text("def test_it(): assert True")
    (RunTests.TESTS / "unit" / "test_two.py").write_text(f"def test_this_one(): assert {assertion}")
    assert RunTests.main() == code
    printed = capsys.readouterr().out
    assert said in printed
    assert ("test_this_one" in printed) == bool(code)
