"""Compare: one place of the anatomy in every position side by side, pictures written, and work in the background."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from CompareHands import apart, caption, compare, countedNodes, errorsSaid, layers, openVolumes, parents, show
from OpenedPanel import settle
from PhantomCases import phantomCase, posedSpine
from PlacedMarks import withFewOutlines

from DynamicSpineLib.Study.EditMarks import withCleared

CROSS_MM = 0.5


@pytest.fixture
def crosses(panel, monkeypatch):
    """Where a cross was drawn last in each view, by position; None where none is."""
    from DynamicSpineLib.Scene.Overlays.LiveOverlay import LiveOverlay

    drawn, draw, clear = {}, LiveOverlay.draw, LiveOverlay.clear

    def recorded(overlay, drawing, *others):
        arms = [np.mean(line.points_RAS, axis=0) for line in drawing.outlines]
        drawn[overlay._node.GetLayoutName()] = np.mean(arms, axis=0) if arms else None
        draw(overlay, drawing, *others)

    def cleared(overlay):
        drawn[overlay._node.GetLayoutName()] = None
        clear(overlay)

    monkeypatch.setattr(LiveOverlay, "draw", recorded)
    monkeypatch.setattr(LiveOverlay, "clear", cleared)
    return lambda: {key: drawn.get(tag) for key, tag in panel.context.views.views.positionViews().items()}


def trueCounterpart(session, level, own_mm, positionId):
    """Where a point of a bone, in the phantom's own frame of it, lies in the world in a position."""
    from DynamicSpineLib.Scene.Overlays.HeldTransform import frameToWorld

    place = posedSpine("lumbarSlip", positionId).boneToRAS[level] @ np.array([*own_mm, 1.0])
    return (frameToWorld(session.caseNode, positionId) @ place)[:3]


def test_the_place_under_the_mouse_has_its_cross_at_the_same_anatomy_in_every_position(
    panel, session, a_slicer_application, crosses
):
    show(compare(panel), mode="sideBySide")
    tags = panel.context.views.views.positionViews()
    for level, own_mm, pointed in (("L3", (0.0, 8.0, -6.0), "SUP_N"), ("L5", (0.0, -10.0, 5.0), "ST_F")):
        a_slicer_application.mouse.move(tags[pointed], trueCounterpart(session, level, own_mm, pointed))
        places = crosses()
        for key in tags:
            distance = np.linalg.norm(places[key] - trueCounterpart(session, level, own_mm, key))
            assert distance < CROSS_MM, (level, key)


def test_a_position_without_marks_has_no_cross_and_points_to_none(panel, a_slicer_application, crosses):
    case = replace(withFewOutlines(phantomCase("lumbarSlip", ("SUP_N", "ST_E", "ST_F")), ()), bones=())
    names = (*case.position("ST_E").marks.landmarks, *case.position("ST_E").marks.contours)
    session = openVolumes(panel, withCleared(case, "ST_E", names))
    show(compare(panel), mode="sideBySide")
    tags = panel.context.views.views.positionViews()
    a_slicer_application.mouse.move(tags["SUP_N"], trueCounterpart(session, "L4", (0.0, 0.0, 0.0), "SUP_N"))
    places = crosses()
    assert places["ST_E"] is None
    assert places["ST_F"] is not None
    a_slicer_application.mouse.move(tags["ST_E"], trueCounterpart(session, "L4", (0.0, 0.0, 0.0), "ST_E"))
    assert {key: place is None for key, place in crosses().items()} == {"SUP_N": True, "ST_E": False, "ST_F": True}


# --- pictures ---


def noMotion():
    """Pictures of no motion, where a test asks for other things."""
    yield from ()
    return {}


def written(folder):
    return sorted(path.name for path in folder.iterdir())


def test_pictures_maps_transforms_and_figures_are_written_and_the_choice_comes_back(
    panel, session, a_slicer_application, tmp_path, monkeypatch
):
    from DynamicSpineWidgets import CompareViews

    section, said = compare(panel, withOutlines=True, mode="checkerboard"), []
    monkeypatch.setattr(CompareViews, "capture", lambda *window, real=CompareViews.capture: (
        said.append(caption(a_slicer_application)), real(*window))[1])  # fmt: skip
    before = section.desk.choice, layers(a_slicer_application), countedNodes(), parents(session)
    section.exportTo(tmp_path / "out")
    panel.context.runner.runToEnd()
    assert errorsSaid(a_slicer_application) == []
    names = written(tmp_path / "out")
    assert {"blend.png", "checkerboard.png", "reveal.png", "difference.png", "displacement.png", "difference.nrrd",
            "displacement.nrrd", "held.tfm", "unbent.h5", "compare.json"} <= set(names)  # fmt: skip
    for name in names:
        if name.endswith(".png"):
            assert (tmp_path / "out" / name).read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    figures = json.loads((tmp_path / "out" / "compare.json").read_text(encoding="utf-8"))
    assert (figures["reference"], figures["moving"], figures["anchor"]["level"]) == ("SUP_N", "ST_F", "L5")
    assert figures["difference"]["alignment"] == "held"
    frames = [name for name in names if name.startswith("motion-")]
    assert len(frames) == 6
    assert len(said) == sum(name.endswith(".png") for name in names) - 1  # the animated one has no picture of its own
    assert all("Research use" in text and "L5 held" in text for text in said)
    assert sum("interpolated, not observed" in text for text in said) == len(frames) - 2
    assert (tmp_path / "out" / "motion.png").read_bytes().count(b"fcTL") == 2 * len(frames) - 2
    assert "Research use" not in caption(a_slicer_application)
    assert (section.desk.choice, layers(a_slicer_application), countedNodes(), parents(session)) == before
    assert any("files written" in text for _kind, text in a_slicer_application.messages)


