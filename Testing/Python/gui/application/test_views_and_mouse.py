"""The views of the stand-in, and the mouse in them."""

from __future__ import annotations

import numpy as np
import pytest

ONE_BIG_VIEW = """
<layout type="horizontal" split="true">
 <item splitSize="750"><view class="vtkMRMLSliceNode" singletontag="Big">
  <property name="orientation" action="default">Sagittal</property>
  <property name="viewlabel" action="default">B</property></view></item>
 <item splitSize="250"><layout type="vertical">
  <item><view class="vtkMRMLSliceNode" singletontag="Red"/></item>
  <item><view class="vtkMRMLPlotViewNode" singletontag="Chart"/></item></layout></item>
</layout>"""


@pytest.fixture
def fired(three_marks):
    """The names of the events of the marks, in order."""
    names = []
    for name in ("PointModifiedEvent", "PointPositionDefinedEvent"):
        three_marks.AddObserver(getattr(three_marks, name), lambda *_, name=name: names.append(name))
    return names


def statuses(marks):
    return [marks.GetNthControlPointPositionStatus(index) for index in range(marks.GetNumberOfControlPoints())]


def interactionMode():
    import slicer

    return slicer.app.applicationLogic().GetInteractionNode().GetCurrentInteractionMode()


def fillAll(application, marks):
    places = [(50.0, 30.0 + 10.0 * index, 40.0) for index in range(marks.GetNumberOfControlPoints())]
    for place in places:
        application.mouse.click("Yellow", place)
    return places


def test_the_application_starts_with_three_slice_views_in_four_parts(a_slicer_application):
    manager = a_slicer_application.layoutManager
    assert {"Red", "Green", "Yellow"} == set(manager.shownViews()) & set(manager.sliceViewNames())
    sizes = {(place.width(), place.height()) for place in manager.shownViews().values()}
    assert (len(manager.shownViews()), sizes) == (4, {(600, 400)})
    orientations = [manager.sliceWidget(name).mrmlSliceNode().GetOrientation() for name in ("Red", "Green", "Yellow")]
    assert orientations == ["Axial", "Coronal", "Sagittal"]


def test_a_layout_of_its_own_makes_and_shows_its_views_and_the_old_layout_comes_back(a_slicer_application):
    manager = a_slicer_application.layoutManager
    node = a_slicer_application.scene.GetFirstNodeByClass("vtkMRMLLayoutNode")
    before = node.GetViewArrangement()
    if not node.IsLayoutDescription(7001):
        node.AddLayoutDescription(7001, ONE_BIG_VIEW)
    node.SetViewArrangement(7001)
    big, red, yellow = (manager.sliceWidget(name).mrmlSliceNode() for name in ("Big", "Red", "Yellow"))
    assert (big.GetOrientation(), big.GetLayoutLabel()) == ("Sagittal", "B")
    assert [view.IsMappedInLayout() for view in (big, red, yellow)] == [True, True, False]
    assert (big.GetDimensions()[0], red.GetDimensions()[0]) == (900, 300)
    assert a_slicer_application.view("Big").pixels().shape[1] == 900
    node.SetViewArrangement(before)
    assert [view.IsMappedInLayout() for view in (big, red, yellow)] == [False, True, True]
    assert manager.sliceWidget("Big").mrmlSliceNode() is big


def test_a_view_draws_the_volume_that_its_composite_node_names(three_marks, a_slicer_application):  # noqa: ARG001
    composite = a_slicer_application.layoutManager.sliceWidget("Yellow").mrmlSliceCompositeNode()
    shown = a_slicer_application.view("Yellow").pixels()
    composite.SetBackgroundVolumeID(None)
    empty = a_slicer_application.view("Yellow").pixels()
    assert shown.std() > 10 > empty.std()


def test_a_mark_is_drawn_at_the_pixel_where_it_was_placed(three_marks, a_slicer_application):
    view = a_slicer_application.view("Yellow")
    before = view.pixels().astype(int)
    a_slicer_application.mouse.click("Yellow", (50.0, 40.0, 40.0))
    x, y = view.displayPlace(three_marks.GetNthControlPointPosition(0))
    changed = np.abs(view.pixels().astype(int) - before).max(axis=2) > 60
    height = before.shape[0]
    assert changed[height - 1 - y - 4:height - 1 - y + 5, x - 4:x + 5].any()


