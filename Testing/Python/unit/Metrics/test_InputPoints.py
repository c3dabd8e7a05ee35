"""Which marks a metric still needs, and which values a mark touches: the second against what really changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from Spines import CERVICAL, LUMBAR, case, cervicalSpine, flexed, lumbarSpine, position, rowsOf, scattered

from DynamicSpineLib.Anatomy.Landmarks import namesFor, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Metrics.InputPoints import metricById, missingPoints, pointsBehind
from DynamicSpineLib.Metrics.Noise import noiseModel
from DynamicSpineLib.Metrics.Places import placesOf
from DynamicSpineLib.Metrics.ReadingValues import ReadingMeasurer
from DynamicSpineLib.Metrics.Registry import allMetrics
from DynamicSpineLib.Metrics.Touched import touchedMetrics
from DynamicSpineLib.Study.Case import BoneTransform


@pytest.mark.parametrize(
    ("metric", "place", "placed", "missing"),
    [
        ("canalApDisc", "C5C6", "", "C5C6_CA C5C6_CP"),
        ("canalApDisc", "C5C6", "C5C6_CA", "C5C6_CP"),
        ("csfReserve", "C5C6", "C5C6_KA C5C6_KP", "C5C6_TA C5C6_TP"),
        ("slip", "L4L5", "", "L4_IP L5_SP L5_SA"),
        ("slip", "L5S1", "S1_SA S1_SP", "L5_IP"),
        ("discAngle", "L4L5", "L4_IA L4_IP", "L5_SA L5_SP"),
        ("rotation", "L5S1", "", "L5_SA L5_SP L5_IA L5_IP S1_SA S1_SP"),
        ("rotation", "L5S1", "L5_IA L5_IP S1_SA S1_SP", ""),
        ("bodyDepth", "C2", "", "C2_IA C2_IP"),
        ("bodyHeight", "C5", "C5_SA C5_SP", "C5_IA C5_IP"),
        ("torgPavlov", "C5", "C5_SP C5_IP C5_SA C5_IA", "C5_SL"),
        ("cxa", "OcC2", "Oc_BA C2_IP", "Oc_CL C2_DP"),
        ("t1Slope", "T1", "", "T1_SA T1_SP"),
        ("discAngle", "C1C2", "C2_IA C2_IP", "C1_AAP C1_PAA"),
        ("duralSacArea", "L4L5", "", "L4L5_DS"),
        ("lumbarLordosis", "L1S1", "L1_SA L1_SP", "S1_SA S1_SP"),
    ],
)  # fmt: skip
def test_the_marks_that_are_still_needed_are_named(metric, place, placed, missing):
    kind = "motion" if metric == "rotation" else "state"
    assert set(missingPoints(metric, place, placed.split(), kind=kind)) == set(missing.split())


def test_the_side_of_a_foramen_is_asked_for():
    assert missingPoints("foramenHeight", "C5C6", ["C5C6_FS_L"], "L") == ("C5C6_FI_L",)
    assert set(missingPoints("foramenHeight", "C5C6", ["C5C6_FS_L"], "R")) == {"C5C6_FS_R", "C5C6_FI_R"}


def test_a_motion_from_bones_or_coronal_marks_names_the_marks():
    missing = missingPoints("lateralBend", "C5C6", [], kind="motion")
    assert set(missing) == {"C5_CIL", "C5_CIR", "C6_CSL", "C6_CSR"}


def test_an_unknown_metric_is_refused():
    with pytest.raises(KeyError):
        metricById("noSuchMetric")


def test_the_dens_cortex_is_enough_for_the_room_behind_the_dens():
    # The protocol's hint says so: where C2_DQ is not placed, C2_DP is used.
    assert missingPoints("padi", "OcC2", ["C2_DP", "C1_PAA"]) == ()
    row = rowsOf(case(position("a", cervicalSpine().without("C2_DQ")), levels=CERVICAL))("padi", "OcC2", "a")
    assert "C2_DP" in row.points


@pytest.mark.parametrize("levels", [CERVICAL, LUMBAR, ("L4", "L5", "L6", "S1"), ("T10", "T11", "T12", "L1")])
def test_every_mark_behind_a_metric_is_one_that_the_protocols_have(levels):
    chain = Chain(levels)
    known = set(namesFor(chain))
    for definition in allMetrics():
        for _, place in placesOf(definition, chain):
            names = pointsBehind(definition, place, "L" if definition.scope == "sidedSegment" else "")
            assert all(parseLandmarkName(name) for name in names), (definition.id, place, names)
            inside = [
                name for name in names if name.split("_")[0] in {*levels, *(item.name for item in chain.segments)}
            ]
            assert set(inside) <= known


def test_with_all_marks_that_are_asked_for_every_value_is_there():
    for spine, levels in ((cervicalSpine(), CERVICAL), (lumbarSpine(), LUMBAR)):
        study = case(position("a", spine), position("b", spine.carried(flexed(spine, {levels[3]: 8.0}))), levels=levels)
        for row in rowsOf(study).all:
            kind = "motion" if row.kind == "motion" else "state"
            if row.reasonCode in ("notMarked", "degenerate"):
                assert missingPoints(row.metric, row.level, spine.points, row.side, kind), row


def study(spine, levels, drop=(), withBones=False):
    """Two positions of an irregular spine; `drop` are marks that the second one lacks."""
    matrices = flexed(spine, dict.fromkeys(levels[:-1], 7.0))
    moved = scattered(spine.carried(matrices), 0.4, 2).without(*drop)
    rows = {level: tuple(map(tuple, matrix)) for level, matrix in matrices.items()}
    bones = tuple(BoneTransform(level, "a", "b", rows[level]) for level in rows) if withBones else ()
    positions = (position("a", scattered(spine, 0.4, 1), "supine"), position("b", moved, "standing", "flexion"))
    return case(*positions, levels=levels, bones=bones)


def valuesOf(study):
    return ReadingMeasurer(study, {item.id: item.marks for item in study.positions}, noiseModel(study))


def changed(before, after, chain):
    """(kind, metric, place) of every value that differs."""
    found = set()
    for definition in allMetrics():
        kind = "motions" if definition.kind == "motion" else "states"
        first, second = (getattr(item, kind).get(definition.id) for item in (before, after))
        if first is None:
            continue
        there = np.isfinite(first)
        differs = there & (np.abs(np.where(there, first - np.where(there, second, 0.0), 0.0)) > 1e-10)
        columns = definition.scope in ("segment", "sidedSegment", "vertebra") or definition.places == "regions"
        for index, place in placesOf(definition, chain):
            if (differs[:, index] if columns else differs).any():
                found.add((definition.kind, definition.id, place))
    return found


def movedBy(study, name, step):
    """The study with one mark of its second position moved."""
    here = study.positions[1]
    mark = here.marks.landmarks[name]
    marks = {**here.marks.landmarks, name: replace(mark, point_RAS=tuple(np.array(mark.point_RAS) + step))}
    return replace(study, positions=(study.positions[0], replace(here, marks=replace(here.marks, landmarks=marks))))


SPARSE = ("C5_SA", "C5_SP", "C6_SA", "C6_IA", "C6_IP", "T1_IA", "T1_IP")
SPINES = {
    "neck": study(cervicalSpine(), CERVICAL),
    "lowBack": study(lumbarSpine(), LUMBAR),
    "sparseNeck": study(cervicalSpine(), CERVICAL, SPARSE, withBones=True),
}
STEP = np.array([0.4, 0.7, -0.6])
PARTS = {
    name: sorted(mark for mark in item.positions[1].marks.landmarks if not mark.endswith("_R"))
    for name, item in SPINES.items()
}


def untouched(part, sharedPlane=False):
    """Marks whose move by 1 mm changes a value that touchedMetrics does not name, with those values."""
    base = SPINES[part]
    before = valuesOf(base).values()
    found = {}
    for name in PARTS[part]:
        after = valuesOf(movedBy(base, name, STEP)).values()
        lost = changed(before, after, base.chain) - touchedMetrics(base.chain, name, sharedPlane)
        if lost:
            found[name] = lost
    return found


@pytest.fixture(scope="module", params=["neck", "lowBack"])
def lost(request):
    return {item for items in untouched(request.param).values() for item in items}


def test_what_a_moved_mark_changes_is_among_what_it_touches(lost):
    assert lost == set()


def test_a_moved_corner_touches_segments_that_borrow_its_plane():
    assert untouched("sparseNeck", sharedPlane=True) == {}


@pytest.mark.parametrize("part", list(SPINES))
def test_a_mark_touches_far_less_than_everything(part):
    chain = SPINES[part].chain
    everything = sum(len(placesOf(item, chain)) for item in allMetrics())
    sizes = [len(touchedMetrics(chain, name)) for name in PARTS[part]]
    assert max(sizes) < 0.9 * everything
    assert np.median(sizes) < 0.5 * everything
