"""Edits that survive a killed application: a snapshot of the case beside it, offered when it is opened again.

One file per case and running application, written whole and moved into place, so that it is never half written; what
an application drops when it saves or closes the case, the next one need not offer.
"""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Session.JournalPlaces import PREFIX, SUFFIX
from DynamicSpineLib.Session.JournalText import CaseEncoder, caseFromRaw
from DynamicSpineLib.Session.ProcessMark import ProcessMark, thisProcess
from DynamicSpineLib.Study.Atomic import writeTexts
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.JsonText import parseJson, readBytes, shown

JOURNAL_VERSION = 1


@dataclass(frozen=True)
class Journaled:
    """A journal as read. case: None where its application had the case open and had not edited it.

    when: the last edit, in UTC; editsCount: edits since the case was opened or saved; basedOn: the fingerprint of the
    case folder that they began from, empty where there was none; caseFolder: that folder, as its application called it.
    """

    path: Path
    case: Case | None
    caseId: str
    when: datetime
    editsCount: int
    basedOn: str
    caseFolder: str
    process: ProcessMark

    @property
    def shownWhen(self) -> str:
        """Day and time of the last edit where the reader is."""
        return self.when.astimezone().strftime("%Y-%m-%d %H:%M")


class NewerJournal(InputError):
    """A journal of a later DynamicSpine: nothing is wrong with it, so it stays where it is."""


class Journal:
    """The journal of one case of this application: beside the case, or in a temporary folder where it cannot be.

    caseFolder: None for a case that only a scene holds. temporary: keeps, besides, a note of every case that is open,
    so that the next start knows where to look. process: only for tests.
    """

    def __init__(
        self, caseId: str, caseFolder: Path | None, temporary: Path, process: ProcessMark | None = None
    ) -> None:
        self._process = process or thisProcess()
        self._caseId, self._caseFolder = caseId, str(caseFolder or "")
        self._encoder = CaseEncoder()
        name = _fileName(caseId, self._caseFolder, self._process)
        self._note = Path(temporary) / name
        self.path = self._note if caseFolder is None else Path(caseFolder) / name

    def announce(self, basedOn: str = "") -> None:
        """Say that this application has the case open, with nothing to restore.

        Raises InputError where not even the temporary folder can be written.
        """
        nothing = self._content('"case":null', 0, basedOn)
        writeTexts({self._note: nothing})
        if self.path != self._note:
            try:
                writeTexts({self.path: nothing})
            except InputError:  # a case that cannot be written to: read-only media, another user's folder
                self.path = self._note

    def write(self, case: Case, editsCount: int, basedOn: str = "") -> None:
        """Keep the case as it is now, with the number of edits since it was opened or saved.

        Raises InputError where it cannot be written; the journal that is there stays.
        """
        writeTexts({self.path: self._content(self._encoder.text(case), editsCount, basedOn)})

    def drop(self) -> None:
        """Remove the journal: the case was closed on purpose."""
        dropJournal(self.path)
        dropJournal(self._note)

    def _content(self, case: str, editsCount: int, basedOn: str) -> str:
        head = {
            "journalVersion": JOURNAL_VERSION, "caseId": self._caseId, "caseFolder": self._caseFolder,
            "when": datetime.now(timezone.utc).isoformat(timespec="seconds"), "edits": editsCount, "basedOn": basedOn,
            "host": self._process.host, "pid": self._process.pid, "started": self._process.started,
        }  # fmt: skip
        return json.dumps(head)[:-1] + "," + case + "}\n"


def readJournal(path: Path) -> Journaled:
    """A journal with its case. Raises InputError with one sentence, naming the file, where it is damaged or newer."""
    try:
        raw = parseJson(readBytes(path))
        if not isinstance(raw, dict):
            raise InputError(f"must hold one object; it is {shown(raw)}")
        return _journaled(path, raw)
    except InputError as error:
        kind = NewerJournal if isinstance(error, NewerJournal) else InputError
        raise kind(f"the journal {path.name} {error}") from None


def dropJournal(path: Path) -> None:
    """Remove a journal. One that cannot be removed, or is not there, is left as it is."""
    with suppress(OSError):
        Path(path).unlink()


def _journaled(path: Path, raw: dict[str, Any]) -> Journaled:
    version = raw.get("journalVersion")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise InputError("has no 'journalVersion'")
    if version > JOURNAL_VERSION:
        raise NewerJournal(f"was written in format {version} by a newer DynamicSpine; this one reads {JOURNAL_VERSION}")
    texts = {key: _text(raw, key) for key in ("caseId", "caseFolder", "when", "basedOn", "host", "started")}
    counts = {key: _count(raw, key) for key in ("edits", "pid")}
    return Journaled(
        path=path,
        case=None if raw.get("case") is None else caseFromRaw(raw),
        caseId=texts["caseId"],
        when=_moment(texts["when"]),
        editsCount=counts["edits"],
        basedOn=texts["basedOn"],
        caseFolder=texts["caseFolder"],
        process=ProcessMark(texts["host"], counts["pid"], texts["started"]),
    )


def _text(raw: dict[str, Any], key: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str):
        raise InputError(f"needs a text as '{key}'; it is {shown(value)}")
    return value


def _count(raw: dict[str, Any], key: str) -> int:
    value = raw.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise InputError(f"needs a number as '{key}'; it is {shown(value)}")
    return value


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(timezone.utc)
    except (ValueError, OverflowError, OSError):
        raise InputError(f"needs a moment as 'when'; it is {shown(text)}") from None


def _fileName(caseId: str, caseFolder: str, process: ProcessMark) -> str:
    """Another name for each case and running application, so that neither writes over the other's edits."""
    stem = re.sub(r"[^A-Za-z0-9]+", "_", caseId).strip("_")[:24] or "case"
    key = "\0".join((caseId, caseFolder, process.host, str(process.pid), process.started))
    return f"{PREFIX}{stem}-{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:12]}{SUFFIX}"
