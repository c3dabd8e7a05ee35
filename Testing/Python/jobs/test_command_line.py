"""The commands as a user types them: what they print, write and return."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys

import pytest

from DynamicSpineLib.Cli import main
from DynamicSpineLib.Reports.Csv import MEASUREMENT_COLUMNS


def run(capsys, *arguments):
    """(exit code, stdout, stderr) of a command."""
    code = main([str(item) for item in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def rowsOf(path):
    """The rows of a CSV file as dictionaries."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def files(folder):
    """Every file below a folder with its content."""
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_measure_writes_the_columns_of_the_contract(capsys, a_case_folder, tmp_path):
    code, out, err = run(capsys, "measure", a_case_folder, "--out", tmp_path / "out", "--draws", 200)
    assert (code, err) == (0, "")
    assert str(tmp_path / "out") in out
    rows = rowsOf(tmp_path / "out" / "measurements.csv")
    assert tuple(rows[0]) == MEASUREMENT_COLUMNS
    assert {row["kind"] for row in rows} == {"state", "change", "motion"}
    assert (tmp_path / "out" / "dictionary.csv").is_file()


def test_the_slips_of_the_phantom_come_out_as_the_scenario_states_them(capsys, a_case_folder, tmp_path):
    run(capsys, "measure", a_case_folder, "--out", tmp_path / "out", "--draws", 200)
    rows = rowsOf(tmp_path / "out" / "measurements.csv")
    slips = {
        row["position"]: float(row["value"])
        for row in rows
        if (row["kind"], row["metric"], row["level"]) == ("state", "slip", "L4L5")
    }
    assert slips == pytest.approx({"SUP_N": 3.0, "ST_N": 5.0, "ST_F": 7.0, "ST_E": 4.0}, abs=1e-6)


def test_the_same_input_gives_the_same_digits_and_another_seed_other_intervals(capsys, a_case_folder, tmp_path):
    for name, seed in (("first", 0), ("second", 0), ("third", 1)):
        run(capsys, "measure", a_case_folder, "--out", tmp_path / name, "--draws", 200, "--seed", seed)
    texts = {name: (tmp_path / name / "measurements.csv").read_bytes() for name in ("first", "second", "third")}
    assert texts["first"] == texts["second"]
    assert texts["first"] != texts["third"]
    first, third = (rowsOf(tmp_path / name / "measurements.csv") for name in ("first", "third"))
    assert [row["value"] for row in first] == [row["value"] for row in third]


def test_without_draws_there_are_values_and_no_intervals(capsys, a_case_folder, tmp_path):
    run(capsys, "measure", a_case_folder, "--out", tmp_path / "out", "--draws", 0)
    rows = [row for row in rowsOf(tmp_path / "out" / "measurements.csv") if row["status"] == "ok"]
    assert rows
    assert {row["sd"] + row["lower95"] + row["exceedsNoise"] for row in rows} == {""}


def test_results_go_into_the_case_when_nobody_says_where(capsys, a_case_folder):
    assert run(capsys, "measure", a_case_folder, "--draws", 0)[0] == 0
    assert (a_case_folder / "results" / "measurements.csv").is_file()


def test_json_prints_one_object_and_nothing_else(capsys, a_case_folder, tmp_path):
    code, out, _ = run(capsys, "measure", a_case_folder, "--out", tmp_path / "out", "--draws", 0, "--json")
    answer = json.loads(out)
    assert (code, answer["exitCode"]) == (0, 0)
    assert answer["values"] == sum(row["status"] == "ok" for row in rowsOf(tmp_path / "out" / "measurements.csv"))


def test_the_report_and_the_table_print_the_same_digits(capsys, a_case_folder, tmp_path):
    run(capsys, "measure", a_case_folder, "--out", tmp_path / "measure", "--draws", 200)
    code, out, _ = run(capsys, "report", a_case_folder, "--out", tmp_path / "report", "--draws", 200)
    assert code == 0
    assert {path.name for path in (tmp_path / "report").iterdir()} == {
        "report.html", "report.json", "measurements.csv", "dictionary.csv", "criteria.csv", "findings.csv",
        "findings.json", "findings.txt",
    }  # fmt: skip
    assert str(tmp_path / "report" / "report.html") in out
    tables = [(tmp_path / name / "measurements.csv").read_bytes() for name in ("measure", "report")]
    assert tables[0] == tables[1]
    html = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "7.0 forward" in html  # the slip in standing flexion


