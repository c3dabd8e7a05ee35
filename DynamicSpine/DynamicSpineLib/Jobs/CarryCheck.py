"""Carried marks must leave a case that can be opened: bones whose marks contradict others there are not carried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, splitSegment
from DynamicSpineLib.Errors import Fault, JobError
from DynamicSpineLib.Registration.CarriedBone import CarriedBone, Reason
from DynamicSpineLib.Registration.CarryMarks import MergedMarks, mergeMarks
from DynamicSpineLib.Study.CarryState import FAILED
from DynamicSpineLib.Study.Case import BoneTransform, Case
from DynamicSpineLib.Study.FaultList import FaultList, Place
from DynamicSpineLib.Study.Marks import LandmarkSet
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.Validation import checkMarks


def mergedSoundly(
    case: Case, source: LandmarkSet, target: Position, bones: Sequence[CarriedBone], others: Sequence[BoneTransform]
) -> tuple[tuple[CarriedBone, ...], MergedMarks]:
    """The bones and the target's merged marks; bones whose marks are faulty there count as failed.

    Raises JobError where marks are faulty and it is not known of which bone.
    """
    found = tuple(bones)
    known = {fault.sentence() for fault in _errors(case, target, target.marks)}
    while True:
        merged = mergeMarks(source, target.marks, found, case.chain, others)
        faults = [fault for fault in _errors(case, target, merged.marks) if fault.sentence() not in known]
        if not faults:
            return found, merged
        doubted = {level: fault for fault in faults for level in _levelsOf(fault)}
        left = {bone.level for bone in found if bone.verdict != FAILED} & doubted.keys()
        if not left:
            raise JobError(f"{faults[0].sentence()}; the marks cannot be carried there, and nothing was written")
        found = tuple(_refused(bone, doubted[bone.level]) if bone.level in left else bone for bone in found)


def _errors(case: Case, target: Position, marks: LandmarkSet) -> list[Fault]:
    faults = FaultList()
    checkMarks(case, target, marks, Place(target.landmarksFile, target.id), faults)
    return [fault for fault in faults.faults if fault.severity == "error"]


def _levelsOf(fault: Fault) -> tuple[str, ...]:
    """The levels that a fault speaks of: it names a level, a segment or a mark."""
    parsed = parseLandmarkName(fault.landmark)
    place = parsed.place if parsed is not None else fault.landmark
    segment = splitSegment(place)
    if segment is not None:
        return (segment.upper, segment.lower)
    return (place,) if place in CANONICAL_LEVELS else ()


def _refused(bone: CarriedBone, fault: Fault) -> CarriedBone:
    reason = Reason("marksContradict", {"problem": fault.message})
    return replace(bone, verdict=FAILED, reasons=(reason, *bone.reasons))
