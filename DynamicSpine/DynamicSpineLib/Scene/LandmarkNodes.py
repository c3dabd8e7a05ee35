"""Named points of one reading of one position <-> one fiducial node with the protocol's points as its template."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from slicer import vtkMRMLMarkupsNode

from DynamicSpineLib.Anatomy.Landmarks import definitionAt, namesFor, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Errors import Fault, InputFaults
from DynamicSpineLib.Scene.Frames import FromFrame, ToFrame, controlPoint, samePoint
from DynamicSpineLib.Study.JsonText import shown
from DynamicSpineLib.Study.MarkHow import howOf, readHow, writeHow
from DynamicSpineLib.Study.Marks import DEFINED, MISSING, UNDEFINED, Landmark, Point
from DynamicSpineLib.Study.MarkupsJson import nearestKnownName

if TYPE_CHECKING:
    from slicer import vtkMRMLMarkupsFiducialNode, vtkMRMLScene

_STATUS = {vtkMRMLMarkupsNode.PositionDefined: DEFINED, vtkMRMLMarkupsNode.PositionMissing: MISSING}


def templateNames(chain: Chain, protocols: str = "ABCDEFG") -> tuple[str, ...]:
    """The names of the points that a position's list offers, in marking order."""
    return tuple(name for name in namesFor(chain, protocols) if _isPoint(name))


def _isPoint(name: str) -> bool:
    parsed = parseLandmarkName(name)
    definition = definitionAt(parsed.place, parsed.code) if parsed is not None else None
    return definition is not None and definition.kind == "point"


def addLandmarkNode(
    scene: vtkMRMLScene, name: str, landmarks: Mapping[str, Landmark], template: Iterable[str]
) -> vtkMRMLMarkupsFiducialNode:
    """A new point list: the template's points in its order, then the landmarks that it does not have.

    A point is undefined until placed, missing where the reader says so. Label: the landmark's name; description: how
    it was placed (`writeHow`). The number of points is then fixed, so that clicks fill the list in order.
    """
    node = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", name)
    node.CreateDefaultDisplayNodes()
    node.SetControlPointLabelFormat("%N-%d")
    fillLandmarks(node, landmarks, template)
    return node


def fillLandmarks(
    node: vtkMRMLMarkupsFiducialNode, landmarks: Mapping[str, Landmark], template: Iterable[str],
    fromFrame: FromFrame | None = None,
) -> None:  # fmt: skip
    """Give a point list these points and no others, as `addLandmarkNode` does.

    fromFrame: the map to the list's own coordinates from the frame of the landmarks, where that is another one.
    """
    modifying = node.StartModify()
    node.SetFixedNumberOfControlPoints(False)
    node.RemoveAllControlPoints()
    for label in dict.fromkeys((*template, *landmarks)):
        _addLandmark(node, landmarks.get(label) or Landmark(label, status=UNDEFINED), fromFrame)
    node.SetFixedNumberOfControlPoints(True)
    node.EndModify(modifying)


def _addLandmark(node: vtkMRMLMarkupsFiducialNode, landmark: Landmark, fromFrame: FromFrame | None) -> None:
    point = landmark.point_RAS if landmark.status == DEFINED else None
    if point is not None and fromFrame is not None:
        point = fromFrame(point)
    index = node.AddControlPoint(point or (0.0, 0.0, 0.0), landmark.name)
    describePoint(node, index, landmark)
    if landmark.status == MISSING:
        node.SetNthControlPointPositionMissing(index)
    elif point is None:
        node.UnsetNthControlPointPosition(index)


def setLandmark(
    node: vtkMRMLMarkupsFiducialNode, index: int, landmark: Landmark, fromFrame: FromFrame
) -> None:
    """Give a control point its place, status and description, touching only what differs."""
    status = pointStatus(node, index)
    if landmark.status == DEFINED and landmark.point_RAS is not None:
        point = fromFrame(landmark.point_RAS)
        if status != DEFINED or not samePoint(controlPoint(node, index), point):
            node.SetNthControlPointPosition(index, point, vtkMRMLMarkupsNode.PositionDefined)
    elif landmark.status == MISSING:
        if status != MISSING:
            node.SetNthControlPointPositionMissing(index)
    elif node.GetNthControlPointPositionStatus(index) != vtkMRMLMarkupsNode.PositionUndefined:
        node.UnsetNthControlPointPosition(index)
    describePoint(node, index, landmark)


def describePoint(node: vtkMRMLMarkupsFiducialNode, index: int, landmark: Landmark) -> None:
    """Write how a landmark came to be into its point's description, where that says something else."""
    how = writeHow(howOf(landmark))
    if node.GetNthControlPointDescription(index) != how:
        node.SetNthControlPointDescription(index, how)


def pointStatus(node: vtkMRMLMarkupsFiducialNode, index: int) -> str:
    """The status of a control point; one that the mouse hovers with in place mode is not placed."""
    return _STATUS.get(node.GetNthControlPointPositionStatus(index), UNDEFINED)


def readLandmarks(
    node: vtkMRMLMarkupsFiducialNode,
    toFrame: ToFrame,
    written: Mapping[str, Point],
    undefined: Collection[str],
    positionId: str = "",
) -> dict[str, Landmark]:
    """The landmarks of a point list, in the frame that `toFrame` maps to.

    written: the points as they were written; where the node still has them up to rounding, they are returned to the
    last digit (Slicer's own files keep them to about 1e-14 mm). undefined: the unplaced landmarks that the case has;
    other unplaced points belong to the template only. Raises InputFaults for unnamed points, unknown names
    and names used twice.
    """
    found: dict[str, Landmark] = {}
    faults = []
    for index in range(node.GetNumberOfControlPoints()):
        landmark = _landmark(node, index, toFrame, written)
        if landmark.status == UNDEFINED and landmark.name not in undefined and not _saysHow(node, index):
            continue
        if parseLandmarkName(landmark.name) is None:
            faults.append(Fault(_unknown(landmark.name, index, node.GetName()), position=positionId))
        elif landmark.name in found:
            faults.append(Fault("is there twice; one of the two must go", position=positionId, landmark=landmark.name))
        found[landmark.name] = landmark
    if faults:
        raise InputFaults(faults)
    return found


def _unknown(name: str, index: int, listName: str) -> str:
    if not name:
        return f"point {index + 1} of the list '{listName}' has no name"
    like = nearestKnownName(name)
    return f"{shown(name)} is not a landmark name{f' (nearest: {like})' if like else ''}"


def _saysHow(node: vtkMRMLMarkupsFiducialNode, index: int) -> bool:
    return bool(node.GetNthControlPointDescription(index))


def _landmark(
    node: vtkMRMLMarkupsFiducialNode, index: int, toFrame: ToFrame, written: Mapping[str, Point]
) -> Landmark:
    name = node.GetNthControlPointLabel(index)
    how = readHow(node.GetNthControlPointDescription(index))
    status = pointStatus(node, index)
    if status != DEFINED:
        return Landmark(name, None, status, how.origin, how.confirmed, how.note, how.sdMm, how.quality)
    point = toFrame(controlPoint(node, index))
    exact = written.get(name)
    if exact is not None and samePoint(exact, point):
        point = exact
    return Landmark(name, point, status, how.origin, how.confirmed, how.note, how.sdMm, how.quality)