def test_the_wheel_scrolls_the_slice(three_marks, a_slicer_application):  # noqa: ARG001
    node = a_slicer_application.layoutManager.sliceWidget("Yellow").mrmlSliceNode()
    before = node.GetSliceOffset()
    a_slicer_application.mouse.wheel("Yellow", (50.0, 40.0, 40.0), 2)
    assert abs(node.GetSliceOffset() - before) == pytest.approx(2.0)


def test_the_mouse_goes_to_no_point_off_the_slice_or_outside_the_view(three_marks, a_slicer_application):  # noqa: ARG001
    for point in ((20.0, 40.0, 40.0), (50.0, 4000.0, 40.0)):
        with pytest.raises(ValueError, match="not in the view Yellow"):
            a_slicer_application.mouse.move("Yellow", point)


def test_clicks_fill_unset_points_in_order_and_the_last_one_ends_placing(three_marks, a_slicer_application, fired):
    places = fillAll(a_slicer_application, three_marks)
    assert statuses(three_marks) == [2, 2, 2]
    assert interactionMode() == 2  # ViewTransform
    labels = [three_marks.GetNthControlPointLabel(index) for index in range(3)]
    assert labels == ["L4_IA", "L4_IP", "L5_SA"]
    for index, place in enumerate(places):
        assert three_marks.GetNthControlPointPosition(index) == pytest.approx(place, abs=1.0)
    assert fired.count("PointPositionDefinedEvent") == 3


def test_hovering_makes_a_preview_point_and_one_event_for_each_move(three_marks, a_slicer_application, fired):
    a_slicer_application.mouse.move("Yellow", (50.0, 40.0, 40.0))
    a_slicer_application.mouse.move("Yellow", (50.0, 41.0, 40.0))
    assert statuses(three_marks) == [1, 0, 0]
    assert fired == ["PointModifiedEvent"] * 2


def test_a_click_fills_the_point_that_was_chosen(three_marks, a_slicer_application):
    three_marks.SetControlPointPlacementStartIndex(2)
    a_slicer_application.mouse.click("Yellow", (50.0, 40.0, 40.0))
    assert statuses(three_marks) == [0, 0, 2]


def test_dragging_a_point_moves_it_and_tells_at_every_step(three_marks, a_slicer_application, fired):
    places = fillAll(a_slicer_application, three_marks)
    fired.clear()
    a_slicer_application.mouse.drag("Yellow", places[1], (50.0, 48.0, 55.0), steps=6)
    assert three_marks.GetNthControlPointPosition(1) == pytest.approx((50.0, 48.0, 55.0), abs=1.0)
    assert three_marks.GetNthControlPointPosition(0) == pytest.approx(places[0], abs=1.0)
    assert fired.count("PointModifiedEvent") >= 6


def test_closing_the_scene_tells_so_keeps_the_views_and_removes_the_rest(three_marks, a_slicer_application):
    scene, heard = a_slicer_application.scene, []
    tags = [scene.AddObserver(getattr(scene, name), lambda *_, name=name: heard.append(name))
            for name in ("StartCloseEvent", "EndCloseEvent")]  # fmt: skip
    names = a_slicer_application.layoutManager.sliceViewNames()
    markID = three_marks.GetID()
    scene.Clear(0)
    for tag in tags:
        scene.RemoveObserver(tag)
    assert heard == ["StartCloseEvent", "EndCloseEvent"]
    assert scene.GetNodeByID(markID) is None
    assert a_slicer_application.layoutManager.sliceViewNames() == names
    composite = a_slicer_application.layoutManager.sliceWidget("Yellow").mrmlSliceCompositeNode()
    assert composite.GetBackgroundVolumeID() is None


def test_a_saved_scene_is_loaded_with_its_marks(three_marks, a_slicer_application, tmp_path):
    import slicer

    fillAll(a_slicer_application, three_marks)
    assert a_slicer_application.scene.WriteToMRB(str(tmp_path / "case.mrb"))
    a_slicer_application.scene.Clear(0)
    slicer.util.loadScene(str(tmp_path / "case.mrb"))
    assert statuses(slicer.util.getNode("Marks")) == [2, 2, 2]
