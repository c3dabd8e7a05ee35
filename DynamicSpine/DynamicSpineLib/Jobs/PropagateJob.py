"""Carry the marks of a case folder or a Slicer scene, and write it: whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from DynamicSpineLib.Errors import Fault, InputError
from DynamicSpineLib.Jobs.CarryCase import CarriedCase, CarryEngine, ReadVolume, carryCase
from DynamicSpineLib.Jobs.CarryPlan import CarryOptions
from DynamicSpineLib.Jobs.CarryTissue import predictTissue
from DynamicSpineLib.Jobs.OpenSource import openSource
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Registration.CarryBones import carryBones
from DynamicSpineLib.Scene.OpenCase import isScene
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.CaseFolder import caseFiles, fingerprint, writeCase
from DynamicSpineLib.Study.Paths import insidePath
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume, readVolume


@dataclass(frozen=True)
class Propagated:
    """What was carried, and where the case was written; None where nothing could be carried and nothing was written."""

    carried: CarriedCase
    path: Path | None
    notices: tuple[str, ...] = ()


def propagate(
    path: Path, options: CarryOptions, out: Path | None = None, engine: CarryEngine | None = None
) -> Steps[Propagated]:
    """Carry marks in the case at a path and write it; a generator of steps. Until the last one nothing is written.

    out: a new case folder for a case folder, a .mrb for a scene; None writes into the case itself.
    Raises InputError for what cannot be done and JobError for what could not be finished.
    """
    target = _targetOf(path, out)
    state = "" if isScene(path) else fingerprint(path)
    source = openSource(path)
    reader = _sceneVolumes() if isScene(path) else _folderVolumes(path)
    carried = yield from carryCase(source.case, options, reader, engine or carryEngine())
    notices = (*source.notices, *carried.notices)
    if not carried.carriedCount:
        return Propagated(carried, None, notices)
    yield Step(1.0, "writing case")
    if isScene(path):
        _writeScene(carried.case, target)
    elif target == path:
        writeCase(carried.case, path, basedOn=state)
    else:
        writeCase(carried.case, target, caseFiles(carried.case, path))
    return Propagated(carried, target, notices)


def carryEngine() -> CarryEngine:
    """The searches that ship with DynamicSpine."""
    return CarryEngine(carryBones, predictTissue)


def _targetOf(path: Path, out: Path | None) -> Path:
    """Where the case goes. Raises InputError, before any work, where it cannot go there."""
    target = path if out is None else out
    if isScene(path):
        if target.suffix.lower() != ".mrb":
            raise InputError(f"{target}: a scene is written as one .mrb file; name one with --out")
    elif isScene(target) or target.is_file():
        raise InputError(f"{target}: a case folder is written as a folder; name one with --out")
    elif target.resolve() != path.resolve() and fingerprint(target):
        raise InputError(f"{target}: there is a case already; name a folder without one with --out")
    elif target.resolve() == path.resolve():
        return path
    return target


def _folderVolumes(folder: Path) -> ReadVolume:
    def read(position: Position) -> GrayVolume:
        try:
            return readVolume(insidePath(folder, position.volume))
        except InputError as error:
            raise InputError(Fault(str(error), position=position.id).sentence()) from None

    return read


def _sceneVolumes() -> ReadVolume:
    """Reads from the scene that the case was opened in."""
    from DynamicSpineLib.Scene.CaseRoles import onlyCaseNode
    from DynamicSpineLib.Scene.GrayVolumes import grayVolume
    from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication

    caseNode = onlyCaseNode(headlessApplication().scene)

    def read(position: Position) -> GrayVolume:
        return grayVolume(caseNode, position)

    return read


def _writeScene(case: Case, path: Path) -> None:
    from DynamicSpineLib.Scene.ApplyCase import applyCase
    from DynamicSpineLib.Scene.CaseRoles import onlyCaseNode
    from DynamicSpineLib.Scene.CaseScene import readCaseFromScene
    from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication
    from DynamicSpineLib.Scene.SceneFiles import saveScene

    scene = headlessApplication().scene
    applyCase(onlyCaseNode(scene), readCaseFromScene(scene), case)
    saveScene(scene, path)
