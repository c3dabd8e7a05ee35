"""What prediction writes into a position, and what it leaves alone."""

from __future__ import annotations

import pytest

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Registration.MergeTissue import mergePredicted
from DynamicSpineLib.Study.Marks import (
    CARRIED,
    MISSING,
    PREDICTED,
    SEGMENTED,
    UNDEFINED,
    Contour,
    Landmark,
    landmarkSet,
)

CHAIN = Chain(("C4", "C5", "C6"))
HERE, THERE = (1.0, 2.0, 3.0), (4.0, 5.0, 6.0)


def guess(name, point=HERE):
    return Landmark(name, point, origin=PREDICTED, confirmed=False, sdMm=0.3, quality="edge")


def ring(name, origin=PREDICTED, confirmed=False, point=HERE):
    return Contour(name, (point, THERE, (0.0, 0.0, 0.0)), origin=origin, confirmed=confirmed)


def merged(target, predicted, levels=("C4", "C5", "C6"), curves=(), newCurves=()):
    before, new = landmarkSet(list(target), list(curves)), landmarkSet(list(predicted), list(newCurves))
    return mergePredicted(before, new, levels, CHAIN)


@pytest.mark.parametrize("there", [
    Landmark("C5C6_CA", THERE), Landmark("C5C6_CA", THERE, origin=PREDICTED, confirmed=True),
    Landmark("C5C6_CA", THERE, origin=SEGMENTED, confirmed=False), Landmark("C5C6_CA", None, MISSING),
])  # fmt: skip
def test_what_a_reader_or_a_segmentation_put_there_stays(there):
    assert merged([there], [guess("C5C6_CA")]).landmarks["C5C6_CA"] == there


@pytest.mark.parametrize("there", [[], [Landmark("C5C6_CA", None, UNDEFINED)], [guess("C5C6_CA", THERE)]])
def test_an_empty_place_and_an_earlier_prediction_are_filled_anew(there):
    assert merged(there, [guess("C5C6_CA")]).landmarks["C5C6_CA"] == guess("C5C6_CA")


def test_an_earlier_prediction_that_is_not_made_again_is_taken_back_beside_carried_bones_only():
    before = [guess("C4C5_CA", THERE), guess("C5C6_CA", THERE), guess("C6_KA", THERE)]
    found = merged(before, [], levels=("C4",))
    assert found.landmarks["C4C5_CA"] == Landmark("C4C5_CA", None, UNDEFINED)
    assert [found.landmarks[item.name] for item in before[1:]] == before[1:]


def test_bones_are_not_predicted():
    carried = Landmark("C5_SA", THERE, origin=CARRIED, confirmed=False)
    assert merged([carried], [guess("C5_SA"), guess("C6_SA")]).landmarks == {"C5_SA": carried}


def test_curves_follow_the_same_rules():
    before = [ring("C4C5_DS", "placed", True, THERE), ring("C5C6_DS", point=THERE), ring("C5C6_FC_L", point=THERE)]
    found = merged([], [], curves=before, newCurves=[ring("C4C5_DS"), ring("C5C6_DS")])
    assert found.contours == {"C4C5_DS": before[0], "C5C6_DS": ring("C5C6_DS")}


def test_new_marks_stand_in_the_protocols_order_behind_those_that_were_there():
    found = merged([Landmark("C5C6_CP", THERE)], [guess("C5C6_CA"), guess("C4C5_CP"), guess("C4C5_CA")])
    assert list(found.landmarks) == ["C5C6_CP", "C4C5_CA", "C4C5_CP", "C5C6_CA"]
