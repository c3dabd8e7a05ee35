"""Carrying bones without a mark in the moving position: errors, verdicts, stated intervals, time, memory, a peer."""

from __future__ import annotations

import os
import resource
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from CarryCases import SHARED, CarryCase, phantomPair, realCase, scenarioPair
from CarryFaults import FAULTS

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Geometry.Rigid import applyTransform, inverseRigid, rotationVector
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Registration.BoneRegion import boneRegions
from DynamicSpineLib.Registration.CarriedBone import ImagedSpine
from DynamicSpineLib.Registration.CarryBones import carryBones
from DynamicSpineLib.Registration.ExpectedError import pointCovariances
from DynamicSpineLib.Study.CarryState import FAILED, GOOD

PAIRS = int(os.environ.get("CARRY_PAIRS", "44"))
"""Pairs of each region and kind; 44 give more than 600 vertebrae of each kind."""

FAULTY_PAIRS = int(os.environ.get("CARRY_FAULTY_PAIRS", "4"))
WORKERS = 2
MARKS = {"cervical": "cervicalMarks.json", "lumbar": "lumbosacralMarks.json"}
LIMITS = {"phantom": (97.0, 0.30), "real": (95.0, 0.50)}
ROTATION_LIMITS = {"cervical": (0.6, 1.5), "lumbar": (0.3, 1.0)}


@dataclass(frozen=True)
class BoneRow:
    """One carried bone against the truth: in-plane error of its worst mark in mm, and its sagittal rotation's."""

    kind: str
    region: str
    level: str
    verdict: str
    whole: bool
    errorMm: float
    rotationDeg: float
    seconds: float
    reason: str = ""


@dataclass(frozen=True)
class ChangeRow:
    """A change between two bones against the truth, in units of its stated SD."""

    kind: str
    change: str
    deviation: float


@dataclass(frozen=True)
class CaseResult:
    """What one pair gives."""

    bones: tuple[BoneRow, ...]
    changes: tuple[ChangeRow, ...]
    seconds: float
    peakMb: float


def made(kind: str, region: str, seed: int) -> CarryCase:
    """The pair of that kind, region and seed."""
    return phantomPair(region, seed) if kind == "phantom" else realCase(MARKS[region], seed)


def carried(case: CarryCase, changed: dict | None = None):
    """Regions, carried bones, and seconds; `changed` replaces the moved volume or the marks."""
    changes = changed or {}
    marks, moved = changes.get("marks_RAS", case.marks_RAS), changes.get("moved", case.moved)
    chain = Chain(tuple(case.motions))
    geometry = case.reference.geometry
    start = time.perf_counter()
    bones = runSteps(carryBones(ImagedSpine("REF", case.reference, marks), ImagedSpine("MOVED", moved, {}), chain, {}))
    return boneRegions(case.marks_RAS, chain, geometry.through_RAS), bones, time.perf_counter() - start


def boneRow(case: CarryCase, region, bone, spine: str, moved) -> BoneRow:
    """A carried bone against the truth."""
    truth, points = case.motions[bone.level], region.points_RAS
    whole = bool(moved.geometry.contains(applyTransform(points, truth)).all()
                 and case.reference.geometry.contains(points).all())  # fmt: skip
    reason = bone.reasons[0].code if bone.reasons else ""
    if bone.transform is None:
        return BoneRow(case.kind, spine, bone.level, bone.verdict, whole, np.inf, np.inf, bone.seconds, reason)
    matrix = np.array(bone.transform.matrix)
    gap = applyTransform(points, matrix) - applyTransform(points, truth)
    left = truth[:3, :3] @ region.axes[0]
    gap -= np.outer(gap @ left, left)
    turn = rotationVector((inverseRigid(truth) @ matrix)[:3, :3]) @ region.axes[0]
    return BoneRow(case.kind, spine, bone.level, bone.verdict, whole, float(np.linalg.norm(gap, axis=1).max()),
                   float(np.degrees(abs(turn))), bone.seconds, reason)  # fmt: skip


def changeRows(case: CarryCase, regions, bones) -> list[ChangeRow]:
    """Rotation, forward and upward shift between neighbors that are good, against the truth and their stated SD."""
    good = [bone for bone in bones if bone.verdict == GOOD]
    rows = []
    for upper, lower in pairwise(good):
        middle = 0.5 * (regions[upper.level].center_RAS + regions[lower.level].center_RAS)
        ends = [_errorAt(case, regions[bone.level], bone, middle) for bone in (upper, lower)]
        for index, name in enumerate(("rotation", "forward", "upward")):
            gap = ends[0][0][index] - ends[1][0][index]
            spread = np.sqrt(ends[0][1][index] + ends[1][1][index])
            rows.append(ChangeRow(case.kind, name, float(gap / spread)))
    return rows


def _errorAt(case: CarryCase, region, bone, point_RAS):
    """Errors (turn, forward, upward) of a bone's motion at a point of the reference position, and their variances."""
    error = inverseRigid(case.motions[bone.level]) @ np.array(bone.transform.matrix)
    shift = applyTransform(point_RAS, error) - point_RAS
    covariance = np.array(bone.transform.covariance)
    at = pointCovariances(covariance, point_RAS[None], np.array(bone.transform.center_RAS))[0]
    left, cranial, anterior = region.axes
    return ((rotationVector(error[:3, :3]) @ left, shift @ anterior, shift @ cranial),
            (left @ covariance[:3, :3] @ left, anterior @ at @ anterior, cranial @ at @ cranial))  # fmt: skip