def test_a_report_in_one_format_writes_that_one(capsys, a_case_folder, tmp_path):
    run(capsys, "report", a_case_folder, "--out", tmp_path / "out", "--draws", 0, "--format", "json")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"report.json", "findings.json"}


def test_validate_lists_every_fault_at_once(capsys, a_case_folder):
    assert run(capsys, "validate", a_case_folder)[0] == 0
    for name, label in (("ST_F.mrk.json", "L4_IP"), ("ST_E.mrk.json", "L2_SA")):
        path = a_case_folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(f'"{label}"', f'"{label}P"'), encoding="utf-8")
    code, out, _ = run(capsys, "validate", a_case_folder)
    assert code == 1
    assert "L4_IPP" in out
    assert "L2_SAP" in out
    assert "2 errors" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["measure", "{missing}"], "there is no such case"),
        (["measure", "{case}", "--draws", "5"], "--draws"),
        (["measure", "{case}", "--draws", "many"], "--draws"),
        (["report", "{case}", "--out", "{out}", "--format", "docx"], "--format"),
        (["report", "{case}"], "--out"),
        (["guess", "{case}"], "invalid choice"),
        ([], "COMMAND"),
        (["measure", "{file}"], "case"),
    ],
)
def test_wrong_use_is_one_sentence_and_changes_nothing(capsys, a_case_folder, tmp_path, arguments, said):
    (tmp_path / "file.txt").write_text("x", encoding="utf-8")
    names = {"missing": tmp_path / "none", "case": a_case_folder, "out": tmp_path / "out",
             "file": tmp_path / "file.txt"}  # fmt: skip
    before = files(tmp_path)
    code, out, err = run(capsys, *(item.format(**names) for item in arguments))
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1
    assert files(tmp_path) == before


def test_bad_input_is_one_sentence_with_its_place_and_writes_nothing(capsys, a_case_folder, tmp_path):
    path = a_case_folder / "ST_F.mrk.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"L4_IP"', '"L4_IPP"'), encoding="utf-8")
    code, out, err = run(capsys, "measure", a_case_folder, "--out", tmp_path / "out")
    assert (code, out) == (2, "")
    assert all(word in err for word in ("ST_F.mrk.json", "ST_F", "L4_IPP", "L4_IP"))
    assert len(err.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_errors_are_part_of_the_json_object(capsys, tmp_path):
    code, out, _ = run(capsys, "measure", tmp_path / "none", "--json")
    assert json.loads(out)["exitCode"] == code == 2
    assert "no such case" in json.loads(out)["error"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_cannot_be_written_is_said_before_any_work(capsys, a_case_folder, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    code, _, err = run(capsys, "measure", a_case_folder, "--out", closed)
    assert code == 2
    assert "cannot be written" in err


def test_a_file_where_the_folder_goes_is_said_before_any_work(capsys, a_case_folder, tmp_path):
    (tmp_path / "out").write_text("x", encoding="utf-8")
    code, _, err = run(capsys, "measure", a_case_folder, "--out", tmp_path / "out")
    assert code == 2
    assert "folder is needed" in err


@pytest.mark.parametrize("command", ["validate", "measure"])
def test_a_case_path_that_no_system_takes_is_wrong_use(capsys, tmp_path, command):
    code, out, err = run(capsys, command, tmp_path / ("x" * 5000))
    assert (code, out) == (2, "")
    assert "there is no such case" in err
    assert err.count("\n") == 1


def test_a_pipe_sees_no_progress(a_case_folder, tmp_path):
    command = [sys.executable, "-m", "DynamicSpineLib.Cli", "measure", str(a_case_folder), "--out", str(tmp_path / "o"),
               "--draws", "100"]  # fmt: skip
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert done.stderr == ""
    assert "\r" not in done.stdout


def test_the_json_holds_the_extremes_with_their_own_noise(capsys, a_case_folder, tmp_path):
    run(capsys, "measure", a_case_folder, "--out", tmp_path / "out", "--draws", 400)
    (extremes,) = json.loads((tmp_path / "out" / "measurements.json").read_text(encoding="utf-8"))["extremes"]
    slip = next(item for item in extremes["ranges"] if (item["metric"], item["level"]) == ("slip", "L4L5"))
    assert slip["value"] == pytest.approx(4.0, abs=1e-6)
    assert slip["exceedsNoise"]
    worst = next(item for item in extremes["rankedPlaces"] if (item["metric"], item["level"]) == ("slip", "L4L5"))
    assert (worst["position"], worst["share"] > 0.8) == ("ST_F", True)
