"""The lights of carried vertebrae, against what docs/Carrying.md says of the verdicts."""

from __future__ import annotations

from ForbiddenWords import forbiddenIn

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Registration.CarriedBone import Reason
from DynamicSpineLib.Registration.Reasons import qualityOfReasons
from DynamicSpineLib.Session.VerdictRows import (
    ACCEPTED,
    LIGHTS,
    NOTHING,
    PARTLY,
    PLACED,
    SIGNS,
    WAITING,
    WORDS,
    legend,
    lightCounts,
    verdictLight,
    verdictRows,
    verdictSummary,
)
from DynamicSpineLib.Study.CarryState import CHECK, FAILED, GOOD
from DynamicSpineLib.Study.Case import BoneTransform, Case
from DynamicSpineLib.Study.Marks import Landmark, landmarkSet
from DynamicSpineLib.Study.Position import Position

CHAIN = Chain(("L3", "L4", "L5"))
HERE = (0.0, 0.0, 0.0)
STILL = tuple(tuple(float(row == column) for column in range(4)) for row in range(4))
CORNERS = ("SA", "SP", "IA", "IP")


def corners(level, codes=CORNERS, **how):
    return [Landmark(f"{level}_{code}", HERE, **how) for code in codes]


def carried(level, verdict=GOOD, **how):
    return corners(level, origin="carried", confirmed=False, quality=f"{verdict}, expected error 0.21 mm", **how)


def bone(level, verdict, *reasons):
    return BoneTransform(level, "P", "Q", STILL, verdict=verdict, quality=qualityOfReasons(reasons))


def caseOf(marks, *bones):
    start = Position("P", "supine", "neutral", marks=landmarkSet([m for level in CHAIN.levels for m in corners(level)]))
    return Case("a", CHAIN, (start, Position("Q", "standing", "flexion", marks=landmarkSet(marks))), bones=bones)


def lightAt(case, level="L4", position=1):
    return verdictLight(case, level, case.positions[position])


def test_a_carried_bone_has_the_light_of_its_verdict_until_it_is_accepted():
    for verdict in (GOOD, CHECK):
        assert lightAt(caseOf(carried("L4", verdict), bone("L4", verdict))).light == verdict
        accepted = corners("L4", origin="carried", confirmed=True)
        assert lightAt(caseOf(accepted, bone("L4", verdict))).light == ACCEPTED


def test_a_bone_that_was_not_found_is_failed_even_with_two_corners_placed_to_help():
    failed = bone("L4", FAILED, Reason("notFound"))
    assert lightAt(caseOf([], failed)).light == FAILED
    assert lightAt(caseOf(corners("L4", ("SA", "SP")), failed)).light == FAILED
    assert lightAt(caseOf(corners("L4"), failed)).light == PLACED


def test_marks_of_a_segmentation_wait_without_a_verdict():
    assert lightAt(caseOf(corners("L4", origin="segmented", confirmed=False))).light == WAITING


def test_a_bone_without_marks_or_with_some_of_its_corners_is_told_apart():
    assert lightAt(caseOf([])).light == NOTHING
    assert lightAt(caseOf(corners("L4", ("SA", "SP")))).light == PARTLY
    missing = [*corners("L4", ("SA", "SP", "IA")), Landmark("L4_IP", None, "missing")]
    assert lightAt(caseOf(missing)).light == PLACED
    assert lightAt(caseOf([]), position=0).light == PLACED


def test_the_tool_tip_says_position_verdict_reasons_error_and_what_waits():
    case = caseOf(carried("L4", CHECK), bone("L4", CHECK, Reason("neighborsDisagree", {"distanceMm": 2.34}),
                                            Reason("coarseSlices", {"ratio": 5.0})))  # fmt: skip
    light = lightAt(case)
    assert light.toolTip.splitlines() == [
        "L4 in standing flexion: check.",
        "Carried; look at it before its values are used.",
        "The bone lies 2.3 mm from where its neighbors let expect it.",
        "The slices are 5 times as thick as their pixels: motion out of the plane is known poorly.",
        "Expected error 0.21 mm.",
        "4 marks wait to be accepted.",
    ]
    assert light.reasons[0] == "The bone lies 2.3 mm from where its neighbors let expect it."
    assert forbiddenIn(light.toolTip) == []


def test_the_grid_has_a_light_for_every_vertebra_and_position():
    rows = verdictRows(caseOf(carried("L4"), bone("L4", GOOD)))
    assert [row.level for row in rows] == ["L3", "L4", "L5"]
    assert [[light.light for light in row.lights] for row in rows] == [
        [PLACED, NOTHING], [PLACED, GOOD], [PLACED, NOTHING]]  # fmt: skip


def test_the_summary_counts_what_asks_for_a_look_and_the_legend_names_what_is_seen():
    marks = [*carried("L3"), *carried("L4", CHECK)]
    rows = verdictRows(caseOf(marks, bone("L3", GOOD), bone("L4", CHECK), bone("L5", FAILED)))
    assert lightCounts(rows) == {GOOD: 1, CHECK: 1, FAILED: 1}
    assert verdictSummary(rows) == "\u2715 1 not found, \u25b2 1 to check, \u25cf 1 good"
    assert legend(rows) == "\u25cf good   \u25b2 check   \u2715 failed   \u2713 placed"
    assert verdictSummary(verdictRows(caseOf([]))) == ""


def test_no_light_is_told_by_its_color_alone():
    asking = (GOOD, CHECK, FAILED, WAITING, NOTHING, PARTLY)
    assert len({SIGNS[light] for light in asking}) == len(asking)
    assert len({WORDS[light] for light in LIGHTS}) == len(LIGHTS)
