"""What is asked for while marking, and the edits that answer it, on a case in a scene."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from ForbiddenWords import forbiddenIn

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from PhantomCases import phantomCase
from PlacedMarks import withPlaced

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.Guide import Marking
from DynamicSpineLib.Session.GuideText import guideText
from DynamicSpineLib.Session.MarkingDesk import MarkingDesk
from DynamicSpineLib.Session.Selection import Selection
from DynamicSpineLib.Study.EditCase import withoutPosition
from DynamicSpineLib.Study.EditMarks import unconfirmedNames

LEFT = ("L2_SA", "L2_SP", "L2_IA", "L2_IP")
HERE = (0.0, 0.0, 0.0)


def carriedCase():
    """The lumbar phantom: marked in its first position but for L2; in the second all marks carried; no others."""
    case = phantomCase("lumbarSlip")
    first, second = case.positions[:2]
    kept = {name: mark for name, mark in first.marks.landmarks.items() if name not in LEFT}
    carried = {name: replace(mark, origin="carried", confirmed=False) for name, mark in second.marks.landmarks.items()}
    positions = (replace(first, marks=replace(first.marks, landmarks=MappingProxyType(kept))),
                 replace(second, marks=replace(second.marks, landmarks=MappingProxyType(carried))))  # fmt: skip
    return replace(case, positions=positions, bones=(), readings=(), reference="")


@pytest.fixture
def session(scene):
    found = CaseSession(writeCaseToScene(carriedCase(), scene))
    yield found
    found.close()


@pytest.fixture
def desk(session):
    """A desk at the first position, asked for corners and canal."""
    selection = Selection()
    selection.fit(session.case)
    found = MarkingDesk(selection, lambda: True)
    found.setSession(session)
    found.marking = Marking(protocols="AB")
    return found


def asked(desk):
    mark = desk.asked()
    return mark.name if mark is not None else ""


def second(desk):
    return desk.session.case.positions[1].id


def test_answers_are_edits_in_words_that_can_be_undone(desk):
    desk.sayNotVisible()
    assert desk.session.history.undoText == "not visible: L2, upper endplate, front corner"
    assert asked(desk) == "L2_SP"
    desk.selection.choose(mark="L4_IA")
    desk.remove()
    assert desk.session.history.undoText == "removed L4, lower endplate, front corner"
    assert not any(forbiddenIn(text) for text in ("removed", "not visible", "accepted"))
    desk.session.undo()
    assert asked(desk) == "L4_IA"
    desk.session.undo()
    assert asked(desk) == "L2_SA"
    assert not desk.session.history.undoText


def test_saying_not_visible_twice_makes_the_mark_open_again(desk):
    desk.sayNotVisible()
    desk.selection.choose(mark="L2_SA")
    desk.sayNotVisible()
    assert "L2_SA" not in desk.position.marks.landmarks
    assert asked(desk) == "L2_SA"


def test_a_mark_placed_by_somebody_is_followed_by_the_next_open_one(desk):
    session, first = desk.session, desk.selection.now.position
    session.do("placed", withPlaced(session.case, first, "L2_SA", HERE))
    assert asked(desk) == "L2_SP"
    session.do("placed", withPlaced(session.case, first, "L2_IP", HERE))
    assert asked(desk) == "L2_SP"


def test_nothing_is_followed_while_the_section_is_closed(session):
    selection = Selection()
    selection.fit(session.case)
    desk = MarkingDesk(selection, lambda: False)
    desk.setSession(session)
    before = selection.now
    session.do("placed", withPlaced(session.case, selection.now.position, "L2_SA", HERE))
    session.undo()
    assert selection.now == before


def test_skipped_marks_are_skipped_in_their_position_only_and_can_be_asked_for_again(desk):
    desk.skip()
    assert desk.skipped == {"L2_SA"}
    assert asked(desk) == "L2_SP"
    first = desk.selection.now.position
    desk.selection.choose(position=second(desk))
    assert desk.skipped == frozenset()
    desk.selection.choose(position=first, mark="L2_SA")
    desk.skip()
    assert desk.skipped == frozenset()
    assert asked(desk) == "L2_SA"


def test_going_back_and_forth_walks_in_marking_order(desk):
    desk.selection.choose(mark="L2_SP")
    desk.goBack()
    assert asked(desk) == "L2_SA"
    desk.goBack()
    assert asked(desk) == "L1_IP"
    desk.goToNext()
    assert asked(desk) == "L2_SA"


def test_accepting_goes_from_vertebra_to_vertebra_and_leaves_other_protocols_waiting(desk):
    desk.selection.choose(position=second(desk), mark="T12_SA")
    everything = unconfirmedNames(desk.position.marks)
    assert desk.waitingElsewhere > 0
    assert len(desk.waiting()) + desk.waitingElsewhere == len(everything)
    desk.acceptPlace()
    assert desk.session.history.undoText.endswith("of T12")
    assert asked(desk) == "L1_SA"
    assert all(desk.position.marks.landmarks[name].confirmed for name in everything if boneOfMark(name) == "T12")
    assert not desk.position.marks.landmarks["L1_SA"].confirmed
    desk.acceptAll()
    landmarks = desk.position.marks.landmarks
    assert desk.waiting() == ()
    assert landmarks["L4L5_CA"].confirmed
    foramen = [name for name in everything if name.endswith("_L") and not boneOfMark(name)]
    assert foramen
    assert not any(landmarks[name].confirmed for name in foramen)


def test_a_rejected_vertebra_is_open_again_but_for_what_its_reader_placed(desk):
    desk.selection.choose(position=second(desk), mark="L3_SA")
    desk.accept()
    desk.selection.choose(mark="L3_IP")
    desk.rejectPlace()
    landmarks = desk.position.marks.landmarks
    assert [name for name in landmarks if boneOfMark(name) == "L3" and landmarks[name].status == "defined"] == ["L3_SA"]
    assert asked(desk) == "L3_SP"
    desk.session.undo()
    assert "L3_IP" in desk.position.marks.landmarks


def test_a_vertebra_beyond_the_chosen_levels_can_be_accepted_where_it_is_looked_at(desk):
    desk.marking = Marking(first="T12", last="L2", protocols="A")
    desk.selection.choose(position=second(desk), place="L5", mark="")
    assert "L5_SA" in desk.waitingHere()
    assert "L5_SA" not in desk.waiting()
    desk.acceptPlace()
    assert desk.position.marks.landmarks["L5_SA"].confirmed


def test_an_outline_can_be_taken_away(desk):
    desk.marking = Marking(protocols="E")
    name = next(item.name for item in desk.curves() if item.status == "placed")
    desk.selection.choose(mark=name)
    desk.remove()
    assert name not in desk.position.marks.contours
    desk.session.undo()
    assert name in desk.position.marks.contours


def test_undo_shows_the_position_and_the_mark_that_it_took_back(desk):
    session = desk.session
    desk.selection.choose(position=second(desk), mark="L3_SA")
    desk.accept()
    desk.selection.choose(position=session.case.positions[0].id)
    session.undo()
    assert (desk.selection.now.position, desk.selection.now.mark) == (second(desk), "L3_SA")


def test_the_guide_tells_what_to_do_when_a_position_is_done(desk):
    desk.marking = Marking(first="L4", last="L5", protocols="A")
    done = guideText(desk)
    assert done.heading == "Done here"
    assert done.hint == f"Next: look at the carried marks of {desk.session.case.positions[1].shownTitle}."
    desk.selection.choose(position=second(desk))
    assert guideText(desk).heading == "Look at"
    desk.acceptAll()
    assert guideText(desk).hint == "Every position is marked: see Results."
    assert forbiddenIn(f"{done.title} {done.hint}") == []


def test_the_guide_says_that_nothing_is_asked_for_or_that_there_is_no_position(desk):
    desk.marking = Marking(protocols="")
    assert guideText(desk).title == "Nothing is asked for"
    desk.selection.choose(position="")
    assert guideText(desk).title == "No position to mark"
    desk.setSession(None)
    assert desk.asked() is None
    assert guideText(desk).title == "No position to mark"


def test_removing_the_position_that_is_marked_leaves_the_desk_working(desk):
    session, gone = desk.session, desk.selection.now.position
    session.do("removed", withoutPosition(session.case, gone))
    desk.selection.fit(session.case)
    assert desk.selection.now.position != gone
    assert asked(desk)


def test_a_desk_that_left_its_case_listens_no_more(desk):
    session = desk.session
    count = session.caseChanged.listenerCount
    desk.setSession(None)
    assert session.caseChanged.listenerCount == count - 1
