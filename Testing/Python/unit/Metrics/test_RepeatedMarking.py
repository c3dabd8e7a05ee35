"""What would happen if a reader marked the same spine again and again, against the stated SD and 95 % intervals.

The errors are drawn here, not by the engine: corners 0.5 mm in two directions, edges 0.3 mm across themselves, poorly
seen points 0.8 mm, and through slices of 4 mm a uniform error. To be quick, all re-markings are positions of one case
and only neighboring ones are compared, two by two.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from Spines import (
    CERVICAL,
    LUMBAR,
    Spine,
    anyPose,
    case,
    cervicalSpine,
    flexed,
    lumbarSpine,
    measured,
    position,
    rowsOf,
    volume,
)

from DynamicSpineLib.Metrics import ReadingValues
from DynamicSpineLib.Metrics.Noise import noiseModel
from DynamicSpineLib.Metrics.Places import placesOf
from DynamicSpineLib.Metrics.ReadingValues import ReadingMeasurer
from DynamicSpineLib.Metrics.Registry import allMetrics
from DynamicSpineLib.Study.Roles import Pair

SLICE = 4.0
POOR = {"BA", "OP", "CL", "HP", "OL", "TT", "AAP", "PAA", "AC", "PC", "DT", "DP", "DA", "DQ", "PD"}
ACROSS = {"CA": ("CP",), "CP": ("CA",), "TA": ("TP",), "TP": ("TA",), "KA": ("KP",), "KP": ("KA",), "LP": ("CP",),
          "SL": ("SP", "IP"), "FS": ("FI",), "FI": ("FS",), "FA": ("FP",), "FP": ("FA",), "FAS": ("FPS",),
          "FPS": ("FAS",)}  # fmt: skip


def remarkings(spine: Spine, pose, count, random) -> dict[str, np.ndarray]:
    """Points (count, 3) of the posed spine as it is marked again and again on sagittal slices of the pose."""
    through, points = pose[:3, :3] @ [1.0, 0.0, 0.0], {}
    for name, point in spine.posed(pose).points.items():
        place, code, *side = name.split("_")
        error = random.normal(size=(count, 3)) * (0.8 if code in POOR else 0.3 if code == "VD" else 0.5)
        partners = ["_".join([place, other, *side]) for other in ACROSS.get(code, ())]
        if partners and all(partner in spine.points for partner in partners):
            toward = np.mean([spine.points[partner] for partner in partners], axis=0) - spine.points[name]
            error = 0.3 * random.normal(size=(count, 1)) * (pose[:3, :3] @ toward) / np.linalg.norm(toward)
        error = error - np.outer(error @ through, through)
        points[name] = point + error + random.uniform(-0.5, 0.5, (count, 1)) * SLICE * through
    return points


def parts(spine, levels, keep=()):
    """The marks of some levels and of the segments between them, without coronal, axial and spinous ones."""
    places = {*levels, *(upper + lower for upper, lower in pairwise(levels))}
    codes = {"SPU", "SPL", "AX0", "AX1", "CSL", "CSR", "CIL", "CIR"} - set(keep)
    return Spine(levels, {name: point for name, point in spine.points.items()
                          if name.split("_")[0] in places and name.split("_")[1] not in codes})  # fmt: skip


# Marks of both positions lie in the plane of the irregular bones; the volumes are oblique.
SPINES = {
    "neck": parts(cervicalSpine(), CERVICAL[:6]),
    "lowBack": parts(lumbarSpine(), LUMBAR[1:5], keep=("SPU", "SPL")),
}
POSES = (anyPose(11), anyPose(12))


def bent(spine):
    """The spine made irregular in its own plane, and flexed by 8 degrees at every level."""
    random = np.random.default_rng(1)
    irregular = spine.mapped(lambda point: point + np.array([0.0, *random.normal(0, 0.8, 2)]))
    return irregular, irregular.carried(flexed(spine, dict.fromkeys(spine.levels[:-1], 8.0)))


def remarkedCase(part, count, seed=0):
    """So many re-markings of the first and of the second position in turn."""
    random = np.random.default_rng(seed)
    spines = bent(SPINES[part])
    points = [remarkings(spine, pose, count, random) for spine, pose in zip(spines, POSES, strict=True)]
    levels = SPINES[part].levels
    return caseOf(part, [Spine(levels, {name: rows[number] for name, rows in points[half].items()})
                         for number in range(count) for half in (0, 1)])  # fmt: skip


def caseOf(part, spines, levels=None):
    geometry = [volume((SLICE, 0.7, 0.7), pose) for pose in POSES]
    gravity = [tuple(pose[:3, :3] @ [0.0, 0.0, -1.0]) for pose in POSES]
    postures = [("supine", "neutral"), ("standing", "flexion")]
    positions = [
        position(
            f"p{number}", spine, *postures[number % 2], geometry=geometry[number % 2], gravity_RAS=gravity[number % 2]
        )
        for number, spine in enumerate(spines)
    ]
    return case(*positions, levels=levels or SPINES[part].levels)


def pairwiseOnly(patch):
    """Compare the first with the second re-marking, the third with the fourth, and so on, instead of all with all."""

    def pairs(study):
        names = [item.id for item in study.positions]
        return tuple(Pair(*ends) for ends in zip(names[::2], names[1::2], strict=True))

    patch.setattr(ReadingValues, "orderedPairs", pairs)


def measurer(study):
    return ReadingMeasurer(study, {item.id: item.marks for item in study.positions}, noiseModel(study))


def columns(part, values):
    """(kind, metric, place, side) -> values (M,) or (..., M) over the last but place axis of every metric and place."""
    found = {}
    for definition in allMetrics():
        array = (values.motions if definition.kind == "motion" else values.states).get(definition.id)
        if array is None:
            continue
        hasColumn = definition.scope in ("segment", "sidedSegment", "vertebra") or definition.places == "regions"
        for index, place in placesOf(definition, caseOf(part, ()).chain):
            if definition.scope == "sidedSegment":
                for number, side in enumerate("LR"):
                    found[definition.kind, definition.id, place, side] = array[..., index, number]
            else:
                found[definition.kind, definition.id, place, ""] = array[..., index] if hasColumn else array
    return found


# Metrics that this simulation cannot judge: classes instead of a measure; heights of virtual bodies, which are medians
# over all positions; cervical foramina, whose oblique planes these sagittal slices do not have; differences that need
# bones; MSCC and MCC by norms; shares, whose region is not whole here.
LEFT_OUT = {"meyerding", "romShare", "lateralBend", "lateralTranslation", "axialRotation"}
VIRTUAL = {("slipCenter", "C2C3"), ("translation", "C2C3"), ("slipCenter", "L5S1"), ("translation", "L5S1")}


def judged(key):
    _, metric, place, _ = key
    return (
        metric not in LEFT_OUT
        and (metric, place) not in VIRTUAL
        and not (metric.startswith("foramen") and place[0] == "C")
    )


REPEATS = 1600
"""The SD of an SD from 1600 markings is 1.8 %, from 2000 draws 1.6 %: together 2.4 %."""


@pytest.fixture(scope="module", params=list(SPINES))
def simulated(request):
    """(spread, stated) by metric and place: over re-markings, and by the engine from the true marks."""
    part = request.param
    with pytest.MonkeyPatch.context() as patch:
        pairwiseOnly(patch)
        spread = columns(part, measurer(remarkedCase(part, REPEATS)).values())
    true = [spine.posed(pose) for spine, pose in zip(bent(SPINES[part]), POSES, strict=True)]
    stated = {
        (row.kind, row.metric, row.level, row.side, row.position): row for row in rowsOf(caseOf(part, true), 2000).all
    }
    found = {}
    for key, values in spread.items():
        kind, metric, place, side = key
        for number, name in enumerate(("p0", "p1") if kind == "state" else ("p1",)):
            row = stated[kind, metric, place, side, name]
            if judged(key) and row.status == "ok":
                some = values[number::2] if kind == "state" else values
                low, high = np.quantile(some, [0.025, 0.975])
                heavy = metric in ("tpdr", "icrAnterior", "icrCranial")
                sd = (high - low) / (2 * 1.96) if heavy else some.std(ddof=1)
                bias = float(some.mean() - row.value) / sd
                found[(*key, name)] = (sd, row.sd, bias)
    return found


HEAVY = ("tpdr", "icrAnterior", "icrCranial")
SPATIAL = ("foramenHeight", "foramenWidthSuperior", "foramenWidthMiddle")


def ratiosOf(simulated, judges):
    """Stated over seen SD by place of the metrics that are judged, and the mean of those ratios by metric."""
    ratios = {key: stated / seen for key, (seen, stated, _) in simulated.items() if judges(key[1])}
    metrics = {key[:2] for key in ratios}
    means = {
        metric: float(np.mean([ratio for key, ratio in ratios.items() if key[:2] == metric])) for metric in metrics
    }
    return ratios, means


def beyond(ratios, limit):
    return {key: round(ratio, 3) for key, ratio in ratios.items() if abs(ratio - 1.0) > limit}


def test_the_stated_sd_is_what_re_marking_shows(simulated):
    ratios, means = ratiosOf(simulated, lambda metric: metric not in (*HEAVY, *SPATIAL))
    assert len(ratios) > 60
    # 5 % by metric; at single places three SDs of the sampling error come on top of next to nothing.
    assert beyond(means, 0.05) == {}
    assert beyond(ratios, 0.085) == {}


def test_widths_measured_in_space_agree_within_15_percent(simulated):
    # Marks in different slices make a short width longer; the engine draws that error normal, here it is uniform.
    ratios, _ = ratiosOf(simulated, lambda metric: metric in SPATIAL)
    assert beyond(ratios, 0.15) == {}


def test_ratios_over_a_rotation_agree_within_10_percent(simulated):
    # By metric; the outer quantiles of so heavy tails vary by 20 % and more at single places.
    ratios, means = ratiosOf(simulated, lambda metric: metric in HEAVY)
    assert ratios
    assert beyond(means, 0.10) == {}


def test_re_marking_has_hardly_any_bias_against_its_noise(simulated):
    # Short lengths come out too long, since errors across them add up square.
    biased = {key[1] for key, (_, _, bias) in simulated.items() if abs(bias) > 0.15}
    assert biased <= {"adi", "bdi", "discHeightAnterior", "discHeightPosterior", "discHeightIndex", *SPATIAL, *HEAVY}


SMALL = {"neck": parts(cervicalSpine(), CERVICAL[3:7]), "lowBack": parts(lumbarSpine(), LUMBAR[2:])}
CASES = 50


@pytest.fixture(scope="module")
def coverage():
    """Share of 95 % intervals that hold the truth, by kind, over re-marked cases of neck and low back."""
    held = {"state": [], "change": [], "motion": []}
    for part, spine in SMALL.items():
        random, spines = np.random.default_rng(7), bent(spine)
        truth = rowsOf(caseOf(part, [item.posed(pose) for item, pose in zip(spines, POSES, strict=True)], spine.levels))
        points = [remarkings(item, pose, CASES, random) for item, pose in zip(spines, POSES, strict=True)]
        for number in range(CASES):
            marked = [Spine(spine.levels, {name: rows[number] for name, rows in half.items()}) for half in points]
            for row in rowsOf(caseOf(part, marked, spine.levels), 150, number).all:
                true = truth.like(row)
                if row.status == true.status == "ok" and row.metric not in {*LEFT_OUT, *HEAVY, *SPATIAL}:
                    held[row.kind].append(row.lower95 <= true.value <= row.upper95)
    return {kind: (float(np.mean(inside)), len(inside)) for kind, inside in held.items()}


@pytest.mark.parametrize("kind", ["state", "change", "motion"])
def test_a_95_percent_interval_holds_the_truth_in_95_percent_of_markings(coverage, kind):
    # 100 marked cases with about ten independent values of each kind: one SD of the share is 0.7 %.
    share, count = coverage[kind]
    assert count >= 1500
    assert 0.93 < share < 0.97


@pytest.mark.parametrize("positions", [2, 4])
def test_a_motionless_spine_exceeds_the_noise_of_its_range_in_5_percent(positions):
    # Clinical review 1.6: by the limit of a pair, 4 positions would seem to move in far more than 5 %.
    random, alarms, pairwiseAlarms = np.random.default_rng(3), [], []
    spine = parts(lumbarSpine(), LUMBAR[3:5])
    points = remarkings(spine, np.eye(4), 60 * positions, random)
    for number in range(60):
        marked = [Spine(spine.levels, {name: rows[number * positions + item] for name, rows in points.items()})
                  for item in range(positions)]  # fmt: skip
        places = [position(f"p{item}", held, geometry=volume((SLICE, 0.7, 0.7))) for item, held in enumerate(marked)]
        result = measured(case(*places, levels=spine.levels), 200, number)
        alarms += [item.exceedsNoise for item in result.ranges[0] if item.metric != "slipPercent"]
        sd = {(row.metric, row.side): row.sdc95 for row in result.rows if row.kind == "change" and row.position == "p1"}
        pairwiseAlarms += [
            item.value > sd[item.metric, item.side] for item in result.ranges[0] if item.metric == "slip"
        ]
    # 60 cases with about eight independent ranges: one SD of the share is 1 %.
    assert len(alarms) > 400
    assert 0.02 < np.mean(alarms) < 0.08
    assert positions == 2 or np.mean(pairwiseAlarms) > 0.08
