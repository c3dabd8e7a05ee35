"""Which bones the prediction of soft tissue is given."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PhantomCases import phantomCase
from TrueCarry import COVARIANCE, SCENARIO, TrueCarry, markedOnce

from DynamicSpineLib.Jobs import CarryTissue
from DynamicSpineLib.Progress import Step, runSteps
from DynamicSpineLib.Registration.CarriedBone import ImagedSpine
from DynamicSpineLib.Registration.PredictMarks import PredictedMarks
from DynamicSpineLib.Study.Marks import Contour, Landmark

SOURCE, TARGET = ImagedSpine("SUP_N", None, {}), ImagedSpine("ST_F", None, {})


@pytest.fixture
def given(monkeypatch):
    """The matrices that prediction was given, by level."""
    seen = {}

    def predict(source, target, marks, bones, chain):
        assert (source, target, chain) == (SOURCE, TARGET, phantomCase(SCENARIO).chain)
        seen.update(bones)
        assert marks.point("L4L5_CA") is not None
        yield Step(1.0, "soft tissue")
        ring = Contour("L4L5_DS", ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0)))
        return PredictedMarks((Landmark("L4L5_CA", (0.0, 0.0, 0.0)),), (ring,))

    monkeypatch.setattr(CarryTissue, "predictMarks", predict)
    return seen


def carriedBones(verdicts=None, levels=None):
    case = phantomCase(SCENARIO)
    return runSteps(TrueCarry(verdicts)(SOURCE, TARGET, case.chain, {}, levels))


def test_it_is_given_the_bones_that_were_carried_and_its_marks_come_back(given):
    failedLevel = {("ST_F", "L5"): ("failed",), ("ST_F", "L3"): ("check",)}
    found = runSteps(CarryTissue.predictTissue(markedOnce(phantomCase(SCENARIO), "SUP_N"), SOURCE, TARGET,
                                               carriedBones(failedLevel)))  # fmt: skip
    assert set(given) == {"T12", "L1", "L2", "L3", "L4", "S1"}
    names = [{item.name for item in items} for items in (found.landmarks, found.contours)]
    assert names == [{"L4L5_CA"}, {"L4L5_DS"}]


def test_where_some_levels_were_carried_anew_the_case_gives_the_others(given):
    case = phantomCase(SCENARIO)
    older = tuple(replace(bone, covariance=COVARIANCE) for bone in case.bones if bone.level != "S1")
    stale = tuple(replace(bone, verdict="failed") for bone in case.bones if bone.level == "S1")
    once = replace(markedOnce(case, "SUP_N"), bones=older + stale)
    anew = carriedBones({("ST_F", "L4"): ("failed",)}, ("L4", "L5"))
    runSteps(CarryTissue.predictTissue(once, SOURCE, TARGET, anew))
    assert set(given) == {"T12", "L1", "L2", "L3", "L5"}
