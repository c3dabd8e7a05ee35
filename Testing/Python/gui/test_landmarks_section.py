"""Marking in the panel: the guide, clicks in a slice view, answers, acceptance and carrying."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

sys.path.append(str(Path(__file__).parents[1] / "jobs"))

from TrueCarry import SCENARIO, TrueCarry, markedOnce, writeTrueCase

from DynamicSpineLib.Jobs.CarryCase import CarryEngine
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Registration.CarriedBone import Reason
from DynamicSpineLib.Study.CarryState import CHECK, FAILED

MODULE = Path(__file__).resolve().parents[3] / "DynamicSpine" / "DynamicSpine.py"
SAGITTAL = "DynamicSpineSagittal"
CORNERS = ("L2_SA", "L2_SP", "L2_IA", "L2_IP")
START, OTHER = phantomCase(SCENARIO).markedIn, phantomCase(SCENARIO).positions[2].id
PIXEL_MM = 1.0


def truth(name):
    return phantomCase(SCENARIO).position(START).marks.point(name)


def without(case, names):
    """The case without these marks in the position that is marked."""
    positions = []
    for item in case.positions:
        kept = {name: mark for name, mark in item.marks.landmarks.items() if name not in names}
        positions.append(replace(item, marks=replace(item.marks, landmarks=MappingProxyType(kept))))
    return replace(case, positions=tuple(positions))


@pytest.fixture(scope="session")
def caseFolder(tmp_path_factory):
    """The lumbar phantom marked in one position, but for the four corners of L2."""
    folder = tmp_path_factory.mktemp("marking") / "case"
    return writeTrueCase(folder, without(markedOnce(phantomCase(SCENARIO), START), CORNERS))


@pytest.fixture
def panel(a_slicer_application, caseFolder):
    """The open module with that case, at its section Landmarks."""
    a_slicer_application.addModule(MODULE)
    widget = a_slicer_application.openModule("DynamicSpine")
    widget.panel.sections["case"].openPath(caseFolder)
    widget.panel.openSection("landmarks")
    widget.panel.context.selection.choose(position=START)
    a_slicer_application.messages.clear()
    return widget.panel


@pytest.fixture
def section(panel):
    return panel.sections["landmarks"]


def marks(section):
    return section.context.session.case.position(section.context.selection.now.position).marks.landmarks


def asked(section):
    mark = section.desk.asked()
    return mark.name if mark is not None else ""


def isAt(mark, point_RAS):
    return max(abs(one - other) for one, other in zip(mark.point_RAS, point_RAS, strict=True)) < PIXEL_MM


def press(section, keys):
    dict(section.keyBindings())[keys]()


# --- the guide ---


def test_the_guide_says_which_mark_comes_next_with_its_drawing_hint_and_slice(section):
    ui = section.guide.ui
    assert section.guide.widget.title == "Place next"
    assert ui.titleLabel.text == "L2, upper endplate, front corner"
    assert "true corner of the bone" in ui.hintLabel.text
    assert ui.whereLabel.text == "Midsagittal. L2: 0 of 4."
    assert ui.schematicLabel.visible
    assert not ui.schematicLabel.pixmap.isNull()


def test_clicks_place_the_marks_in_the_order_of_the_guide(section, a_slicer_application):
    section.guide.ui.placeButton.click()
    for name in CORNERS:
        assert asked(section) == name
        a_slicer_application.mouse.click(SAGITTAL, truth(name))
    found = marks(section)
    assert all(isAt(found[name], truth(name)) for name in CORNERS)
    assert section.context.session.history.count == len(CORNERS)
    assert section.guide.widget.title == "Done here"
    assert not section.placing.isOn
    assert not section.guide.ui.placeButton.checked
    assert a_slicer_application.messages == []


def test_after_the_last_mark_a_click_places_nothing(section, a_slicer_application):
    section.guide.ui.placeButton.click()
    for name in CORNERS:
        a_slicer_application.mouse.click(SAGITTAL, truth(name))
    before = section.context.session.case
    a_slicer_application.mouse.click(SAGITTAL, truth("L4_IA"))
    assert section.context.session.case == before


def test_hovering_while_placing_makes_no_mark(section, a_slicer_application):
    before = section.context.session.case
    section.guide.ui.placeButton.click()
    for name in ("L3_SA", "L2_SA", "L2_IP"):
        a_slicer_application.mouse.move(SAGITTAL, truth(name))
    section.context.session.settle()
    assert section.context.session.case is before
    assert asked(section) == "L2_SA"
    assert section.placing.isOn


def test_a_skipped_mark_is_passed_over_by_the_next_click_and_asked_for_at_the_end(section, a_slicer_application):
    section.guide.ui.placeButton.click()
    a_slicer_application.mouse.click(SAGITTAL, truth("L2_SA"))
    a_slicer_application.mouse.move(SAGITTAL, truth("L2_SP"))
    section.guide.ui.skipButton.click()
    assert asked(section) == "L2_IA"
    a_slicer_application.mouse.move(SAGITTAL, truth("L2_IA"))
    a_slicer_application.mouse.click(SAGITTAL, truth("L2_IA"))
    a_slicer_application.mouse.click(SAGITTAL, truth("L2_IP"))
    assert isAt(marks(section)["L2_IA"], truth("L2_IA"))
    assert "L2_SP" not in marks(section)
    assert "all but the skipped mark" in section.guide.ui.titleLabel.text
    assert not section.placing.isOn
    press(section, "P")
    assert asked(section) == "L2_SP"
    a_slicer_application.mouse.click(SAGITTAL, truth("L2_SP"))
    assert isAt(marks(section)["L2_SP"], truth("L2_SP"))


def test_a_mark_that_is_not_visible_is_said_so_and_the_guide_goes_on(section, a_slicer_application):
    press(section, "P")
    press(section, "X")
    assert marks(section)["L2_SA"].status == "missing"
    assert asked(section) == "L2_SP"
    a_slicer_application.mouse.click(SAGITTAL, truth("L2_SP"))
    assert isAt(marks(section)["L2_SP"], truth("L2_SP"))
    assert "1 not visible" in section.list.ui.totalLabel.text


def test_undo_goes_back_to_the_mark_that_it_took_away_and_placing_goes_on_there(section, panel, a_slicer_application):
    press(section, "P")
    a_slicer_application.mouse.click(SAGITTAL, truth("L2_SA"))
    a_slicer_application.mouse.click(SAGITTAL, truth("L3_SA"))
    panel.undo()
    assert asked(section) == "L2_SP"
    assert "L2_SP" not in marks(section)
    a_slicer_application.mouse.click(SAGITTAL, truth("L2_SP"))
    assert isAt(marks(section)["L2_SP"], truth("L2_SP"))
    panel.undo()
    panel.redo()
    assert isAt(marks(section)["L2_SP"], truth("L2_SP"))
    assert asked(section) == "L2_IA"


def test_a_removed_mark_is_asked_for_again(section, panel):
    section.context.selection.choose(mark="L4_IP")
    press(section, "Del")
    assert "L4_IP" not in marks(section)
    assert asked(section) == "L4_IP"
    panel.undo()
    assert isAt(marks(section)["L4_IP"], truth("L4_IP"))


def test_at_a_placed_mark_clicks_do_what_they_do_without_placing(section, a_slicer_application):
    press(section, "P")
    section.context.selection.choose(mark="L4_SA")
    before = section.context.session.case
    a_slicer_application.mouse.click(SAGITTAL, truth("L5_SA"))
    assert section.context.session.case == before
    assert section.placing.isOn
    press(section, "N")
    assert asked(section) == "L2_SA"
    a_slicer_application.mouse.click(SAGITTAL, truth("L2_SA"))
    assert isAt(marks(section)["L2_SA"], truth("L2_SA"))


@pytest.mark.parametrize("leave", ["module", "section", "toolbar"])
def test_leaving_ends_placing_and_no_click_places_any_more(section, panel, a_slicer_application, leave):
    press(section, "P")
    a_slicer_application.mouse.move(SAGITTAL, truth("L3_SA"))
    before = section.context.session.case
    if leave == "module":
        a_slicer_application.openModule("")
    elif leave == "section":
        panel.openSection("case")
    else:
        interaction = a_slicer_application.scene.GetSingletonNode("Singleton", "vtkMRMLInteractionNode")
        interaction.SetCurrentInteractionMode(interaction.ViewTransform)
    assert not section.placing.isOn
    assert not section.guide.ui.placeButton.checked
    if leave == "toolbar":
        a_slicer_application.mouse.click(SAGITTAL, truth("L2_SA"))
    section.context.session.settle()
    assert section.context.session.case == before


def test_a_scene_that_is_closed_while_placing_ends_it(section, a_slicer_application):
    press(section, "P")
    a_slicer_application.mouse.click(SAGITTAL, truth("L2_SA"))
    a_slicer_application.mouse.move(SAGITTAL, truth("L2_SP"))
    a_slicer_application.scene.Clear(0)
    assert section.context.session is None
    assert not section.placing.isOn
    assert not section.widget.enabled
    assert section.list.ui.markTree.topLevelItemCount == 0
    assert section.carrying.ui.lightTable.rowCount == 0
    assert a_slicer_application.messages == []


def test_keys_answer_nothing_while_the_section_is_closed(section, panel):
    before = section.context.session.case
    panel.openSection("case")
    for keys, slot in section.keyBindings():
        slot()
        assert section.context.session.case is before, keys
    assert not section.placing.isOn


def test_a_locked_list_is_said_to_be_locked(section, a_slicer_application):
    from DynamicSpineLib.Scene.CaseRoles import landmarkNode

    landmarkNode(section.context.session.caseNode, START).SetLocked(True)
    press(section, "P")
    assert [kind for kind, _ in a_slicer_application.messages] == ["error"]
    assert "locked" in a_slicer_application.messages[0][1]
    assert not section.placing.isOn


def test_a_list_that_somebody_deleted_is_made_again_to_place_marks(section, a_slicer_application):
    from DynamicSpineLib.Scene.CaseRoles import landmarkNode

    a_slicer_application.scene.RemoveNode(landmarkNode(section.context.session.caseNode, OTHER))
    section.context.selection.choose(position=OTHER, mark="L4_SA")
    press(section, "P")
    assert landmarkNode(section.context.session.caseNode, OTHER) is not None
    assert section.placing.isOn


# --- the list ---


def listed(section):
    """The rows of the list as (place, words) and below them (mark, words)."""
    tree = section.list.ui.markTree
    rows = []
    for index in range(tree.topLevelItemCount):
        item = tree.topLevelItem(index)
        rows.append((item.text(0), item.text(1)))
        rows += [(item.child(number).text(0), item.child(number).text(1)) for number in range(item.childCount())]
    return rows


def test_the_list_counts_by_level_and_in_all_and_says_where_each_mark_stands(section):
    rows = listed(section)
    assert ("L2", "0 of 4") in rows
    assert ("L3", "4 of 4, done") in rows
    assert ("upper endplate, front corner", "\u25cb place next") in rows
    assert section.list.ui.totalLabel.text == "In all 34 of 38."
    assert section.ui.positionCombo.currentText == f"{section.desk.position.shownTitle} (34 of 38)"


def test_choosing_a_row_asks_for_its_mark_and_moves_the_view_there(section, a_slicer_application):
    tree = section.list.ui.markTree
    place = next(index for index in range(tree.topLevelItemCount) if tree.topLevelItem(index).text(0) == "L5")
    tree.setCurrentItem(tree.topLevelItem(place).child(1))
    assert asked(section) == "L5_SP"
    assert section.guide.widget.title == "Placed"
    a_slicer_application.view(SAGITTAL).displayPlace(truth("L5_SP"))  # raises where it is not to be seen
    tree.setCurrentItem(tree.topLevelItem(place))
    assert section.context.selection.now.place == "L5"
    assert section.context.selection.now.mark == ""


# --- what to mark ---


def test_one_level_only_asks_for_both_of_its_vertebrae_and_follows_the_chosen_level(section):
    section.ui.oneLevelCheck.click()
    assert section.ui.singleLevelCombo.visible
    assert not section.ui.firstLevelCombo.visible
    assert {item.place for item in section.desk.marks()} == {"L2", "L3", "L2L3"}
    section.context.selection.choose(place="L5", mark="")
    assert {item.place for item in section.desk.marks()} == {"L5", "S1", "L5S1"}
    section.ui.oneLevelCheck.click()
    assert {"T12", "L2"} < {item.place for item in section.desk.marks()}


def test_a_range_of_levels_is_marked_and_kept_in_the_scene(section):
    combo = section.ui.firstLevelCombo
    combo.currentIndex = combo.findData("L4")
    combo.activated.emit(combo.currentIndex)
    assert {item.place for item in section.desk.marks()} == {"L4", "L5", "S1", "L4L5", "L5S1"}
    assert section.context.parameters.firstLevel == "L4"
    assert section.guide.widget.title == "Done here"


def test_a_protocol_says_its_cost_and_adds_its_marks(section):
    box, cost, gives = section.protocols._boxes["D"]
    assert cost.text == "48 clicks"
    assert gives.text.startswith("adds height of the foramen")
    assert "Width of the foramen" in box.toolTip
    box.click()
    assert section.context.parameters.protocols == "ABD"
    assert section.list.ui.totalLabel.text == "In all 82 of 86."
    assert "86 clicks" in section.protocols.ui.costLabel.text


def test_names_in_the_views_are_bound_to_the_parameters_of_the_scene(section):
    section.ui.pointLabelsCheck.click()
    section.ui.levelNamesCheck.click()
    assert section.context.parameters.showPointLabels
    assert not section.context.parameters.showLevelNames
    section.context.parameters.showPointLabels = False
    assert not section.ui.pointLabelsCheck.checked


# --- carrying and accepting ---


@pytest.fixture
def carriedSection(section, monkeypatch):
    """Marks carried to every position by their true motion; L4 to be checked and L5 not found in one of them."""
    from DynamicSpineLib.Session import CaseVerbs

    faults = {"L4": (CHECK, Reason("neighborsDisagree", {"distanceMm": 2.34})), "L5": (FAILED, Reason("notFound"))}
    carry = TrueCarry({(OTHER, level): fault for level, fault in faults.items()})
    monkeypatch.setattr(CaseVerbs, "carryEngine", lambda: CarryEngine(carry))
    section.carrying.ui.carryButton.click()
    assert section.carrying.isCarrying
    section.context.runner.runToEnd()
    return section


def light(section, level, positionId):
    case = section.context.session.case
    row, column = case.chain.levels.index(level), [item.id for item in case.positions].index(positionId)
    return section.carrying.ui.lightTable.item(row, column)


def test_carrying_lights_every_vertebra_and_position_with_words_and_reasons(carriedSection):
    assert light(carriedSection, "L3", OTHER).text() == "\u25cf good"
    assert light(carriedSection, "L4", OTHER).text() == "\u25b2 check"
    assert light(carriedSection, "L5", OTHER).text() == "\u2715 failed"
    assert light(carriedSection, "L3", START).text() == "\u2713 placed"
    tips = {level: light(carriedSection, level, OTHER).toolTip() for level in ("L3", "L4", "L5")}
    assert "wait to be accepted" in tips["L3"]
    assert "The bone lies 2.3 mm from where its neighbors let expect it." in tips["L4"]
    assert "place two of its corners here and carry again" in tips["L5"]
    assert carriedSection.carrying.ui.carriedLabel.text.startswith("Carried ")
    assert carriedSection.ui.tabs.tabText(2) == "Carry (\u25b2 2)"


def test_choosing_a_light_shows_its_vertebra_in_its_position(carriedSection, a_slicer_application):
    carriedSection.carrying.ui.lightTable.setCurrentCell(*cellOf(carriedSection, "L4", OTHER))
    chosen = carriedSection.context.selection.now
    assert (chosen.position, chosen.place) == (OTHER, "L4")
    assert carriedSection.guide.widget.title == "Look at"
    assert asked(carriedSection).startswith("L4_")
    point = carriedSection.context.session.case.position(OTHER).marks.point("L4_SA")
    a_slicer_application.view(SAGITTAL).displayPlace(point)


def cellOf(section, level, positionId):
    case = section.context.session.case
    return case.chain.levels.index(level), [item.id for item in case.positions].index(positionId)


def waiting(section, level=""):
    return [name for name in section.desk.waiting() if name.startswith(f"{level}_" if level else "")]


def test_marks_are_accepted_one_by_one_by_vertebra_and_all_at_once(carriedSection, panel):
    carriedSection.context.selection.choose(position=OTHER, mark="L3_SA")
    count = len(waiting(carriedSection))
    press(carriedSection, "A")
    assert "L3_SA" not in waiting(carriedSection)
    assert len(waiting(carriedSection)) == count - 1
    assert asked(carriedSection) == "L3_SP"
    press(carriedSection, "Shift+A")
    assert waiting(carriedSection, "L3") == []
    assert light(carriedSection, "L3", OTHER).text() == "\u2713 accepted"
    assert asked(carriedSection).startswith("L4_")
    press(carriedSection, "Ctrl+Return")
    assert waiting(carriedSection) == []
    assert not carriedSection.guide.ui.acceptRow.visible
    panel.undo()
    assert waiting(carriedSection)
    assert carriedSection.guide.ui.acceptRow.visible


def test_a_rejected_vertebra_is_placed_again_with_its_reason_in_the_guide(carriedSection):
    carriedSection.context.selection.choose(position=OTHER, mark="L4_SA")
    assert "2.3 mm" in carriedSection.guide.ui.hintLabel.text
    press(carriedSection, "Shift+Del")
    assert light(carriedSection, "L4", OTHER).text() == "\u25cb no marks"
    assert asked(carriedSection) == "L4_SA"
    assert carriedSection.guide.widget.title == "Place next"
    carriedSection.context.selection.choose(mark="L5_SA")
    assert "carry again" in carriedSection.guide.ui.hintLabel.text


def test_a_dragged_carried_mark_is_its_users_and_no_longer_waits(carriedSection, panel, a_slicer_application):
    carriedSection.context.selection.choose(position=OTHER, mark="L3_SA")
    point = carriedSection.context.session.case.position(OTHER).marks.point("L3_SA")
    a_slicer_application.mouse.drag(SAGITTAL, point, (point[0], point[1] + 6.0, point[2]))
    panel.rest.runToEnd()
    assert "L3_SA" not in waiting(carriedSection)
    assert marks(carriedSection)["L3_SA"].origin == "placed"
    assert asked(carriedSection) == "L3_SA"
    assert carriedSection.guide.widget.title == "Placed"


def test_cancelled_carrying_leaves_the_case_as_it_was(section, monkeypatch):
    from DynamicSpineLib.Session import CaseVerbs

    monkeypatch.setattr(CaseVerbs, "carryEngine", lambda: CarryEngine(TrueCarry()))
    before = section.context.session.case
    section.carrying.ui.carryButton.click()
    assert not section.guide.ui.skipButton.enabled
    section.carrying.ui.carryButton.click()
    assert section.context.session.case is before
    assert not section.carrying.isCarrying
    assert section.guide.ui.skipButton.enabled


def test_why_nothing_can_be_carried_is_said_at_the_button(section):
    session = section.context.session
    session.do("removed every mark", without(session.case, list(session.case.position(START).marks.landmarks)))
    button = section.carrying.ui.carryButton
    assert not button.enabled
    assert "Place at least 2 marks" in button.toolTip


def test_the_keyboard_goes_from_top_to_bottom(section):
    order, widget = [], section.ui.positionCombo
    while len(order) < 500 and (widget is not section.ui.positionCombo or not order):
        order.append(widget)
        widget = widget.nextInFocusChain()
    stops = [section.ui.positionCombo, section.ui.oneLevelCheck, section.guide.ui.placeButton,
             section.guide.ui.removeButton, section.guide.ui.acceptAllButton, section.ui.tabs,
             section.list.ui.markTree, section.protocols.ui.optionalCheck, section.carrying.ui.carryButton,
             section.carrying.ui.lightTable, section.ui.levelNamesCheck, section.ui.pointLabelsCheck]  # fmt: skip
    places = [order.index(item) for item in stops]
    assert places == sorted(places)


def test_every_widget_that_a_user_works_with_has_a_name_and_the_panel_fits(section):
    for box in (section, section.guide, section.list, section.protocols, section.carrying):
        for name, widget in vars(box.ui).items():
            if name.endswith(("Combo", "Tree", "Table")) or name in ("backButton", "nextButton"):
                assert widget.accessibleName, name
    assert section.widget.minimumSizeHint.width() <= 360
