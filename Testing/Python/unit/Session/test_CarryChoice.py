"""From where to where marks can be carried."""

from __future__ import annotations

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Jobs.CarryCase import CarriedCase, CarriedPosition
from DynamicSpineLib.Registration.CarriedBone import CarriedBone
from DynamicSpineLib.Registration.CarryMarks import MergedMarks
from DynamicSpineLib.Session.CarryChoice import carriedDetails, carriedWords, carryChoice, carryOptions, levelToCarry
from DynamicSpineLib.Study.CarryState import CHECK, FAILED, GOOD
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import Landmark, LandmarkSet, landmarkSet
from DynamicSpineLib.Study.Position import Position

CHAIN = Chain(("L3", "L4", "L5"))


def position(name, count=0, level="L4", volume=True, **how):
    names = [f"{level}_{code}" for code in ("SA", "SP", "IA", "IP")[:count]]
    marks = landmarkSet([Landmark(item, (0.0, 0.0, 0.0), **how) for item in names])
    return Position(name, "supine", "neutral", volume=f"{name}.nrrd" if volume else "", marks=marks)


def ids(positions):
    return [item.id for item in positions]


def test_marks_are_carried_from_positions_with_two_marks_of_a_vertebra_to_all_others_with_a_volume():
    case = Case("a", CHAIN, (position("A", 4), position("B", 1), position("C"), position("D", 4, volume=False)))
    choice = carryChoice(case)
    assert ids(choice.sources) == ["A"]
    assert ids(choice.targets) == ["B", "C"]
    assert choice.whyNot == ""


def test_the_usual_source_is_the_one_that_the_case_names_else_the_one_marked_most_by_its_reader():
    marked = (position("A", 2), position("B", 4), position("C", 4, origin="carried", confirmed=False))
    assert carryChoice(Case("a", CHAIN, marked)).source == "B"
    assert carryChoice(Case("a", CHAIN, marked, markedIn="A")).source == "A"
    assert carryChoice(Case("a", CHAIN, marked, markedIn="A"), "C").source == "C"
    assert carryChoice(Case("a", CHAIN, marked, markedIn="A"), "gone").source == "A"


def test_it_is_said_what_is_missing():
    def why(*positions):
        return carryChoice(Case("a", CHAIN, positions)).whyNot

    assert why(position("A"), position("B")) == "Place at least 2 marks of one vertebra first."
    assert why(position("A", 4, volume=False), position("B")) == "The marked position has no volume."
    assert why(position("A", 4)) == "There is no other position: add one in Positions."
    assert why(position("A", 4), position("B", volume=False)) == "The other positions have no volume."


def test_one_vertebra_is_carried_alone_only_where_it_has_marks_enough():
    case = Case("a", CHAIN, (position("A", 4), position("B")))
    assert levelToCarry(case, "A", "L4") == "L4"
    assert levelToCarry(case, "A", "L5") == ""
    assert levelToCarry(case, "A", "L4L5") == ""
    assert levelToCarry(case, "gone", "L4") == ""
    assert carryOptions(case, "A", "B", "L4").levels == ("L4",)
    assert carryOptions(case, "A", "B", "L5").levels == ()
    assert carryOptions(case, "A", "", "").toPositions == ()


def test_what_came_of_it_is_said_with_what_was_not_predicted():
    case = Case("a", CHAIN, (position("A", 4), position("B")))
    bones = tuple(CarriedBone(level, "A", "B", verdict) for level, verdict in
                  zip(CHAIN.levels, (GOOD, CHECK, FAILED), strict=True))  # fmt: skip
    merged = MergedMarks(LandmarkSet(), (), ())
    carried = CarriedCase(case, "A", (CarriedPosition("B", bones, merged, {"L4L5_CA": "no edge was found."}),), ("n",))
    assert carriedWords(carried) == "Carried 2 of 3 vertebrae; look at 1 of them."
    assert carriedDetails(carried).splitlines() == [
        "n", "supine neutral, L4\N{NON-BREAKING HYPHEN}L5, canal, anterior border: no edge was found."]
