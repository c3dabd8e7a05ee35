"""How far marks may lie from the truth: the figures' precedence, the directions that count, and the random streams."""

from __future__ import annotations

import math

import numpy as np
import pytest
from Spines import (
    ANTERIOR,
    CRANIAL,
    LEFT,
    LUMBAR,
    Spine,
    anyPose,
    at,
    case,
    cervicalSpine,
    lumbarSpine,
    position,
    rowsOf,
    scattered,
    volume,
)

from DynamicSpineLib.Anatomy.Landmarks import definitionAt, landmarkDefinitions, parseLandmarkName
from DynamicSpineLib.Metrics.Draws import DrawSettings, stream
from DynamicSpineLib.Metrics.Noise import edgeDirection, errorShape, noiseModel, sliceNoise

RIGHT = -LEFT


def study(**fields):
    return case(position("a", lumbarSpine()), levels=LUMBAR, **fields)


def test_the_assumed_figures_are_those_of_the_reference():
    # Reference section 7 and clinical review 1.5: corners 0.5, sharp edges 0.3, dens tip and basion 0.8 mm.
    model = noiseModel(study())
    assert {name: model.sdMm[name] for name in ("corner", "edge", "poor")} == {"corner": 0.5, "edge": 0.3, "poor": 0.8}
    assert set(model.source.values()) == {"assumed"}


def test_the_case_replaces_what_it_states_and_repeat_readings_replace_that():
    model = noiseModel(study(noise={"edge": 0.2}, landmarkSdMm=0.7), {"corner": 0.4})
    assert (model.sdMm["edge"], model.source["edge"]) == (0.2, "case")
    assert (model.sdMm["corner"], model.source["corner"]) == (0.4, "repeat")
    assert (model.sdMm["poor"], model.source["poor"]) == (0.7, "case")


def test_every_landmark_has_a_class_with_a_figure():
    known = set(noiseModel(study()).sdMm)
    assert {item.pointClass for item in landmarkDefinitions()} <= known


@pytest.mark.parametrize("pose", [np.eye(4), anyPose(3)], ids=["straight", "oblique"])
@pytest.mark.parametrize("reverse", [False, True])
def test_the_error_through_the_slices_is_their_spacing_over_root_12(pose, reverse):
    direction, sd = sliceNoise(volume((4.0, 0.7, 0.7), pose, reverse), 9.9)
    assert abs(direction @ (pose[:3, :3] @ LEFT)) == pytest.approx(1.0)
    assert sd == pytest.approx(4.0 / math.sqrt(12.0))


def test_without_a_volume_the_patients_left_right_axis_stands_in():
    direction, sd = sliceNoise(None, 1.15)
    assert (abs(direction @ LEFT), sd) == (1.0, 1.15)


def covariance(name, across=None, throughMm=1.0, sdMm=0.5):
    parsed = parseLandmarkName(name)
    shape = errorShape(parsed, definitionAt(parsed.place, parsed.code), sdMm, across, (LEFT, throughMm))
    return shape.T @ shape


def test_a_corner_errs_in_its_plane_alike_and_through_it_by_the_slices():
    assert covariance("L4_SA") == pytest.approx(np.diag([1.0, 0.25, 0.25]))


def test_an_edge_point_errs_across_its_edge_and_not_along_it():
    found = covariance("L4L5_CA", across=ANTERIOR, sdMm=0.3)
    assert found == pytest.approx(np.diag([1.0, 0.09, 0.0]))


def test_marks_of_other_planes_err_alike_in_all_directions():
    assert covariance("L4_AX0") == pytest.approx(0.25 * np.eye(3))
    assert covariance("L4_CSL") == pytest.approx(0.25 * np.eye(3))


def direction(name, **points):
    parsed = parseLandmarkName(name)
    return edgeDirection(parsed, definitionAt(parsed.place, parsed.code), points)


def test_across_an_edge_is_toward_the_partner():
    there = direction("L4L5_CA", L4L5_CA=at(0, 0), L4L5_CP=at(-9, -12))
    assert there == pytest.approx(at(-0.6, -0.8))
    # Across the spinolaminar line: toward the middle of the posterior wall.
    assert direction("L4_SL", L4_SL=at(-30, 3), L4_SP=at(-10, 13), L4_IP=at(-10, -7)) == pytest.approx(at(1, 0))


def test_without_a_partner_an_edge_point_has_no_direction():
    assert direction("L4L5_CA", L4L5_CA=at(0, 0)) is None
    assert direction("L4L5_CA", L4L5_CA=at(0, 0), L4L5_CP=at(0, 0)) is None
    assert direction("L4_SA", L4_SA=at(0, 0)) is None


