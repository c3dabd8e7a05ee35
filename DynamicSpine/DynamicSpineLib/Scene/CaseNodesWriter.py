"""Making the nodes of a case: volumes, point lists, curves, bone transforms, and the node that points to them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from DynamicSpineLib.Errors import DynamicSpineError, Fault, InputError, JobError
from DynamicSpineLib.Scene.BoneNodes import addBoneNode
from DynamicSpineLib.Scene.CaseParameters import marksOf, titleOfMarks, writeParameters
from DynamicSpineLib.Scene.CaseRoles import (
    MODULE_NAME,
    WRITTEN_NAME_ATTRIBUTE,
    boneRole,
    companionRole,
    contoursRole,
    landmarksRole,
    volumeRole,
)
from DynamicSpineLib.Scene.ContourNodes import addContourNode
from DynamicSpineLib.Scene.Hierarchy import fileUnder
from DynamicSpineLib.Scene.LandmarkNodes import addLandmarkNode, templateNames
from DynamicSpineLib.Scene.StorageNames import nameFile
from DynamicSpineLib.Scene.Volumes import loadVolume
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import LandmarkSet
from DynamicSpineLib.Study.Paths import insidePath
from DynamicSpineLib.Study.Position import Position

if TYPE_CHECKING:
    from slicer import vtkMRMLScene


class CaseNodesWriter:
    """Makes the nodes of one case and points the case's node to them."""

    def __init__(self, case: Case, scene: vtkMRMLScene) -> None:
        self._case, self._scene = case, scene
        self._files: dict[str, Any] = {}
        self._folders: list[tuple[Any, str]] = []
        self.caseNode = scene.AddNewNodeByClass("vtkMRMLScriptedModuleNode", f"DynamicSpine {case.caseId}")
        self.caseNode.SetModuleName(MODULE_NAME)
        self.made: list[Any] = [self.caseNode]

    def loadVolumes(self, folder: Path) -> None:
        """Load every position's volume and companions; a file that several name is loaded once."""
        for position in self._case.positions:
            if position.volume:
                node = self._volume(folder, position, position.volume, "image")
                self._refer(volumeRole(position.id), node, position.id)
            for index, (role, name) in enumerate(position.companions.items()):
                node = self._volume(folder, position, name, role)
                self._refer(companionRole(position.id, index), node, position.id)

    def _volume(self, folder: Path, position: Position, name: str, role: str) -> Any:
        if name not in self._files:
            try:
                self._files[name] = loadVolume(self._scene, insidePath(folder, name), f"{position.id} {role}")
            except DynamicSpineError as error:
                kind = InputError if isinstance(error, InputError) else JobError
                raise kind(Fault(str(error), position=position.id).sentence()) from error
        return self._files[name]

    def writeMarksAndBones(self) -> None:
        """Make everything else."""
        writeParameters(self.caseNode, self._case)
        template = templateNames(self._case.chain)
        for key, marks in marksOf(self._case).items():
            self._writeMarks(key, marks, template)
        for index, bone in enumerate(self._case.bones):
            node = addBoneNode(self._scene, bone)
            nameFile(node, f"{bone.level}-{bone.fromPosition}-{bone.toPosition}")
            self._refer(boneRole(index), node, "bones")

    def _writeMarks(self, key: str, marks: LandmarkSet, template: tuple[str, ...]) -> None:
        name, positionId = titleOfMarks(self._case, key), key.rsplit("/", 1)[-1]
        node = addLandmarkNode(self._scene, name, marks.landmarks, template)
        node.SetAttribute(WRITTEN_NAME_ATTRIBUTE, name)
        nameFile(node, key.replace("/", "-"))
        # All positions' points at once would cover each other: the panel shows each in its position's views.
        node.GetDisplayNode().SetVisibility(positionId == self._case.markedIn and key == positionId)
        self._refer(landmarksRole(key), node, positionId)
        for contour in marks.contours.values():
            curve = addContourNode(self._scene, f"{positionId} {contour.name}", contour)
            nameFile(curve, f"{key.replace('/', '-')}-{contour.name}")
            self._refer(contoursRole(key), curve, positionId)

    def _refer(self, role: str, node: Any, folder: str) -> None:
        self.caseNode.AddNodeReferenceID(role, node.GetID())
        self.made.append(node)
        self._folders.append((node, folder))

    def fileInHierarchy(self) -> None:
        """One folder for the case, in it one per position and one for the bones."""
        for node, folder in self._folders:
            fileUnder(self._scene, node, self.caseNode.GetName(), folder)
