"""What kind of series a volume is: sagittal T2 to mark in, a companion of such a one, or of no use for positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from DynamicSpineLib.Study.PositionWords import Evidence, evidenceIn
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

MARKED, COMPANION, IGNORED = "marked", "companion", "ignored"
SAGITTAL, CORONAL, AXIAL = "sagittal", "coronal", "axial"

TEXT_TAGS = ("SeriesDescription", "ProtocolName")
_PLANES = (SAGITTAL, CORONAL, AXIAL)
_T2_LIKE = ("T2", "")
_LEAST_HEIGHT_MM = 60.0
_ISOTROPIC = 1.6
# Usual times of T2 and T1 images.
_LEAST_ECHO_MS, _T1_ECHO_MS, _T2_ECHO_MS = 1.0, 30.0, 60.0
_T1_REPETITION_MS = _T2_REPETITION_MS = 1000.0
_KINDS = {
    "localizer": "A localizer",
    "derived": "Made from other images",
    "mask": "A mask or labels",
}


@dataclass(frozen=True)
class SeriesFacts:
    """What is known of a volume. key: how the caller names it. header: DICOM values by keyword; empty without DICOM.

    geometry: None where it holds no voxels. file: its file's name, or empty.
    """

    key: str
    name: str
    header: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    geometry: VolumeGeometry | None = None
    file: str = ""

    def texts(self) -> dict[str, str]:
        """Its texts by source, as in Data/Study/positionWords.json; each wording once."""
        stem = self.file.replace("\\", "/").rsplit("/", maxsplit=1)[-1].split(".")[0]
        named = {"name": self.name, "file": stem, **{tag: self.header.get(tag, "") for tag in _HEADER_TEXTS}}
        found: dict[str, str] = {}
        for source, text in named.items():
            if text.strip() and text not in found.values():
                found[source] = text
        return found


_HEADER_TEXTS = (*TEXT_TAGS, "ImageComments", "AcquisitionComments", "StudyDescription",
                 "PerformedProcedureStepDescription", "RequestedProcedureDescription", "PatientPosition")  # fmt: skip


@dataclass(frozen=True)
class SeriesKind:
    """use: MARKED, COMPANION or IGNORED. plane: sagittal, coronal, axial or empty. contrast: T2, T1, STIR, PD, T2star,
    other, or empty where not known. reason: why it is used so, one sentence."""

    use: str
    plane: str
    contrast: str
    reason: str

    @property
    def role(self) -> str:
        """What a companion is called in a case: axialT2, sagittalT1, coronal."""
        return self.plane + ("" if self.contrast == "other" else self.contrast)


def seriesKind(facts: SeriesFacts) -> SeriesKind:
    """The kind of one volume, from its geometry, its header and its names."""
    plane, contrast = planeOf(facts.geometry), contrastOf(facts)
    reason = _whyIgnored(facts)
    if reason:
        return SeriesKind(IGNORED, plane, contrast, reason)
    shown = f"{plane} {_contrastWords(contrast)}".strip()
    if plane != SAGITTAL:
        return SeriesKind(COMPANION, plane, contrast, f"A {shown} series: it goes with a sagittal one.")
    if contrast not in _T2_LIKE:
        return SeriesKind(COMPANION, plane, contrast, f"A {shown} series: canal and cord are marked on T2.")
    if not contrast:
        return SeriesKind(MARKED, plane, contrast, "A sagittal series; its contrast is not told.")
    return SeriesKind(MARKED, plane, contrast, "A sagittal T2 series.")


def _contrastWords(contrast: str) -> str:
    return {"T2star": "T2*", "other": ""}.get(contrast, contrast)


def planeOf(geometry: VolumeGeometry | None) -> str:
    """The plane of a volume's slices; one whose voxels are nearly cubes serves as sagittal."""
    if geometry is None:
        return ""
    if max(geometry.spacingMm) < _ISOTROPIC * min(geometry.spacingMm):
        return SAGITTAL
    return _PLANES[int(np.argmax(np.abs(geometry.through_RAS)))]


def contrastOf(facts: SeriesFacts) -> str:
    """T2, T1, STIR, PD, T2star, other or empty: by its names, else by echo and repetition time."""
    said = {item.value for item in _evidence(facts) if item.field == "contrast"}
    byTimes = _contrastByTimes(facts.header)
    if {"T1", "T2"} <= said:  # one of them is a thoracic level
        return byTimes or "T2"
    if {"PD", "T2"} <= said:
        return "T2"
    return next((value for value in ("T1", "STIR", "T2star", "other", "PD", "T2") if value in said), byTimes)


def _contrastByTimes(header: Mapping[str, str]) -> str:
    echo, repetition = numberOf(header.get("EchoTime")), numberOf(header.get("RepetitionTime"))
    if echo is None or repetition is None:
        return ""
    toMs = 1000.0 if echo < _LEAST_ECHO_MS else 1.0  # sidecar files hold seconds
    if echo * toMs >= _T2_ECHO_MS and repetition * toMs >= _T2_REPETITION_MS:
        return "T2"
    return "T1" if echo * toMs <= _T1_ECHO_MS and repetition * toMs <= _T1_REPETITION_MS else ""


def numberOf(text: str | None) -> float | None:
    """The number that a header's text holds, or None."""
    try:
        number = float(str(text).split("\\")[0])
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _evidence(facts: SeriesFacts) -> list[Evidence]:
    texts = facts.texts()
    sources = ("name", "file", *TEXT_TAGS)
    return [item for source in sources if source in texts for item in evidenceIn(texts[source], source)]


def _whyIgnored(facts: SeriesFacts) -> str:
    """Why no position can be read on this volume, as a sentence; empty where one can."""
    modality = facts.header.get("Modality", "")
    if facts.geometry is None:
        return "It holds no voxels."
    if modality and modality != "MR":
        return f"Modality {modality}: positions are read on MR images."
    imageType = facts.header.get("ImageType", "").upper()
    for word, kind in (("LOCALIZER", "localizer"), ("SECONDARY", "derived")):
        if word in imageType:
            return f"{_KINDS[kind]}, as its header says ({word})."
    for item in _evidence(facts):
        if item.field == "kind":
            return f'{_KINDS[item.value]}, as its name says ("{item.word}").'
    heightMm = _heightMm(facts.geometry)
    if planeOf(facts.geometry) != AXIAL and heightMm < _LEAST_HEIGHT_MM:
        return f"It shows {heightMm:.0f} mm from top to bottom, too little of a spine."
    return ""


def _heightMm(geometry: VolumeGeometry) -> float:
    """How far a volume reaches along the body's long axis, mm."""
    extents = np.array(geometry.size) * np.array(geometry.spacingMm)
    return float(np.abs(np.array(geometry.directions_RAS)[:, 2]) @ extents)
