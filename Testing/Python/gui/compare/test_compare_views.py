"""Compare: what each mode shows in the view, pixel by pixel, and that the view itself stays where it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import slicer
from CompareHands import (
    BODIES,
    TAG,
    apart,
    caption,
    carried,
    compare,
    countedNodes,
    errorsSaid,
    layers,
    middleOf,
    openVolumes,
    painted,
    show,
    viewState,
    worldPoint,
)
from PhantomCases import phantomCase
from PlacedMarks import withFewOutlines

from DynamicSpineLib.Scene.CaseScene import readCaseFromScene
from DynamicSpineLib.Scene.Overlays.MapNodes import mapNode
from DynamicSpineLib.Scene.Volumes import volumeArray, volumeGeometry
from DynamicSpineLib.Session.CompareChoice import CompareChoice
from DynamicSpineLib.Study.EditMarks import withoutOpenMarks

SAME, UNBENT_MM = 6.0, 0.3
PLAIN = {"mode": "blend", "withOutlines": False, "withArrows": False}


def pixels(application):
    return application.view(TAG).pixels().astype(float)


@pytest.fixture
def pair(panel, session, a_slicer_application):  # noqa: ARG001
    """The section, and how reference and moving position look alone."""
    section = compare(panel)
    panel.context.views.setTexts(False, False)  # names of levels would be drawn over both
    found = []
    for opacity in (0.0, 1.0):
        show(section, opacity=opacity, **PLAIN)
        found.append(pixels(a_slicer_application))
    show(section, opacity=0.5)
    assert np.abs(found[0] - found[1]).max() > 100.0
    return section, *found


def besideText(picture):
    """True below the words at the upper edge."""
    rows = np.zeros(picture.shape[:2], dtype=bool)
    rows[120:] = True
    return rows


def test_blending_shows_as_much_of_the_moving_position_as_the_slider_says(pair, a_slicer_application):
    section, below, above = pair
    section.ui.opacitySlider.value = 25
    assert layers(a_slicer_application) == ("SUP_N", "ST_F", 0.25)
    expected = 0.75 * below + 0.25 * above
    assert np.abs(pixels(a_slicer_application) - expected)[besideText(below)].max() < SAME


def test_squares_show_the_one_or_the_other_position_and_nothing_between(pair, a_slicer_application):
    section, below, above = pair
    show(section, mode="checkerboard")
    section.ui.squareSpin.value = 30.0
    picture = pixels(a_slicer_application)
    height, width, _ = picture.shape
    node = a_slicer_application.view(TAG).mrmlSliceNode()
    edge = round(30.0 / (node.GetFieldOfView()[0] / node.GetDimensions()[0]))
    column, row = np.meshgrid(np.arange(width), np.arange(height))
    isMoving = (column // edge + row // edge) % 2 == 1
    middles = [np.abs(place % edge - edge / 2) < edge / 2 - 2 for place in (column, row)]
    # Slicer shows nothing of an upper volume beside the lower one; in squares it is seen there too.
    inside = besideText(picture) & np.all(middles, axis=0) & (below.max(axis=-1) > 0)
    assert np.abs(picture - above)[inside & isMoving].max() < SAME
    assert np.abs(picture - below)[inside & ~isMoving].max() < SAME
    assert np.abs(picture - below)[inside & isMoving].max() > 100.0


def test_the_circle_shows_the_moving_position_round_the_mouse_only(pair, a_slicer_application, session):
    section, below, above = pair
    show(section, mode="reveal")
    assert np.abs(pixels(a_slicer_application) - below)[besideText(below)].max() < SAME  # the mouse is elsewhere
    section.ui.circleSpin.value = 20.0
    place = middleOf(session, "SUP_N", "L3")
    a_slicer_application.mouse.move(TAG, place)
    picture = pixels(a_slicer_application)
    node = a_slicer_application.view(TAG).mrmlSliceNode()
    radius = 20.0 / (node.GetFieldOfView()[0] / node.GetDimensions()[0])
    x, y = a_slicer_application.view(TAG).displayPlace(place)
    column, row = np.meshgrid(np.arange(picture.shape[1]), np.arange(picture.shape[0]))
    distance = np.hypot(column - x, row - (picture.shape[0] - 1 - y))
    assert np.abs(picture - above)[distance < radius - 3].max() < SAME
    assert np.abs(picture - below)[(distance > radius + 3) & besideText(picture)].max() < SAME
    show(section, mode="blend", opacity=0.0)
    assert np.abs(pixels(a_slicer_application) - below)[besideText(below)].max() < SAME


def test_flickering_changes_by_key_and_never_more_than_three_times_a_second(pair, a_slicer_application):
    section, below, above = pair
    time = [100.0]
    section.flicker.now = lambda: time[0]
    section.flash()
    assert section.desk.choice.mode == "flicker"
    changes, shown = 0, layers(a_slicer_application)[2]
    for _press in range(200):  # two seconds of a key that is held down
        time[0] += 0.01
        section.flash()
        changes += layers(a_slicer_application)[2] != shown
        shown = layers(a_slicer_application)[2]
        assert shown in (0.0, 1.0)
        first = "Standing flexion Standing flexion on" if shown else "Supine neutral Standing flexion on"
        assert caption(a_slicer_application).startswith(first)
    assert 2 <= changes / 2 <= 6
    picture = pixels(a_slicer_application)
    assert np.abs(picture - (above if shown else below))[besideText(picture)].max() < SAME


def test_flickering_by_itself_keeps_its_rate_and_ends_with_its_mode_and_with_the_section(panel, pair):
    section = pair[0]
    show(section, mode="flicker")
    assert not section.flicker.isRunning
    assert section.ui.flashesSpin.maximum == 3.0
    for wanted in (1.0, 2.5, 3.0):
        section.ui.flashesSpin.value = wanted
        assert section.flicker.isRunning
        assert 0.95 * wanted < 500.0 / section.flicker.intervalMs <= 3.0
    show(section, mode="blend")
    assert not section.flicker.isRunning
    show(section, mode="flicker")
    assert section.flicker.isRunning
    panel.openSection("review")
    assert not section.flicker.isRunning


def test_a_choice_that_asks_for_more_flashes_gets_three(pair):
    section = pair[0]
    section.see(replace(section.desk.choice, mode="flicker", flashesHz=40.0))
    assert 500.0 / section.flicker.intervalMs <= 3.0


@pytest.mark.parametrize(("mode", "words"), [
    ("difference", "intensity difference"), ("displacement", "distance moved against L5"),
])  # fmt: skip
def test_a_map_lies_over_the_reference_with_its_words_and_goes_with_its_mode(
    panel, session, a_slicer_application, mode, words
):
    section = compare(panel)
    before, below = countedNodes(), pixels(a_slicer_application)
    show(section, mode=mode)
    assert errorsSaid(a_slicer_application) == []
    node = mapNode(session.caseNode)
    assert not node.GetSaveWithScene()
    assert not node.GetDisplayNode().GetSaveWithScene()
    assert not node.GetDisplayNode().GetColorNode().GetSaveWithScene()
    assert layers(a_slicer_application)[0] == "SUP_N"
    assert a_slicer_application.view(TAG).mrmlSliceCompositeNode().GetForegroundVolumeID() == node.GetID()
    assert words in caption(a_slicer_application)
    picture = pixels(a_slicer_application)
    assert (picture.max(axis=-1) - picture.min(axis=-1)).max() > 60.0 > (below.max(-1) - below.min(-1))[150:650].max()
    for leave in (lambda: show(section, mode="blend"), section.letGo):
        leave()
        assert mapNode(session.caseNode) is None
        assert countedNodes() == before if section.desk.isOn else countedNodes().total() < before.total()
        if section.desk.isOn:
            show(section, mode=mode)
            assert mapNode(session.caseNode) is not None


def test_the_difference_is_small_in_the_held_vertebra_and_large_where_another_moved(panel, session):
    section = compare(panel)
    show(section, mode="difference")
    held, free = (differenceIn(session, level) for level in ("L5", "L3"))
    assert free > 1.4 * held
    show(section, level="L3")
    assert differenceIn(session, "L5") > 1.4 * differenceIn(session, "L3")


def differenceIn(session, level):
    """The mean size of the shown map about the edges of a body in the reference."""
    node = mapNode(session.caseNode)
    geometry, values = volumeGeometry(node), volumeArray(node)
    marks = session.case.position("SUP_N").marks
    corners = np.array([marks.point(f"{level}_{code}") for code in ("SA", "SP", "IP", "IA")])
    around = np.concatenate([np.linspace(corners[index], corners[index - 1], 30) for index in range(4)])
    i, j, k = np.round(geometry.indices(around)).astype(int).T
    return float(np.mean([np.abs(values[k, j + down, i + right]) for down in (-1, 0, 1) for right in (-1, 0, 1)]))


def test_the_distance_is_nothing_in_the_held_vertebra_and_that_of_the_corners_elsewhere(panel, session):
    section = compare(panel)
    show(section, mode="displacement")
    node = mapNode(session.caseNode)
    geometry, values = volumeGeometry(node), volumeArray(node)
    for level in ("L5", "L3", "L2"):
        i, j, k = np.round(geometry.indices(middleOf(session, "SUP_N", level)[None])[0]).astype(int)
        moved = np.linalg.norm(np.mean([worldPoint(session, "SUP_N", f"{level}_{code}")
                                        - worldPoint(session, "ST_F", f"{level}_{code}")
                                        for code in ("SA", "SP", "IA", "IP")], axis=0))  # fmt: skip
        assert values[k, j, i] == pytest.approx(moved, abs=0.8), level


def test_unbent_every_bone_lies_on_itself_and_no_mark_changes(panel, session, a_slicer_application):
    before = session.case
    section = compare(panel)
    assert apart(session, "L3") > 2.0
    show(section, isUnbent=True)
    for level in BODIES:
        assert apart(session, level) < UNBENT_MM, level
    assert "warped, do not measure" in caption(a_slicer_application)
    assert withoutOpenMarks(readCaseFromScene(slicer.mrmlScene, session.caseNode)) == before
    session.settle()
    assert session.case == before
    show(section, isUnbent=False)
    assert apart(session, "L5") < 0.6
    assert apart(session, "L3") > 2.0
    assert "warped" not in caption(a_slicer_application)
    assert slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLGridTransformNode") == 0


def test_nothing_can_be_placed_on_a_bent_image_and_again_on_a_straight_one(panel, session, a_slicer_application):  # noqa: ARG001
    section = compare(panel)
    mouse = slicer.mrmlScene.GetSingletonNode("Singleton", "vtkMRMLInteractionNode")
    show(section, isUnbent=True)
    mouse.SetCurrentInteractionMode(mouse.Place)
    assert mouse.GetCurrentInteractionMode() == mouse.ViewTransform
    assert any("warped" in text for kind, text in a_slicer_application.messages if kind == "status")
    show(section, isUnbent=False)
    mouse.SetCurrentInteractionMode(mouse.Place)
    assert mouse.GetCurrentInteractionMode() == mouse.Place
    mouse.SetCurrentInteractionMode(mouse.ViewTransform)


def test_side_by_side_nothing_is_bent(panel, session):
    section = compare(panel)
    show(section, isUnbent=True)
    show(section, mode="sideBySide")
    assert slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLGridTransformNode") == 0
    show(section, mode="blend")
    assert section.ui.unbentCheck.checked
    assert apart(session, "L3") < UNBENT_MM


def test_doubts_are_written_in_the_picture(panel, a_slicer_application):
    case = withFewOutlines(phantomCase("lumbarSlip", ("SUP_N", "ST_F")), ())
    doubted = carried(case, "ST_F", {"L5": "check", "L3": "failed"})
    sides = tuple(replace(item, geometry=replace(painted(item.id)[1], sidesKnown=False)) for item in doubted.positions)
    openVolumes(panel, replace(doubted, positions=sides, sidesVerifiedBy="",
                               numbering=replace(case.numbering, confirmedBy="")))  # fmt: skip
    section = compare(panel)
    said = caption(a_slicer_application)
    assert "Standing flexion on Supine neutral" in said
    assert "L5 carried: check" in said
    assert "level names not verified" in said
    assert "side not verified" in said
    show(section, level="L4", withOutlines=True)
    said = caption(a_slicer_application)
    assert "L4 held by its carried bone" in said
    assert "carried, to check: L3, L5" in said
    assert "marks not yet accepted: Standing flexion" in said


def test_slice_zoom_and_pan_stay_whatever_is_shown(panel, session):  # noqa: ARG001
    section = compare(panel)
    node = panel.context.views.views.compare.view(TAG)
    width, height, depth = node.GetFieldOfView()
    node.SetFieldOfView(0.6 * width, 0.6 * height, depth)
    node.SetXYZOrigin(7.25, -11.5, 0.0)
    node.SetSliceOffset(node.GetSliceOffset() + 1.5)
    state = viewState(panel)
    changes = [{"level": "L3"}, {"moving": "ST_E"}, {"mode": "checkerboard"}, {"mode": "flicker"}, {"mode": "reveal"},
               {"mode": "difference"}, {"mode": "displacement"}, {"isUnbent": True}, {"mode": "blend"},
               {"mode": "sideBySide"}, {"mode": "blend"}, {"isUnbent": False, "withOutlines": True}]  # fmt: skip
    for change in changes:
        show(section, **change)
        assert viewState(panel) == state, change
    section.letGo()
    assert viewState(panel) == state


@pytest.mark.parametrize("change", [{"reference": "ST_E"}, {"reference": "ST_F", "moving": "SUP_N"}])
def test_with_another_reference_the_held_vertebra_stays_where_it_is_on_the_screen(
    panel, session, a_slicer_application, change
):
    section = compare(panel, level="L4")
    node = panel.context.views.views.compare.view(TAG)
    node.SetXYZOrigin(12.0, 9.0, 0.0)
    zoom = node.GetFieldOfView()[:2]
    before = screenPlaces(a_slicer_application, session, "SUP_N")
    show(section, **change)
    assert layers(a_slicer_application)[0] == change["reference"]
    after = screenPlaces(a_slicer_application, session, change["reference"])
    assert np.abs(after.mean(axis=0) - before.mean(axis=0)).max() < 1.0
    assert np.abs(after - before).max() < 2.0
    assert node.GetFieldOfView()[:2] == zoom


def screenPlaces(application, session, positionId):
    """Where the corners of L4 are on the screen, in pixels."""
    from vtkmodules.vtkCommonMath import vtkMatrix4x4

    toPixels = vtkMatrix4x4()
    vtkMatrix4x4.Invert(application.view(TAG).mrmlSliceNode().GetXYToRAS(), toPixels)
    points = [worldPoint(session, positionId, f"L4_{code}") for code in ("SA", "SP", "IA", "IP")]
    return np.array([toPixels.MultiplyPoint((*point, 1.0))[:2] for point in points])


def test_outlines_are_drawn_in_the_slice_that_they_lie_in_and_in_no_other(panel, session, a_slicer_application):  # noqa: ARG001
    section = compare(panel)
    panel.context.views.setTexts(False, False)
    show(section, opacity=0.0)
    node = panel.context.views.views.compare.view(TAG)
    middle = node.GetSliceOffset()

    def colored():
        picture = pixels(a_slicer_application)[120:700]
        return int(((picture.max(axis=-1) - picture.min(axis=-1)) > 40.0).sum())

    assert colored() == 0
    show(section, withOutlines=True)
    assert colored() > 500
    node.SetSliceOffset(middle + 40.0)  # beside the foramina too
    assert colored() == 0
    node.SetSliceOffset(middle)
    assert colored() > 500


def test_the_widgets_show_what_is_chosen(panel, session):  # noqa: ARG001
    section, ui = compare(panel), panel.sections["compare"].ui
    assert section.desk.choice == replace(CompareChoice(), reference="SUP_N", moving="ST_F", level="L5")
    ui.checkerboardButton.click()
    assert (section.desk.choice.mode, ui.checkerboardButton.checked, ui.blendButton.checked) == (
        "checkerboard", True, False)  # fmt: skip
    assert not ui.checkerboardFrame.isHidden()
    assert ui.blendFrame.isHidden()
    ui.arrowsCheck.checked = True
    ui.arrowFactorSpin.value = 3.0
    assert (section.desk.choice.withArrows, section.desk.choice.arrowFactor) == (True, 3.0)
    ui.arrowsCheck.checked = False
    assert not ui.arrowFactorSpin.enabled
