"""Predicted marks of soft tissue: what is written into a position, what is left alone, and what is taken back."""

from __future__ import annotations

from collections.abc import Collection
from types import MappingProxyType

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark, namesFor
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Registration.CarryMarks import bonesBeside
from DynamicSpineLib.Study.Marks import DEFINED, MISSING, PREDICTED, UNDEFINED, Contour, Landmark, LandmarkSet


def mergePredicted(
    target: LandmarkSet, predicted: LandmarkSet, levels: Collection[str], chain: Chain
) -> LandmarkSet:
    """The target's marks with the predicted ones of soft tissue.

    Marks of a reader or of a segmentation, and those said to be missing, are never replaced. An earlier prediction
    beside one of the levels that were carried now is taken back where there is no new one.
    """
    landmarks = dict(target.landmarks)
    for name, mark in target.landmarks.items():
        if _isPrediction(mark) and not boneOfMark(name) and bonesBeside(name) & set(levels):
            landmarks[name] = Landmark(name, None, UNDEFINED)
    rank = {name: index for index, name in enumerate(namesFor(chain))}
    for name in sorted(predicted.landmarks, key=lambda item: (rank.get(item, len(rank)), item)):
        if not boneOfMark(name) and _mayTake(target.landmarks.get(name)):
            landmarks[name] = predicted.landmarks[name]
    contours = {name: curve for name, curve in target.contours.items()
                if not (_isPrediction(curve) and bonesBeside(name) & set(levels))}  # fmt: skip
    for name, curve in predicted.contours.items():
        if name not in target.contours or _isPrediction(target.contours[name]):
            contours[name] = curve
    return LandmarkSet(MappingProxyType(landmarks), MappingProxyType(contours))


def _isPrediction(mark: Landmark | Contour) -> bool:
    isThere = isinstance(mark, Contour) or mark.status == DEFINED
    return isThere and mark.origin == PREDICTED and not mark.confirmed


def _mayTake(mark: Landmark | None) -> bool:
    """True where nothing stands in the way: no mark, one not placed yet, or an earlier prediction."""
    if mark is None:
        return True
    return mark.status != MISSING and (mark.status == UNDEFINED or _isPrediction(mark))