def test_frames_are_not_mixed_with_what_the_user_shows_meanwhile(panel, session, tmp_path):  # noqa: ARG001
    section = compare(panel)
    section.exportTo(tmp_path / "out")
    while not section.motion.desk.isOn:
        next(panel.context.runner._steps)
    section.change(level="L3")
    panel.context.runner.runToEnd()
    assert [name for name in written(tmp_path / "out") if name.startswith("motion")] == []
    figures = json.loads((tmp_path / "out" / "compare.json").read_text(encoding="utf-8"))
    assert any(text.startswith("motion: ") for text in figures["unavailable"])
    assert figures["anchor"]["level"] == "L5"


def test_maps_of_another_vertebra_are_not_written(panel, session, tmp_path, monkeypatch):  # noqa: ARG001
    from DynamicSpineLib.Study.VolumeVoxels import readVolume

    section = compare(panel)
    monkeypatch.setattr(section.motion, "pictureSteps", noMotion)
    for level in ("L5", "L3"):
        show(section, level=level, mode="difference")
        show(section, mode="blend")
        section.exportTo(tmp_path / level)
        panel.context.runner.runToEnd()
    show(section, level="L5")
    section.exportTo(tmp_path / "again")
    panel.context.runner.runToEnd()
    maps = {name: readVolume(tmp_path / name / "difference.nrrd").voxels for name in ("L5", "L3", "again")}
    assert np.array_equal(maps["L5"], maps["again"])
    assert not np.array_equal(maps["L5"], maps["L3"])


@pytest.mark.parametrize("steps", [0, 2, 4])
def test_writing_that_is_cancelled_leaves_no_file_and_the_choice_as_it_was(
    panel, session, a_slicer_application, tmp_path, steps
):
    section = compare(panel, mode="flicker")
    before = section.desk.choice, layers(a_slicer_application), countedNodes(), parents(session)
    section.exportTo(tmp_path / "out")
    for _number in range(steps):
        next(panel.context.runner._steps)
    panel.context.runner.cancel()
    assert (section.desk.choice, layers(a_slicer_application), countedNodes(), parents(session)) == before
    assert not (tmp_path / "out").exists() or written(tmp_path / "out") == []


def test_a_folder_that_cannot_be_written_is_named_before_any_work(panel, session, a_slicer_application, tmp_path):  # noqa: ARG001
    section = compare(panel)
    file = tmp_path / "file"
    file.write_text("no folder", encoding="utf-8")
    choice = section.desk.choice
    section.exportTo(file)
    panel.context.runner.runToEnd()
    [said] = errorsSaid(a_slicer_application)
    assert "a folder is needed" in said
    assert section.desk.choice == choice
    assert file.read_text(encoding="utf-8") == "no folder"


def test_what_two_positions_do_not_allow_is_left_out_and_said(panel, a_slicer_application, tmp_path):
    case = replace(withFewOutlines(phantomCase("lumbarSlip", ("SUP_N", "ST_F")), ()), bones=())
    names = [name for name in case.position("ST_F").marks.landmarks if not name.startswith("L4_")]
    openVolumes(panel, withCleared(case, "ST_F", names))
    section = compare(panel, level="L4")
    section.exportTo(tmp_path / "out")
    panel.context.runner.runToEnd()
    assert errorsSaid(a_slicer_application) == []
    assert "displacement.png" not in written(tmp_path / "out")
    assert "difference.png" in written(tmp_path / "out")
    figures = json.loads((tmp_path / "out" / "compare.json").read_text(encoding="utf-8"))
    assert any("cannot be unbent" in text for text in figures["unavailable"])


# --- work in the background ---


def test_choices_made_while_a_map_is_computed_come_together(panel, session):
    section = compare(panel)
    section.change(mode="difference")
    assert panel.context.runner.isBusy
    assert section.ui.differenceButton.checked
    section.change(level="L4")
    panel.context.runner.runToEnd()
    assert (section.desk.choice.mode, section.desk.choice.level) == ("difference", "L4")
    assert apart(session, "L4") < 0.6


def test_a_map_that_is_cancelled_changes_nothing_and_says_nothing_false(panel, session, a_slicer_application):
    section = compare(panel)
    before = layers(a_slicer_application), section.desk.caption(), parents(session)
    section.see(replace(section.desk.choice, moving="ST_E", mode="difference"))
    next(panel.context.runner._steps)
    panel.context.runner.cancel()
    assert (layers(a_slicer_application), section.desk.caption(), parents(session)) == before
    assert section.ui.blendButton.checked
    assert section.ui.movingCombo.currentData == "ST_F"


def test_leaving_while_something_is_computed_shows_nothing_later(panel, session, a_slicer_application, tmp_path):
    section = compare(panel)
    above = dict.fromkeys(parents(session))
    for begin in (lambda: section.change(isUnbent=True), lambda: section.exportTo(tmp_path / "out")):
        compare(panel)
        begin()
        assert panel.context.runner.isBusy
        panel.openSection("review")
        panel.context.runner.runToEnd()
        settle(a_slicer_application)
        assert parents(session) == above
        assert not section.desk.isOn


def test_a_wish_that_other_work_stands_in_the_way_of_is_told(panel, session, a_slicer_application):  # noqa: ARG001
    from DynamicSpineLib.Progress import Step

    section = compare(panel)
    panel.context.runner.start("Other", (Step(0.1, "other") for _number in range(3)), lambda _none: None)
    section.change(mode="difference")
    assert any("Other work is running" in text for _kind, text in a_slicer_application.messages)
    assert section.ui.blendButton.checked
    panel.context.runner.runToEnd()
    assert section.desk.choice.mode == "blend"
