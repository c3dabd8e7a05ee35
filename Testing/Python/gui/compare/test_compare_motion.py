"""Compare: playing from position to position says what it is, follows every control, and leaves nothing behind."""

from __future__ import annotations

import numpy as np
import pytest
import slicer
from CompareHands import TAG, apart, caption, compare, countedNodes, layers, matrixOf, parents, show, viewState

from DynamicSpineLib.Progress import Step

NOT_OBSERVED = "interpolated, not observed"


@pytest.fixture
def section(panel, session):  # noqa: ARG001
    """Compare with ST_F on SUP_N; nothing plays."""
    return compare(panel)


def play(section):
    """Press Play, wait for the preparation, and let no clock move the frames."""
    section.ui.playButton.checked = True
    section.context.runner.runToEnd()
    assert section.motion.desk.isOn
    section.motion._timer.stop()
    return section.motion.desk


def test_frames_between_positions_say_that_nobody_has_observed_them_and_others_do_not(section, a_slicer_application):
    desk, seen = play(section), set()
    for number in range(desk.frameCount):
        section.ui.frameSlider.value = number
        assert desk.frame.isObserved == (NOT_OBSERVED not in caption(a_slicer_application)), number
        assert (NOT_OBSERVED in section.desk.caption()) != desk.frame.isObserved
        assert "L5 held" in caption(a_slicer_application)
        seen.add((desk.frame.isObserved, desk.frame.position))
    assert {position for _isObserved, position in seen} >= {"SUP_N", "ST_F", ""}


def test_what_is_measured_meanwhile_does_not_cover_what_a_frame_says(section, panel, a_slicer_application):
    desk = play(section)
    section.ui.frameSlider.value = between(desk)
    panel.context.parameters.draws = 100
    panel.rest.restart()
    panel.rest.runToEnd()
    panel.refresh()
    assert panel.context.results.review is not None, panel.context.results.problem
    assert NOT_OBSERVED in caption(a_slicer_application)


def between(desk):
    """The number of a frame between two positions."""
    return next(number for number, frame in enumerate(desk._prepared.frames) if 0.3 < frame.fraction < 0.7)


def test_values_of_the_level_move_along_and_say_that_they_are_interpolated(section, panel, a_slicer_application):
    panel.context.parameters.draws = 100
    panel.rest.restart()
    panel.rest.runToEnd()
    panel.context.selection.choose(place="L4L5")
    desk = play(section)
    section.ui.frameSlider.value = between(desk)
    assert "mm (interpolated)" in caption(a_slicer_application)
    section.ui.frameSlider.value = 0
    assert "(interpolated)" not in caption(a_slicer_application)
    assert " mm" in caption(a_slicer_application)


def test_the_images_move_and_outlines_and_solids_follow(section, a_slicer_application):
    show(section, withOutlines=True, withSolids=True)
    desk, pictures = play(section), []
    solid = slicer.util.getFirstNodeByClassByName("vtkMRMLLinearTransformNode", "L3 motion")
    assert solid is not None
    assert not [node for node in slicer.util.getNodesByClass("vtkMRMLModelNode") if node.GetName() == "L3 in ST_F"]
    matrices = []
    for number in (0, between(desk)):
        section.ui.frameSlider.value = number
        pictures.append(a_slicer_application.view(TAG).pixels().astype(float)[150:])
        matrices.append(matrixOf(solid))
    assert np.abs(matrices[0] - matrices[1]).max() > 1.0
    assert np.abs(pictures[0] - pictures[1]).max() > 100
    colored = [(picture.max(axis=-1) - picture.min(axis=-1)) > 40 for picture in pictures]
    assert all(mask.sum() > 300 for mask in colored)
    assert (colored[0] != colored[1]).sum() > 300


def test_after_a_play_everything_is_as_before(section, session, panel, a_slicer_application):
    show(section, withSolids=True, withOutlines=True, mode="checkerboard")
    before = (countedNodes(), parents(session), viewState(panel), layers(a_slicer_application),
              caption(a_slicer_application))  # fmt: skip
    picture = a_slicer_application.view(TAG).pixels()
    desk = play(section)
    section.ui.frameSlider.value = between(desk)
    case = session.case
    section.motion.stop()
    assert session.case is case
    assert not desk.isOn
    assert not section.ui.playButton.checked
    assert not section.ui.frameSlider.enabled
    assert (countedNodes(), parents(session), viewState(panel), layers(a_slicer_application),
            caption(a_slicer_application)) == before  # fmt: skip
    assert np.array_equal(a_slicer_application.view(TAG).pixels(), picture)


