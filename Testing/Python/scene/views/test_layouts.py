"""The layouts as Slicer's own layout logic understands them."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Scene.Views.Layouts import (
    MARKING_TAGS,
    PLOT_TAG,
    SOLID_TAG,
    allTags,
    applyMarkingLayout,
    applyPositionsLayout,
    isOurLayout,
    layoutDescriptions,
    positionsLayoutId,
    registerLayouts,
)


def layoutNodeOf(scene):
    return scene.GetFirstNodeByClass("vtkMRMLLayoutNode")


def shownTags(scene):
    """The singleton tags in the layout that Slicer has parsed, in their order."""
    parsed = ET.fromstring(layoutNodeOf(scene).GetCurrentLayoutDescription())
    return [item.get("singletontag") for item in parsed.iter("view")]


def test_the_numbers_of_the_layouts_are_not_those_of_slicer(laidOut):
    layout = layoutNodeOf(laidOut)
    slicers = set(layout.GetLayoutIndices()) - set(layoutDescriptions())
    assert len(slicers) > 25
    assert not any(isOurLayout(number) for number in slicers)
    assert min(layoutDescriptions()) > layout.SlicerLayoutUserView


def test_registering_again_keeps_every_layout_and_its_views(laidOut):
    layout = layoutNodeOf(laidOut)
    registerLayouts(layout)
    before = {number: layout.GetLayoutDescription(number) for number in layout.GetLayoutIndices()}
    registerLayouts(layout)
    assert {number: layout.GetLayoutDescription(number) for number in layout.GetLayoutIndices()} == before
    assert set(layoutDescriptions()) <= set(before)


def test_the_marking_layout_shows_a_sagittal_an_axial_and_a_coronal_view(laidOut):
    applyMarkingLayout(layoutNodeOf(laidOut))
    assert shownTags(laidOut) == list(MARKING_TAGS.values())
    views = {kind: laidOut.GetSingletonNode(tag, "vtkMRMLSliceNode") for kind, tag in MARKING_TAGS.items()}
    assert {kind: view.GetOrientation() for kind, view in views.items()} == {kind: kind for kind in MARKING_TAGS}
    assert len({view.GetViewGroup() for view in views.values()}) == 1
    assert len({view.GetLayoutLabel() for view in views.values()}) == 3


@pytest.mark.parametrize("count", range(1, 9))
def test_every_position_has_a_sagittal_view_of_its_own_group(laidOut, count):
    applyPositionsLayout(layoutNodeOf(laidOut), count)
    tags = [f"DynamicSpine{number}" for number in range(1, count + 1)]
    assert shownTags(laidOut) == tags
    views = [laidOut.GetSingletonNode(tag, "vtkMRMLSliceNode") for tag in tags]
    assert {view.GetOrientation() for view in views} == {"Sagittal"}
    groups = {view.GetViewGroup() for view in views}
    assert len(groups) == count
    assert 0 not in groups  # that of Red, Yellow and Green


def test_the_variant_with_a_plot_adds_a_plot_view(laidOut):
    applyPositionsLayout(layoutNodeOf(laidOut), 3, withPlot=True)
    assert shownTags(laidOut) == ["DynamicSpine1", "DynamicSpine2", "DynamicSpine3", PLOT_TAG]
    assert laidOut.GetSingletonNode(PLOT_TAG, "vtkMRMLPlotViewNode") is not None


def test_more_positions_than_views_show_the_first_eight(laidOut):
    applyPositionsLayout(layoutNodeOf(laidOut), 11)
    assert len(shownTags(laidOut)) == 8
    assert positionsLayoutId(11) == positionsLayoutId(8) != positionsLayoutId(8, True)


def test_every_view_of_a_layout_is_known_by_its_tag():
    found = {view.get("singletontag") for xml in layoutDescriptions().values()
             for view in ET.fromstring(xml).iter("view")}
    assert found == {*allTags(), PLOT_TAG, SOLID_TAG}


def test_a_maximized_view_gives_way_to_the_layout(laidOut):
    layout = layoutNodeOf(laidOut)
    layout.AddMaximizedViewNode(laidOut.GetSingletonNode("Red", "vtkMRMLSliceNode"))
    applyMarkingLayout(layout)
    assert layout.GetNumberOfMaximizedViewNodes() == 0


def test_a_layout_outlives_closing_the_scene(laidOut):
    applyPositionsLayout(layoutNodeOf(laidOut), 2)
    laidOut.Clear(False)
    assert layoutNodeOf(laidOut).GetViewArrangement() == positionsLayoutId(2)
    assert shownTags(laidOut) == ["DynamicSpine1", "DynamicSpine2"]
