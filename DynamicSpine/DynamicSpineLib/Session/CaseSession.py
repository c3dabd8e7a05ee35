"""One case of a scene, open for work: its state as an immutable value, edits with undo, and what others edit."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from DynamicSpineLib.Errors import DynamicSpineError
from DynamicSpineLib.Scene.ApplyCase import applyCase
from DynamicSpineLib.Scene.CaseParameters import writeParameters
from DynamicSpineLib.Scene.CaseRoles import landmarkNode, marksKey, volumeNode, volumeRole
from DynamicSpineLib.Scene.CaseScene import readCaseFromScene
from DynamicSpineLib.Scene.MarkChanges import MarkChanges, describe
from DynamicSpineLib.Scene.NodeTypes import CaseNode, VolumeNode
from DynamicSpineLib.Scene.SceneTimes import marksStoredAt, now, storedAt
from DynamicSpineLib.Scene.SceneWatch import SceneWatch
from DynamicSpineLib.Session.Events import Event
from DynamicSpineLib.Session.History import Edit, History
from DynamicSpineLib.Session.MarkNames import markTitle
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import withLandmarks, withoutOpenMarks
from DynamicSpineLib.Study.Marks import DEFINED, MISSING, Landmark


class CaseSession:
    """A case under work. The scene is the truth; `case` is what it holds, read again wherever somebody edited it.

    caseChanged tells (before, after); markMoved tells (position id, mark) for each step of a drag, after which the case
    is up to date too; faultChanged: the nodes hold no readable case, or do again; closed: the scene or the case went;
    unsettled: `settle` has something to do.
    """

    def __init__(self, caseNode: CaseNode, folder: Path | None = None, basedOn: str = "") -> None:
        self.caseNode, self.scene = caseNode, caseNode.GetScene()
        self.folder, self.basedOn = folder, basedOn
        self.history = History()
        self.fault = ""
        self.caseChanged: Event[Case, Case] = Event()
        self.markMoved: Event[str, Landmark] = Event()
        self.faultChanged: Event[()] = Event()
        self.closed: Event[()] = Event()
        self.unsettled: Event[()] = Event()
        self.case = withoutOpenMarks(readCaseFromScene(self.scene, caseNode))
        files = {item.id: item.volume for item in self.case.positions}
        self._volumes = {(key, files[key]): node.GetID() for key, node in self.volumes().items()}
        self._isOpen, self._readDue, self._describeDue, self._isInSavedScene = True, False, False, False
        self._looks: dict[str, MarkChanges] = {}
        self._editedAt = caseNode.GetMTime()
        self._watch = SceneWatch(caseNode, self)

    @property
    def isOpen(self) -> bool:
        """False once the scene was closed or the case's node removed."""
        return self._isOpen

    @property
    def isSaved(self) -> bool:
        """True where the case on disk, in its folder or else in its scene's file, is the case as it is now."""
        self.noteSavedScene()
        return (self.folder is not None or self._isInSavedScene) and self.history.isSaved

    def noteSavedScene(self) -> None:
        """A case without a folder is saved with its scene."""
        if self.folder is not None or storedAt(self.scene) <= self._editedAt:
            return
        if self.history.isSaved or marksStoredAt(self.caseNode) > self._editedAt:
            self._isInSavedScene, self._editedAt = True, now()
            self.history.markSaved()

    def close(self) -> None:
        """Stop watching; the nodes stay as they are."""
        if self._isOpen:
            self._isOpen = False
            self._watch.stop()
            self.closed.tell()

    # --- edits by the panel and by scripts ---

    def do(self, text: str, after: Case, mergeKey: str = "") -> None:
        """Make an edit: write what differs into the scene and remember how to take it back. text: what, in words."""
        self.settle()
        before = self.case
        self._write(before, withoutOpenMarks(after))
        self._remember(Edit(text, before, self.case, mergeKey))
        self.caseChanged.tell(before, self.case)

    def undo(self) -> str:
        """Take the last edit back; returns what it was, empty where there is none."""
        self.settle()
        self.noteSavedScene()
        edit = self.history.takeBack()
        return self._moveTo(edit.before, edit.text) if edit is not None else ""

    def redo(self) -> str:
        """Make the edit again that was taken back last; returns what it was, empty where there is none."""
        self.settle()
        self.noteSavedScene()
        edit = self.history.takeAgain()
        return self._moveTo(edit.after, edit.text) if edit is not None else ""

    def referVolume(self, positionId: str, volume: Any, file: str | None = None) -> None:
        """Say which volume node shows a position as long as its volume is called `file` (None: as it is now).

        Remembered, so that undo and redo find the node of every state: another volume needs another file name.
        """
        position = self.case.position(positionId)
        name = position.volume if file is None and position is not None else file or ""
        self._volumes[positionId, name] = volume.GetID()
        if position is not None and position.volume == name:
            with self._watch.paused():
                self.caseNode.SetNodeReferenceID(volumeRole(positionId), volume.GetID())
            self._readLater()  # its grid is part of the case

    def volumeFiles(self) -> tuple[str, ...]:
        """The file names that volumes have, or would have again after an undo."""
        return tuple(name for _positionId, name in self._volumes if name)

    def volumes(self) -> dict[str, VolumeNode]:
        """The volume nodes of the positions, as far as they are there, by position id."""
        nodes = {item.id: volumeNode(self.caseNode, item.id) for item in self.case.positions}
        return {positionId: node for positionId, node in nodes.items() if node is not None}

    def ownWriting(self) -> AbstractContextManager[None]:
        """A block in which what is written into the case's nodes is not taken for somebody else's edit."""
        return self._watch.paused()

    def _remember(self, edit: Edit) -> None:
        self.noteSavedScene()
        self.history.add(edit)
        self._editedAt = now()

    def _moveTo(self, case: Case, text: str) -> str:
        before = self.case
        self._write(before, case)
        self._editedAt = now()
        self.caseChanged.tell(before, self.case)
        return text

    def _write(self, before: Case, after: Case) -> None:
        with self._watch.paused():
            self._referVolumes(after)
            applyCase(self.caseNode, before, after)
        self.case = after

    def _referVolumes(self, after: Case) -> None:
        files = {item.id: item.volume for item in after.positions}
        for positionId in {key[0] for key in self._volumes} - files.keys():
            self.caseNode.RemoveNodeReferenceIDs(volumeRole(positionId))
        for positionId, name in files.items():
            nodeId = self._volumes.get((positionId, name), "")
            if nodeId and self.scene.GetNodeByID(nodeId) is not None:
                self.caseNode.SetNodeReferenceID(volumeRole(positionId), nodeId)

    # --- edits by others ---

    def settle(self) -> None:
        """Take over what others edited and was not read yet. Called when the mouse rests, and before every edit."""
        wasDragged, self._describeDue = self._describeDue, False
        isReadDue, self._readDue = self._watch.hasLost() or self._readDue, False  # writing forgets what was lost
        if wasDragged:
            self._describeMarks()
        if isReadDue:
            self._readAgain()
        if wasDragged and not self.fault:  # after the reading: a bone that was deleted is then no longer counted
            with self._watch.paused():
                writeParameters(self.caseNode, self.case)

    def marksChanged(self, node: Any) -> None:
        """Part of SceneListener: points of a node were edited by the mouse or by another module."""
        positionId = self._positionOf(node)
        position = self.case.position(positionId) if positionId else None
        if position is None or self.fault:
            self._readLater()
            return
        look = self._looks.setdefault(node.GetID(), MarkChanges(node))
        changed = look.since(position.marks.landmarks, volumeNode(self.caseNode, positionId))
        if changed is None:
            self._readLater()
        elif changed:
            self._takeOver(positionId, changed)

    def _takeOver(self, positionId: str, changed: list[Landmark]) -> None:
        before = self.case
        earlier = before.position(positionId)
        was = earlier.marks.landmarks if earlier is not None else {}
        self.case = withLandmarks(before, positionId, changed)
        self._describeDue = True
        names = [item.name for item in changed]
        isDrag = len(changed) == 1 and changed[0].status == DEFINED and was.get(names[0]) is not None \
            and was[names[0]].status == DEFINED  # fmt: skip
        self._remember(Edit(_said(changed, isDrag), before, self.case, f"{positionId} {names[0]}" if isDrag else ""))
        if isDrag:
            self.markMoved.tell(positionId, changed[0])
        else:
            self.caseChanged.tell(before, self.case)

    def interactionEnded(self, node: Any) -> None:  # noqa: ARG002
        """Part of SceneListener: the mouse was released, so that the next move is an edit of its own."""
        self.history.seal()

    def nodeChanged(self, node: Any) -> None:  # noqa: ARG002
        """Part of SceneListener: a name, matrix, transform or image changed."""
        self._readLater()

    def nodeRemoved(self) -> None:
        """Part of SceneListener: somebody deleted a node, perhaps one of the case."""
        self.unsettled.tell()

    def caseRemoved(self) -> None:
        """Part of SceneListener: somebody deleted the case's own node."""
        self.close()

    def sceneChanged(self) -> None:
        """Part of SceneListener: a scene was imported into this one."""
        self._readLater()

    def sceneClosing(self) -> None:
        """Part of SceneListener: every node is about to go."""
        self.close()

    def _positionOf(self, node: Any) -> str:
        """The position whose own point list a node is; empty for others."""
        return next((item.id for item in self.case.positions
                     if landmarkNode(self.caseNode, marksKey(item.id)) is node), "")  # fmt: skip

    def _describeMarks(self) -> None:
        """Say in the nodes, too, that moved marks are now their user's."""
        with self._watch.paused():
            for position in self.case.positions:
                node = landmarkNode(self.caseNode, marksKey(position.id))
                if node is not None:
                    describe(node, position.marks.landmarks)

    def _readAgain(self) -> None:
        before = self.case
        with self._watch.paused():
            try:
                found = withoutOpenMarks(readCaseFromScene(self.scene, self.caseNode))
            except DynamicSpineError as error:
                self._setFault(str(error))
                return
        self._setFault("")
        if found != before:
            self.case = found
            self._remember(Edit("edited outside the panel", before, found))
            self.caseChanged.tell(before, found)

    def _readLater(self) -> None:
        if not self._readDue:
            self._readDue = True
            self.unsettled.tell()

    def _setFault(self, fault: str) -> None:
        if fault != self.fault:
            self.fault = fault
            self.faultChanged.tell()


def _said(changed: list[Landmark], isDrag: bool) -> str:
    if len(changed) > 1:
        return f"changed {len(changed)} marks"
    verb = "moved" if isDrag else {DEFINED: "placed", MISSING: "not visible:"}.get(changed[0].status, "removed")
    return f"{verb} {markTitle(changed[0].name)}"
