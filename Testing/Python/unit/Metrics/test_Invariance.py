"""What no value may depend on: where the patient lies, which side is which, the unit, the order, the volume's axes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from Spines import (
    CERVICAL,
    CRANIAL,
    LUMBAR,
    Rows,
    Spine,
    anyPose,
    at,
    case,
    cervicalSpine,
    chainMatrices,
    flexed,
    lumbarSpine,
    marks,
    position,
    rowsOf,
    scattered,
    turnAbout,
    volume,
)

from DynamicSpineLib.Metrics.Registry import allMetrics
from DynamicSpineLib.Study.Case import BoneTransform

LEVELS = (*CERVICAL, *LUMBAR)
SIDEWAYS = ("lateralBend", "lateralTranslation", "axialRotation")
SLOW = settings(max_examples=8, deadline=None)


def wholeSpine(seed: int = 0) -> Spine:
    """An irregular neck above an irregular low back."""
    neck, back = scattered(cervicalSpine(), 0.5, seed), scattered(lumbarSpine(), 0.8, seed + 1)
    lowered = back.mapped(lambda points: points - np.array([0.0, 0.0, 300.0]))
    return Spine(LEVELS, {**neck.points, **lowered.points}, {**neck.curves, **lowered.curves})


def motions(spine: Spine) -> dict[str, dict[str, np.ndarray]]:
    """Bone matrices of three positions: at rest, flexed, and turned with a bend and a shift."""
    resting = dict.fromkeys(LEVELS, np.eye(4))
    bent = {level: turnAbout(CRANIAL + 0.5 * at(1, 0), 4.0, at(0.0, 40.0)) for level in LEVELS[:-1]}
    return {
        "lying": resting,
        "flexed": flexed(spine, dict.fromkeys((*CERVICAL[:-1], *LUMBAR[:-1]), 7.0)),
        "turned": chainMatrices(LEVELS, bent),
    }


POSITIONS = {"lying": ("supine", "neutral"), "flexed": ("standing", "flexion"), "turned": ("sitting", "leftRotation")}


def study(spine, poses=None, order=tuple(POSITIONS), **fields):
    """The three positions, each patient posed."""
    poses = {name: np.eye(4) for name in POSITIONS} | (poses or {})
    moving, positions = motions(spine), []
    for name in order:
        posture, bend = POSITIONS[name]
        down = (0.0, -1.0, 0.0) if posture == "supine" else (0.0, 0.0, -1.0)
        gravity = tuple(poses[name][:3, :3] @ np.array(down))
        held = spine.carried(moving[name]).posed(poses[name])
        positions.append(position(name, held, posture, bend, gravity_RAS=gravity))
    matrices = {
        (level, name): poses[name] @ moving[name][level] @ np.linalg.inv(poses["lying"])
        for name in ("flexed", "turned") for level in LEVELS
    }  # fmt: skip
    bones = tuple(
        BoneTransform(level, "lying", name, tuple(map(tuple, matrix))) for (level, name), matrix in matrices.items()
    )
    return case(*positions, levels=LEVELS, bones=bones, **fields)


@pytest.fixture(scope="module")
def spine() -> Spine:
    return wholeSpine()


@pytest.fixture(scope="module")
def rows(spine) -> Rows:
    return rowsOf(study(spine))


def differing(rows, other, expected):
    """Rows whose value in the other measurement is not the expected one (a function of the row)."""
    return [
        (row.kind, row.metric, row.level, row.side, row.position, row.value, other.like(row).value)
        for row in rows.all
        if row.status != other.like(row).status
        or (row.status == "ok" and other.like(row).value != pytest.approx(expected(row), abs=1e-6, rel=1e-9))
    ]


def test_the_case_has_nearly_every_metric(rows):
    given = {(row.kind, row.metric) for row in rows.all if row.status == "ok"}
    assert {(item.kind, item.id) for item in allMetrics()} - given == set()


@SLOW
@given(seeds=st.tuples(*[st.integers(0, 10_000)] * 3))
def test_no_value_depends_on_how_the_patient_lies_in_the_scanner(spine, rows, seeds):
    poses = {name: anyPose(seed) for name, seed in zip(POSITIONS, seeds, strict=True)}
    assert differing(rows, rowsOf(study(spine, poses)), lambda row: row.value) == []


MIRROR = np.array([-1.0, 1.0, 1.0])


def otherSide(name):
    """The mark of the other side."""
    place, code, *side = name.split("_")
    swapped = {"CSL": "CSR", "CSR": "CSL", "CIL": "CIR", "CIR": "CIL"}.get(code, code)
    return "_".join([place, swapped, *({"L": "R", "R": "L"}[item] for item in side)])


def mirrored(study):
    """The same case seen in a mirror, left for right."""
    flip = np.diag([*MIRROR, 1.0])
    positions = []
    for item in study.positions:
        landmarks = {
            otherSide(name): replace(mark, name=otherSide(name), point_RAS=tuple(MIRROR * mark.point_RAS))
            for name, mark in item.marks.landmarks.items()
        }
        contours = {
            otherSide(name): replace(
                curve, name=otherSide(name), points_RAS=tuple(map(tuple, MIRROR * np.array(curve.points_RAS)))
            )
            for name, curve in item.marks.contours.items()
        }
        gravity = tuple(MIRROR * item.gravity_RAS)
        positions.append(
            replace(item, marks=replace(item.marks, landmarks=landmarks, contours=contours), gravity_RAS=gravity)
        )
    bones = tuple(replace(bone, matrix=tuple(map(tuple, flip @ np.array(bone.matrix) @ flip))) for bone in study.bones)
    return replace(study, positions=tuple(positions), bones=bones)


@pytest.mark.parametrize("withBones", [True, False], ids=["bones", "marks"])
def test_a_mirror_keeps_sagittal_values_flips_sideways_ones_and_exchanges_the_sides(spine, withBones):
    posed = study(spine, {name: anyPose(seed) for seed, name in enumerate(POSITIONS)})
    posed = posed if withBones else replace(posed, bones=())
    rows, other = rowsOf(posed), rowsOf(mirrored(posed))
    for row in rows.all:
        side = {"L": "R", "R": "L", "": ""}[row.side]
        seen = other(row.metric, row.level, row.position, row.fromPosition, row.kind, side)
        sign = -1.0 if row.metric in SIDEWAYS else 1.0
        assert (seen.status, seen.reasonCode) == (row.status, row.reasonCode)
        if row.status == "ok":
            assert seen.value == pytest.approx(sign * row.value, abs=1e-6)


POWERS = {"mm": 1, "mm2": 2, "deg": 0, "%": 0, "{ratio}": 0, "{grade}": 0, "%/deg": 0}


@SLOW
@given(scale=st.floats(0.8, 1.6))
def test_lengths_scale_areas_scale_squared_and_angles_and_ratios_stay(spine, rows, scale):
    base, moving = study(spine), motions(spine)
    scaled = {name: spine.carried(moving[name]).mapped(lambda points: points * scale) for name in POSITIONS}
    positions = tuple(replace(item, marks=marks(scaled[item.id])) for item in base.positions)
    bones = []
    for bone in base.bones:
        matrix = np.array(bone.matrix)
        matrix[:3, 3] *= scale
        bones.append(replace(bone, matrix=tuple(map(tuple, matrix))))
    other = rowsOf(replace(base, positions=positions, bones=tuple(bones)))
    assert differing(rows, other, lambda row: row.value * scale ** POWERS[row.unit]) == []


def test_the_order_of_the_positions_changes_no_value(spine, rows):
    other = rowsOf(study(spine, order=("turned", "flexed", "lying")))
    assert differing(rows, other, lambda row: row.value) == []


def test_positions_of_equal_rank_swap_the_direction_of_their_pair_and_the_sign_of_its_motion():
    spine = lumbarSpine()
    other = spine.carried(flexed(spine, dict.fromkeys(LUMBAR[:-1], 6.0)))
    forth = rowsOf(case(position("a", spine), position("b", other), levels=LUMBAR))
    back = rowsOf(case(position("b", other), position("a", spine), levels=LUMBAR))
    for metric in ("rotation", "rotationDisc", "translation", "translationCorner", "translationPercent"):
        assert back(metric, "L4L5", "a", "b").value == pytest.approx(-forth(metric, "L4L5", "b", "a").value)
    assert back("tpdr", "L4L5", "a", "b").value == pytest.approx(forth("tpdr", "L4L5", "b", "a").value)
    assert back("romShare", "L4L5", "a", "b").value == pytest.approx(forth("romShare", "L4L5", "b", "a").value)
    # The center stays where it was in the lower body; the body is the same.
    assert back("icrAnterior", "L4L5", "a", "b").value == pytest.approx(forth("icrAnterior", "L4L5", "b", "a").value)


GEOMETRIES = [
    volume(), volume(reverse=True), volume((0.7, 0.7, 3.3)), volume(pose=anyPose(5)), volume((1.0, 1.0, 1.0)), None,
]  # fmt: skip


@pytest.mark.parametrize("number", range(1, len(GEOMETRIES)))
def test_the_axes_of_the_volume_change_no_value(number):
    def withVolume(geometry):
        return rowsOf(case(position("a", scattered(lumbarSpine(), 0.5), geometry=geometry), levels=LUMBAR), 60)

    first, second = withVolume(GEOMETRIES[0]), withVolume(GEOMETRIES[number])
    assert [second.like(row).value for row in first.all] == [row.value for row in first.all]
    sds = [second.like(row).sd for row in first.all], [row.sd for row in first.all]
    # A reversed stack has the same slices, so not even the noise differs.
    assert (sds[0] == sds[1]) == (number == 1)


def test_motion_adds_up_over_three_positions(rows):
    # Planar rotations out of three slightly different sagittal planes add up to their second order only.
    for metric, tolerance in (("rotation", 1e-4), *((metric, 1e-9) for metric in SIDEWAYS)):
        ends = (("lying", "turned"), ("turned", "flexed"), ("lying", "flexed"))
        parts = [rows(metric, "C4C5", second, first).value for first, second in ends]
        assert parts[0] + parts[1] == pytest.approx(parts[2], abs=tolerance)
