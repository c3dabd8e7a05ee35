"""The transforms that compare writes say the same to ITK and to Slicer."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")
pytest.importorskip("SimpleITK")

import SimpleITK as sitk
from PhantomCases import phantomCase
from slicer import vtkMRMLLinearTransformNode, vtkMRMLTransformNode, vtkMRMLTransformStorageNode

from DynamicSpineLib.Compare.Anchor import anchorOn
from DynamicSpineLib.Compare.Unbending import unbend
from DynamicSpineLib.Scene.Overlays.TransformFiles import writeHeldTransform, writeUnbendingTransform
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

LPS = np.array([-1.0, -1.0, 1.0])


@pytest.fixture(scope="module")
def case():
    return phantomCase("lumbarSlip")


def pointsOf(position, level):
    names = [name for name in position.marks.landmarks if name.startswith(f"{level}_")]
    return {name: np.array(point) for name in names if (point := position.marks.point(name)) is not None}


def readBySlicer(path, node):
    storage = vtkMRMLTransformStorageNode()
    storage.SetFileName(str(path))
    assert storage.ReadData(node)
    return node


@pytest.mark.parametrize("ending", [".tfm", ".h5"])
def test_the_held_transform_is_read_by_itk_and_slicer(case, tmp_path, ending):
    reference, moving = case.position("SUP_N"), case.position("ST_F")
    path = tmp_path / f"held{ending}"
    writeHeldTransform(path, anchorOn(case, "L5", "SUP_N", "ST_F").movingToReference)
    byItk, bySlicer = sitk.ReadTransform(str(path)), readBySlicer(path, vtkMRMLLinearTransformNode())
    there = pointsOf(moving, "L5")
    for name, point in pointsOf(reference, "L5").items():
        if name[-2:] in ("SA", "SP", "IA", "IP"):
            assert np.allclose(LPS * byItk.TransformPoint(LPS * point), there[name], atol=1e-3)
            assert np.allclose(bySlicer.GetTransformToParent().TransformPoint(there[name]), point, atol=1e-3)


def test_the_unbending_transform_is_read_by_itk_and_slicer(case, tmp_path):
    reference, moving = case.position("SUP_N"), case.position("ST_F")
    field = unbend(case, "SUP_N", "ST_F").field
    corners = np.array([point for level in ("L3", "L4", "L5") for point in pointsOf(reference, level).values()])
    low, high = corners.min(axis=0) - 10.0, corners.max(axis=0) + 10.0
    size = tuple(int(count) for count in np.ceil(high - low) + 1)
    grid = VolumeGeometry(size, (1.0, 1.0, 1.0), tuple(low), ((1.0, 0, 0), (0, 1.0, 0), (0, 0, 1.0)))
    path = tmp_path / "unbent.h5"
    writeUnbendingTransform(path, field.displacementGrid(grid))
    byItk, bySlicer = sitk.ReadTransform(str(path)), readBySlicer(path, vtkMRMLTransformNode())
    for level in ("L3", "L4"):
        there = pointsOf(moving, level)
        for name, point in pointsOf(reference, level).items():
            if name[-2:] in ("SA", "SP", "IA", "IP"):
                assert np.linalg.norm(LPS * byItk.TransformPoint(LPS * point) - there[name]) < 0.3
                back = bySlicer.GetTransformToParent().TransformPoint(there[name])
                assert np.linalg.norm(np.array(back) - point) < 0.3
