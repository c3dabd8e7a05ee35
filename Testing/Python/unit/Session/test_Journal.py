"""Journals: what a killed application leaves behind is the case as it was; whatever is wrong is a sentence."""

from __future__ import annotations

import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from JournalFiles import writeJournal
from PhantomCases import phantomCase

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Session import JournalNews as news
from DynamicSpineLib.Session.Journal import (
    Journal,
    NewerJournal,
    dropJournal,
    readJournal,
)
from DynamicSpineLib.Session.JournalPlaces import findJournals
from DynamicSpineLib.Session.ProcessMark import ProcessMark, isRunning, thisProcess
from DynamicSpineLib.Study.Case import Reading
from DynamicSpineLib.Study.CaseFolder import fingerprint, readCase, writeCase
from DynamicSpineLib.Study.Marks import MISSING, Landmark, LandmarkSet, landmarkSet
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

LIBRARY = Path(__file__).resolve().parents[4] / "DynamicSpine"
FULL_WRITE_SECONDS = 0.030
EDITOR = """
import sys
from dataclasses import replace
from pathlib import Path
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Session.Journal import Journal
from DynamicSpineLib.Study.CaseFolder import fingerprint

folder, temporary = Path(sys.argv[1]), Path(sys.argv[2])
case = phantomCase("healthyCervical", ("SUP_N",))
journal = Journal(case.caseId, folder, temporary)
journal.announce(fingerprint(folder))
print("open", flush=True)
for number in range(1, 100_000):
    case = replace(case, notes=f"edit {number}")
    journal.write(case, number, fingerprint(folder))
    print(number, flush=True)
"""


@pytest.fixture(scope="module")
def full():
    """A case with every kind of mark, two regions and five positions."""
    return phantomCase("fullCase")


@pytest.fixture(scope="module")
def small():
    """A case with two positions that uses most of what a case can say."""
    case = phantomCase("lumbarSlip", ("SUP_N", "ST_F"))
    axes = ((0.0, -1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0))
    grid = VolumeGeometry((13, 380, 300), (0.8, 0.8, 4.0), (-29.6, 161.7, 251.5), axes, False)
    marks = case.positions[0].marks
    carried = replace(marks.landmarks["L4_SA"], origin="carried", confirmed=False, sdMm=0.35,
                      quality="drawn to the edge", note="café; µ")  # fmt: skip
    changed = {**marks.landmarks, "L4_SA": carried, "L3_SA": Landmark("L3_SA", None, MISSING)}
    first = replace(case.positions[0], geometry=grid, marks=LandmarkSet(MappingProxyType(changed), marks.contours))
    reading = Reading("A B", 2, "2025-01-01", marks={"SUP_N": landmarkSet([Landmark("L4_SA", (1.0, 2.0, 1 / 3))])})
    return replace(case, positions=(first, case.positions[1]), readings=(reading,))


@pytest.fixture
def ended():
    """The mark of a process of this computer that has ended."""
    program = subprocess.Popen([sys.executable, "-c", "pass"])
    program.wait()
    return ProcessMark(thisProcess().host, program.pid, "long ago")


@pytest.fixture
def running():
    """The mark of another process of this computer that is still running."""
    program = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    from DynamicSpineLib.Session import ProcessMark as marks

    yield ProcessMark(thisProcess().host, program.pid, marks._startedAt(program.pid))
    program.kill()
    program.wait()


def left(folder, temporary, case, process, editsCount=3):
    """The journal that another application leaves beside a case."""
    journal = Journal(case.caseId, folder, temporary, process)
    journal.announce("before")
    if editsCount:
        journal.write(case, editsCount, "before")
    return journal


def test_a_journal_gives_the_case_back_to_the_last_bit(small, full, tmp_path):
    for case in (small, full):
        before = datetime.now(timezone.utc)
        read = readJournal(writeJournal(case, tmp_path, basedOn="abc", editsCount=7))
        assert read.case == case
        assert (read.caseId, read.editsCount, read.basedOn) == (case.caseId, 7, "abc")
        assert abs((read.when - before).total_seconds()) < 5
        assert read.process == thisProcess()


