"""Scenes on disk: .mrb bundles written and read back to prove it, .mrb and .mrml scenes opened."""

from __future__ import annotations

import os
import tempfile
import zipfile
import zlib
from collections import Counter
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from slicer import vtkMRMLMessageCollection, vtkMRMLScene

from DynamicSpineLib.Errors import DynamicSpineError, InputError, InputFaults, JobError
from DynamicSpineLib.Scene.CaseRoles import allNodes, caseNodes
from DynamicSpineLib.Scene.CaseScene import readCaseFromScene
from DynamicSpineLib.Scene.Quiet import quietMessages, quietTerminal
from DynamicSpineLib.Scene.StorageNames import requireStorage, safeFileNames
from DynamicSpineLib.Scene.Volumes import volumeArray
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

if TYPE_CHECKING:
    from slicer import vtkMRMLScriptedModuleNode

# A bundle that unpacks to more than this is no positional study.
_MOST_BYTES = 32 * 2**30
_MOST_ROUNDED_MM = 1e-9
_ERROR_EVENT = 39  # vtkCommand::ErrorEvent


def saveScene(scene: vtkMRMLScene, path: Path) -> None:
    """Save a scene as .mrb: written beside its target, opened again and compared, then moved into place.

    Raises InputError for another ending or a folder that cannot be written; JobError where what was saved is not what
    is read back (Slicer loses nodes silently where a module's logic is missing). An earlier file then stays as it was.
    """
    path = Path(path)
    if path.suffix.lower() != ".mrb":
        raise InputError(f"{path.name}: a scene is saved as one .mrb file")
    try:
        with tempfile.TemporaryDirectory(prefix=".writing-", dir=path.parent) as folder:
            temporary = Path(folder) / path.name
            _write(scene, temporary)
            _requireSame(scene, temporary, path.name)
            os.replace(temporary, path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror or 'unknown reason'})") from error


def _write(scene: vtkMRMLScene, path: Path) -> None:
    requireStorage(scene)
    with quietTerminal(), quietMessages() as messages, safeFileNames(scene):
        isWritten = scene.WriteToMRB(str(path))
    if not isWritten or not path.is_file():
        raise JobError(f"{path.name}: the scene could not be saved{_because(messages)}")


def _requireSame(scene: vtkMRMLScene, path: Path, name: str) -> None:
    """Open what was saved in a second scene and compare cases, node counts and voxels with the first."""
    again = vtkMRMLScene()
    scene.CopyRegisteredNodesToScene(again)
    try:
        openScene(again, path)
        lost = _counts(scene) - _counts(again)
        if lost:
            kind, count = next(iter(lost.items()))
            raise JobError(f"{name}: the saved scene lost {count} {kind}, so it was not kept")
        for first, second in zip(caseNodes(scene), caseNodes(again), strict=True):
            _requireSameCase(scene, first, again, second, name)
    except InputError as error:
        raise JobError(f"{name}: the saved scene cannot be read back ({error}), so it was not kept") from error
    finally:
        again.Clear(True)


def _counts(scene: vtkMRMLScene) -> Counter[str]:
    nodes = [scene.GetNthNode(index) for index in range(scene.GetNumberOfNodes())]
    return Counter(node.GetClassName() for node in nodes if node.GetSaveWithScene() and not node.GetHideFromEditors())


def _requireSameCase(
    scene: vtkMRMLScene, first: vtkMRMLScriptedModuleNode,
    again: vtkMRMLScene, second: vtkMRMLScriptedModuleNode, name: str,
) -> None:  # fmt: skip
    case, saved = readCaseFromScene(scene, first), readCaseFromScene(again, second)
    case, grids = _withoutGrids(case)
    saved, savedGrids = _withoutGrids(saved)
    different = [item.name for item in fields(case) if getattr(case, item.name) != getattr(saved, item.name)]
    if not all(_isSameGrid(one, other) for one, other in zip(grids, savedGrids, strict=True)):
        different.append("the place of a volume")
    if different:
        raise JobError(f"{name}: the saved case differs from the one in the scene ({different[0]}), so it was not kept")
    kept = [node for node in allNodes(first) if node.GetSaveWithScene()]
    for one, other in zip(kept, allNodes(second), strict=True):
        if one.IsA("vtkMRMLScalarVolumeNode") and not np.array_equal(volumeArray(one), volumeArray(other)):
            raise JobError(f"{name}: the saved volume '{one.GetName()}' differs from the one in the scene")


def _withoutGrids(case: Case) -> tuple[Case, list[VolumeGeometry | None]]:
    """The case without its volumes' grids, and those: Slicer inverts a volume's matrix at reading, which rounds it."""
    bare = tuple(replace(item, geometry=None) for item in case.positions)
    return replace(case, positions=bare), [item.geometry for item in case.positions]


