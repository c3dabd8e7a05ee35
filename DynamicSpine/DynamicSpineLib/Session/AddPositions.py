"""Adding volumes of the scene to a case as positions: one by hand, or all accepted proposals as one edit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from DynamicSpineLib.Errors import DynamicSpineError, InputError
from DynamicSpineLib.Scene.NodeTypes import VolumeNode
from DynamicSpineLib.Scene.Volumes import volumeGeometry
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.CheckedFields import checkPosition
from DynamicSpineLib.Session.PositionEdits import usualLoad, usualTitle
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditCase import newPositionId, withPosition
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.ProposePositions import PositionProposal
from DynamicSpineLib.Study.VolumeFile import readGeometry
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

_MAY_NOT_SAY_SIDES = (".nii", ".nii.gz")


@dataclass(frozen=True)
class NewPosition:
    """A volume to be added. positionId: empty makes it of posture and bend; load: empty is the usual."""

    volume: VolumeNode
    posture: str
    bend: str
    load: str = ""
    positionId: str = ""
    angleDeg: float | None = None
    date: str = ""
    scanner: str = ""


def addPositions(
    session: CaseSession, added: Sequence[NewPosition], markedIn: str = ""
) -> tuple[Position, ...]:
    """Add volumes as positions, all of them as one edit; return the positions.

    markedIn: the id of the one that the marks will be placed in, where the case says of none yet.
    Raises InputError, with nothing added, where one has no posture or bend, no image, or an id that cannot be used.
    """
    if not added:
        raise InputError("no volume was chosen")
    session.settle()
    case, made = session.case, list[Position]()
    for item in added:
        position = _position(case, item)
        files = {*session.volumeFiles(), *(other.volume for other in case.positions)}
        position = replace(position, volume=freshVolumeFile(position.id, files, session.folder))
        case, made = withPosition(case, position), [*made, position]
    if case.position(case.markedIn) is None:
        ids = [item.id for item in made]
        case = replace(case, markedIn=markedIn if markedIn in ids else ids[0])
    for position, item in zip(made, added, strict=True):
        session.referVolume(position.id, item.volume, position.volume)
    session.do(_said(made), case)
    return tuple(made)


def _said(made: Sequence[Position]) -> str:
    return f"added {made[0].title}" if len(made) == 1 else f"added {len(made)} positions"


def _position(case: Case, item: NewPosition) -> Position:
    name = item.volume.GetName() or "the volume"
    if item.volume.GetImageData() is None:
        raise InputError(f"{name}: the volume holds no image")
    if not item.posture or not item.bend:
        raise InputError(f"{name}: choose posture and bend first")
    positionId = item.positionId or newPositionId(case, f"{item.posture}_{item.bend}")
    position = Position(
        positionId, item.posture, item.bend, load=item.load or usualLoad(item.posture),
        angleReachedDeg=item.angleDeg, date=item.date, scanner=item.scanner, landmarksFile=f"{positionId}.mrk.json",
        geometry=geometryOf(item.volume),
    )  # fmt: skip
    checkPosition(position, ("angleReachedDeg", "date", "scanner"))
    return replace(position, title=usualTitle(position))


def fromProposal(volume: VolumeNode, proposal: PositionProposal, posture: str, bend: str) -> NewPosition:
    """A proposal as its user accepted it: another posture or bend than proposed makes id and load anew."""
    if (posture, bend) == (proposal.posture, proposal.bend):
        return NewPosition(volume, posture, bend, proposal.load, proposal.id, proposal.angleDeg, proposal.date,
                           proposal.scanner)  # fmt: skip
    angleDeg = None if bend == "neutral" else proposal.angleDeg
    load = proposal.load if proposal.load == "axialLoad" else ""
    return NewPosition(volume, posture, bend, load, angleDeg=angleDeg, date=proposal.date, scanner=proposal.scanner)


def geometryOf(volume: VolumeNode) -> VolumeGeometry:
    """The grid of a volume, and whether the file that it was loaded from says which side is left."""
    geometry, storage = volumeGeometry(volume), volume.GetStorageNode()
    path = Path((storage.GetFileName() or "") if storage is not None else "")
    if not path.name.lower().endswith(_MAY_NOT_SAY_SIDES) or not path.is_file():
        return geometry
    try:
        return replace(geometry, sidesKnown=readGeometry(path).sidesKnown)
    except DynamicSpineError:
        return geometry


def freshVolumeFile(positionId: str, used: Collection[str], folder: Path | None) -> str:
    """A name for a position's volume file that is neither used nor in the case's folder, where saving would keep it."""
    taken = {name.lower() for name in used}
    names = (f"{positionId}.nrrd", *(f"{positionId}_{number}.nrrd" for number in range(2, 10_000)))
    return next(name for name in names
                if name.lower() not in taken and (folder is None or not (folder / name).exists()))  # fmt: skip
