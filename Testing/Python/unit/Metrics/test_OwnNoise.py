"""Marks that state their own SD: predicted and segmented ones err by it, and the rows say so."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from Carried import bone
from Spines import LUMBAR, WITHOUT_SLICES, anyPose, case, lumbarSpine, marks, position, rowsOf, volume

from DynamicSpineLib.Study.Marks import landmarkSet

DRAWS, OWN, CLASS = 4000, 0.2, 0.3
MEDIUM = ("CA", "CP", "TA", "TP")


def softNames(spine):
    """The landmarks of the canal and the sac."""
    return [name for name in spine.points if name.split("_")[1] in MEDIUM]


def predictedCase(withBones=True, origin="predicted", sdMm=OWN):
    """A placed position 'a' and another, 'b', whose marks of the canal state their own SD."""
    spine, pose = lumbarSpine(), anyPose(3)
    fine = volume(WITHOUT_SLICES)
    held = {name: {"origin": origin, "confirmed": False, "sdMm": sdMm} for name in softNames(spine)}
    moved = position("b", spine.posed(pose), "standing", "flexion", geometry=volume(WITHOUT_SLICES, pose))
    moved = replace(moved, marks=marks(spine.posed(pose), **held))
    bones = tuple(bone(level, pose) for level in LUMBAR) if withBones else ()
    return case(position("a", spine, "supine", geometry=fine), moved, levels=LUMBAR, bones=bones)


@pytest.fixture(scope="module")
def found():
    return rowsOf(predictedCase(), DRAWS)


def test_the_change_of_a_predicted_width_has_only_the_edges_own_noise(found):
    row = found("canalApDisc", "L3L4", "b", "a", "change")
    assert row.sd == pytest.approx(math.sqrt(2) * OWN, rel=0.05)
    assert (row.origin, row.confirmed, row.sdSource) == ("mixed", False, "mixed")


def test_a_predicted_width_itself_has_the_placing_error_too(found):
    row = found("canalApDisc", "L3L4", "b")
    assert row.sd == pytest.approx(math.sqrt(2) * math.hypot(OWN, CLASS), rel=0.05)
    assert row.sdSource == "mixed"
    assert found("canalApDisc", "L3L4", "a").sd == pytest.approx(math.sqrt(2) * CLASS, rel=0.05)


def test_a_predicted_mark_of_unknown_source_shares_no_error():
    found = rowsOf(predictedCase(withBones=False), DRAWS)
    row = found("canalApDisc", "L3L4", "b", "a", "change")
    assert row.sd == pytest.approx(math.hypot(math.sqrt(2) * CLASS, math.sqrt(2) * math.hypot(OWN, CLASS)), rel=0.05)
    assert row.sdSource == "mixed"


def test_a_segmented_mark_errs_by_its_own_sd_alone():
    row = rowsOf(predictedCase(origin="segmented"), DRAWS)("canalApDisc", "L3L4", "b")
    assert row.sd == pytest.approx(math.sqrt(2) * OWN, rel=0.05)
    assert row.sdSource == "edge"


def test_a_predicted_mark_without_its_own_sd_errs_as_its_class():
    row = rowsOf(predictedCase(sdMm=None), DRAWS)("canalApDisc", "L3L4", "b")
    assert row.sd == pytest.approx(math.sqrt(2) * CLASS, rel=0.05)
    assert row.sdSource == "assumed"


def test_marks_predicted_from_each_other_are_refused():
    study = predictedCase()
    first, second = study.positions
    both = landmarkSet([replace(mark, origin="predicted", sdMm=OWN) for mark in first.marks.landmarks.values()])
    back = tuple(bone(level, np.eye(4), target="a", source="b") for level in LUMBAR)
    study = replace(study, positions=(replace(first, marks=both), second), bones=study.bones + back)
    with pytest.raises(Exception, match="in a circle"):
        rowsOf(study, 10)


@pytest.mark.parametrize(("origin", "expected"), [("segmented", OWN), ("predicted", math.hypot(OWN, 0.2))])
def test_outlines_state_their_own_sd(origin, expected):
    spine = lumbarSpine()
    study = case(position("a", spine, "supine"), levels=LUMBAR, noise={"curve": 0.2})
    usual = rowsOf(study, DRAWS)("duralSacArea", "L3L4", "a").sd
    contours = [replace(item, origin=origin, confirmed=False, sdMm=OWN) for item in marks(spine).contours.values()]
    held = landmarkSet(list(marks(spine).landmarks.values()), contours)
    study = replace(study, positions=(replace(study.positions[0], marks=held),))
    assert rowsOf(study, DRAWS)("duralSacArea", "L3L4", "a").sd == pytest.approx(usual * expected / 0.2, rel=0.05)