def test_a_mark_without_a_place_does_not_spoil_the_journal(small, tmp_path):
    marks = landmarkSet([Landmark("L4_SA", None), Landmark("L5_SA", (1.0, 2.0, 3.0), MISSING)])
    odd = replace(small, positions=(replace(small.positions[0], marks=marks), small.positions[1]))
    read = readJournal(writeJournal(odd, tmp_path)).case.positions[0].marks
    assert [mark.point_RAS for mark in read.landmarks.values()] == [None, None]
    assert read.landmarks["L5_SA"].status == MISSING


def test_a_number_that_is_not_finite_is_refused_and_the_earlier_journal_stays(small, tmp_path):
    path = writeJournal(small, tmp_path)
    marks = landmarkSet([Landmark("L4_SA", (1.0, float("nan"), 3.0))])
    with pytest.raises(InputError, match="not finite"):
        writeJournal(replace(small, positions=(replace(small.positions[0], marks=marks),)), tmp_path)
    assert readJournal(path).case == small


def test_only_what_changed_is_encoded_anew_and_nothing_old_is_kept(full, tmp_path):
    """The encoder remembers texts; an edit of one position must still be in the file, and the others unchanged."""
    journal = Journal(full.caseId, None, tmp_path)
    journal.write(full, 1)
    for number in range(3):
        position = full.positions[number]
        name = next(iter(position.marks.landmarks))
        moved = {**position.marks.landmarks, name: Landmark(name, (float(number), 2.0, 3.0))}
        marks = LandmarkSet(MappingProxyType(moved), position.marks.contours)
        full = replace(full, positions=tuple(replace(item, marks=marks) if item.id == position.id else item
                                             for item in full.positions))  # fmt: skip
        journal.write(full, number + 2)
        assert readJournal(journal.path).case == full


def test_a_full_case_is_written_within_thirty_milliseconds(full, tmp_path):
    """The best of several, since other programs share the machine."""
    took = []
    for _ in range(12):
        journal = Journal(full.caseId, None, tmp_path)
        start = time.perf_counter()
        journal.write(full, 1)
        took.append(time.perf_counter() - start)
    assert min(took) < FULL_WRITE_SECONDS, f"median {1e3 * statistics.median(took):.1f} ms"


@pytest.mark.skipif(sys.platform == "win32", reason="processes are killed by a signal here")
def test_edits_survive_an_application_that_is_killed_at_any_moment(tmp_path):
    """The last edit whose writing had ended is there, or the one that was being written."""
    waits = random.Random(5)
    for turn in range(4):
        folder, temporary = tmp_path / f"case{turn}", tmp_path / f"temporary{turn}"
        writeCase(replace(phantomCase("healthyCervical", ("SUP_N",)), positions=()), folder)
        program = subprocess.Popen([sys.executable, "-c", EDITOR, str(folder), str(temporary)], stdout=subprocess.PIPE,
                                   env={**os.environ, "PYTHONPATH": str(LIBRARY)}, text=True)  # fmt: skip
        assert program.stdout.readline() == "open\n"
        lines = [program.stdout.readline() for _ in range(3)]
        time.sleep(waits.uniform(0.0, 0.05))
        program.send_signal(signal.SIGKILL)
        lines += program.stdout.readlines()
        program.wait()
        told = int([line for line in lines if line.endswith("\n")][-1])
        offers = news.journalNews(temporary, folder).offers
        assert len(offers) == 1
        assert offers[0].editsCount - told in (0, 1)
        assert offers[0].case.notes == f"edit {offers[0].editsCount}"
        assert news.journalProblem(offers[0], folder) == ""


def test_what_a_killed_application_left_is_offered_when_its_case_is_opened(small, tmp_path, ended):
    left(tmp_path / "case", tmp_path / "temporary", small, ended)
    found = news.journalNews(tmp_path / "temporary", tmp_path / "case")
    assert [offer.case for offer in found.offers] == [small]
    assert found.inUse == ()
    assert found.offers[0].editsCount == 3
    assert found.sentences == ()


