"""Slicer's segmentation nodes are read by terminology and by name, and as files written by Slicer itself."""

from __future__ import annotations

import numpy as np
import pytest

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Segmentations.LabelSource import readLabels

L4_CODE = ("Segmentation category and type - 3D Slicer General Anatomy list~SCT^123037004^Anatomical Structure~"
           "SCT^11994002^L4 vertebra~^^~Anatomic codes - DICOM master list~^^~^^")  # fmt: skip


def orientedImage(numbers, first, spacing=(1.0, 2.0, 3.0), origin=(5.0, 6.0, 7.0)):
    """A label map (k, j, i) as Slicer holds it, its first voxel at (i, j, k) of the common counting."""
    from slicer import vtkOrientedImageData
    from vtkmodules.util.numpy_support import numpy_to_vtk

    image = vtkOrientedImageData()
    high = np.array(first) + numbers.shape[::-1] - 1
    image.SetExtent(*np.column_stack([first, high]).ravel().tolist())
    image.SetSpacing(*spacing)
    image.SetOrigin(*origin)
    image.GetPointData().SetScalars(numpy_to_vtk(numbers.ravel().astype(np.uint8), deep=True))
    return image


def addSegment(node, name, numbers, first=(0, 0, 0), entry=""):
    from slicer import vtkSegment

    segment = vtkSegment()
    segment.SetName(name)
    segment.SetLabelValue(1)
    if entry:
        segment.SetTag("TerminologyEntry", entry)
    segment.AddRepresentation("Binary labelmap", orientedImage(numbers, first))
    node.GetSegmentation().AddSegment(segment)


@pytest.fixture
def a_segmentation(scene):
    """A node with a vertebra known by its code, one by its name, a cord over it, and something else."""
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "bones")
    block = np.ones((2, 3, 4))
    addSegment(node, "Segment_1", block, entry=L4_CODE)
    addSegment(node, "vertebra L5", block, first=(6, 0, 0))
    addSegment(node, "spinal cord", np.ones((1, 1, 1)), first=(7, 1, 1))
    addSegment(node, "liver", block, first=(20, 0, 0))
    return node


def test_segments_are_known_by_code_and_by_name(a_segmentation):
    from DynamicSpineLib.Scene.SegmentationNodes import spineOfNode

    spine = spineOfNode(a_segmentation)
    assert spine.levels == ("L4", "L5")
    assert spine.bone("L4").sum() == 24
    assert spine.bone("L5").sum() == 23  # the cord over it wins over a whole bone
    assert spine.mask("cord").sum() == 1
    found = np.argwhere(spine.mask("cord"))[0][::-1]
    np.testing.assert_allclose(spine.geometry.ijkToRAS[:3] @ [*found, 1], [5 + 7, 6 + 2, 7 + 3])


def test_a_node_without_a_vertebra_is_refused(scene):
    from DynamicSpineLib.Scene.SegmentationNodes import spineOfNode

    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "organs")
    addSegment(node, "liver", np.ones((2, 2, 2)))
    with pytest.raises(InputError, match="'organs' has no segment with the name or code of a vertebra"):
        spineOfNode(node)


def test_what_slicer_saves_is_read_as_the_same_spine(a_segmentation, tmp_path):
    from slicer import vtkMRMLSegmentationStorageNode

    from DynamicSpineLib.Scene.SegmentationNodes import spineOfNode

    storage = vtkMRMLSegmentationStorageNode()
    path = tmp_path / "bones.seg.nrrd"
    storage.SetFileName(str(path))
    assert storage.WriteData(a_segmentation)
    source = readLabels([path], "slicer")
    assert source.spine.levels == ("L4", "L5")
    assert "liver" in source.notices[0]
    fromNode = spineOfNode(a_segmentation)
    for structure in ("vertebra", "cord"):
        assert centers(source.spine, structure) == centers(fromNode, structure)


def centers(spine, structure):
    from DynamicSpineLib.Segmentations.MaskField import centersOf

    return {tuple(np.round(point, 3)) for point in centersOf(spine.mask(structure), spine.geometry)}
