"""Opening, making and saving the case of a session."""

from __future__ import annotations

import tempfile
from pathlib import Path

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.NodeTypes import CaseNode, MrmlScene
from DynamicSpineLib.Scene.Volumes import saveVolume
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.CaseFolder import caseFiles, fingerprint, readCaseToEdit, writeCase
from DynamicSpineLib.Study.EditCase import chainOf
from DynamicSpineLib.Study.EditMarks import withoutOpenMarks
from DynamicSpineLib.Study.Paths import insidePath

FOLDER_ATTRIBUTE, STATE_ATTRIBUTE = "DynamicSpine.Folder", "DynamicSpine.FolderState"


def openCaseFolder(scene: MrmlScene, folder: Path) -> CaseSession:
    """Open a case folder in a scene, with its volumes, in place of the same case if it is open there.

    Raises InputError with what is wrong; the scene is then as it was.
    """
    folder = Path(folder).resolve()
    state = fingerprint(folder)
    case, _ = readCaseToEdit(folder)
    session = CaseSession(writeCaseToScene(case, scene, folder))
    _keepFolder(session, folder, state)
    session.history.markSaved()
    return session


def newCase(scene: MrmlScene, caseId: str, levels: tuple[str, ...]) -> CaseSession:
    """A new case without positions. Raises InputError where the levels are no chain or the case has no name."""
    if not caseId.strip():
        raise InputError("the case needs a name")
    return CaseSession(writeCaseToScene(Case(caseId.strip(), chainOf(levels), ()), scene))


def sessionOf(caseNode: CaseNode) -> CaseSession:
    """The session of a case that is in a scene already, with its folder where that still holds the state it came from.

    Raises InputError where the node holds no readable case.
    """
    session = CaseSession(caseNode)
    folder, state = caseNode.GetAttribute(FOLDER_ATTRIBUTE), caseNode.GetAttribute(STATE_ATTRIBUTE)
    if folder and state and fingerprint(Path(folder)) == state:
        session.folder, session.basedOn = Path(folder), state
        if withoutOpenMarks(readCaseToEdit(Path(folder))[0]) == session.case:
            session.history.markSaved()
        else:
            session.history.markUnsaved()
    return session


def saveCase(session: CaseSession, folder: Path | None = None) -> Path:
    """Write the case into its folder, or into another one; whole or not at all. Returns the folder.

    Volumes that the folder does not have yet are written there, as they are in the scene.
    Raises InputError where the folder cannot be written or its case was changed by somebody else meanwhile.
    """
    session.settle()
    if session.fault:
        raise InputError(session.fault)
    target = Path(folder).resolve() if folder is not None else session.folder
    if target is None:
        raise InputError("the case has no folder yet: choose one")
    basedOn = session.basedOn if target == session.folder else None
    with tempfile.TemporaryDirectory(prefix="dynamicspine-") as temporary:
        writeCase(session.case, target, _volumesFor(session, target, Path(temporary)), basedOn or None)
    _keepFolder(session, target, fingerprint(target))
    session.history.markSaved()
    return target


def _volumesFor(session: CaseSession, target: Path, temporary: Path) -> dict[str, Path]:
    """What has to be copied into a folder: volumes of the session's own folder, and those that only the scene has."""
    found = {}
    own = caseFiles(session.case, session.folder) if session.folder is not None else {}
    for position in session.case.positions:
        for name in (position.volume, *position.companions.values()):
            if not name or insidePath(target, name).exists():
                continue
            if name in own and own[name].exists():
                found[name] = own[name]
            elif name == position.volume:
                found[position.id] = _savedVolume(session, position.id, temporary)
    return found


def _savedVolume(session: CaseSession, positionId: str, folder: Path) -> Path:
    node = volumeNode(session.caseNode, positionId)
    if node is None:
        raise InputError(f"position '{positionId}': its volume is not in the scene any more; remove the position or "
                         "load it again")  # fmt: skip
    path = folder / f"{positionId}.nrrd"
    saveVolume(node, path)
    return path


def _keepFolder(session: CaseSession, folder: Path, state: str) -> None:
    session.folder, session.basedOn = folder, state
    with session.ownWriting():
        session.caseNode.SetAttribute(FOLDER_ATTRIBUTE, str(folder))
        session.caseNode.SetAttribute(STATE_ATTRIBUTE, state)
