"""Segmentations made on a position's volume go where it is laid, and show its bones in 3-D."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from PhantomCases import phantomCase
from slicer import vtkOrientedImageData, vtkSegment
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from DynamicSpineLib.Compare.Anchor import anchorOn
from DynamicSpineLib.Scene.CaseRoles import segmentationNodes, volumeRole
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.Motion.BodyModels import solidsOfPosition
from DynamicSpineLib.Scene.Overlays.HeldTransform import Held, Laying, holdNodes, letGo
from DynamicSpineLib.Scene.Volumes import addVolume
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

REFERENCE, MOVING = "SUP_N", "ST_F"
GRID = VolumeGeometry((4, 4, 4), (5.0, 5.0, 5.0), (0.0, 0.0, 0.0), ((1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0)))


@pytest.fixture
def caseNode(scene):
    """The phantom in a scene, with a small volume for each of two positions."""
    node = writeCaseToScene(phantomCase("lumbarSlip", (REFERENCE, MOVING)), scene)
    for positionId in (REFERENCE, MOVING):
        volume = addVolume(scene, np.zeros((4, 4, 4), dtype=np.int16), GRID, positionId)
        node.SetNodeReferenceID(volumeRole(positionId), volume.GetID())
    return node


def segmentation(caseNode, positionId, level, edgeMm=12):
    """A cube of 1 mm voxels named after a vertebra, made on the volume of a position."""
    node = caseNode.GetScene().AddNewNodeByClass("vtkMRMLSegmentationNode", f"{level} {positionId}")
    image, segment = vtkOrientedImageData(), vtkSegment()
    image.SetExtent(0, edgeMm - 1, 0, edgeMm - 1, 0, edgeMm - 1)
    image.GetPointData().SetScalars(numpy_to_vtk(np.ones(edgeMm**3, dtype=np.uint8), deep=True))
    segment.SetName(f"vertebra {level}")
    segment.SetLabelValue(1)
    segment.AddRepresentation("Binary labelmap", image)
    node.GetSegmentation().AddSegment(segment)
    volume = caseNode.GetNodeReference(volumeRole(positionId))
    node.SetReferenceImageGeometryParameterFromVolumeNode(volume)
    node.SetNodeReferenceID(node.GetReferenceImageGeometryReferenceRole(), volume.GetID())
    return node


def test_a_segmentation_goes_with_the_volume_that_it_was_made_on_and_comes_back(caseNode):
    moving, reference = (segmentation(caseNode, key, "L4") for key in (MOVING, REFERENCE))
    own = caseNode.GetScene().AddNewNodeByClass("vtkMRMLLinearTransformNode", "a user's")
    foreign = segmentation(caseNode, MOVING, "L3")
    foreign.SetAndObserveTransformNodeID(own.GetID())
    anchor = anchorOn(phantomCase("lumbarSlip"), "L5", REFERENCE, MOVING)
    held = holdNodes(caseNode, Laying(Held(MOVING, REFERENCE, "L5", anchor.heldBy), anchor.movingToReference))
    assert segmentationNodes(caseNode, MOVING) == [moving, foreign]
    assert moving.GetTransformNodeID() == held.GetID()
    matrix = vtkMatrix4x4()
    moving.GetParentTransformNode().GetMatrixTransformToWorld(matrix)
    assert np.allclose(np.reshape(matrix.GetData(), (4, 4)), anchor.movingToReference)
    assert reference.GetTransformNodeID() is None
    assert foreign.GetTransformNodeID() == own.GetID()
    letGo(caseNode, MOVING)
    assert moving.GetTransformNodeID() is None
    assert foreign.GetTransformNodeID() == own.GetID()


def test_solids_are_those_of_the_segmentation_where_there_is_one(caseNode):
    position = phantomCase("lumbarSlip").position(REFERENCE)
    marked = solidsOfPosition(caseNode, position)
    segmentation(caseNode, REFERENCE, "L4")
    found = solidsOfPosition(caseNode, position)
    assert found.keys() == marked.keys()
    assert found["L4"].volumeMm3 == pytest.approx(12.0**3, rel=0.15)  # smoothed at its edges
    assert np.abs(found["L4"].points_RAS).max() < 13.0
    assert found["L3"].volumeMm3 == pytest.approx(marked["L3"].volumeMm3)
