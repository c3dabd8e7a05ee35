"""Positions that contradict their own labels: bent the other way, named one level off, mirrored, loaded twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from DynamicSpineLib.Criteria.CaseValues import CaseValues, Sample
from DynamicSpineLib.Metrics.PointTable import CORNERS, Array
from DynamicSpineLib.Metrics.Registry import MOTION_KIND
from DynamicSpineLib.Study.Position import BENT_SIDEWAYS, Position

BENT_REGIONS = ("C2C7", "L1S1")
SAME_SHAPE_MM = 0.01
_SURE_RATIO = 11.4
"""Twice the log of 300: one explanation must be three hundred times likelier than the other."""

_SHAPE_METRICS = ("bodyDepth", "bodyHeight", "canalApBody", "discHeightMiddle")
_POSTURE_MM = 0.4
"""How much a body's or disc's size may differ between positions besides noise: discs yield to load by about 3 %."""

_CLEAR_ERRORS = 3.0
"""A left-right difference counts where it is so many times its own error."""

_SIDED_METRICS = ("foramenArea", "foramenWidthMiddle", "foramenHeight", "recessDepth")


@dataclass(frozen=True)
class LabelDoubt:
    """A position labelled flexion or extension, its region's rotation from a neutral one (flexion positive).

    contradicts: bent the other way beyond noise; else it cannot be told that it was bent.
    """

    position: str
    neutral: str
    bend: str
    region: str
    rotation: Sample
    contradicts: bool


def labelDoubts(values: CaseValues) -> list[LabelDoubt]:
    """Every flexion or extension that its region's measured rotation contradicts or cannot tell."""
    found = []
    for item in values.case.positions:
        if item.bend in ("flexion", "extension"):
            for region in BENT_REGIONS:
                doubt = _doubt(values, item, region)
                if doubt is not None:
                    found.append(doubt)
    return found


def _doubt(values: CaseValues, position: Position, region: str) -> LabelDoubt | None:
    neutral = neutralFor(values, position)
    if neutral is None or region not in values.places("regionRotation", MOTION_KIND):
        return None
    rotation = bendFrom(values, region, neutral, position.id)
    return doubtOf(position, neutral, region, rotation, 1.0 if position.bend == "flexion" else -1.0)


def doubtOf(position: Position, other: str, stretch: str, turn: Sample, sign: float) -> LabelDoubt | None:
    """The doubt about a label, where the turn from `other` is not clearly of the sign that the label says."""
    if turn.value is None or turn.sdc95 is None:
        return None
    toward = sign * turn.value
    if toward > turn.sdc95:
        return None
    return LabelDoubt(position.id, other, position.bend, stretch, turn, toward < -turn.sdc95)


def neutralFor(values: CaseValues, position: Position) -> str | None:
    """The neutral position of the same posture, else the routine one, else any."""
    neutrals = [item for item in values.case.positions if item.bend == "neutral"]
    neutrals.sort(key=lambda item: (item.posture != position.posture, item.id != values.routine))
    return neutrals[0].id if neutrals else None


def bendFrom(values: CaseValues, region: str, first: str, second: str) -> Sample:
    """A region's rotation from one position to another, flexion positive."""
    return motionFrom(values, "regionRotation", region, first, second)


def motionFrom(values: CaseValues, metric: str, place: str, first: str, second: str) -> Sample:
    """A motion from one position to another, whichever way its row runs."""
    sample = values.motion(metric, place, first, second)
    if sample.isThere:
        return sample
    back = values.motion(metric, place, second, first)
    if back.value is None:
        return back
    low, high = back.lower95, back.upper95
    return Sample(-back.value, None if back.draws is None else -back.draws, back.sd, back.sdc95,
                  None if high is None else -high, None if low is None else -low, back.unit, "", back.confirmed,
                  back.rows)  # fmt: skip


def samePairs(values: CaseValues) -> list[tuple[str, str]]:
    """Pairs of positions whose marked bodies have one shape to a hundredth of a millimeter: hardly two series."""
    table = values.measured.table
    corners = np.concatenate([table.levels[code] for code in CORNERS], axis=-2)
    found = []
    # Mutual distances cannot tell a shape from its mirror image, which a bend to the other side nearly is.
    straight = [row for row, item in enumerate(values.case.positions) if item.bend not in BENT_SIDEWAYS]
    for first, second in combinations(straight, 2):
        both = np.isfinite(corners[first] + corners[second]).all(axis=-1)
        if both.sum() >= 8 and _misfit(corners[first][both], corners[second][both]) < SAME_SHAPE_MM:
            found.append((values.positionIds[first], values.positionIds[second]))
    return found


def _misfit(first: Array, second: Array) -> float:
    """Largest difference of mutual distances of two point sets (N, 3), mm."""
    lengths = [np.linalg.norm(points[:, None] - points[None], axis=-1) for points in (first, second)]
    return float(np.abs(lengths[0] - lengths[1]).max())