def test_play_pauses_goes_on_loops_and_ends(section):
    desk, ui = play(section), section.ui
    last = desk.frameCount - 1
    assert ui.frameSlider.maximum == last
    section.motion._next()
    assert (ui.frameSlider.value, desk.frame.leg) == (1, 0)
    ui.playButton.checked = False
    assert not section.motion.isPlaying
    assert desk.isOn
    ui.playButton.checked = True
    assert section.motion.isPlaying
    ui.frameSlider.value = last
    section.motion._next()
    assert ui.frameSlider.value == 0
    ui.loopCheck.checked = False
    ui.frameSlider.value = last
    section.motion._next()
    assert ui.frameSlider.value == last
    assert not ui.playButton.checked
    assert not section.motion.isPlaying


def test_speed_is_in_frames_a_second(section):
    for wanted in (5.0, 20.0):
        section.ui.speedSpin.value = wanted
        assert section.motion._timer.interval == round(1000 / wanted)


@pytest.mark.parametrize("change", [{"level": "L4"}, {"mode": "difference"}, {"moving": "ST_E"}, {"isUnbent": True}])
def test_another_choice_ends_the_play_and_is_shown(section, change):
    before = countedNodes()
    play(section)
    show(section, **change)
    assert not section.motion.desk.isOn
    assert not section.ui.playButton.checked
    assert NOT_OBSERVED not in section.desk.caption()
    for name, value in change.items():
        assert getattr(section.desk.choice, name) == value
    show(section, level="L5", mode="blend", moving="ST_F", isUnbent=False)
    assert countedNodes() == before


def test_flickering_stops_for_a_play_and_goes_on_after_it(section, a_slicer_application):
    show(section, mode="flicker", flashesHz=2.0)
    play(section)
    assert not section.flicker.isRunning
    names = layers(a_slicer_application)
    section.flash()
    assert layers(a_slicer_application) == names
    section.motion.stop()
    assert section.flicker.isRunning


def test_leaving_the_section_while_it_plays_leaves_nothing(section, panel, session):
    panel.openSection("review")
    before = countedNodes(), parents(session)
    panel.openSection("compare")
    panel.context.runner.runToEnd()
    play(compare(panel))
    panel.openSection("review")
    assert not section.motion.desk.isOn
    assert (countedNodes(), parents(session)) == before


def test_an_edit_ends_the_play_and_lays_the_positions_anew(section, panel, session):
    play(section)
    node = session.case.position("ST_F").marks.point("L5_SA")
    from PlacedMarks import withPlaced

    session.do("moved", withPlaced(session.case, "ST_F", "L5_SA", (node[0], node[1] + 1.0, node[2])))
    panel.rest.runToEnd()
    assert not section.motion.desk.isOn
    assert section.desk.comparison.case is session.case


def test_while_other_work_runs_nothing_is_played_and_the_button_does_not_stay_down(section, a_slicer_application):
    def work():
        for _number in range(3):
            yield Step(0.1, "other")

    section.context.runner.start("Other", work(), lambda _none: None)
    section.ui.playButton.checked = True
    assert not section.ui.playButton.checked
    assert section.context.runner.isBusy
    assert any("Other work is running" in text for _kind, text in a_slicer_application.messages)
    section.context.runner.runToEnd()
    assert not section.motion.desk.isOn


@pytest.mark.parametrize("isBegun", [False, True])
def test_a_preparation_that_is_cancelled_leaves_the_button_up(section, isBegun):
    before = countedNodes()
    section.ui.playButton.checked = True
    assert section.context.runner.isBusy
    if isBegun:
        next(section.context.runner._steps)
    section.context.runner.cancel()
    assert not section.ui.playButton.checked
    assert not section.motion.desk.isOn
    assert countedNodes() == before


def test_a_choice_made_while_a_motion_is_prepared_wins(section, session):
    section.ui.playButton.checked = True
    section.change(level="L3")
    section.context.runner.runToEnd()
    assert not section.motion.desk.isOn
    assert not section.ui.playButton.checked
    assert apart(session, "L3") < 0.6


def test_solids_stand_with_the_axes_of_segments_that_turned_enough(section):
    show(section, reference="ST_E", withSolids=True)
    names = {node.GetName() for node in slicer.util.getNodesByClass("vtkMRMLModelNode")}
    axes = {name for name in names if name.endswith("axis of its motion")}
    assert "L4 in ST_E" in names
    assert "L4 in ST_F" in names
    assert axes == {f"{name}: axis of its motion" for name in section.desk._work.axes()}
    assert axes
    show(section, isUnbent=True)
    assert not [node for node in slicer.util.getNodesByClass("vtkMRMLModelNode") if "axis of its" in node.GetName()]
    show(section, withSolids=False)
    assert not [node for node in slicer.util.getNodesByClass("vtkMRMLModelNode") if " in ST_F" in node.GetName()]
