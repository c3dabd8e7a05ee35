"""Read the landmarks of one position from segmentations, and write the case with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Segmentations.LabelSource import LabelSource, hintsFrom, nameLevels, readLabels
from DynamicSpineLib.Segmentations.LabelTable import TABLES
from DynamicSpineLib.Segmentations.MaskField import centersOf
from DynamicSpineLib.Segmentations.MergeMarks import MergedMarks, mergeMarks
from DynamicSpineLib.Segmentations.PoiFile import readPoi
from DynamicSpineLib.Segmentations.ReadMarks import ReadSpine, readSpine
from DynamicSpineLib.Segmentations.SpineLabels import SpineLabels
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.CaseFolder import caseFiles, fingerprint, readCase, writeCase
from DynamicSpineLib.Study.FaultList import nearest
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.Validation import validateCase
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

LEAST_INSIDE = 0.5
"""Labels of which less than this share lies in the position's volume belong to another image."""


@dataclass(frozen=True)
class LandmarksRequest:
    """What to read: segmentation files and point files of one position, and how their numbers are to be understood.

    names: hints such as "C6=L3" where the tool counted otherwise. out: a new case folder; None for the case itself.
    """

    case: Path
    files: tuple[Path, ...]
    table: str
    position: str
    names: str = ""
    out: Path | None = None

    def __post_init__(self) -> None:
        if self.table not in TABLES:
            raise InputError(f"--table takes one of {', '.join(TABLES)}, not '{self.table}'")


@dataclass(frozen=True)
class LandmarksRead:
    """What was read and written. reasons: why a level, segment or landmark has none; notices: what was left out."""

    folder: Path
    position: str
    merged: MergedMarks
    reasons: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    notices: tuple[str, ...] = ()

    def text(self) -> str:
        """What a terminal shows: counts, then one line for each place without marks."""
        merged = self.merged
        count = len(merged.added) + len(merged.replaced)
        counts = f"{len(merged.replaced)} replaced unconfirmed ones), {len(merged.kept)} of yours kept"
        lines = [f"{count} landmarks read for {self.position} ({counts}"]
        lines += [f"  {place}: {reason}" for place, reason in self.reasons.items()]
        return "\n".join([*lines, f"Case: {self.folder.resolve()}"])


def landmarksFromSegmentation(request: LandmarksRequest) -> Steps[LandmarksRead]:
    """Read, merge and write, all or nothing; a generator of steps. Raises InputError, with nothing changed."""
    state = fingerprint(request.case)
    case = readCase(request.case)
    position = _positionOf(case, request.position)
    labels = [path for path in request.files if path.suffix.lower() != ".json"]
    yield Step(0.0, "reading labels")
    read = ReadSpine({}, {})
    notices: tuple[str, ...] = ()
    if labels:
        source = readLabels(labels, request.table)
        _checkPlace(source, labels[0], position)
        hints = hintsFrom(request.names, request.table)
        spine = nameLevels(source.spine, hints, case.chain.levels)
        read, notices = (yield from readSpine(spine, case.chain.levels)), source.notices
    for path in request.files:
        if path not in labels:
            read = _withPoints(read, readPoi(path, position.geometry), case)
    note = f"{request.table}: {', '.join(path.name for path in request.files)}".replace(";", ",")
    merged = mergeMarks(position.marks, read.landmarks(note))
    if not read.points_RAS:
        raise InputError(f"{request.files[0].name}: gives no landmark of the case's levels; nothing was written"
                         f" ({_first(read.reasons)})")  # fmt: skip
    yield Step(1.0, "writing the case")
    folder = _write(case, replace(position, marks=merged.marks), request, state)
    return LandmarksRead(folder, position.id, merged, read.reasons, notices)


def _positionOf(case: Case, name: str) -> Position:
    position = case.position(name)
    if position is None:
        known = [item.id for item in case.positions]
        like = nearest(name, known)
        hint = f" (nearest: '{like}')" if like else ""
        raise InputError(f"--position {name}: the case has the positions {', '.join(known)}{hint}")
    return position


def _checkPlace(source: LabelSource, path: Path, position: Position) -> None:
    """Raise InputError where the labels lie outside of the position's volume."""
    if position.geometry is None:
        return
    inside = shareInside(source.spine, position.geometry)
    if inside < LEAST_INSIDE:
        raise InputError(f"{path.name}: only {inside:.0%} of its labels lie in the volume of position '{position.id}'; "
                         "it is a segmentation of another image, or its header lost the place")  # fmt: skip


def shareInside(spine: SpineLabels, geometry: VolumeGeometry) -> float:
    """Share (0 to 1) of the labelled voxels whose centers lie in a volume."""
    points = centersOf(spine.kinds > 0, spine.geometry, 20_000)
    return float(np.mean(geometry.contains(points))) if len(points) else 0.0


def _withPoints(read: ReadSpine, more: ReadSpine, case: Case) -> ReadSpine:
    """Points of a file of points win over those from outlines; those of other levels are told."""
    reasons = {**read.reasons, **more.reasons}
    points = dict(read.points_RAS)
    for name, point in more.points_RAS.items():
        level = name.split("_")[0]
        if level in case.chain.levels:
            points[name] = point
        else:
            reasons[level] = "it is in the file of points and not among the case's levels"
    return ReadSpine(points, reasons, read.frames)


def _first(reasons: Mapping[str, str]) -> str:
    return next((f"{place}: {reason}" for place, reason in reasons.items()), "no reason is known")


def _write(case: Case, position: Position, request: LandmarksRequest, state: str) -> Path:
    """Write the case, in its own folder or in a new one with its files."""
    positions: Sequence[Position] = [position if item.id == position.id else item for item in case.positions]
    changed = replace(case, positions=tuple(positions))
    for fault in validateCase(changed, request.case):
        if fault.severity == "error":
            raise InputError(f"with the marks that were read, {fault.sentence()}; nothing was written")
    if request.out is None or request.out.resolve() == request.case.resolve():
        writeCase(changed, request.case, basedOn=state)
        return request.case
    writeCase(changed, request.out, volumes=caseFiles(case, request.case))
    return request.out
