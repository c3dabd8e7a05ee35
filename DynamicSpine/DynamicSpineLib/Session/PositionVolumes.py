"""Which volume of the scene shows which position."""

from __future__ import annotations

from dataclasses import replace

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Scene.NodeTypes import VolumeNode
from DynamicSpineLib.Session.AddPositions import freshVolumeFile, geometryOf
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.PositionEdits import titleOf
from DynamicSpineLib.Study.EditCase import withPosition
from DynamicSpineLib.Study.EditMarks import positionOf


def volumeNames(session: CaseSession) -> dict[str, str]:
    """The name of the volume node of every position that has one, by position id."""
    return {positionId: node.GetName() or "" for positionId, node in session.volumes().items()}


def chooseVolume(session: CaseSession, positionId: str, volume: VolumeNode) -> None:
    """Show a position by another volume of the scene, as an edit. Its marks stay; bones carried by images go.

    Raises InputError where the volume holds no image.
    """
    session.settle()
    position = positionOf(session.case, positionId)
    if volume.GetImageData() is None:
        raise InputError(f"{volume.GetName()}: the volume holds no image")
    if volumeNode(session.caseNode, positionId) is volume:
        return
    file = freshVolumeFile(positionId, session.volumeFiles(), session.folder)
    changed = withPosition(session.case, replace(position, volume=file, geometry=geometryOf(volume)))
    bones = tuple(item for item in changed.bones if positionId not in (item.fromPosition, item.toPosition))
    session.referVolume(positionId, volume, file)
    session.do(f"{titleOf(position)}: volume {volume.GetName()}", replace(changed, bones=bones))
