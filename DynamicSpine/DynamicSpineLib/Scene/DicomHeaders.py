"""The header of a volume that was loaded from DICOM: read from one of its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode

HeaderOf = Callable[["vtkMRMLScalarVolumeNode"], Mapping[str, str]]

INSTANCES_ATTRIBUTE = "DICOM.instanceUIDs"
HEADER_TAGS = (
    "AcquisitionComments", "AcquisitionDate", "AcquisitionTime", "EchoTime", "ImageComments", "ImageType",
    "MagneticFieldStrength", "Manufacturer", "ManufacturerModelName", "Modality", "PatientPosition",
    "PerformedProcedureStepDescription", "ProtocolName", "RepetitionTime", "RequestedProcedureDescription",
    "SeriesDate", "SeriesDescription", "SeriesTime", "StudyDate", "StudyDescription",
)  # fmt: skip
"""Keywords of what is read; nothing that names the patient."""


def headersFrom(fileOf: Callable[[str], str]) -> HeaderOf:
    """A reader of headers. fileOf: the path of the file of a DICOM instance UID, or an empty text (in Slicer,
    `slicer.dicomDatabase.fileForInstance`)."""

    def headerOf(node: vtkMRMLScalarVolumeNode) -> Mapping[str, str]:
        instances = (node.GetAttribute(INSTANCES_ATTRIBUTE) or "").split()
        path = fileOf(instances[0]) if instances else ""
        return readHeader(path) if path else {}

    return headerOf


def readHeader(path: str) -> dict[str, str]:
    """The header of one DICOM file by keyword, multiple values joined by a backslash; empty where it cannot be read."""
    import pydicom
    from pydicom.errors import InvalidDicomError

    try:
        dataset = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=list(HEADER_TAGS))
    except (InvalidDicomError, OSError):
        return {}
    return {tag: _text(dataset.get(tag)) for tag in HEADER_TAGS if dataset.get(tag) not in (None, "")}


def _text(value: Any) -> str:
    values = value if isinstance(value, (list, tuple)) or type(value).__name__ == "MultiValue" else [value]
    return "\\".join(str(item) for item in values)
