"""One level in the views of all positions, by the pixels at which its corners fall."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Scene.Views.LevelPlacing import PositionView, centerOnLevel, segmentShown
from DynamicSpineLib.Scene.Views.SlicePlacing import placeSlice, planeInWorld, shownPlane, viewSize
from DynamicSpineLib.Scene.Views.ViewNodes import showVolume
from DynamicSpineLib.Study.Marks import LandmarkSet

TAGS = {"SUP_N": "DynamicSpine1", "ST_F": "DynamicSpine2", "ST_E": "DynamicSpine3"}
LOWER = ("L5_SA", "L5_SP", "L5_IA", "L5_IP")
SLIPS_MM = {"SUP_N": 3.0, "ST_F": 7.0, "ST_E": 4.0}


@pytest.fixture
def views(viewed, openCase):
    """The view of each position, with its volume; the three views have different sizes."""
    made = {key: PositionView(viewed.view(tag), openCase.volume(key)) for key, tag in TAGS.items()}
    for item in made.values():
        showVolume(item.view, item.volume)
    return made


def fromMiddle(item, point):
    """Pixels right of and above the middle of a view at which a point of the volume's frame is seen."""
    view, plane, inWorld = item.view, shownPlane(item.view), [0.0, 0.0, 0.0]
    item.volume.TransformPointToWorld(point, inWorld)
    right, up, _ = plane.project(inWorld)
    pixelMm = view.GetFieldOfView()[0] / viewSize(view)[0]
    return np.array([right, up]) / pixelMm


def seen(openCase, views, name):
    return np.array([fromMiddle(item, openCase.case.position(key).marks.point(name)) for key, item in views.items()])


def pixelSizes(views):
    return [item.view.GetFieldOfView()[axis] / viewSize(item.view)[axis] for item in views.values() for axis in (0, 1)]


def test_the_lower_vertebra_stands_at_the_same_pixels_and_the_upper_one_slips(openCase, views):
    centerOnLevel(openCase.case, "L4L5", views)
    assert pixelSizes(views) == pytest.approx([pixelSizes(views)[0]] * 6)
    for name in LOWER:
        assert np.ptp(seen(openCase, views, name), axis=0).max() < 2.0
    back, front = seen(openCase, views, "L5_SP"), seen(openCase, views, "L5_SA")
    forward = (front - back) / np.linalg.norm(front - back, axis=1, keepdims=True)
    slips = np.sum((seen(openCase, views, "L4_IP") - back) * forward, axis=1) * pixelSizes(views)[0]
    assert slips - slips[0] == pytest.approx(np.array(list(SLIPS_MM.values())) - 3.0, abs=0.7)


def test_both_vertebrae_are_seen_whole_in_the_smallest_view(openCase, views):
    centerOnLevel(openCase.case, "L4L5", views)
    for name in (*LOWER, "L4_SA", "L4_SP", "L4_IA", "L4_IP"):
        for item, place in zip(views.values(), seen(openCase, views, name), strict=True):
            assert np.all(np.abs(place) < np.array(viewSize(item.view)) / 2)


def test_the_lower_vertebra_is_as_inclined_as_in_the_supine_position(openCase, views):
    centerOnLevel(openCase.case, "L3L4", views)
    plate = seen(openCase, views, "L4_SA") - seen(openCase, views, "L4_SP")
    angles = np.degrees(np.arctan2(plate[:, 1], -plate[:, 0]))  # anterior is at the left
    supine = openCase.case.position("SUP_N").marks
    real = np.subtract(supine.point("L4_SA"), supine.point("L4_SP"))
    assert np.ptp(angles) < 1.0
    assert angles[0] == pytest.approx(np.degrees(np.arctan2(real[2], real[1])), abs=1.0)