def test_and_at_the_next_start_wherever_the_case_lies(small, tmp_path, ended):
    left(tmp_path / "far" / "case", tmp_path / "temporary", small, ended)
    left(None, tmp_path / "temporary", replace(small, caseId="new one"), ended)
    offers = news.journalNews(tmp_path / "temporary").offers
    assert {(offer.caseId, offer.caseFolder) for offer in offers} == {
        ("lumbarSlip", str(tmp_path / "far" / "case")), ("new one", "")
    }
    for offer in offers:
        dropJournal(offer.path)
    assert news.journalNews(tmp_path / "temporary") == news.JournalNews()
    assert findJournals(tmp_path / "temporary") == ()


def test_opening_one_case_offers_no_edits_of_another(small, tmp_path, ended):
    left(tmp_path / "other", tmp_path / "temporary", small, ended)
    left(None, tmp_path / "temporary", small, ended)
    assert news.journalNews(tmp_path / "temporary", tmp_path / "case") == news.JournalNews()
    assert len(news.journalNews(tmp_path / "temporary").offers) == 2


def test_a_journal_is_found_in_a_case_folder_that_was_moved(small, tmp_path, ended):
    left(tmp_path / "case", tmp_path / "temporary", small, ended)
    (tmp_path / "case").rename(tmp_path / "moved")
    assert len(news.journalNews(tmp_path / "elsewhere", tmp_path / "moved").offers) == 1


def test_an_application_that_ended_without_edits_leaves_nothing_to_tell(small, tmp_path, ended):
    journal = left(tmp_path / "case", tmp_path / "temporary", small, ended, editsCount=0)
    assert journal.path.is_file()
    assert news.journalNews(tmp_path / "temporary", tmp_path / "case") == news.JournalNews()
    assert not journal.path.exists()


def test_a_dropped_journal_leaves_no_file(small, tmp_path):
    journal = Journal(small.caseId, tmp_path / "case", tmp_path / "temporary")
    journal.announce()
    journal.write(small, 1)
    journal.drop()
    journal.drop()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_own_journal_is_nobody_elses(small, tmp_path):
    journal = Journal(small.caseId, tmp_path / "case", tmp_path / "temporary")
    journal.announce()
    journal.write(small, 2)
    assert news.journalNews(tmp_path / "temporary", tmp_path / "case") == news.JournalNews()
    assert journal.path.is_file()


def test_a_second_application_with_the_same_case_is_told_of_and_keeps_its_journal(small, tmp_path, running):
    other = left(tmp_path / "case", tmp_path / "temporary", small, running)
    own = Journal(small.caseId, tmp_path / "case", tmp_path / "temporary")
    own.announce()
    own.write(replace(small, notes="mine"), 1)
    found = news.journalNews(tmp_path / "temporary", tmp_path / "case")
    assert found.offers == ()
    assert [journal.process for journal in found.inUse] == [running]
    assert f"process {running.pid}" in found.sentences[0]
    assert readJournal(other.path).case == small
    assert news.journalNews(tmp_path / "temporary") == news.JournalNews()  # at the start, nobody else's case matters


def test_a_process_id_that_is_used_again_is_not_taken_for_the_application(small, tmp_path, running):
    left(tmp_path / "case", tmp_path / "temporary", small, replace(running, started="at another time"))
    found = news.journalNews(tmp_path / "temporary", tmp_path / "case")
    assert found.inUse == ()
    assert len(found.offers) == 1


def test_another_computer_may_still_have_the_case_open(small, tmp_path):
    elsewhere = ProcessMark("another-computer", 5, "then")
    left(tmp_path / "case", tmp_path / "temporary", small, elsewhere)
    found = news.journalNews(tmp_path / "temporary", tmp_path / "case")
    assert isRunning(elsewhere) is None
    assert len(found.inUse) == len(found.offers) == 1
    assert "another-computer" in found.sentences[0]


