"""Reading a case from the nodes that its own node points to."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from DynamicSpineLib.Errors import Fault, InputError
from DynamicSpineLib.Scene.BoneNodes import readBone
from DynamicSpineLib.Scene.CaseParameters import CaseParameters, WrittenMarks, readParameters
from DynamicSpineLib.Scene.CaseRoles import (
    WRITTEN_NAME_ATTRIBUTE,
    boneNode,
    contourNodes,
    landmarkNode,
    marksKey,
    volumeNode,
)
from DynamicSpineLib.Scene.ContourNodes import readContour
from DynamicSpineLib.Scene.Frames import toVolumeFrame
from DynamicSpineLib.Scene.LandmarkNodes import readLandmarks
from DynamicSpineLib.Scene.Volumes import sameGrid, volumeGeometry
from DynamicSpineLib.Study.Case import BoneTransform, Case, Reading
from DynamicSpineLib.Study.CaseJson import caseFromEntry
from DynamicSpineLib.Study.Marks import Contour, LandmarkSet
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

if TYPE_CHECKING:
    from slicer import vtkMRMLMarkupsFiducialNode, vtkMRMLScriptedModuleNode

_NO_MARKS = WrittenMarks({}, {}, ())


class CaseNodesReader:
    """Reads one case. Raises InputError with one sentence where its nodes hold no case."""

    def __init__(self, caseNode: vtkMRMLScriptedModuleNode) -> None:
        self._node = caseNode
        self._parameters: CaseParameters = readParameters(caseNode)

    @property
    def caseId(self) -> str:
        """The id of the case."""
        return self._parameters.entry.caseId

    def case(self) -> Case:
        """The whole case."""
        entry = self._parameters.entry
        positions = tuple(self._position(position) for position in entry.positions)
        readings = tuple(self._reading(index) for index in range(len(entry.readings)))
        case = caseFromEntry(entry, self._parameters.chain, positions, readings)
        return replace(case, bones=self._bones())

    def _position(self, position: Position) -> Position:
        key = marksKey(position.id)
        node = landmarkNode(self._node, key)
        title = " ".join(node.GetName().split()) if node is not None and _isRenamed(node) else position.title
        return replace(
            position, title=title, marks=self._marks(key, position.id), geometry=self._geometry(position.id)
        )

    def _marks(self, key: str, positionId: str) -> LandmarkSet:
        written = self._parameters.marks.get(key, _NO_MARKS)
        volume = volumeNode(self._node, positionId)
        node = landmarkNode(self._node, key)
        landmarks = {}
        if node is not None:
            toFrame = toVolumeFrame(node, volume)
            landmarks = readLandmarks(node, toFrame, written.points, written.undefined, positionId)
        contours: dict[str, Contour] = {}
        for curve in contourNodes(self._node, key):
            contour = readContour(curve, toVolumeFrame(curve, volume), written.contours)
            if contour.name in contours:
                fault = Fault("is there twice; one of the two must go", position=positionId, landmark=contour.name)
                raise InputError(fault.sentence())
            contours[contour.name] = contour
        return LandmarkSet(MappingProxyType(landmarks), MappingProxyType(contours))

    def _geometry(self, positionId: str) -> VolumeGeometry | None:
        written = self._parameters.geometries.get(positionId)
        volume = volumeNode(self._node, positionId)
        if volume is None or volume.GetImageData() is None:
            return written
        found = volumeGeometry(volume, written.sidesKnown if written is not None else True)
        return written if written is not None and sameGrid(found, written) else found

    def _reading(self, index: int) -> Reading:
        item = self._parameters.entry.readings[index]
        files = {key: marks.landmarks for key, marks in item.files.items()}
        prefix = marksKey("", index)
        ids = [key.removeprefix(prefix) for key in self._parameters.marks if key.startswith(prefix)]
        marks = {positionId: self._marks(marksKey(positionId, index), positionId) for positionId in ids}
        return Reading(item.reader, item.repeat, item.date, MappingProxyType(files), MappingProxyType(marks))

    def _bones(self) -> tuple[BoneTransform, ...]:
        bones = []
        for index, written in enumerate(self._parameters.entry.bones):
            node = boneNode(self._node, index)
            if node is not None:
                bones.append(readBone(node, written))
        return tuple(bones)


def _isRenamed(node: vtkMRMLMarkupsFiducialNode) -> bool:
    """True where a user gave the node another name; scene files turn tabs and line ends into spaces."""
    written = node.GetAttribute(WRITTEN_NAME_ATTRIBUTE) or ""
    return bool(written) and node.GetName().split() != written.split()