def test_streams_are_the_same_again_and_differ_by_each_part_of_their_key():
    def first(seed=0, reading="#1", position="a", name="L4_SA"):
        return tuple(stream(DrawSettings(10, seed, reading), position, name).standard_normal(5))

    assert first() == first()
    others = [first(seed=1), first(reading="#2"), first(position="b"), first(name="L4_SP")]
    assert len({first(), *others}) == 5


def test_streams_of_different_marks_are_not_correlated():
    settings = DrawSettings(20000)
    draws = np.array([stream(settings, "a", f"L{level}_{code}").standard_normal(20000)
                      for level in range(1, 6) for code in ("SA", "SP", "IA", "IP")])  # fmt: skip
    correlation = np.corrcoef(draws) - np.eye(20)
    # 190 correlations with an SD of 1/sqrt(20000) = 0.007: none beyond five times that.
    assert np.abs(correlation).max() < 0.035


def digits(found):
    return {(row.kind, row.metric, row.level, row.side, row.position): (row.value, row.sd) for row in found.all}


def test_the_same_seed_gives_the_same_digits_and_another_seed_others():
    first, again, other = (digits(rowsOf(study(), 50, seed)) for seed in (3, 3, 4))
    assert first == again
    differing = [key for key in first if first[key][1] is not None and first[key][1] != other[key][1]]
    assert len(differing) > 0.95 * len([key for key in first if first[key][1] is not None])
    assert {key: value[0] for key, value in first.items()} == {key: value[0] for key, value in other.items()}


def changedRows(without, whole):
    """Rows whose value or SD differs between two measurements."""
    before, after = digits(without), digits(whole)
    return {
        key[:3]: (before[key], after[key]) for key in before if before[key][0] is not None and before[key] != after[key]
    }


NECK = scattered(cervicalSpine(), 0.5, 1)


def measuredNeck(*dropped, geometry, extra=()):
    spine = NECK.without(*dropped)
    return rowsOf(case(position("a", spine, geometry=geometry), *extra, levels=NECK.levels), 40)


@pytest.mark.parametrize("name", ["C5C6_TA", "C5C6_LP", "C4_SPU", "C6_CSL", "C2_PD", "C5C6_FAS_L"])
def test_adding_a_mark_changes_no_other_value_nor_its_noise(name):
    whole = measuredNeck(geometry=volume())
    assert changedRows(measuredNeck(name, geometry=volume()), whole) == {}


def test_adding_an_outline_changes_no_other_value_nor_its_noise():
    whole = measuredNeck(geometry=volume())
    assert changedRows(measuredNeck("C5C6_KC", "C5C6_FC_L", geometry=volume()), whole) == {}


# T1's lower corners fix the plane of C7-T1, which is that of C7 too, and MCC at C6-7 compares with the canal at C7.
BUILT_ON_T1 = {"C7T1", "T1", "C7", "C6C7"}


def test_adding_corners_changes_the_values_built_on_them_only():
    changed = changedRows(measuredNeck("T1_IA", "T1_IP", geometry=volume()), measuredNeck(geometry=volume()))
    assert {place for _, _, place in changed} <= BUILT_ON_T1


def test_adding_corners_changes_no_others_noise_without_a_volume_either():
    changed = changedRows(measuredNeck("T1_IA", "T1_IP", geometry=None), measuredNeck(geometry=None))
    assert {place for _, _, place in changed} <= BUILT_ON_T1


def test_adding_the_back_of_the_cord_changes_nothing_about_the_room_in_front_of_it():
    changed = changedRows(measuredNeck("C5C6_KP", geometry=volume()), measuredNeck(geometry=volume()))
    assert changed == {}


def test_adding_a_position_changes_nothing_in_the_others():
    other = position("z", NECK.posed(anyPose(2)), "supine", "flexion")
    alone, both = measuredNeck(geometry=volume()), measuredNeck(geometry=volume(), extra=(other,))
    states = [row for row in alone.all if row.kind == "state" and row.status == "ok"]
    virtual = {"C2C3", "C2C7", "T1"}
    kept = [row for row in states if row.level not in virtual]
    assert [both.like(row).value for row in kept] == [row.value for row in kept]
    # Sums over arrays of another shape may differ in their last digit.
    assert [both.like(row).sd for row in kept] == pytest.approx([row.sd for row in kept], rel=1e-12)
    assert len(kept) > 100


def test_the_axes_of_the_builder_are_those_of_the_world():
    assert np.array_equal(np.stack([RIGHT, ANTERIOR, CRANIAL]), np.eye(3))
    assert isinstance(NECK, Spine)