def test_this_process_runs_and_nonsense_does_not():
    assert isRunning(thisProcess()) is True
    for pid in (0, -1, 2**31 - 1, 10**12):
        assert isRunning(ProcessMark(thisProcess().host, pid)) is False


def test_a_case_that_cannot_be_written_to_has_its_journal_in_the_temporary_folder(small, tmp_path, ended):
    (tmp_path / "file").write_text("no folder can be made here")
    journal = Journal(small.caseId, tmp_path / "file" / "case", tmp_path / "temporary", ended)
    journal.announce()
    journal.write(small, 2)
    assert journal.path.parent == tmp_path / "temporary"
    assert len(news.journalNews(tmp_path / "temporary", tmp_path / "file" / "case").offers) == 1


def test_nowhere_to_write_is_one_sentence(small, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match="cannot be written"):
        Journal(small.caseId, None, tmp_path / "file" / "temporary").announce()
    assert findJournals(tmp_path / "file") == ()
    assert news.journalNews(tmp_path / "nothing", tmp_path / "nowhere") == news.JournalNews()


def test_it_is_said_whether_edits_continue_what_is_on_disk(small, tmp_path, ended):
    case = replace(small, positions=tuple(replace(item, volume="") for item in small.positions))
    writeCase(case, tmp_path / "case")
    journal = Journal(case.caseId, tmp_path / "case", tmp_path, ended)
    journal.write(replace(case, notes="edited"), 1, fingerprint(tmp_path / "case"))
    read = readJournal(journal.path)
    assert news.journalProblem(read, tmp_path / "case") == ""
    assert news.journalProblem(read, None) == ""
    writeCase(replace(case, notes="by somebody"), tmp_path / "case", basedOn=fingerprint(tmp_path / "case"))
    assert "saved or changed after these edits" in news.journalProblem(read, tmp_path / "case")
    (tmp_path / "case" / "case.json").unlink()
    assert "no longer" in news.journalProblem(read, tmp_path / "case")


def test_restoring_brings_the_edits_back_and_keeps_the_grids_of_the_volumes(small, tmp_path):
    read = readJournal(writeJournal(replace(small, notes="edited"), tmp_path))
    other = replace(small.positions[0].geometry, spacingMm=(0.5, 0.5, 3.0))
    current = replace(small, positions=(replace(small.positions[0], geometry=other), small.positions[1]))
    restored = news.restoredCase(read, current)
    assert restored == replace(current, notes="edited")
    with pytest.raises(InputError, match=r"lumbarSlip.*somebody"):
        news.restoredCase(read, replace(current, caseId="somebody"))


def test_a_restored_case_can_be_saved_and_read_again(small, tmp_path):
    read = readJournal(writeJournal(small, tmp_path)).case
    saved = replace(read, positions=tuple(replace(item, volume="", geometry=None) for item in read.positions))
    writeCase(saved, tmp_path / "case")
    marks = readCase(tmp_path / "case").position("ST_F").marks
    for name, mark in small.position("ST_F").marks.landmarks.items():
        np.testing.assert_array_equal(marks.landmarks[name].point_RAS, mark.point_RAS)


def test_a_damaged_journal_is_kept_aside_and_told_of_once(small, tmp_path):
    path = writeJournal(small, tmp_path)
    path.write_bytes(path.read_bytes()[:-40])
    found = news.journalNews(tmp_path)
    assert found.offers == ()
    assert len(found.sentences) == 1
    assert path.name in found.sentences[0]
    assert "kept as" in found.sentences[0]
    assert not path.exists()
    assert path.with_name(path.name + ".damaged").is_file()
    assert news.journalNews(tmp_path) == news.JournalNews()


def test_a_journal_of_a_newer_program_stays_where_it_is(small, tmp_path):
    path = writeJournal(small, tmp_path)
    raw = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**raw, "journalVersion": 99}), encoding="utf-8")
    with pytest.raises(NewerJournal, match="format 99"):
        readJournal(path)
    assert "newer DynamicSpine" in news.journalNews(tmp_path).sentences[0]
    assert path.is_file()
