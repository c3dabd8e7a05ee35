"""The cases of one scene that are open for work: one session each, shared by the panel and by scripts."""

from __future__ import annotations

from pathlib import Path

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Scene.CaseRoles import caseNodes
from DynamicSpineLib.Scene.NodeTypes import CaseNode, MrmlScene
from DynamicSpineLib.Scene.SceneEvents import SceneEvents
from DynamicSpineLib.Session.CaseFiles import newCase, openCaseFolder, sessionOf
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.Events import Event


class Workspace:
    """Knows the cases of a scene. casesChanged: cases came or went; the scene may be new altogether."""

    def __init__(self, scene: MrmlScene) -> None:
        self.scene = scene
        self.casesChanged: Event[()] = Event()
        self._sessions: dict[str, CaseSession] = {}
        self._events = SceneEvents(scene, self._sceneChanged)

    def close(self) -> None:
        """Close every session and stop watching the scene."""
        self._events.stop()
        for session in list(self._sessions.values()):
            session.close()
        self._sessions.clear()

    def caseNodes(self) -> list[CaseNode]:
        """The node of every case in the scene."""
        return caseNodes(self.scene)

    def session(self, caseNode: CaseNode) -> CaseSession:
        """The session of a case, begun where there is none yet. Raises InputError where the case cannot be read."""
        found = self._sessions.get(caseNode.GetID())
        if found is None or not found.isOpen or found.caseNode is not caseNode:
            found = self._keep(sessionOf(caseNode))
        return found

    def onlySession(self) -> CaseSession:
        """The session of the scene's one case. Raises InputError where there is none or more than one."""
        nodes = self.caseNodes()
        if len(nodes) != 1:
            found = f"{len(nodes)} cases are open; say which one" if nodes else "no case is open"
            raise InputError(found)
        return self.session(nodes[0])

    def openFolder(self, folder: Path) -> CaseSession:
        """Open a case folder. Raises InputError with what is wrong with it."""
        session = self._keep(openCaseFolder(self.scene, folder))
        self.casesChanged.tell()
        return session

    def newCase(self, caseId: str, levels: tuple[str, ...]) -> CaseSession:
        """Make a case without positions. Raises InputError where name or levels cannot be used."""
        if any(self.session(node).case.caseId == caseId.strip() for node in self.caseNodes()):
            raise InputError(f"a case called '{caseId.strip()}' is open already")
        session = self._keep(newCase(self.scene, caseId, levels))
        self.casesChanged.tell()
        return session

    def sessionCount(self) -> int:
        """How many sessions are open, for tests of leaks."""
        return sum(session.isOpen for session in self._sessions.values())

    def _keep(self, session: CaseSession) -> CaseSession:
        self._dropClosed()
        self._sessions[session.caseNode.GetID()] = session
        return session

    def _dropClosed(self) -> None:
        gone = [key for key, item in self._sessions.items() if not item.isOpen]
        for key in gone:
            del self._sessions[key]

    def _sceneChanged(self) -> None:
        self._dropClosed()
        self.casesChanged.tell()
