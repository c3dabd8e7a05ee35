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
    positionOfMarks,
    volumeRole,
)
from DynamicSpineLib.Scene.ContourNodes import addContourNode
from DynamicSpineLib.Scene.Hierarchy import fileUnder
from DynamicSpineLib.Scene.LandmarkNodes import addLandmarkNode, templateNames
from DynamicSpineLib.Scene.StorageNames import nameFile
from DynamicSpineLib.Scene.Volumes import loadVolume
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import Contour, LandmarkSet
from DynamicSpineLib.Study.Paths import insidePath
from DynamicSpineLib.Study.Position import Position

if TYPE_CHECKING:
    from slicer import vtkMRMLMarkupsFiducialNode, vtkMRMLMarkupsNode, vtkMRMLScene


BONES_FOLDER = "bones"
"""The folder of the bones' transforms; those of positions are named by their ids."""


def addPointList(scene: vtkMRMLScene, case: Case, key: str, marks: LandmarkSet) -> vtkMRMLMarkupsFiducialNode:
    """A new point list of a set of marks, with its title and the name of its file, hidden.

    All positions' points at once would cover each other: the panel shows each in its position's views.
    """
    name = titleOfMarks(case, key)
    node = addLandmarkNode(scene, name, marks.landmarks, templateNames(case.chain))
    node.SetAttribute(WRITTEN_NAME_ATTRIBUTE, name)
    node.GetDisplayNode().SetVisibility(False)
    nameFile(node, key.replace("/", "-"))
    return node


def addCurve(scene: vtkMRMLScene, key: str, contour: Contour) -> vtkMRMLMarkupsNode:
    """A new line or curve of a set of marks, with its title and the name of its file."""
    node = addContourNode(scene, f"{positionOfMarks(key)} {contour.name}", contour)
    nameFile(node, f"{key.replace('/', '-')}-{contour.name}")
    return node


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
        for key, marks in marksOf(self._case).items():
            self._writeMarks(key, marks)
        for index, bone in enumerate(self._case.bones):
            self._refer(boneRole(index), addBoneNode(self._scene, bone), BONES_FOLDER)

    def _writeMarks(self, key: str, marks: LandmarkSet) -> None:
        positionId = positionOfMarks(key)
        node = addPointList(self._scene, self._case, key, marks)
        node.GetDisplayNode().SetVisibility(key == self._case.markedIn)
        self._refer(landmarksRole(key), node, positionId)
        for contour in marks.contours.values():
            self._refer(contoursRole(key), addCurve(self._scene, key, contour), positionId)

    def _refer(self, role: str, node: Any, folder: str) -> None:
        self.caseNode.AddNodeReferenceID(role, node.GetID())
        self.made.append(node)
        self._folders.append((node, folder))

    def fileInHierarchy(self) -> None:
        """One folder for the case, in it one per position and one for the bones."""
        for node, folder in self._folders:
            fileUnder(self._scene, node, self.caseNode.GetName(), folder)