def _isSameGrid(first: VolumeGeometry | None, second: VolumeGeometry | None) -> bool:
    if first is None or second is None or first.size != second.size or first.sidesKnown != second.sidesKnown:
        return first is second
    return bool(np.abs(first.ijkToRAS - second.ijkToRAS).max() <= _MOST_ROUNDED_MM)


def loadScene(path: Path, scene: vtkMRMLScene | None = None) -> tuple[Case, vtkMRMLScriptedModuleNode]:
    """Open a .mrb or .mrml scene and read its case; return the case and its node.

    scene: where to open it, emptied first; None takes the headless application's. Raises InputError naming the file
    where it is missing, damaged, holds no case, or refers to files that are not there.
    """
    from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication

    path = Path(path)
    scene = headlessApplication().scene if scene is None else scene
    scene.Clear(False)
    try:
        errors = openScene(scene, path)
        nodes = caseNodes(scene)
        if len(nodes) != 1:
            raise InputError(f"{path.name}: holds {len(nodes)} DynamicSpine cases; one is needed")
        _requireWhole(nodes[0], errors, path.name)
        return _readNamed(scene, nodes[0], path.name), nodes[0]
    except DynamicSpineError:
        scene.Clear(False)
        raise


def _readNamed(scene: vtkMRMLScene, caseNode: vtkMRMLScriptedModuleNode, name: str) -> Case:
    """The case of a scene; what is wrong with it is said with the file's name."""
    try:
        return readCaseFromScene(scene, caseNode)
    except InputFaults as problem:
        raise InputFaults(replace(fault, file=name) for fault in problem.faults) from None
    except InputError as error:
        raise InputError(f"{name}: {error}") from None


def _requireWhole(caseNode: vtkMRMLScriptedModuleNode, errors: list[str], name: str) -> None:
    """Raise InputError where a node of the case lacks its data file. Other modules' nodes are their own business."""
    for node in allNodes(caseNode):
        isLost = any(f"({node.GetID()})" in error for error in errors)
        if isLost or (node.IsA("vtkMRMLVolumeNode") and node.GetImageData() is None):
            raise InputError(f"{name}: the file of '{node.GetName()}' is missing or damaged")


def openScene(scene: vtkMRMLScene, path: Path) -> list[str]:
    """Add the nodes of a .mrb or .mrml file to a scene; return Slicer's errors about single nodes.

    Raises InputError naming the file where it is missing or no scene.
    """
    path = Path(path)
    if not path.is_file():
        raise InputError(f"{path.name}: the scene is missing")
    if path.suffix.lower() == ".mrml":
        return _import(scene, path, path.name)
    if path.suffix.lower() != ".mrb":
        raise InputError(f"{path.name}: a scene is a .mrb or .mrml file")
    with tempfile.TemporaryDirectory() as folder:
        return _import(scene, _unpacked(path, Path(folder)), path.name)


def _unpacked(path: Path, folder: Path) -> Path:
    """Unpack a bundle into a folder; return its .mrml. zipfile keeps every member inside the folder and checks it."""
    try:
        with zipfile.ZipFile(path) as bundle:
            if sum(member.file_size for member in bundle.infolist()) > _MOST_BYTES:
                raise InputError(f"{path.name}: unpacks to more than {_MOST_BYTES // 2**30} GB")
            bundle.extractall(folder)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise InputError(f"{path.name}: the scene bundle is damaged or cut short") from error
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read ({error.strerror or 'unknown reason'})") from error
    scenes = sorted(folder.rglob("*.mrml"), key=lambda found: (len(found.parts), found.as_posix()))
    if not scenes:
        raise InputError(f"{path.name}: holds no scene (.mrml)")
    return scenes[0]


def _import(scene: vtkMRMLScene, path: Path, name: str) -> list[str]:
    found = vtkMRMLMessageCollection()
    before = scene.GetURL(), scene.GetRootDirectory()
    with quietTerminal(), quietMessages():
        scene.SetURL(str(path))
        scene.Import(found)
    scene.SetURL(before[0] or "")
    scene.SetRootDirectory(before[1] or "")
    errors = [found.GetNthMessageText(index) for index in range(found.GetNumberOfMessages())
              if found.GetNthMessageType(index) == _ERROR_EVENT]
    if errors and "Syntax error in scene file" in errors[-1]:
        raise InputError(f"{name}: is not a Slicer scene, or it is cut short{_because(errors[:1])}")
    return errors


def _because(messages: list[str]) -> str:
    """The last of VTK's messages as a reason in brackets: one line, without its place in the C++ code."""
    lines = [line for message in messages for line in message.splitlines() if line and not line.startswith("ERROR: In")]
    return f" ({lines[-1].split('): ', 1)[-1].rstrip('.')})" if lines else ""
