"""Vertebrae in 3-D: models where the poses have them, surfaces of segmentations, lines, and the picture of them all."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from PhantomCases import phantomCase
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData

from DynamicSpineLib.Compare.BodySolids import solidsInReference
from DynamicSpineLib.Compare.HelicalAxes import segmentAxis
from DynamicSpineLib.Compare.MotionPath import motionPath
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Scene.Motion.BodyModels import HELD_COLOR, solidsOfSegmentation, surfaceOf
from DynamicSpineLib.Scene.Motion.BodyPictures import renderBodies
from DynamicSpineLib.Scene.Motion.LineModels import axisSolid
from DynamicSpineLib.Scene.PictureContent import PictureCaption
from DynamicSpineLib.Scene.PicturePlane import sagittalPlane

SIZE = (300, 400)


@pytest.fixture(scope="module")
def path():
    return motionPath(phantomCase("lumbarSlip"), "L5", ("ST_E", "ST_F"), "ST_E")


def drawn(path, poses, **more):
    solids = solidsInReference(phantomCase("lumbarSlip"), path)
    plane = sagittalPlane((0.0, 0.0, 0.0), (0, 1, 0), (0, 0, 1))
    picture = renderBodies(solids, poses, path.held, plane, PictureCaption("", "", ""), size=SIZE, **more)
    return picture.pixels.astype(int)


def blue(pixels):
    return (pixels[..., 2] > pixels[..., 0] + 25) & (pixels[..., 2] > 60)


def warm(pixels):
    return (pixels[..., 0] > pixels[..., 2] + 10) & (pixels[..., 0] > 150)


def test_the_held_body_stays_on_its_pixels_while_the_others_move(path):
    ends = [path.posesAt(0, 0.0), path.posesAt(0, 1.0)]
    first, last = drawn(path, ends[0], shadows=ends[1]), drawn(path, ends[1], shadows=ends[0])
    assert blue(first).sum() > 800
    # Where no see-through body lies before it, the held one is the same.
    assert (blue(first) ^ blue(last)).sum() < 0.1 * blue(first).sum()
    assert (warm(first) ^ warm(last)).sum() > 0.5 * warm(first).sum()
    # In flexion what lies above the held body goes forward, which is to the left.
    middles = [np.argwhere(warm(pixels)[: SIZE[1] // 3])[:, 1].mean() for pixels in (first, last)]
    assert middles[1] < middles[0] - 15


def test_shadows_and_axes_are_drawn_and_nothing_is_left_in_the_next_picture(path):
    poses = path.posesAt(0, 1.0)
    none = {key: pose for key, pose in path.posesAt(0, 0.0).items() if key == "Oc"}
    bare = drawn(path, {**poses}, shadows=none)
    case = phantomCase("lumbarSlip")
    answer = segmentAxis(case, "L3L4", "ST_E", "ST_F")
    marked = drawn(path, poses, shadows=none, axes=[answer.axis])
    orange = (marked[..., 0] > 150) & (marked[..., 2] < 60)
    assert orange.sum() > 60
    assert not ((bare[..., 0] > 150) & (bare[..., 2] < 60)).any()
    faint = drawn(path, poses, shadows=path.posesAt(0, 0.0))
    assert ((faint.sum(axis=-1) > 60) & (faint.sum(axis=-1) < 330)).sum() > 2000
    assert np.array_equal(drawn(path, {**poses}, shadows=none), bare)


def test_nothing_to_draw_is_refused(path):
    with pytest.raises(InputError, match="no vertebra"):
        drawn(path, {})


def test_a_surface_has_every_triangle_and_normals_that_face_outward(path):
    solid = solidsInReference(phantomCase("lumbarSlip"), path)["L3"]
    surface = surfaceOf(solid)
    assert surface.GetNumberOfPolys() == len(solid.triangles)
    points = vtk_to_numpy(surface.GetPoints().GetData())
    normals = vtk_to_numpy(surface.GetPointData().GetNormals())
    body = np.linalg.norm(points - solid.points_RAS[: 9 * 48].mean(axis=0), axis=1) < 18
    outward = ((points - solid.points_RAS[: 9 * 48].mean(axis=0)) * normals).sum(axis=1)
    assert (outward[body] > 0).mean() > 0.95


def segmentationOf(scene, balls, spacingMm):
    """A segmentation node with a ball (center, radius in mm) for each name."""
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", "bones")
    for name, (center, radius) in balls.items():
        count = 40
        k, j, i = np.meshgrid(*[np.arange(count)] * 3, indexing="ij")
        inside = np.linalg.norm(np.stack([i, j, k], axis=-1) * spacingMm - center, axis=-1) <= radius
        image = vtkImageData()
        image.SetDimensions(count, count, count)
        image.GetPointData().SetScalars(numpy_to_vtk(inside.astype(np.uint8).ravel(), deep=True))
        from slicer import vtkOrientedImageData

        oriented = vtkOrientedImageData()
        oriented.DeepCopy(image)
        oriented.SetSpacing(spacingMm, spacingMm, spacingMm)
        oriented.SetOrigin(5.0, -3.0, 2.0)
        node.AddSegmentFromBinaryLabelmapRepresentation(oriented, name)
    return node


def test_a_segmented_vertebra_becomes_a_closed_surface_of_its_volume_and_place(scene):
    balls = {"L4": (np.array([20.0, 20.0, 12.0]), 9.0), "L5": (np.array([20.0, 22.0, 30.0]), 7.0)}
    solids = solidsOfSegmentation(segmentationOf(scene, balls, 1.0))
    assert set(solids) == {"L4", "L5"}
    for level, (center, radius) in balls.items():
        solid = solids[level]
        edges = Counter((int(a), int(b)) for row in solid.triangles for a, b in zip(row, np.roll(row, -1), strict=True))
        assert all(edges[b, a] == count for (a, b), count in edges.items())
        assert solid.volumeMm3 == pytest.approx(4 / 3 * np.pi * radius**3, rel=0.08)
        middle = 0.5 * (solid.points_RAS.min(axis=0) + solid.points_RAS.max(axis=0))
        assert middle == pytest.approx(center + np.array([5.0, -3.0, 2.0]), abs=0.3)


def test_an_axis_is_an_arrow_from_its_start_to_its_end():
    axis = segmentAxis(phantomCase("lumbarSlip"), "L3L4", "ST_E", "ST_F").axis
    solid = axisSolid(axis)
    along = (solid.points_RAS - axis.start_RAS) @ axis.direction
    length = np.linalg.norm(axis.end_RAS - axis.start_RAS)
    assert along.min() == pytest.approx(0.0, abs=0.9)
    assert along.max() == pytest.approx(length, abs=0.01)
    away = np.linalg.norm(solid.points_RAS - axis.start_RAS - np.outer(along, axis.direction), axis=1)
    assert away.max() == pytest.approx(2.4, abs=0.01)
    assert HELD_COLOR[2] > HELD_COLOR[0]
