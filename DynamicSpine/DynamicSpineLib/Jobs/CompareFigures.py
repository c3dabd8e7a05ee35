"""The figures of a comparison, as they are written beside its pictures."""

from __future__ import annotations

from typing import Any

import numpy as np

from DynamicSpineLib.Compare.Anchor import Anchor
from DynamicSpineLib.Compare.Comparison import Comparison
from DynamicSpineLib.Compare.Difference import DifferenceMap
from DynamicSpineLib.Compare.DifferenceRegions import bodyDifferences, cornersIn
from DynamicSpineLib.Compare.Displacement import DisplacementMap
from DynamicSpineLib.Compare.FieldQuality import fieldQuality
from DynamicSpineLib.Compare.Statements import heldText, heldWarnings, marksWarnings, unbentWarnings
from DynamicSpineLib.Compare.Vectors import markVectors, vectorWords
from DynamicSpineLib.Geometry.Rigid import helicalAxis, inverseRigid
from DynamicSpineLib.Jobs.CompareMaps import ComparedMaps
from DynamicSpineLib.Jobs.MetricTexts import SOFTWARE

_DIGITS = 4


def figuresOf(comparison: Comparison, maps: ComparedMaps) -> dict[str, Any]:
    """What was compared, what holds each vertebra, how far marks moved, and how good maps and field are.

    Names end in the unit; without one a number is a share or a correlation. Every number is rounded to four digits
    after the point; matrices are whole.
    """
    return {
        "software": SOFTWARE,
        "use": "Research use. It measures and shows; it gives no diagnosis and no advice.",
        "case": comparison.case.caseId,
        "reference": comparison.reference.id,
        "moving": comparison.moving.id,
        "numbering": comparison.case.numbering.statement(),
        "anchor": _anchor(comparison),
        "levels": _levels(comparison),
        "marks": _marks(comparison),
        "marksWarnings": list(marksWarnings(comparison)),
        "difference": _difference(comparison, maps.difference, "held"),
        "unbentDifference": _difference(comparison, maps.unbentDifference, "unbent"),
        "field": _field(comparison, maps),
        "displacement": _displacement(maps.displacement),
        "unavailable": list(maps.missing),
    }


def _anchor(comparison: Comparison) -> dict[str, Any]:
    anchor = comparison.anchor
    return {"level": anchor.level, "heldBy": anchor.heldBy, "words": heldText(anchor),
            "movingToReference_RASmm": anchor.movingToReference.tolist(), "warnings": list(heldWarnings(comparison)),
            "unbentWarnings": list(unbentWarnings(comparison)) if comparison.unbending is not None else []}  # fmt: skip


def _levels(comparison: Comparison) -> list[dict[str, Any]]:
    """How each vertebra turned and slid against the held one."""
    anchors = comparison.unbending.anchors if comparison.unbending is not None else (comparison.anchor,)
    return [{"level": item.level, "heldBy": item.heldBy, **_motion(comparison.anchor, item),
             "warnings": list(item.warnings)} for item in anchors]  # fmt: skip


def _motion(held: Anchor, other: Anchor) -> dict[str, float | None]:
    against = held.movingToReference @ inverseRigid(other.movingToReference)
    axis = helicalAxis(against)
    slideMm = np.nan_to_num(axis.shiftMm)
    return {"rotationDeg": _rounded(np.degrees(axis.angleRad)), "slideAlongAxisMm": _rounded(slideMm)}


def _marks(comparison: Comparison) -> list[dict[str, Any]]:
    vectors = markVectors(comparison.case, comparison.anchor).vectors
    return [{"name": item.name, "lengthMm": _rounded(item.lengthMm), "forwardMm": _rounded(item.forwardMm),
             "upMm": _rounded(item.upMm), "leftMm": _rounded(item.leftMm), "sdMm": _rounded(item.sdMm),
             "sdcMm": _rounded(item.sdcMm), "exceedsNoise": item.exceedsNoise, "isHeld": item.isHeld,
             "words": vectorWords(item)} for item in vectors]  # fmt: skip


def _difference(comparison: Comparison, map_: DifferenceMap | None, alignment: str) -> dict[str, Any] | None:
    """The map as a whole, and the mean absolute difference in the rim of every body that both images show."""
    if map_ is None:
        return None
    bodies = bodyDifferences(map_, cornersIn(comparison.case, comparison.reference.id))
    return {"alignment": alignment, "unit": "times the noise of the difference", "withinNoiseUnits": map_.withinNoise,
            "noiseGrayValue": _rounded(np.median(map_.noise[map_.mask])), "alikeness": _rounded(map_.alikeness),
            "sharedShare": _rounded(map_.mask.mean()), "warnings": list(map_.warnings),
            "bodies": [{"level": level, "meanGrayValue": _rounded(found.grayValue),
                        "meanNoiseUnits": _rounded(found.noiseUnits), "voxels": found.voxels}
                       for level, found in bodies.items()]}  # fmt: skip


def _displacement(map_: DisplacementMap | None) -> dict[str, Any] | None:
    if map_ is None:
        return None
    return {"against": map_.level, "unit": "mm"}


def _field(comparison: Comparison, maps: ComparedMaps) -> dict[str, Any] | None:
    """How good the field is that lays all vertebrae on themselves, on its grid; see FieldQuality."""
    if maps.field is None or comparison.unbending is None:
        return None
    quality = fieldQuality(comparison.unbending.field, maps.field)
    return {"levels": list(comparison.unbending.levels), "leftOut": list(comparison.unbending.leftOut),
            "leastJacobian": _rounded(quality.leastJacobian), "inverse95Mm": _rounded(quality.inverse95Mm),
            "shownInverse95Mm": _rounded(quality.shownInverse95Mm), "worstBodyMm": _rounded(quality.worstBodyMm),
            "worstBody": quality.worstBody, "spacingMm": _rounded(quality.spacingMm)}  # fmt: skip


def _rounded(value: Any) -> float | None:
    return None if value is None else round(float(value), _DIGITS) + 0.0  # no -0.0
