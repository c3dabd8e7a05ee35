"""Journals as files, to be read."""

from __future__ import annotations

from DynamicSpineLib.Session.Journal import Journal


def writeJournal(case, place, basedOn="", editsCount=1):
    """Write one journal into a folder and return its file."""
    journal = Journal(case.caseId, None, place)
    journal.write(case, editsCount, basedOn)
    return journal.path