def test_a_transform_of_the_user_over_one_position_changes_nothing_that_is_seen(openCase, views, putUnder):
    centerOnLevel(openCase.case, "L4L5", views)
    before = {name: seen(openCase, views, name) for name in LOWER}
    angle, matrix = np.radians(30.0), np.eye(4)
    matrix[:3, :3] = [[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]]
    matrix[:3, 3] = (0.0, 80.0, -30.0)
    putUnder(matrix, openCase.volume("ST_F"))
    centerOnLevel(openCase.case, "L4L5", views)
    for name in LOWER:
        assert seen(openCase, views, name) == pytest.approx(before[name], abs=0.01)


def test_a_vertebra_is_held_itself_and_the_topmost_one_is_shown_with_the_next(openCase, views):
    chain = openCase.chain
    assert segmentShown(chain, "L4L5") == "L4L5"
    assert segmentShown(chain, "L4") == "L3L4"
    assert segmentShown(chain, chain.levels[0]) == chain.segments[0].name
    centerOnLevel(openCase.case, "L4", views)
    for name in ("L4_SA", "L4_SP", "L4_IA", "L4_IP"):
        assert np.ptp(seen(openCase, views, name), axis=0).max() < 2.0


def test_an_unmarked_position_is_shown_whole(openCase, views):
    case = openCase.case
    bare = replace(case.position("ST_E"), marks=LandmarkSet())
    case = replace(case, positions=(*case.positions[:2], bare))
    centerOnLevel(case, "L4L5", views)
    view = views["ST_E"].view
    assert min(view.GetFieldOfView()[:2]) > 200.0  # the stack is 300 mm wide
    plane = shownPlane(view)
    assert abs(plane.sliceToRAS[:3, 2] @ bare.geometry.through_RAS) == pytest.approx(1.0)


def test_where_too_little_is_marked_to_hold_a_vertebra_the_level_is_in_the_middle(openCase, views):
    case = openCase.case
    position = case.position("ST_E")
    kept = {name: item for name, item in position.marks.landmarks.items() if not name.startswith("L5_")}
    case = replace(case, positions=(*case.positions[:2], replace(position, marks=LandmarkSet(kept, {}))))
    centerOnLevel(case, "L4L5", views)
    disc = np.mean([position.marks.point(name) for name in ("L4_IA", "L4_IP", "L5_SA", "L5_SP")], axis=0)
    assert np.linalg.norm(fromMiddle(views["ST_E"], tuple(disc))) * pixelSizes(views)[0] < 15.0
    assert pixelSizes(views) == pytest.approx([pixelSizes(views)[0]] * 6)


def test_the_views_of_two_positions_draw_the_same_picture_of_the_same_volume(viewed, openCase, views):
    volume = openCase.volume("SUP_N")
    same = {key: PositionView(item.view, volume) for key, item in views.items()}
    for item in same.values():
        showVolume(item.view, volume)
    case = openCase.case
    alike = replace(case, positions=tuple(
        replace(case.position("SUP_N"), id=key, posture=case.position(key).posture) for key in TAGS))
    centerOnLevel(alike, "L2L3", same)
    first, second = (viewed.pixels(TAGS[key]).astype(int) for key in ("SUP_N", "ST_F"))
    margin = (second.shape[1] - first.shape[1]) // 2
    assert first.std() > 1.0
    assert np.abs(second[:, margin : margin + first.shape[1]] - first).mean() < 1.0


def test_placing_many_views_asks_for_no_view_twice(openCase, views):
    planes = {key: planeInWorld(shownPlane(item.view), None) for key, item in views.items()}
    centerOnLevel(openCase.case, "L4L5", views)
    after = {key: shownPlane(item.view) for key, item in views.items()}
    centerOnLevel(openCase.case, "L4L5", views)
    assert {key: shownPlane(item.view) for key, item in views.items()} == after != planes
    placeSlice(views["SUP_N"].view, planes["SUP_N"])
    assert shownPlane(views["ST_F"].view) == after["ST_F"]  # no view follows another by millimeters
