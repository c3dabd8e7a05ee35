"""Which volume of the scene shows which position, followed through edits, undo and redo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Scene.NodeTypes import VolumeNode
from DynamicSpineLib.Session.AddPositions import NewPosition, addPositions, freshVolumeFile, geometryOf
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.PositionEdits import titleOf
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditCase import withPosition
from DynamicSpineLib.Study.EditMarks import positionOf
from DynamicSpineLib.Study.Position import Position


class PositionVolumes:
    """Belongs to one session and lives as long as it; `close` ends the following.

    A position's volume has another file name whenever it is another volume, so that a state of the case says by its
    file names which volumes belong to it.
    """

    def __init__(self, session: CaseSession) -> None:
        self._session = session
        self._nodeIds: dict[tuple[str, str], str] = {}
        self._stop = session.caseChanged.listen(self._follow)
        self._follow(session.case, session.case)

    def close(self) -> None:
        """Stop following."""
        self._stop()

    def names(self) -> dict[str, str]:
        """The name of the volume node of every position that has one, by position id."""
        found = {item.id: volumeNode(self._session.caseNode, item.id) for item in self._session.case.positions}
        return {positionId: node.GetName() or "" for positionId, node in found.items() if node is not None}

    def add(self, added: Sequence[NewPosition], markedIn: str = "") -> tuple[Position, ...]:
        """Add volumes as positions, as `addPositions` does."""
        return addPositions(self._session, added, markedIn, self._files())

    def choose(self, positionId: str, volume: VolumeNode) -> None:
        """Show a position by another volume of the scene, as an edit. Its marks stay; bones carried by images go.

        Raises InputError where the volume holds no image.
        """
        session = self._session
        session.settle()
        position = positionOf(session.case, positionId)
        if volume.GetImageData() is None:
            raise InputError(f"{volume.GetName()}: the volume holds no image")
        if volumeNode(session.caseNode, positionId) is volume:
            return
        file = freshVolumeFile(positionId, self._files(), session.folder)
        self._nodeIds[positionId, file] = volume.GetID()
        changed = withPosition(session.case, replace(position, volume=file, geometry=geometryOf(volume)))
        bones = tuple(item for item in changed.bones if positionId not in (item.fromPosition, item.toPosition))
        session.referVolume(positionId, volume)
        session.do(f"{titleOf(position)}: volume {volume.GetName()}", replace(changed, bones=bones))

    def _files(self) -> list[str]:
        return [file for _, file in self._nodeIds]

    def _follow(self, before: Case, after: Case) -> None:
        """Point to the volume that each position had in this state of the case."""
        session, moved = self._session, False
        for item in after.positions:
            shown, key = volumeNode(session.caseNode, item.id), (item.id, item.volume)
            isNew = before.position(item.id) is None and not session.history.redoText
            if shown is not None and (isNew or key not in self._nodeIds):
                self._nodeIds[key] = shown.GetID()
            node = session.scene.GetNodeByID(self._nodeIds.get(key, ""))
            if node is not None and node is not shown:
                session.referVolume(item.id, node)
                moved = True
        if moved:
            session.caseChanged.tell(after, after)
