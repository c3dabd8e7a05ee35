"""How the levels were counted, what they are called, and who verified them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from Hands import back, choose, errorsIn, isShown, neck, typed
from PlacedMarks import withPlaced

from DynamicSpineLib.Anatomy.Levels import Chain


def test_the_statement_of_the_numbering_is_made_and_verified_today(a_slicer_application, panel, section, open_case):
    session = open_case(back())
    box = section.numbering.ui
    choose(box.countedFromCombo, "from the iliolumbar ligament")
    choose(box.presacralCombo, "25")
    typed(box.transitionalCombo.lineEdit(), "Castellvi IIa")
    typed(box.alternativeEdit, "L6 for S1")
    assert "counted from the iliolumbar ligament, not verified" in box.statementLabel.text
    box.verifiedEdit.text = "Dr Ada"
    box.verifyButton.click()
    numbering = session.case.numbering
    assert (numbering.presacralCount, numbering.transitional, numbering.alternativeName) == (
        25, "Castellvi IIa", "L6 for S1")  # fmt: skip
    assert (numbering.confirmedBy, numbering.confirmedAt) == ("Dr Ada", date.today().isoformat())
    assert "verified by Dr Ada; transitional: Castellvi IIa" in box.statementLabel.text
    assert box.statementLabel.text.endswith(f". Verified on {date.today().isoformat()}.")
    choose(box.presacralCombo, "24")
    assert not session.case.numbering.isConfirmed
    panel.ui.undoButton.click()
    box.verifyButton.click()  # now it says Withdraw
    assert not session.case.numbering.isConfirmed
    assert errorsIn(a_slicer_application) == []


def test_numbering_is_open_where_nobody_verified_it_and_folded_where_somebody_did(section, open_case):
    open_case(neck())
    assert section.numbering.ui.numberingButton.collapsed
    open_case(back())
    assert not section.numbering.ui.numberingButton.collapsed


def test_levels_are_renamed_for_all_positions_at_once(panel, section, open_case):
    session = open_case(back())
    before, box = session.case, section.levels.ui
    assert not box.renameButton.enabled
    choose(box.topCombo, "T12")
    arrow = "\N{NO-BREAK SPACE}\N{RIGHTWARDS ARROW}\N{NO-BREAK SPACE}"
    assert box.renamingLabel.text.startswith(f"L1{arrow}T12, L2{arrow}L1, ")
    assert session.case is before
    box.renameButton.click()
    assert session.case.chain.levels == ("T12", "L1", "L2", "L3", "L4", "S1")
    assert list(session.case.positions[0].marks.landmarks) == ["L1_SA"]
    assert not box.renameButton.enabled
    panel.ui.undoButton.click()
    assert session.case == before


def test_a_renaming_that_cannot_be_says_why_instead_of_offering_it(section, open_case):
    case = replace(neck(), chain=Chain(("C2", "C3", "C4", "C5", "C6")))
    session = open_case(withPlaced(case, "SUP_N", "C2_DT", (0.0, 0.0, 40.0)))
    before, box = session.case, section.levels.ui
    choose(box.topCombo, "C3")
    assert "C2_DT: there is no such mark at C3" in box.renamingLabel.text
    assert not box.renameButton.enabled
    assert session.case is before


def test_the_range_of_levels_is_changed_and_marks_are_never_lost(a_slicer_application, section, open_case):
    session = open_case(back())
    box = section.levels.ui
    choose(box.firstCombo, "T11")
    assert box.rangeButton.enabled
    box.rangeButton.click()
    assert session.case.chain.levels[0] == "T11"
    choose(box.firstCombo, "L4")
    box.rangeButton.click()
    (said,) = errorsIn(a_slicer_application)
    assert "is marked; clear it before taking its level away" in said
    assert box.firstCombo.currentText == "T11"
    choose(box.firstCombo, "L2")
    box.rangeButton.click()
    assert session.case.chain.levels[0] == "L2"


def test_a_sixth_lumbar_vertebra_is_counted(section, open_case):
    session = open_case(back())
    box = section.levels.ui
    choose(box.lumbarCombo, "6 lumbar")
    assert session.case.chain.levels[-2:] == ("L6", "S1")
    assert not isShown(section.levels.ui.thoracicCombo, section.levels.ui.contents)


def test_operated_segments_are_recorded(section, session):
    box = section.levels.ui
    assert box.statusLabel.text == "All segments are native."
    choose(box.segmentCombo, box.segmentCombo.itemText(box.segmentCombo.findData("C5C6")))
    choose(box.statusCombo, "disc replacement")
    assert dict(session.case.segments) == {"C5C6": "discReplacement"}
    assert "disc replacement. All others are native." in box.statusLabel.text
    choose(box.statusCombo, "native (not operated)")
    assert dict(session.case.segments) == {}


def test_left_and_right_are_verified_by_a_person(section, open_case):
    session = open_case(back())
    box = section.levels.ui
    box.sidesEdit.text = "Dr Ada"
    box.sidesButton.click()
    assert session.case.sidesVerifiedBy == "Dr Ada"
    assert "Verified by Dr Ada" in box.sidesLabel.text
    box.sidesButton.click()
    assert session.case.sidesVerifiedBy == ""
