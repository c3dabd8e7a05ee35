"""What journals say when a case is opened: edits to offer, other applications that have it open, damaged files."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from DynamicSpineLib.Errors import DynamicSpineError, InputError
from DynamicSpineLib.Session.Journal import Journaled, NewerJournal, dropJournal, readJournal
from DynamicSpineLib.Session.JournalPlaces import findJournals
from DynamicSpineLib.Session.ProcessMark import isRunning, thisProcess
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.CaseFolder import fingerprint
from DynamicSpineLib.Wording.Texts import capitalized

_DAMAGED = ".damaged"


@dataclass(frozen=True)
class JournalNews:
    """offers: edits that were never saved, the newest first. inUse: journals of other applications that have the case
    open, or may have. sentences: what to tell the user of these and of damaged journals, one for each.
    """

    offers: tuple[Journaled, ...] = ()
    inUse: tuple[Journaled, ...] = ()
    sentences: tuple[str, ...] = ()


def journalNews(temporary: Path, caseFolder: Path | None = None) -> JournalNews:
    """Everything that journals say. Raises nothing: what cannot be read becomes a sentence.

    caseFolder: the case that is opened, whose edits are offered and whose other users are told; None at the start of
    the application, when everything that was left behind is offered. Journals of this application are its own
    business. Those of an application that has ended without edits are removed, and damaged ones are kept under another
    name, so that neither is told of twice.
    """
    offers, inUse, sentences = [], [], []
    for path in _places(temporary, caseFolder):
        try:
            journal = readJournal(path)
        except NewerJournal as error:
            sentences.append(_sentence(str(error)))
            continue
        except InputError as error:
            sentences.append(f"{_sentence(str(error))} {_keptAside(path)}")
            continue
        if journal.process == thisProcess() or not _isOf(journal, caseFolder):
            continue
        running = isRunning(journal.process)
        if running is not False and caseFolder is not None:
            inUse.append(journal)
            sentences.append(_inUseSentence(journal, running is True))
        if running is not True and journal.case is not None and journal.editsCount:
            offers.append(journal)
        elif running is False and not _besideOf(journal):
            dropJournal(path)
    offers.sort(key=lambda journal: journal.when, reverse=True)
    return JournalNews(tuple(offers), tuple(inUse), tuple(sentences))


def _places(temporary: Path, caseFolder: Path | None) -> list[Path]:
    """Every journal to look at, once: the one beside a case rather than the note of it in the temporary folder."""
    found = {path.name: path for path in findJournals(caseFolder)} if caseFolder is not None else {}
    for path in findJournals(temporary):
        if path.name not in found:
            found[path.name] = path
            with suppress(InputError):
                found[path.name] = _besideOf(readJournal(path)) or path
    return list(found.values())


def _besideOf(journal: Journaled) -> Path | None:
    """The journal beside the case that a note in the temporary folder speaks of; None where there is none."""
    beside = Path(journal.caseFolder) / journal.path.name
    if not journal.caseFolder or beside == journal.path:
        return None
    try:
        return beside if beside.is_file() else None
    except (OSError, ValueError):
        return None


def journalProblem(journal: Journaled, folder: Path | None) -> str:
    """Why the edits of a journal do not continue what is in the case folder, in one sentence; empty where they do."""
    if folder is None:
        return ""
    try:
        now = fingerprint(folder)
    except DynamicSpineError as error:
        return _sentence(str(error))
    if now == journal.basedOn:
        return ""
    if not now:
        return f"The case that these edits were made in is no longer in {folder}."
    return ("The case was saved or changed after these edits were made: restoring them brings back the whole case as "
            "it was then.")  # fmt: skip


def restoredCase(journal: Journaled, current: Case) -> Case:
    """The journal's case with the volumes' grids as they are now, which is what the images say.

    Raises InputError where the journal holds no case, or that of another patient's study.
    """
    if journal.case is None:
        raise InputError("the journal holds no edits")
    if journal.caseId != current.caseId:
        raise InputError(f"the journal is of the case '{journal.caseId}', not of '{current.caseId}'")
    grids = {item.id: item.geometry for item in current.positions}
    positions = (replace(item, geometry=grids.get(item.id) or item.geometry) for item in journal.case.positions)
    return replace(journal.case, positions=tuple(positions))


def _isOf(journal: Journaled, caseFolder: Path | None) -> bool:
    """True for a journal of this folder: one that lies in it, wherever the folder was then, or that names it."""
    if caseFolder is None:
        return True
    lies = journal.path.parent == Path(caseFolder)
    return lies or (bool(journal.caseFolder) and Path(journal.caseFolder) == Path(caseFolder))


def _keptAside(path: Path) -> str:
    aside = path.with_name(path.name + _DAMAGED)
    try:
        os.replace(path, aside)
    except OSError:
        return "It was left where it is."
    return f"It was kept as {aside.name}."


def _sentence(text: str) -> str:
    return capitalized(text).rstrip(".") + "."


def _inUseSentence(journal: Journaled, isSure: bool) -> str:
    if isSure:
        return (f"Case {journal.caseId} is open in another application on this computer too (process "
                f"{journal.process.pid}): save it in one of them only.")  # fmt: skip
    return (f"Case {journal.caseId} was opened on the computer {journal.process.host} and may still be open there "
            f"(last written {journal.shownWhen}): save it in one place only.")  # fmt: skip
