"""The axis of a vertebra's motion as a model in 3-D."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Compare.HelicalAxes import DrawnAxis
from DynamicSpineLib.Geometry.Solids import Solid, joined, loft, tube
from DynamicSpineLib.Scene.Motion.BodyModels import surfaceOf
from DynamicSpineLib.Scene.Motion.MotionNodes import MotionNodes

if TYPE_CHECKING:
    from slicer import vtkMRMLModelNode

Array = NDArray[np.float64]

AXIS_COLOR = (0.84, 0.37, 0.0)
_AXIS_RADIUS_MM, _HEAD_RADIUS_MM, _HEAD_SHARE = 0.8, 2.4, 0.16
_RING = np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False)[:, None]


def addAxisModel(nodes: MotionNodes, axis: DrawnAxis, name: str, parentId: str | None) -> vtkMRMLModelNode:
    """The axis of a vertebra's motion as an arrow in 3-D, in the reference's frame; right-handed about its tip."""
    node = nodes.add("vtkMRMLModelNode", name)
    node.SetAndObservePolyData(surfaceOf(axisSolid(axis)))
    node.CreateDefaultDisplayNodes()
    nodes.keepDisplayOut(node)
    display = node.GetDisplayNode()
    display.SetColor(*AXIS_COLOR)
    display.SetVisibility2D(False)
    display.SetAmbient(0.4)
    node.SetAndObserveTransformNodeID(parentId)
    return node


def axisSolid(axis: DrawnAxis) -> Solid:
    """An axis as a rod with a cone at the end that it is right-handed about."""
    start, end = np.asarray(axis.start_RAS, dtype=float), np.asarray(axis.end_RAS, dtype=float)
    aside = np.eye(3)[int(np.argmin(np.abs(end - start)))]
    base = end - _HEAD_SHARE * (end - start)
    rod = tube([start, base], aside, _AXIS_RADIUS_MM, _AXIS_RADIUS_MM)
    along = (end - start) / np.linalg.norm(end - start)
    first = np.cross(along, aside)
    first /= np.linalg.norm(first)
    ring = np.cos(_RING) * first + np.sin(_RING) * np.cross(along, first)
    return joined([rod, loft([base + _HEAD_RADIUS_MM * ring, end + 0.05 * ring])])