def caseResult(kind: str, region: str, seed: int) -> CaseResult:
    """One pair made, carried and compared."""
    case = made(kind, region, seed)
    regions, bones, seconds = carried(case)
    rows = tuple(boneRow(case, regions[bone.level], bone, region, case.moved)
                 for bone in bones if bone.level in regions)  # fmt: skip
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return CaseResult(rows, tuple(changeRows(case, regions, bones)), seconds, peak)


def carryTable():
    """Yield lines: errors by kind and region, verdicts, coverage, time and memory."""
    results = list(_results(caseResult, [(kind, region, seed) for kind in _kinds() for region in MARKS
                                         for seed in range(PAIRS)]))  # fmt: skip
    rows = [row for result in results for row in result.bones]
    for kind in _kinds():
        yield from _errorLines(kind, [row for row in rows if row.kind == kind])
    wrong = sum(row.verdict == GOOD and row.errorMm > 2.0 for row in rows)
    yield f"called good with more than 2 mm: {wrong} of {len(rows)} (limit 1 in 200)"
    for name in ("rotation", "forward", "upward"):
        own = [abs(item.deviation) for result in results for item in result.changes if item.change == name]
        yield f"true change within the stated 95 %, {name}: {100 * np.mean(np.array(own) < 1.96):.1f} % of {len(own)}"
    seconds = [row.seconds for row in rows if row.verdict != FAILED]
    yield f"seconds per vertebra: median {np.median(seconds):.2f}, 95th percentile {np.quantile(seconds, 0.95):.2f}"
    yield f"seconds per position: median {np.median([item.seconds for item in results]):.1f} ({WORKERS} at once)"
    yield f"peak memory with making the pair: {max(item.peakMb for item in results):.0f} MB"


def _kinds() -> tuple[str, ...]:
    return ("phantom", "real") if SHARED.is_dir() else ("phantom",)


def _results(function, jobs):
    with ProcessPoolExecutor(WORKERS) as pool:
        yield from pool.map(function, *zip(*jobs, strict=True))


def _errorLines(kind: str, rows: list[BoneRow]):
    whole = [row for row in rows if row.whole]
    bodies = [row for row in whole if row.level not in ("Oc", "C1")]
    share, median = LIMITS[kind]
    errors = np.array([row.errorMm for row in bodies])
    yield (f"{kind}: {len(bodies)} bodies, within 1 mm {100 * np.mean(errors < 1.0):.1f} % (limit {share:.0f}), "
           f"median {np.median(errors):.2f} mm (limit {median:.2f}), 95th percentile {np.quantile(errors, 0.95):.2f}")
    for region, (middle, high) in ROTATION_LIMITS.items():
        turns = np.array([row.rotationDeg for row in bodies if row.region == region])
        yield (f"{kind} {region}: sagittal rotation median {np.median(turns):.2f} deg (limit {middle}), "
               f"95th percentile {np.quantile(turns, 0.95):.2f} (limit {high}), {len(turns)} bodies")
    for level in ("Oc", "C1", "C2", "S1"):
        own = np.array([row.errorMm for row in whole if row.level == level])
        if len(own):
            yield f"{kind} {level}: median {np.median(own):.2f} mm, worst {own.max():.2f}, {len(own)}"
    verdicts = Counter(row.verdict for row in whole)
    yield f"{kind} verdicts of {len(whole)} wholly in the field: " + ", ".join(f"{n} {v}" for v, n in verdicts.items())
    outside = Counter(row.verdict for row in rows if not row.whole)
    if outside:
        yield f"{kind} verdicts of others: " + ", ".join(f"{n} {v}" for v, n in outside.items())


TURNS = (("cervicalTurns", ("UP_LB", "UP_RB", "UP_LR", "UP_RR")), ("scoliosisRotatory", ("ST_F", "ST_E")))


def turnTable():
    """Yield lines: bones of spines that are bent to a side or turned, where sagittal slices show them worst."""
    for scenario, positions in TURNS:
        for position in positions:
            case = scenarioPair(scenario, position, 20)
            regions, bones, _ = carried(case)
            rows = [boneRow(case, regions[bone.level], bone, "", case.moved) for bone in bones]
            told = [f"{row.level} {row.verdict} {row.errorMm:.2f}" for row in rows]
            yield f"{scenario} {position}, mm: " + ", ".join(told)


def faultResult(fault: str, kind: str, region: str, seed: int):
    """Verdicts of one pair under a fault: (verdict, error in mm, first reason) of each bone."""
    case = made(kind, region, seed)
    changed = FAULTS[fault](case, np.random.default_rng(seed))
    regions, bones, _ = carried(case, changed)
    moved = changed.get("moved", case.moved)
    anywhere = changed.get("elsewhere", False)
    rows = [boneRow(case, regions[bone.level], bone, region, moved) for bone in bones if bone.level in regions]
    return fault, [(row.verdict, np.inf if anywhere else row.errorMm, row.reason) for row in rows]


def faultTable():
    """Yield lines: what is said of bones in faulty images, and how many wrong ones are called good."""
    jobs = [(fault, kind, region, seed) for fault in FAULTS for kind in _kinds() for region in MARKS
            for seed in range(100, 100 + FAULTY_PAIRS)]  # fmt: skip
    found: dict[str, list] = {}
    for fault, rows in _results(faultResult, jobs):
        found.setdefault(fault, []).extend(rows)
    for fault, rows in found.items():
        verdicts = Counter(verdict for verdict, _, _ in rows)
        wrong = sum(verdict == GOOD and error > 2.0 for verdict, error, _ in rows)
        reasons = Counter(reason for _, _, reason in rows if reason).most_common(2)
        yield (f"{fault}: " + ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items()))
               + f"; good with more than 2 mm: {wrong}; " + ", ".join(f"{name} {count}" for name, count in reasons))
