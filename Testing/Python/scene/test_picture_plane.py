"""Pictures are turned as radiologists show them, whatever way the volume was scanned."""

from __future__ import annotations

import numpy as np
import pytest

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Scene.PictureContent import ORIGIN_COLORS, PictureCaption, SlicePicture, pictureMarks
from DynamicSpineLib.Scene.PicturePlane import axialPlane, coronalPlane, sagittalPlane
from DynamicSpineLib.Scene.SlicePictures import fieldOfMarks, levelLabels, planeOfMarks
from DynamicSpineLib.Study.Marks import Landmark, landmarkSet

ANTERIOR, CRANIAL = (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
LEVELS = ("L4", "L5", "S1")


def body(level, center, forward, up, origin="placed"):
    """The four corners of a body 34 mm deep and 27 mm high."""
    corners = {"SA": (17, 13.5), "SP": (-17, 13.5), "IA": (17, -13.5), "IP": (-17, -13.5)}
    return [Landmark(f"{level}_{code}", tuple(map(float, center + a * forward + u * up)), origin=origin)
            for code, (a, u) in corners.items()]


def turned(*directions):
    """Directions turned with a spine that is tilted forward by 30 degrees and turned to its left by 15."""
    a, b = np.radians([30.0, 15.0])
    tilt = np.array([[1, 0, 0], [0, np.cos(a), np.sin(a)], [0, -np.sin(a), np.cos(a)]])
    yaw = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0], [0, 0, 1]])
    return [yaw @ tilt @ np.array(direction, dtype=float) for direction in directions]


def test_sagittal_pictures_have_anterior_left_and_cranial_up():
    assert sagittalPlane((0, 0, 0), ANTERIOR, CRANIAL).edgeLetters() == ("A", "P", "S", "I")


def test_axial_pictures_are_seen_from_the_feet():
    assert axialPlane((0, 0, 0), ANTERIOR, CRANIAL).edgeLetters() == ("R", "L", "A", "P")


def test_coronal_pictures_are_seen_from_in_front():
    assert coronalPlane((0, 0, 0), ANTERIOR, CRANIAL).edgeLetters() == ("R", "L", "S", "I")


@pytest.mark.parametrize("make", [sagittalPlane, axialPlane, coronalPlane])
def test_directions_of_bones_need_not_be_perpendicular(make):
    plane = make((1, 2, 3), (0.3, 5.0, 1.0), (0.1, -1.0, 4.0))
    axes = plane.sliceToRAS[:3, :3]
    np.testing.assert_allclose(axes.T @ axes, np.eye(3), atol=1e-12)
    assert np.linalg.det(axes) == pytest.approx(1.0)


def test_parallel_directions_span_no_plane():
    with pytest.raises(InputError, match="not parallel"):
        sagittalPlane((0, 0, 0), CRANIAL, CRANIAL)


def test_a_point_falls_on_the_pixel_that_its_millimeters_say():
    picture = SlicePicture(sagittalPlane((5, 6, 7), ANTERIOR, CRANIAL), PictureCaption("", ""), 200.0, (400, 300))
    assert picture.pixelOf((5, 6, 7)) == (200.0, 149.0)
    assert picture.pixelOf((99, 16, 7)) == (180.0, 149.0)  # 10 mm anterior: 20 pixels to the left
    assert picture.pixelOf((5, 6, 17)) == (200.0, 129.0)  # 10 mm cranial: 20 pixels up


def test_the_plane_of_the_marks_is_that_of_the_bodies_and_centered_on_them():
    forward, up, side = turned(ANTERIOR, CRANIAL, (1, 0, 0))
    middle = np.array([11.0, -40.0, 500.0])
    marks = landmarkSet(body("L4", middle + 20 * up, forward, up) + body("L5", middle - 20 * up, forward, up))
    plane = planeOfMarks(marks, LEVELS)
    assert abs(plane.sliceToRAS[:3, 2] @ side) == pytest.approx(1.0)
    assert np.array(plane.up_RAS) == pytest.approx(up)
    assert np.array(plane.right_RAS) == pytest.approx(-forward)
    assert np.array(plane.center_RAS) == pytest.approx(middle)
    assert fieldOfMarks(marks, plane, LEVELS, 10.0) == pytest.approx(2 * 33.5 + 20)


def test_a_mirrored_patient_is_still_shown_with_anterior_left():
    forward, up = np.array(ANTERIOR), np.array(CRANIAL)
    marks = landmarkSet(body("L4", 40 * up, -forward, up) + body("L5", 0 * up, -forward, up))
    assert planeOfMarks(marks, LEVELS).edgeLetters() == ("P", "A", "S", "I")


@pytest.mark.parametrize("names", [(), ("L4_SA", "L4_SP"), ("L4_SA", "L4_IA", "L5_SA"), ("L4_SA", "L4_SP", "L4_IA")])
def test_too_few_corners_fix_no_plane(names):
    marks = landmarkSet(body("L4", np.array([0, 0, 40.0]), np.array(ANTERIOR), np.array(CRANIAL))
                        + body("L5", np.zeros(3), np.array(ANTERIOR), np.array(CRANIAL)))
    some = landmarkSet([marks.landmarks[name] for name in names])
    assert planeOfMarks(some, LEVELS) is None


def test_level_names_stand_in_front_of_their_bodies():
    forward, up = np.array(ANTERIOR), np.array(CRANIAL)
    marks = landmarkSet([*body("L5", np.zeros(3), forward, up), Landmark("S1_SA", (0.0, 17.0, -20.0))])
    plane = sagittalPlane((0, 0, 0), ANTERIOR, CRANIAL)
    labels = {label.text: label.point_RAS for label in levelLabels(marks, plane, LEVELS)}
    assert labels == {"L5": pytest.approx((0.0, 26.0, 0.0)), "S1": pytest.approx((0.0, 26.0, -29.0))}


def test_marks_far_from_the_plane_and_missing_ones_are_not_drawn():
    plane = sagittalPlane((0, 0, 0), ANTERIOR, CRANIAL)
    landmarks = [Landmark("L4_SA", (3.0, 1.0, 2.0), origin="carried"), Landmark("L4_SP", (8.0, 0.0, 0.0)),
                 Landmark("L4_IA", None, "missing")]
    (mark,) = pictureMarks(landmarks, plane, 5.0, withLabels=True)
    assert (mark.point_RAS, mark.color, mark.label) == ((3.0, 1.0, 2.0), ORIGIN_COLORS["carried"], "L4_SA")
