"""Sample cases, made ready to work on: phantoms painted on the spot, and public volumes once they are downloaded."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from DynamicSpineLib import __version__
from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Phantom.Acquisition import usualAcquisition
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Phantom.PhantomVolume import paintVolumeInSteps
from DynamicSpineLib.Phantom.PosedPhantom import posedSpine
from DynamicSpineLib.Phantom.Scenario import PhantomScenario, loadScenario
from DynamicSpineLib.Progress import Step, Steps, stepsWithin
from DynamicSpineLib.Session.SampleFolder import SampleFolder, recipeOf, sha256Of
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.CaseFolder import writeCase
from DynamicSpineLib.Study.EditMarks import markedOnce, withCleared
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeFile import volumeSuffix
from DynamicSpineLib.Study.VolumeVoxels import writeVolume

_PREPARED, _PAINTED = 0.04, 0.97


def samplePhantomCase(kind: str, folder: Path, leftToMark: Sequence[str] | None = None) -> Steps[Path]:
    """Make a phantom case under `folder` in short steps and return its folder; without any network.

    The position that is marked in has every mark, except those named in `leftToMark` (None: the four corners of one
    vertebra, so that there is something to place); the others have none, so that there is something to carry. A case
    that was made earlier and not changed since is returned as it is; one that was worked on is left alone.
    kind: cervical or lumbar. Raises InputError for another one, or where the folder cannot be written.
    """
    entry = _phantomEntry(kind)
    left = tuple(entry["leftToMark"] if leftToMark is None else leftToMark)
    place = SampleFolder(folder, entry["caseId"], recipeOf(__version__, entry["scenario"]), recipeOf(entry, left))
    untouched = place.untouched()
    yield Step(_PREPARED / 2, "looking for an earlier copy")
    if untouched is not None:
        return untouched
    scenario = loadScenario(entry["scenario"])
    posedSpine(scenario, scenario.markedIn)  # loads what the rest needs, which takes longest
    yield Step(_PREPARED / 2, "preparing the phantom")
    case = replace(phantomCase(scenario), caseId=entry["caseId"])
    case = withCleared(markedOnce(case, case.markedIn), case.markedIn, left)
    yield Step(_PREPARED, "preparing the phantom")
    _makeFolder(Path(folder))
    with tempfile.TemporaryDirectory(prefix=".painting-", dir=folder) as painting:
        volumes = yield from _painted(scenario, case, Path(painting), place.volumes())
        target = place.next()
        writeCase(case, target, volumes)
    place.note(target, {path.name: sha256Of(target / path.name) for path in volumes.values()})
    return target


def _phantomEntry(kind: str) -> Mapping[str, Any]:
    entries = {entry["id"]: entry for entry in packageData("Study", "samples.json")["phantoms"]}
    if kind not in entries:
        raise InputError(f"there is no sample phantom '{kind}'; there are {', '.join(entries)}")
    entry: Mapping[str, Any] = entries[kind]
    return entry


def _painted(
    scenario: PhantomScenario, case: Case, folder: Path, made: Mapping[str, Path]
) -> Steps[Mapping[str, Path]]:
    """The volume of every position, painted into `folder` unless it was made earlier; by position id."""
    volumes = {}
    share = (_PAINTED - _PREPARED) / len(case.positions)
    for number, position in enumerate(case.positions):
        volumes[position.id] = made.get(position.volume, folder / position.volume)
        if position.volume not in made:
            spine = posedSpine(scenario, position.id)
            painting = paintVolumeInSteps(spine, usualAcquisition(position.posture), number)
            start = _PREPARED + number * share
            array, geometry = yield from stepsWithin(painting, start, start + share, f" ({position.shownTitle})")
            writeVolume(folder / position.volume, array, geometry)
        yield Step(_PREPARED + (number + 1) * share, f"made the volume of {position.shownTitle}")
    return volumes


def _makeFolder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"'{folder}' cannot be made ({error.strerror or 'unknown reason'})") from None


@dataclass(frozen=True)
class SampleFile:
    """A published file to download: where it is, and how to know that it arrived whole."""

    name: str
    url: str
    bytes: int
    sha256: str
    positionId: str


def headPositionFiles() -> tuple[SampleFile, ...]:
    """The three volumes of the head positions sample: flexion, neutral and extension of one volunteer."""
    positions = packageData("Study", "samples.json")["headPositions"]["positions"]
    return tuple(
        SampleFile(item["url"].rsplit("/", 1)[1], item["url"], item["bytes"], item["sha256"], item["id"])
        for item in positions
    )


def openHeadPositions(paths: Sequence[Path], folder: Path) -> Path:
    """Make a case under `folder` from the downloaded files, in the order of headPositionFiles; return its folder.

    Nothing is marked, and nobody has confirmed the numbering or verified left and right.
    A case that was made earlier and not changed since is returned as it is; one that was worked on is left alone.
    Raises InputError naming the file that is missing, cut short or not the published one.
    """
    files = headPositionFiles()
    if len(paths) != len(files):
        raise InputError(f"the sample needs {len(files)} files; {len(paths)} were given")
    for path, file in zip(paths, files, strict=True):
        requirePublished(Path(path), file)
    entry = packageData("Study", "samples.json")["headPositions"]
    place = SampleFolder(folder, entry["caseId"], recipeOf(files), recipeOf(__version__, entry))
    untouched = place.untouched()
    if untouched is not None:
        return untouched
    target = place.next()
    volumes = {file.positionId: Path(path) for path, file in zip(paths, files, strict=True)}
    writeCase(_headPositionsCase(entry, volumes), target, volumes)
    place.note(target, {item.volume: file.sha256 for item, file in zip(_positions(entry, volumes), files, strict=True)})
    return target


def requirePublished(path: Path, file: SampleFile) -> None:
    """Raise InputError unless a downloaded file is the published one, byte for byte."""
    again = "delete it and download the sample again"
    if not path.is_file():
        raise InputError(f"{path.name}: the file is missing or did not arrive whole; download the sample again")
    size = path.stat().st_size
    if size != file.bytes:
        raise InputError(f"{path.name}: has {size} bytes where {file.bytes} were published; {again}")
    if sha256Of(path) != file.sha256:
        raise InputError(f"{path.name}: is not the published file (its SHA-256 differs); {again}")


def _headPositionsCase(entry: Mapping[str, Any], volumes: Mapping[str, Path]) -> Case:
    return Case(
        caseId=entry["caseId"], chain=Chain(tuple(entry["levels"])), positions=_positions(entry, volumes),
        markedIn=entry["markedIn"], sex=entry["sex"], notes=entry["notes"],
    )  # fmt: skip


def _positions(entry: Mapping[str, Any], volumes: Mapping[str, Path]) -> tuple[Position, ...]:
    return tuple(
        Position(
            item["id"], item["posture"], item["bend"], title=item["title"], scanner=entry["scanner"],
            volume=item["id"] + volumeSuffix(volumes[item["id"]]), notes=f"Called {item['label']} in the dataset.",
        )
        for item in entry["positions"]
    )  # fmt: skip
