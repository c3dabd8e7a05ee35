"""Carry a case's marks from one position to others: bones by their transforms, soft tissue by prediction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Protocol

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Jobs.CarryBodies import bodyMasks
from DynamicSpineLib.Jobs.CarryCheck import mergedSoundly
from DynamicSpineLib.Jobs.CarryPlan import CarryOptions, CarryPlan, carryPlan
from DynamicSpineLib.Progress import Step, Steps, stepsWithin
from DynamicSpineLib.Registration.CarriedBone import CarriedBone, ImagedSpine
from DynamicSpineLib.Registration.CarryMarks import MergedMarks, bonesAfter, obeyedNames, pointsByName
from DynamicSpineLib.Registration.MergeTissue import mergePredicted
from DynamicSpineLib.Registration.PredictMarks import PredictedMarks
from DynamicSpineLib.Study.CarryState import FAILED
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import withMarks
from DynamicSpineLib.Study.Marks import landmarkSet
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

ReadVolume = Callable[[Position], GrayVolume]


class CarryBones(Protocol):
    """What finds where each bone of one position went in another (Registration/CarryBones.carryBones)."""

    def __call__(
        self, source: ImagedSpine, target: ImagedSpine, chain: Chain, segments: Mapping[str, str],
        levels: tuple[str, ...] | None = None,
    ) -> Steps[tuple[CarriedBone, ...]]: ...  # fmt: skip


class PredictTissue(Protocol):
    """What predicts the soft tissue of a position whose bones were carried: landmarks and curves, and nothing else.

    case: with the target's marks as carried; target: its points after carrying.
    """

    def __call__(
        self, case: Case, source: ImagedSpine, target: ImagedSpine, bones: tuple[CarriedBone, ...]
    ) -> Steps[PredictedMarks]: ...


@dataclass(frozen=True)
class CarryEngine:
    """The two searches in the images. predictTissue: None leaves soft tissue as it is."""

    carryBones: CarryBones
    predictTissue: PredictTissue | None = None


@dataclass(frozen=True)
class CarriedPosition:
    """What was carried to one position, how its marks changed, and why marks of soft tissue were not predicted."""

    positionId: str
    bones: tuple[CarriedBone, ...]
    merged: MergedMarks
    notPredicted: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class CarriedCase:
    """The case with carried marks, and what was carried from where to where."""

    case: Case
    fromPosition: str
    positions: tuple[CarriedPosition, ...]
    notices: tuple[str, ...] = ()

    @property
    def carriedCount(self) -> int:
        """How many bones were carried, over all positions."""
        return sum(bone.verdict != FAILED for position in self.positions for bone in position.bones)


def carryCase(
    case: Case, options: CarryOptions, readVolume: ReadVolume, engine: CarryEngine
) -> Steps[CarriedCase]:
    """Carry marks as the options say; a generator of steps. The case itself is a new value: nothing is written.

    Raises InputError, before any work, for options that the case does not allow, and for volumes that cannot be read;
    JobError where the carried marks would leave a case that cannot be opened.
    """
    plan = carryPlan(case, options)
    start = _imaged(plan.source, readVolume)
    if options.bodies is not None:
        yield Step(0.0, "reading the segmentation")
        start = replace(start, bodies=bodyMasks(options.bodies, case.chain, start.volume.geometry))
    changed, found = case, []
    for index, target in enumerate(plan.targets):
        share = (index / len(plan.targets), (index + 1) / len(plan.targets))
        yield Step(share[0], f"reading {target.shownTitle}")
        done = yield from stepsWithin(_carryTo(changed, plan, start, target, readVolume, engine), *share)
        found.append(done)
        changed = withMarks(changed, {target.id: done.merged.marks})
    marks = {position.id: position.marks for position in changed.positions}
    bones = bonesAfter(changed, [bone for item in found for bone in item.bones], marks)
    changed = replace(changed, bones=bones, markedIn=changed.markedIn or plan.source.id)
    return CarriedCase(changed, plan.source.id, tuple(found), plan.notices)


def _imaged(position: Position, readVolume: ReadVolume) -> ImagedSpine:
    return ImagedSpine(position.id, readVolume(position), pointsByName(position.marks), obeyedNames(position.marks))


def _carryTo(
    case: Case, plan: CarryPlan, start: ImagedSpine, target: Position, readVolume: ReadVolume, engine: CarryEngine
) -> Steps[CarriedPosition]:
    end = _imaged(target, readVolume)
    bones = yield from engine.carryBones(start, end, case.chain, case.segments, levels=plan.levels)
    others = [bone for bone in case.bones if bone.toPosition == target.id and bone.fromPosition != plan.source.id]
    bones, merged = mergedSoundly(case, plan.source.marks, target, bones, others)
    if engine.predictTissue is not None:
        marked = withMarks(case, {target.id: merged.marks})
        after = replace(end, points_RAS=pointsByName(merged.marks))
        predicted = yield from engine.predictTissue(marked, start, after, bones)
        levels = [bone.level for bone in bones]
        tissue = landmarkSet(list(predicted.landmarks), list(predicted.contours))
        merged = replace(merged, marks=mergePredicted(merged.marks, tissue, levels, case.chain))
        return CarriedPosition(target.id, bones, merged, predicted.notPredicted)
    return CarriedPosition(target.id, bones, merged)
