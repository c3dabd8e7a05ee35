"""Writing what differs between two states of a case into its nodes, which stay the same nodes wherever they can."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slicer import vtkMRMLMarkupsNode, vtkMRMLScene

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Scene.BoneNodes import addBoneNode
from DynamicSpineLib.Scene.CaseParameters import marksOf, titleOfMarks, writeParameters
from DynamicSpineLib.Scene.CaseRoles import (
    WRITTEN_NAME_ATTRIBUTE,
    boneRole,
    contoursRole,
    landmarkNode,
    landmarksRole,
    nodesWithRole,
    volumeNode,
)
from DynamicSpineLib.Scene.ContourNodes import addContourNode
from DynamicSpineLib.Scene.Frames import FromFrame, controlPoint, fromVolumeFrame, samePoint
from DynamicSpineLib.Scene.Hierarchy import fileUnder, removeNode
from DynamicSpineLib.Scene.LandmarkNodes import addLandmarkNode, templateNames
from DynamicSpineLib.Scene.ResultTables import removeResultTables
from DynamicSpineLib.Scene.StorageNames import nameFile
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.MarkHow import howOf, writeHow
from DynamicSpineLib.Study.Marks import DEFINED, MISSING, UNDEFINED, Contour, Landmark, LandmarkSet

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
        if not _differsInMarksOnly(self._before, self._after):
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
            _fillTemplate(earlier, marks.landmarks, self._after.chain, self._fromFrame(earlier, key))
            return
        name = titleOfMarks(self._after, key)
        node = addLandmarkNode(self._scene, name, marks.landmarks, templateNames(self._after.chain))
        node.SetAttribute(WRITTEN_NAME_ATTRIBUTE, name)
        nameFile(node, key.replace("/", "-"))
        node.GetDisplayNode().SetVisibility(False)
        self._underVolume(node, key)
        self._node.SetNodeReferenceID(landmarksRole(key), node.GetID())

    def _underVolume(self, node: Any, key: str) -> None:
        positionId = key.rsplit("/", 1)[-1]
        volume = volumeNode(self._node, positionId)
        if volume is not None:
            node.SetAndObserveTransformNodeID(volume.GetTransformNodeID())
        fileUnder(self._scene, node, self._node.GetName(), positionId)

    def _updateLandmarks(
        self, node: vtkMRMLMarkupsFiducialNode, key: str, landmarks: Mapping[str, Landmark]
    ) -> None:
        places = {node.GetNthControlPointLabel(index): index for index in range(node.GetNumberOfControlPoints())}
        if any(name not in places for name in landmarks):
            _fillTemplate(node, landmarks, self._after.chain, self._fromFrame(node, key))
            return
        modifying = node.StartModify()
        toNode = self._fromFrame(node, key)
        for name, index in places.items():
            _setPoint(node, index, landmarks.get(name) or Landmark(name, status=UNDEFINED), toNode)
        node.EndModify(modifying)

    def _fromFrame(self, node: Any, key: str) -> FromFrame:
        return fromVolumeFrame(node, volumeNode(self._node, key.rsplit("/", 1)[-1]))

    def _updateContours(self, key: str, before: Mapping[str, Contour], after: Mapping[str, Contour]) -> None:
        role = contoursRole(key)
        nodes = nodesWithRole(self._node, role)
        if before == after and len(nodes) == len(after):
            return
        for node in nodes:
            removeNode(self._scene, node)
        self._node.RemoveNodeReferenceIDs(role)
        for contour in after.values():
            curve = addContourNode(self._scene, f"{key.rsplit('/', 1)[-1]} {contour.name}", contour)
            nameFile(curve, f"{key.replace('/', '-')}-{contour.name}")
            self._underVolume(curve, key)
            self._node.AddNodeReferenceID(role, curve.GetID())

    def _retitle(self, key: str) -> None:
        node, name = landmarkNode(self._node, key), titleOfMarks(self._after, key)
        if node is not None and node.GetName() != name:
            node.SetName(name)
            node.SetAttribute(WRITTEN_NAME_ATTRIBUTE, name)

    def _rewriteBones(self) -> None:
        for index in range(len(self._before.bones)):
            removeNode(self._scene, self._node.GetNodeReference(boneRole(index)))
            self._node.RemoveNodeReferenceIDs(boneRole(index))
        for index, bone in enumerate(self._after.bones):
            node = addBoneNode(self._scene, bone)
            nameFile(node, f"{bone.level}-{bone.fromPosition}-{bone.toPosition}")
            self._node.SetNodeReferenceID(boneRole(index), node.GetID())
            fileUnder(self._scene, node, self._node.GetName(), "bones")


def _differsInMarksOnly(before: Case, after: Case) -> bool:
    """True where nothing that is kept in the case's own node differs."""
    if len(before.readings) != len(after.readings) or before.chain != after.chain or before.bones != after.bones:
        return False
    positions = tuple(replace(item, marks=LandmarkSet()) for item in before.positions)
    others = tuple(replace(item, marks=LandmarkSet()) for item in after.positions)
    bare = replace(before, positions=positions, readings=())
    return bare == replace(after, positions=others, readings=())


def _setPoint(node: vtkMRMLMarkupsFiducialNode, index: int, landmark: Landmark, toNode: FromFrame) -> None:
    """Give a control point its place, status and description, touching only what differs."""
    status = node.GetNthControlPointPositionStatus(index)
    if landmark.status == DEFINED and landmark.point_RAS is not None:
        point = toNode(landmark.point_RAS)
        isThere = status == vtkMRMLMarkupsNode.PositionDefined
        if not isThere or not samePoint(controlPoint(node, index), point):
            node.SetNthControlPointPosition(index, point, vtkMRMLMarkupsNode.PositionDefined)
    elif landmark.status == MISSING:
        if status != vtkMRMLMarkupsNode.PositionMissing:
            node.SetNthControlPointPositionMissing(index)
    elif status != vtkMRMLMarkupsNode.PositionUndefined:
        node.UnsetNthControlPointPosition(index)
    how = writeHow(howOf(landmark))
    if node.GetNthControlPointDescription(index) != how:
        node.SetNthControlPointDescription(index, how)


def _fillTemplate(
    node: vtkMRMLMarkupsFiducialNode, landmarks: Mapping[str, Landmark], chain: Chain, toNode: FromFrame
) -> None:
    """Give a point list another template: the chain's points in their order, then those that it does not have."""
    names = tuple(dict.fromkeys((*templateNames(chain), *landmarks)))
    modifying = node.StartModify()
    node.SetFixedNumberOfControlPoints(False)
    node.RemoveAllControlPoints()
    for name in names:
        index = node.AddControlPoint((0.0, 0.0, 0.0), name)
        node.UnsetNthControlPointPosition(index)
        _setPoint(node, index, landmarks.get(name) or Landmark(name, status=UNDEFINED), toNode)
    node.SetFixedNumberOfControlPoints(True)
    node.EndModify(modifying)
