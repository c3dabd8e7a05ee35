"""What the panel does with the views: captions, sizes that come late, levels by keys, and no window at all."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
import slicer
from OpenedPanel import MODULE, openMeasuredPanel, settle
from PlacedMarks import withFewOutlines

from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Session.PositionEdits import withField

UPPER_EDGE = 7


@pytest.fixture
def panel(a_slicer_application):
    """Review of the lumbar phantom in two positions."""
    return openMeasuredPanel(a_slicer_application, withFewOutlines(phantomCase("lumbarSlip", ("SUP_N", "ST_F"))))


def captions(application, panel):
    views = panel.context.views.views.positionViews()
    return {key: application.view(tag).cornerAnnotation().GetText(UPPER_EDGE) for key, tag in views.items()}


def test_each_position_has_its_number_of_the_chosen_level_in_its_picture_and_only_its_name_above(
    panel, a_slicer_application
):
    review = panel.context.results.review
    panel.context.selection.choose(place="L4L5")
    assert captions(a_slicer_application, panel) == {key: review.caption("L4L5", key) for key in ("SUP_N", "ST_F")}
    assert "forward" in captions(a_slicer_application, panel)["ST_F"]
    panel.context.selection.choose(place="L3L4")
    assert captions(a_slicer_application, panel)["ST_F"] == review.caption("L3L4", "ST_F")
    tag = panel.context.views.views.positionViews()["ST_F"]
    assert a_slicer_application.view(tag).mrmlSliceNode().GetLayoutLabel() == "Standing flexion"


def test_a_number_of_marks_that_nobody_has_accepted_is_called_provisional(a_slicer_application):
    case = withFewOutlines(phantomCase("lumbarSlip", ("SUP_N", "ST_F")))
    marks = case.position("ST_F").marks
    carried = {name: replace(mark, origin="carried", confirmed=False) for name, mark in marks.landmarks.items()}
    flexed = replace(case.position("ST_F"), marks=replace(marks, landmarks=MappingProxyType(carried)))
    panel = openMeasuredPanel(a_slicer_application, replace(case, positions=(case.positions[0], flexed)))
    panel.context.selection.choose(place="L4L5")
    shown = captions(a_slicer_application, panel)
    assert "(provisional)" in shown["ST_F"]
    assert "provisional" not in shown["SUP_N"]


def test_an_edited_case_has_no_numbers_in_its_pictures_until_it_is_measured(panel, a_slicer_application):
    panel.context.selection.choose(place="L4L5")
    node = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLMarkupsFiducialNode")
    node.SetNthControlPointPosition(node.GetControlPointIndexByLabel("L4_SA"), 1.0, 2.0, 3.0)
    panel.context.session.settle()
    settle(a_slicer_application)
    assert set(captions(a_slicer_application, panel).values()) == {""}


def test_views_that_get_their_size_late_are_placed_again_and_others_are_left_alone(panel, a_slicer_application):
    views = panel.context.views.views
    tag = views.positionViews()["SUP_N"]
    node = a_slicer_application.view(tag).mrmlSliceNode()
    placed = node.GetFieldOfView()
    node.SetFieldOfView(500.0, 500.0, placed[2])
    views.fitAgain()
    assert node.GetFieldOfView()[:2] == (500.0, 500.0)
    node.SetDimensions(300, 200, 1)
    views.fitAgain()
    assert node.GetFieldOfView()[0] < 300.0
    shown = node.GetFieldOfView()
    assert shown[0] / 300 == pytest.approx(shown[1] / 200)


def test_levels_are_walked_by_keys_in_every_section(panel):
    for section in ("results", "compare", "report"):
        panel.openSection(section)
        panel.context.selection.choose(place="L4L5")
        panel.stepLevel(1)
        assert panel.context.selection.now.place == "L5S1"
        panel.stepLevel(1)
        assert panel.context.selection.now.place == "L5S1"
        panel.stepLevel(-2)
        assert panel.context.selection.now.place == "L3L4"


def test_an_application_without_a_window_offers_the_samples(a_slicer_application, monkeypatch):
    monkeypatch.setattr(slicer.app, "layoutManager", lambda: None)
    a_slicer_application.addModule(MODULE)
    names = [item.sampleName for item in slicer.modules.sampleDataSources["DynamicSpine"]]
    assert "DynamicSpine lumbar phantom" in names


def test_views_are_fitted_again_after_a_layout_and_not_after_an_edit(panel, a_slicer_application, monkeypatch):
    fitted = []
    monkeypatch.setattr(panel.context.views.views, "fitAgain", lambda: fitted.append(True))
    session = panel.context.session
    session.do("renamed", withField(session.case, "ST_F", "title", "Bent forward"))
    panel.openSection("results")
    panel.context.selection.choose(place="L3L4")
    settle(a_slicer_application)
    assert not fitted
    panel.openSection("landmarks")
    settle(a_slicer_application)
    assert len(fitted) == 1
