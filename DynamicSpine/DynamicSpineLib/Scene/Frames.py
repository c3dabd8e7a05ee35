"""Points of markups in the frame of their own position's volume, whatever transforms lie above either of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from slicer import vtkMRMLTransformNode
from vtkmodules.vtkCommonTransforms import vtkGeneralTransform

from DynamicSpineLib.Study.Marks import Point

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode, vtkMRMLTransformableNode

ToFrame = Callable[[Point], Point]
FromFrame = Callable[[Point], Point]

# A point read from a file or through transforms differs from the one written by rounding only; a move is larger.
SAME_POINT_MM = 1e-6


def toVolumeFrame(node: vtkMRMLTransformableNode, volume: vtkMRMLScalarVolumeNode | None) -> ToFrame:
    """The map from a node's own coordinates to its volume's: inverse(volume to world) . (node to world).

    Overlays move a volume together with its marks, so under them it is the identity and no number changes. Without a
    volume the frame is the world.
    """
    return _between(node.GetParentTransformNode(), volume.GetParentTransformNode() if volume is not None else None)


def fromVolumeFrame(node: vtkMRMLTransformableNode, volume: vtkMRMLScalarVolumeNode | None) -> FromFrame:
    """The map from a volume's frame to a node's own coordinates: what `toVolumeFrame` undoes."""
    return _between(volume.GetParentTransformNode() if volume is not None else None, node.GetParentTransformNode())


def _between(source: vtkMRMLTransformNode | None, target: vtkMRMLTransformNode | None) -> ToFrame:
    if source == target:
        return _unmoved
    transform = vtkGeneralTransform()
    vtkMRMLTransformNode.GetTransformBetweenNodes(source, target, transform)

    def moved(point: Point) -> Point:
        return _asPoint(transform.TransformPoint(point))

    return moved


def samePoint(first: Point, second: Point) -> bool:
    """True where two points differ by no more than rounding in files and transforms."""
    return max(abs(a - b) for a, b in zip(first, second, strict=True)) <= SAME_POINT_MM


def controlPoint(node: Any, index: int) -> Point:
    """The position of a control point in the node's own coordinates."""
    return _asPoint(node.GetNthControlPointPosition(index))


def _unmoved(point: Point) -> Point:
    return point


def _asPoint(values: Any) -> Point:
    return (float(values[0]), float(values[1]), float(values[2]))
