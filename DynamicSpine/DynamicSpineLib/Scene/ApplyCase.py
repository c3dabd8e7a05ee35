"""Writing what differs between two states of a case into its nodes, which stay the same nodes wherever they can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slicer import vtkMRMLScene

from DynamicSpineLib.Scene.BoneNodes import addBoneNode
from DynamicSpineLib.Scene.CaseNodesWriter import BONES_FOLDER, addCurve, addPointList
from DynamicSpineLib.Scene.CaseParameters import marksOf, titleOfMarks, writeParameters
from DynamicSpineLib.Scene.CaseRoles import (
    WRITTEN_NAME_ATTRIBUTE,
    boneRole,
    boneRoles,
    contoursRole,
    landmarkNode,
    landmarksRole,
    nodesWithRole,
    positionOfMarks,
    volumeNode,
)
from DynamicSpineLib.Scene.Frames import FromFrame, fromVolumeFrame
from DynamicSpineLib.Scene.Hierarchy import fileUnder, removeNode
from DynamicSpineLib.Scene.LandmarkNodes import fillLandmarks, setLandmark, templateNames
from DynamicSpineLib.Scene.ResultTables import removeResultTables
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import UNDEFINED, Contour, Landmark, LandmarkSet

if TYPE_CHECKING:
    from slicer import vtkMRMLMarkupsFiducialNode, vtkMRMLScriptedModuleNode


def applyCase(caseNode: vtkMRMLScriptedModuleNode, before: Case, after: Case) -> None:
    """Bring the nodes of a case from the state `before` to the state `after`.

    Only what differs is written; nodes that a user deleted are made again where `after` needs them. Volumes are left
    alone: which volume belongs to a position is said by `referVolume`. Result tables of the earlier state go.
    """
    scene = caseNode.GetScene()
    scene.StartState(vtkMRMLScene.BatchProcessState)
    try:
        _CaseApplier(caseNode, before, after).apply()
    finally:
        scene.EndState(vtkMRMLScene.BatchProcessState)


class _CaseApplier:
    def __init__(self, caseNode: vtkMRMLScriptedModuleNode, before: Case, after: Case) -> None:
        self._node, self._before, self._after = caseNode, before, after
        self._scene = caseNode.GetScene()

    def apply(self) -> None:
        """Write what differs."""
        before, after = marksOf(self._before), marksOf(self._after)
        newTemplate = self._before.chain != self._after.chain
        for key in before:
            if key not in after:
                self._removeMarks(key)
        for key, marks in after.items():
            node = landmarkNode(self._node, key)
            if node is None or newTemplate or key not in before:
                self._rewriteLandmarks(key, marks)
            elif marks.landmarks != before[key].landmarks:
                self._updateLandmarks(node, key, marks.landmarks)
            self._updateContours(key, before.get(key, LandmarkSet()).contours, marks.contours)
            self._retitle(key)
        if self._before.bones != self._after.bones:
            self._rewriteBones()
        if _withoutMarks(self._before) != _withoutMarks(self._after):
            writeParameters(self._node, self._after)
        removeResultTables(self._node)

    def _removeMarks(self, key: str) -> None:
        for node in (landmarkNode(self._node, key), *nodesWithRole(self._node, contoursRole(key))):
            removeNode(self._scene, node)
        for role in (landmarksRole(key), contoursRole(key)):
            self._node.RemoveNodeReferenceIDs(role)

    def _rewriteLandmarks(self, key: str, marks: LandmarkSet) -> None:
        earlier = landmarkNode(self._node, key)
        if earlier is not None:
            fillLandmarks(earlier, marks.landmarks, templateNames(self._after.chain), self._fromFrame(earlier, key))
            return
        node = addPointList(self._scene, self._after, key, marks)
        self._underVolume(node, key)
        self._node.SetNodeReferenceID(landmarksRole(key), node.GetID())

    def _underVolume(self, node: Any, key: str) -> None:
        positionId = positionOfMarks(key)
        volume = volumeNode(self._node, positionId)
        if volume is not None:
            node.SetAndObserveTransformNodeID(volume.GetTransformNodeID())
        fileUnder(self._scene, node, self._node.GetName(), positionId)

    def _updateLandmarks(
        self, node: vtkMRMLMarkupsFiducialNode, key: str, landmarks: Mapping[str, Landmark]
    ) -> None:
        places = {node.GetNthControlPointLabel(index): index for index in range(node.GetNumberOfControlPoints())}
        if any(name not in places for name in landmarks):
            fillLandmarks(node, landmarks, templateNames(self._after.chain), self._fromFrame(node, key))
            return
        modifying = node.StartModify()
        fromFrame = self._fromFrame(node, key)
        for name, index in places.items():
            setLandmark(node, index, landmarks.get(name) or Landmark(name, status=UNDEFINED), fromFrame)
        node.EndModify(modifying)

    def _fromFrame(self, node: Any, key: str) -> FromFrame:
        return fromVolumeFrame(node, volumeNode(self._node, positionOfMarks(key)))

    def _updateContours(self, key: str, before: Mapping[str, Contour], after: Mapping[str, Contour]) -> None:
        role = contoursRole(key)
        nodes = nodesWithRole(self._node, role)
        if before == after and len(nodes) == len(after):
            return
        for node in nodes:
            removeNode(self._scene, node)
        self._node.RemoveNodeReferenceIDs(role)
        for contour in after.values():
            curve = addCurve(self._scene, key, contour)
            self._underVolume(curve, key)
            self._node.AddNodeReferenceID(role, curve.GetID())

    def _retitle(self, key: str) -> None:
        node, name = landmarkNode(self._node, key), titleOfMarks(self._after, key)
        if node is not None and node.GetName() != name:
            node.SetName(name)
            node.SetAttribute(WRITTEN_NAME_ATTRIBUTE, name)

    def _rewriteBones(self) -> None:
        for role in boneRoles(self._node):
            removeNode(self._scene, self._node.GetNodeReference(role))
            self._node.RemoveNodeReferenceIDs(role)
        for index, bone in enumerate(self._after.bones):
            node = addBoneNode(self._scene, bone)
            self._node.SetNodeReferenceID(boneRole(index), node.GetID())
            fileUnder(self._scene, node, self._node.GetName(), BONES_FOLDER)


def _withoutMarks(case: Case) -> Case:
    """The case as far as it is kept in its own node: who marked what, but none of the marks."""
    positions = tuple(replace(item, marks=LandmarkSet()) for item in case.positions)
    readings = tuple(replace(item, marks=dict.fromkeys(item.marks, LandmarkSet())) for item in case.readings)
    return replace(case, positions=positions, readings=readings)
