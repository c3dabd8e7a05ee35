"""No false alarm on real postures, and every exchange of marks found and named, in whatever posture.

The spines are boxes on joints; poses go as far as patients go: heads flexed by 75 degrees, sacral slopes of 70 degrees,
scoliosis of 25 degrees, head rotation of 45 degrees at C1-C2, slips of half a body.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from DynamicSpineLib.Study.Validation import validateCase

SEEDS = st.integers(0, 2**32 - 1)
CORNERS = ("SA", "SP", "IA", "IP")


def lumbarSpine(kit, random):
    """A lumbar spine in a plausible posture: lordosis from -20 to 85 degrees, sacral slope up to 70, trunk up to 60."""
    draw = random.uniform
    names = [upper + lower for upper, lower in pairwise(kit.lumbar)]
    lordosis = draw(-20, 85)
    joints = {name: kit.turn(-lordosis / 5 + draw(-5, 5), draw(-8, 8), draw(-6, 6)) for name in names}
    trunk = kit.turn(draw(-20, 60), draw(-20, 20), draw(-25, 25))
    base = trunk @ kit.turn(draw(10, 70), draw(-10, 10), draw(-15, 15))
    return kit.spine(kit.lumbar, joints, base, {names[random.integers(len(names))]: draw(-8, 17)})


def cervicalSpine(kit, random):
    """A cervical spine with the skull in a plausible posture, flexed, extended, bent and rotated."""
    draw = random.uniform
    levels = ("Oc", "C1", *kit.cervical)
    names = [upper + lower for upper, lower in pairwise(levels)]
    joints = {name: kit.turn(draw(-15, 13), draw(-8, 8), draw(-6, 6)) for name in names}
    joints["C1C2"] = kit.turn(draw(-10, 15), draw(-6, 6), draw(-45, 45))
    base = kit.turn(draw(0, 50), draw(-10, 10), draw(-15, 15))
    return kit.spine(levels, joints, base, {"C4C5": draw(-3, 3)})


def randomSpine(kit, random):
    """A lumbar or cervical spine somewhere in the scanner, marked with up to 0.6 mm of noise per axis."""
    spine = (lumbarSpine if random.random() < 0.5 else cervicalSpine)(kit, random)
    place, noiseMm = random.uniform(-100, 100, 3), random.uniform(0, 0.6)
    return spine.moved(lambda points: points + place + random.normal(0, noiseMm, points.shape))


def thinned(spine, random):
    """The spine with only some of its marks, as studies have them: all, corners, canal, one segment, or any."""
    kind = random.integers(5)
    if kind == 1:
        return spine.only(*CORNERS)
    if kind == 2:
        return spine.only("CA", "CP", "KA", "KP")
    keep = set(spine.points)
    if kind == 3:
        upper = random.integers(len(spine.levels) - 1)
        pair = spine.levels[upper : upper + 2]
        keep = {name for name in keep if name.split("_")[0] in (*pair, "".join(pair))}
    if kind == 4:
        keep = {name for name in sorted(keep) if random.random() < 0.6}
    return type(spine)(spine.levels, {name: point for name, point in spine.points.items() if name in keep}, {})


def errorsOf(kit, spine, **position):
    """(landmark, message) of every error of a case with this one spine."""
    case = kit.case({"one": spine})
    case = replace(case, positions=(replace(case.positions[0], **position),))
    return [(fault.landmark, fault.message) for fault in validateCase(case) if fault.severity == "error"]


@settings(max_examples=300, deadline=None)
@given(SEEDS)
def test_plausible_postures_raise_no_fault(kit, seed):
    random = np.random.default_rng(seed)
    spine = thinned(randomSpine(kit, random), random)
    if not spine.points:
        return
    box = kit.box(spine, marginMm=3.0, sidesKnown=random.random() < 0.7) if random.random() < 0.5 else None
    assert errorsOf(kit, spine, geometry=box, volume="v.nrrd" if box else "") == []


def test_a_body_that_has_slid_off_the_sacrum_raises_no_fault(kit):
    for slipMm in (20.0, 30.0, 40.0):
        spine = kit.spine(("L4", "L5", "S1"), {"L5S1": kit.turn(25)}, kit.turn(60), {"L5S1": slipMm})
        assert errorsOf(kit, spine) == []


def test_a_single_segment_with_its_two_endplates_raises_no_fault(kit):
    spine = kit.spine(("L5", "S1"), base=kit.turn(65)).only(*CORNERS)
    disc = type(spine)(
        spine.levels, {name: p for name, p in spine.points.items() if name in ("L5_IA", "L5_IP", "S1_SA", "S1_SP")}
    )
    assert errorsOf(kit, spine) == errorsOf(kit, disc) == []


def full(spine):
    """The levels of a spine that have four corners."""
    return [level for level in spine.levels if f"{level}_SA" in spine.points and f"{level}_IA" in spine.points]


def swapCorners(spine, level, *pairs):
    """The spine with corners of one level exchanged."""
    return spine.swapped(*((f"{level}_{first}", f"{level}_{second}") for first, second in pairs
                           if f"{level}_{first}" in spine.points and f"{level}_{second}" in spine.points))  # fmt: skip


def everywhere(spine, *pairs):
    """The spine with corners of every level exchanged."""
    for level in spine.levels:
        spine = swapCorners(spine, level, *pairs)
    return spine


AP, UP = (("SA", "SP"), ("IA", "IP")), (("SA", "IA"), ("SP", "IP"))


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (AP, "anterior and posterior corners look swapped"),
        (UP, "upper and lower corners look swapped"),
        ((("SA", "SP"),), "{0}_SA and {0}_SP look swapped"),
        ((("IA", "IP"),), "{0}_IA and {0}_IP look swapped"),
        ((("SA", "IA"),), "{0}_SA and {0}_IA look swapped"),
        ((("SA", "IP"),), "{0}_SA and {0}_IP look swapped"),
    ],
)
@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_exchanged_corners_of_one_body_are_named(kit, pairs, words, seed):
    random = np.random.default_rng(seed)
    spine = randomSpine(kit, random)
    level = full(spine)[random.integers(len(full(spine)))]
    assert errorsOf(kit, swapCorners(spine, level, *pairs)) == [(level, words.format(level))]


@pytest.mark.parametrize("level", ["C2", "S1"])
@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_the_only_endplate_of_a_body_marked_back_to_front_is_named(kit, level, seed):
    random = np.random.default_rng(seed)
    spine = (cervicalSpine if level == "C2" else lumbarSpine)(kit, random)
    assert errorsOf(kit, swapCorners(spine, level, *AP)) == [(level, "anterior and posterior corners look swapped")]


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (AP, "anterior and posterior corners are swapped in every body"),
        (UP, "upper and lower corners are swapped in every body"),
    ],
)
@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_corners_exchanged_everywhere_are_one_sentence(kit, pairs, words, seed):
    spine = randomSpine(kit, np.random.default_rng(seed))
    assert errorsOf(kit, everywhere(spine, *pairs)) == [("", words)]


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_two_exchanged_levels_are_named(kit, seed):
    random = np.random.default_rng(seed)
    spine = randomSpine(kit, random)
    index = random.integers(len(full(spine)) - 1)
    upper, lower = full(spine)[index : index + 2]
    exchanged = spine.swapped(*((f"{upper}_{code}", f"{lower}_{code}") for code in CORNERS))
    assert errorsOf(kit, exchanged) == [(upper, f"{upper} lies below {lower}: the two levels look exchanged")]


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_levels_counted_from_below_are_one_sentence(kit, seed):
    spine = lumbarSpine(kit, np.random.default_rng(seed)).only(*CORNERS)
    levels = [*spine.levels[:5]]
    points = {
        f"{new}_{code}": spine.points[f"{old}_{code}"]
        for old, new in zip(levels, levels[::-1], strict=True)
        for code in CORNERS
    }
    (_, message), *others = errorsOf(kit, type(spine)(spine.levels, points))
    assert not others
    assert "the levels L1 to L5 are named from below" in message


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_a_half_turn_is_told_from_exchanged_corners_by_the_canal(kit, seed):
    spine = randomSpine(kit, np.random.default_rng(seed)).moved(lambda points: points * (-1, -1, 1))
    (_, message), *others = errorsOf(kit, spine)
    assert not others
    assert "RAS and LPS are mixed up (a half turn)" in message
    assert "either" not in message


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_a_half_turn_of_corners_alone_is_told_by_the_volume(kit, seed):
    spine = randomSpine(kit, np.random.default_rng(seed)).only(*CORNERS)
    spine = spine.shifted(0, 150, 0)
    turned = spine.moved(lambda points: points * (-1, -1, 1))
    (_, message), *others = errorsOf(kit, turned)
    assert not others
    assert "either anterior and posterior are swapped everywhere, or RAS and LPS" in message
    (_, message), *others = errorsOf(kit, turned, geometry=kit.box(spine), volume="v.nrrd")
    assert not others
    assert message.startswith("the marks face backwards in the patient: RAS and LPS are mixed up")


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_left_and_right_exchanged_everywhere_are_one_sentence(kit, seed):
    spine = randomSpine(kit, np.random.default_rng(seed))
    both = [*spine.points, *(name for name in spine.curves if name.replace("_L", "_R") in spine.curves)]
    pairs = [(name, name[:-1] + "R") for name in both if name.endswith(("_L", "_CSL", "_CIL"))]
    (_, message), *others = errorsOf(kit, spine.swapped(*pairs))
    assert not others
    assert message.startswith(f"all {len(pairs)} left marks lie to the patient's right of their partners")


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_a_left_and_a_right_mark_exchanged_are_named(kit, seed):
    random = np.random.default_rng(seed)
    spine = randomSpine(kit, random)
    left = random.choice([name for name in spine.points if name.endswith("_L")])
    right = left[:-1] + "R"
    expected = f"left and right look swapped with {right}: _L is the patient's own left"
    assert errorsOf(kit, spine.swapped((left, right))) == [(left, expected)]


def test_left_marks_alone_on_the_right_are_named(kit):
    spine = kit.spine()
    points = {name: point for name, point in spine.points.items() if not name.endswith(("_L", "_R"))}
    points |= {name[:-1] + "L": point for name, point in spine.points.items() if name.endswith("L4L5_FA_R")}
    assert errorsOf(kit, type(spine)(spine.levels, points)) == [
        ("L4L5_FA_L", "lies on the patient's right: left and right look swapped")
    ]


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [
        ("C5C6_CA", "C5C6_CP", "anterior"),
        ("C5C6_KA", "C5C6_KP", "anterior"),
        ("Oc_BA", "Oc_OP", "anterior"),
        ("C1_AAP", "C1_PAA", "anterior"),
        ("C5C6_FS_L", "C5C6_FI_L", "upper"),
        ("C5_SPU", "C5_SPL", "upper"),
    ],
)
@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_an_exchanged_pair_is_named(kit, first, second, word, seed):
    spine = cervicalSpine(kit, np.random.default_rng(seed)).swapped((first, second))
    other = "posterior" if word == "anterior" else "lower"
    assert errorsOf(kit, spine) == [(first, f"{word} and {other} look swapped with {second}")]


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_canal_marks_of_two_exchanged_segments_are_named(kit, seed):
    spine = randomSpine(kit, np.random.default_rng(seed))
    upper, middle, lower = spine.levels[-3:]
    first, second = f"{upper}{middle}_CA", f"{middle}{lower}_CA"
    assert errorsOf(kit, spine.swapped((first, second))) == [(first, f"lies below {second}: the two look exchanged")]


@pytest.mark.parametrize(
    ("factor", "unit", "times"),
    [(0.1, "cm", 10), (0.001, "meters", 1000), (1 / 25.4, "inches", 25), (1000.0, "micrometers", 1000)],
)
@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_other_units_are_named(kit, factor, unit, times, seed):
    random = np.random.default_rng(seed)
    spine = (lumbarSpine if seed % 2 else cervicalSpine)(kit, random).moved(lambda points: points * factor)
    (_, message), *others = errorsOf(kit, spine)
    assert not others
    assert message.endswith(f"coordinates seem to be in {unit}, not mm")
    assert abs(float(message.split("about ")[1].split(" times")[0]) / times - 1) < 0.15


def test_a_child_is_not_taken_for_inches(kit):
    assert errorsOf(kit, kit.spine().moved(lambda points: 0.5 * points)) == []


def test_marks_on_one_spot_are_one_sentence(kit):
    spine = kit.spine().moved(lambda points: 0 * points + (1.0, 2.0, 3.0))
    assert errorsOf(kit, type(spine)(spine.levels, spine.points)) == [
        ("", f"all {len(spine.points)} marks lie on one spot")
    ]


def test_corners_on_one_line_and_on_one_spot_are_named(kit):
    spine = kit.spine()
    spine.points["L3_SP"] = spine.points["L3_SA"]
    for step, code in enumerate(CORNERS):
        spine.points[f"L2_{code}"] = spine.points["L2_SA"] + (0, -8.0 * step, -3.0 * step)
    spine.points["L4_IP"] = 2 * spine.points["L4_SP"] - spine.points["L4_SA"]
    assert errorsOf(kit, spine) == [
        ("L2", "the corners SA, SP, IA, IP lie on one line"),
        ("L3", "L3_SA and L3_SP lie on the same spot"),
        ("L4", "the corners SA, SP, IP lie on one line"),
    ]


def test_a_crushed_body_is_none_of_these(kit):
    spine = kit.spine()
    for front, back in (("L2_SA", "L2_IA"), ("L2_SP", "L2_IP")):
        middle = (spine.points[front] + spine.points[back]) / 2
        half = 2.0 if front == "L2_SA" else 6.0
        up = np.array([0.0, 0.0, half])
        spine.points[front], spine.points[back] = middle + up, middle - up
    assert errorsOf(kit, spine) == []


def test_a_mark_outside_its_volume_is_named_with_its_distance(kit):
    spine = kit.spine(origin_RAS=(-40.0, 30.0, 500.0))
    box = kit.box(spine, marginMm=5.0)
    top = max(point[2] for point in spine.points.values())
    spine.points["L1_SPU"] = spine.points["L1_SPU"] + (0, 0, top + 5.5 + 12.0 - spine.points["L1_SPU"][2])
    found = errorsOf(kit, spine, geometry=box, volume="one.nrrd")
    assert ("L1_SPU", "lies 12.0 mm outside the volume 'one.nrrd'") in found


def test_a_coronal_mark_may_lie_beyond_the_slices_of_a_sagittal_volume(kit):
    spine = kit.spine(origin_RAS=(-40.0, 30.0, 500.0))
    box = kit.box(spine, marginMm=5.0)
    spine.points["L1_CSR"] = spine.points["L1_CSR"] + (25.0, 0, 0)
    assert errorsOf(kit, spine, geometry=box, volume="one.nrrd") == []


def test_a_carried_mark_outside_its_volume_is_a_warning(kit):
    spine = kit.spine()
    case = kit.case({"one": spine})
    box = kit.box(spine)
    landmarks = dict(case.positions[0].marks.landmarks)
    landmarks["L1_SPU"] = replace(
        landmarks["L1_SPU"], point_RAS=(0.0, -300.0, 150.0), origin="carried", confirmed=False
    )
    position = replace(
        case.positions[0], marks=replace(case.positions[0].marks, landmarks=landmarks), geometry=box, volume="one.nrrd"
    )
    faults = [fault for fault in validateCase(replace(case, positions=(position,))) if fault.landmark]
    assert [(fault.landmark, fault.severity) for fault in faults] == [("L1_SPU", "warning")]


def test_marks_and_a_volume_that_do_not_overlap_are_one_sentence(kit):
    spine = kit.spine()
    box = kit.box(spine.shifted(0, 0, 1000))
    (_, message), *others = errorsOf(kit, spine, geometry=box, volume="one.nrrd")
    assert not others
    assert message.startswith("none of its ")
    assert " marks lies in the volume 'one.nrrd' (the nearest is " in message


def test_where_sides_are_not_known_nothing_is_said_of_them(kit):
    spine = kit.spine()
    mirrored = spine.moved(lambda points: points * (-1, 1, 1))
    assert errorsOf(kit, mirrored) != []
    assert errorsOf(kit, mirrored, geometry=kit.box(mirrored, sidesKnown=False), volume="v.nii") == []


def test_a_second_reading_is_judged_like_the_first(kit):
    from DynamicSpineLib.Study.Case import Reading

    case = kit.case({"one": kit.spine()})
    case = replace(
        case,
        readings=(
            Reading("R", files={"one": "r.mrk.json"}, marks={"one": swapCorners(kit.spine(), "L3", *AP).marks()}),
        ),
    )
    (fault,) = [fault for fault in validateCase(case) if fault.severity == "error"]
    assert fault.sentence() == "r.mrk.json, position 'one', L3: anterior and posterior corners look swapped"
