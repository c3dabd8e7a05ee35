"""The application's DICOM database, where there is one and it is open."""

from __future__ import annotations

import slicer

from DynamicSpineLib.Scene.DicomHeaders import HeaderOf, headersFrom


def headerReader() -> HeaderOf | None:
    """A reader of the headers of volumes that were loaded from DICOM; None without a database."""
    database = getattr(slicer, "dicomDatabase", None)
    if database is None or not database.isOpen:
        return None
    return headersFrom(lambda instanceUid: database.fileForInstance(instanceUid) or "")