def shiftedPositions(values: CaseValues) -> list[str]:
    """Positions whose bones resemble the others' next level three hundred times more than their own."""
    others = {item: _shapes(values, item) for item in values.positionIds}
    return [item for item in values.positionIds if len(others) > 1 and _isShifted(others, item)]


def _shapes(values: CaseValues, position: str) -> dict[str, dict[str, tuple[float, float]]]:
    """metric -> place -> (value, variance) of a position."""
    found: dict[str, dict[str, tuple[float, float]]] = {}
    for metric in _SHAPE_METRICS:
        samples = {place: values.state(metric, place, position) for place in values.places(metric)}
        found[metric] = {place: (item.value, item.sd**2 + _POSTURE_MM**2) for place, item in samples.items()
                         if item.value is not None and item.sd is not None}  # fmt: skip
    return found


def _isShifted(shapes: dict[str, dict[str, dict[str, tuple[float, float]]]], position: str) -> bool:
    rest = [item for item in shapes if item != position]
    ratio = dict.fromkeys((-1, 1), 0.0)
    compared = dict.fromkeys((-1, 1), 0)
    for metric in _SHAPE_METRICS:
        places = _ordered(shapes, metric)
        for index, place in enumerate(places):
            for shift in (-1, 1):
                if place not in shapes[position][metric] or not 0 <= index + shift < len(places):
                    continue
                own = _gap(shapes, rest, metric, shapes[position][metric][place], place)
                next_ = _gap(shapes, rest, metric, shapes[position][metric][place], places[index + shift])
                if own is not None and next_ is not None:
                    ratio[shift] += own - next_
                    compared[shift] += 1
    return any(ratio[shift] > _SURE_RATIO and compared[shift] >= 4 for shift in ratio)


def _ordered(shapes: dict[str, dict[str, dict[str, tuple[float, float]]]], metric: str) -> list[str]:
    found: dict[str, None] = {}
    for position in shapes.values():
        found.update(dict.fromkeys(position[metric]))
    return list(found)


def _gap(
    shapes: dict[str, dict[str, dict[str, tuple[float, float]]]], rest: Sequence[str], metric: str,
    own: tuple[float, float], place: str,
) -> float | None:  # fmt: skip
    """Squared distance of a value from the other positions' mean at a place, in variances; None where none has it."""
    known = [shapes[item][metric][place] for item in rest if place in shapes[item][metric]]
    if not known:
        return None
    mean = sum(value for value, _ in known) / len(known)
    variance = own[1] + sum(item for _, item in known) / len(known) ** 2
    return (own[0] - mean) ** 2 / variance


def mirroredPositions(values: CaseValues) -> list[str]:
    """Positions whose left-right differences are the others' turned round, surely and at places where the others agree.

    Where the spine is alike on both sides nothing can be told, nor in positions bent to a side or turned, which open
    one side and close the other.
    """
    crossed = _crossedPositions(values)
    straight = [item.id for item in values.case.positions if item.bend not in BENT_SIDEWAYS]
    if len(straight) < 3 or crossed:
        return crossed
    differences = {item: dict(_asymmetries(values, item)) for item in straight}
    return [item for item in straight if _isMirrored(differences, item)]


def _crossedPositions(values: CaseValues) -> list[str]:
    """Positions most of whose marks of a side lie on the other side in patient axes."""
    table, found = values.measured.table, []
    left = values.measured.context.frames.segments.left
    for row, position in enumerate(values.positionIds):
        apart = np.stack([points[row, :, 0] - points[row, :, 1] for points in table.sided.values()])
        toLeft = (apart * left[row]).sum(axis=-1)
        known = toLeft[np.isfinite(toLeft)]
        if len(known) and float(np.mean(known < 0.0)) > 0.5:
            found.append(position)
    return found


def _asymmetries(values: CaseValues, position: str) -> Iterator[tuple[tuple[str, str], tuple[float, float]]]:
    """(metric, place) -> (left minus right, variance)."""
    for metric in _SIDED_METRICS:
        for place in values.places(metric):
            left, right = (values.state(metric, place, position, side) for side in ("L", "R"))
            if left.value is not None and right.value is not None and left.sd and right.sd:
                yield (metric, place), (left.value - right.value, left.sd**2 + right.sd**2)


def _isMirrored(differences: dict[str, dict[tuple[str, str], tuple[float, float]]], position: str) -> bool:
    ratio = 0.0
    for key, (own, variance) in differences[position].items():
        rest = [found[key] for item, found in differences.items() if item != position and key in found]
        if len(rest) > 1:
            mean = sum(value for value, _ in rest) / len(rest)
            ofMean = sum(item for _, item in rest) / len(rest) ** 2
            if abs(mean) >= _CLEAR_ERRORS * ofMean**0.5:
                ratio += ((own - mean) ** 2 - (own + mean) ** 2) / (variance + ofMean)
    return ratio > 2.0 * _SURE_RATIO
