"""The axis about which a vertebra turned against another one, drawn only where the motion fixes it.

From carried bones it is the finite helical axis in space. From marks, which lie in one sagittal plane, it is the center
of rotation of the metrics, square to that plane; nothing is then known of a slide along it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Levels import areNeighbors
from DynamicSpineLib.Compare.Anchor import BY_IMAGES, BY_TWO_MARKS, Anchor, anchorOn
from DynamicSpineLib.Compare.BonePlanes import BonePlanes
from DynamicSpineLib.Compare.PairDraws import PairDraws
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Planar import planarFit, wrapDeg
from DynamicSpineLib.Geometry.Planes import Frames
from DynamicSpineLib.Geometry.Rigid import HelicalAxis, helicalAxis, inverseRigid
from DynamicSpineLib.Metrics.InputPoints import bodyCorners
from DynamicSpineLib.Metrics.Limits import limit
from DynamicSpineLib.Metrics.Measurement import MOTION
from DynamicSpineLib.Metrics.Motion import centerOfRotation
from DynamicSpineLib.Metrics.Uncertainty import SDC_CHANGE
from DynamicSpineLib.Study.Case import NATIVE, Case
from DynamicSpineLib.Study.EditMarks import positionOf
from DynamicSpineLib.Wording.Numbers import isShownAsZero, shownNumber, withUnit
from DynamicSpineLib.Wording.Words import NOISE_NOT_KNOWN, TOO_IMPRECISE, directedWithUnit, metricWords

Array = NDArray[np.float64]

BY_BONES, IN_PLANE = "bones", "plane"
SDC_SPATIAL = 2.795483482915108
"""SDC95 of a rotation about any axis of space in units of its SD: the root of the 95 % point of chi-squared with 3
degrees of freedom."""

_LEAST_HALF_LENGTH_MM = 10.0
_SLIDES = (("forward", "backward"), ("up", "down"), ("to the left", "to the right"))


@dataclass(frozen=True, eq=False)
class DrawnAxis:
    """The axis of one vertebra's motion from the reference to the moving position, another being held.

    start_RAS, end_RAS: what to draw; center_RAS: its point nearest the middle of the body. direction: unit vector about
    which the turn is right-handed. All (3,), in the reference's frame, RAS mm. basis: BY_BONES or IN_PLANE.
    rotationDeg: about the axis, not negative; flexionDeg: of it in the sagittal plane, flexion of what lies between the
    two bones positive. slideMm: along `direction`, slideTo: where to, in words; None and empty from marks in a plane.
    rotationSdDeg, slideSdMm: SDs. centerWithinMm: radius about the center that holds the axis with 95 %.
    tiltWithinDeg: angle about the direction that holds it with 95 %, None in a plane. None where noise is not known.
    """

    start_RAS: Array
    end_RAS: Array
    center_RAS: Array
    direction: Array
    basis: str
    rotationDeg: float
    flexionDeg: float
    slideMm: float | None = None
    slideTo: str = ""
    rotationSdDeg: float | None = None
    slideSdMm: float | None = None
    centerWithinMm: float | None = None
    tiltWithinDeg: float | None = None


@dataclass(frozen=True, eq=False)
class AxisAnswer:
    """An axis, or the sentence that says why there is none. warnings: what a picture must say of how bones are held."""

    level: str
    held: str
    axis: DrawnAxis | None = None
    reason: str = ""
    warnings: tuple[str, ...] = ()


def segmentAxis(
    case: Case, segmentName: str, reference: str, moving: str, draws: PairDraws | None = None
) -> AxisAnswer:
    """The axis of a segment's upper bone against its lower one. Raises InputError as levelAxis does."""
    segment = case.chain.segment(segmentName)
    if segment is None:
        raise InputError(f"the case has no segment '{segmentName}'")
    return levelAxis(case, segment.upper, segment.lower, reference, moving, draws)


def levelAxis(
    case: Case, level: str, held: str, reference: str, moving: str, draws: PairDraws | None = None
) -> AxisAnswer:
    """The axis of a level's motion with another level held, or why there is none.

    An axis needs as much rotation as the metrics ask for a center of rotation, more than its noise, a native segment
    where the levels are neighbors, and bones that are held without doubt.
    Raises InputError for one level given twice, a level or position that the case does not have, draws of others.
    """
    if level == held or not {level, held} <= set(case.chain.levels):
        raise InputError(f"an axis needs two different levels of the case, not '{level}' and '{held}'")
    draws = draws or PairDraws(case, reference, moving)
    if (draws.reference, draws.moving) != (reference, moving):
        raise InputError(f"draws of '{draws.moving}' on '{draws.reference}' do not serve '{moving}' on '{reference}'")
    answer = AxisAnswer(level, held)
    try:
        anchors = anchorOn(case, level, reference, moving), anchorOn(case, held, reference, moving)
    except InputError as error:
        return replace(answer, reason=f"no axis: {error}")
    answer = replace(answer, warnings=tuple(dict.fromkeys(text for item in anchors for text in item.warnings)))
    reason = _doubt(anchors) or _notNative(case, level, held)
    if reason:
        return replace(answer, reason=reason)
    maker = _AxisMaker(case, anchors, draws)
    found = maker.axis()
    return replace(answer, reason=found) if isinstance(found, str) else replace(answer, axis=found)


def axisWords(axis: DrawnAxis) -> str:
    """"8.0° flexion", or from bones "8.2° about its axis (8.0° flexion), slid 0.4 mm to the left"; then, where so, that
    the noise is not known."""
    text = directedWithUnit(axis.flexionDeg, "deg", metricWords("rotation").pair(MOTION))
    if axis.basis == BY_BONES:
        part = "" if isShownAsZero(axis.flexionDeg, "deg") else f" ({text})"
        text = f"{withUnit(shownNumber(axis.rotationDeg, 'deg'), 'deg')} about its axis{part}"
    if axis.slideMm is not None and not isShownAsZero(axis.slideMm, "mm"):
        text += f", slid {withUnit(shownNumber(abs(axis.slideMm), 'mm'), 'mm')} {axis.slideTo}"
    return text if axis.rotationSdDeg is not None else f"{text}: {NOISE_NOT_KNOWN}"


def _doubt(anchors: tuple[Anchor, Anchor]) -> str:
    """Why the bones are not held surely; two marks are enough in a plane, and their noise counts."""
    for anchor in anchors:
        doubts = anchor.warnings[1:] if anchor.heldBy == BY_TWO_MARKS else anchor.warnings
        if doubts:
            return f"no axis: {doubts[0]}"
    return ""


def _notNative(case: Case, level: str, held: str) -> str:
    upper, lower = sorted((level, held), key=case.chain.levels.index)
    status = case.segmentStatus(upper + lower)
    if not areNeighbors(upper, lower) or status == NATIVE:
        return ""
    return f"no axis: {upper}{lower} is not native ({status})"


class _AxisMaker:
    """Makes the axis of one level against another."""

    def __init__(self, case: Case, anchors: tuple[Anchor, Anchor], draws: PairDraws) -> None:
        self._case, self._anchors, self._draws = case, anchors, draws
        self._level, self._held = (item.level for item in anchors)
        self._positions = anchors[0].reference, anchors[0].moving

    def axis(self) -> DrawnAxis | str:
        """The axis, or the sentence why there is none."""
        planes = [self._plane(positionId) for positionId in self._positions]
        marks = positionOf(self._case, self._positions[0]).marks
        corners = [point for name in bodyCorners(self._level) if (point := marks.point(name)) is not None]
        if len(corners) < 2 or planes[0] is None:
            return f"no axis: the marks of {self._level} in '{self._positions[0]}' do not say where its body lies"
        frame, body = planes[0], np.array(corners, dtype=float)
        inSpace = all(item.heldBy == BY_IMAGES for item in self._anchors)
        if not inSpace and planes[1] is None:
            return f"no axis: the marks in '{self._positions[1]}' fix no sagittal plane at {self._level}"
        found = self._inSpace(frame, body) if inSpace else self._inPlane(frame, planes[1] or frame)
        if isinstance(found, str):
            return found
        return self._withinNoise(found) or _clipped(found, body, frame)

    def _plane(self, positionId: str) -> Frames | None:
        """The plane of the two levels' segment where they are neighbors, else that of the held level."""
        upper, lower = sorted((self._level, self._held), key=self._case.chain.levels.index)
        return BonePlanes(self._case, positionId).at(upper + lower if areNeighbors(upper, lower) else self._held)

    def _inSpace(self, frame: Frames, body: Array) -> DrawnAxis | str:
        """The helical axis of the carried bones."""
        level, held = self._anchors
        helix = helicalAxis(held.movingToReference @ level.referenceToMoving)
        reason = self._belowLeast(float(np.degrees(helix.angleRad)), BY_BONES)
        if reason:
            return reason
        direction, middle = helix.direction, body.mean(axis=0)
        center = _nearest(helix, middle)
        isAbove = self._case.chain.levels.index(self._level) < self._case.chain.levels.index(self._held)
        slideMm = float(helix.shiftMm)
        found = DrawnAxis(
            center, center, center, direction, BY_BONES, float(np.degrees(helix.angleRad)),
            float(np.degrees(helix.angleRad) * (direction @ frame.left)) * (1.0 if isAbove else -1.0),
            slideMm, _wordOf(slideMm * direction, frame),
        )  # fmt: skip
        drawn = [self._draws.movingToReference(item) for item in (held, level)]
        if drawn[0] is None or drawn[1] is None:
            return found
        helices = helicalAxis(drawn[0] @ inverseRigid(drawn[1]))
        turns = np.degrees(helices.angleRad) * (helices.direction @ direction)
        tilts = np.degrees(np.arccos(np.clip(helices.direction @ direction, -1.0, 1.0)))
        off = np.linalg.norm(_nearest(helices, center) - center, axis=-1)
        return replace(
            found, rotationSdDeg=float(turns.std(ddof=1)), slideSdMm=float(helices.shiftMm.std(ddof=1)),
            centerWithinMm=float(np.quantile(off, 0.95)), tiltWithinDeg=float(np.quantile(tilts, 0.95)),
        )  # fmt: skip

    def _inPlane(self, frame: Frames, movedFrame: Frames) -> DrawnAxis | str:
        """The center of rotation from the corners that both positions have, as the metrics compute it."""
        turn, center = self._planar((frame, movedFrame), isDrawn=False)
        if not np.isfinite(turn):
            return f"no axis: {self._level} and {self._held} need two corners each that both positions have"
        reason = self._belowLeast(float(abs(turn)), IN_PLANE)
        if reason:
            return reason
        turns, centers = self._planar((frame, movedFrame), isDrawn=True)
        center_RAS = frame.toSpace(center)
        isAbove = self._case.chain.levels.index(self._level) < self._case.chain.levels.index(self._held)
        # Counter-clockwise of anterior is toward cranial: a turn in extension, right-handed about the right axis.
        direction = frame.left * (-1.0 if turn > 0.0 else 1.0)
        off = np.linalg.norm(centers - center, axis=-1)
        return DrawnAxis(
            center_RAS, center_RAS, center_RAS, direction, IN_PLANE, float(abs(turn)),
            float(-turn if isAbove else turn), rotationSdDeg=float(wrapDeg(turns - turn).std(ddof=1)),
            centerWithinMm=float(np.quantile(off, 0.95)),
        )  # fmt: skip

    def _planar(self, frames: tuple[Frames, Frames], isDrawn: bool) -> tuple[Array, Array]:
        """Turn (...) in degrees, counter-clockwise, and center of rotation (..., 2) in the reference's plane."""
        fits = []
        for level in (self._level, self._held):
            ends = [frame.toPlane(self._corners(level, positionId, isDrawn))
                    for frame, positionId in zip(frames, self._positions, strict=True)]  # fmt: skip
            fits.append(planarFit(*ends))
        (turn, start, end), (heldTurn, heldStart, heldEnd) = fits
        with np.errstate(divide="ignore", invalid="ignore"):
            center = centerOfRotation(turn, heldTurn, start, end, heldStart, heldEnd)
        return wrapDeg(turn - heldTurn), center

    def _corners(self, level: str, positionId: str, isDrawn: bool) -> Array:
        """Corners (..., K, 3) that both positions have of a level, as marked or drawn."""
        sets = [positionOf(self._case, item).marks for item in self._positions]
        names = [name for name in bodyCorners(level) if all(marks.point(name) is not None for marks in sets)]
        if isDrawn:
            return np.stack([self._draws.point(positionId, name) for name in names], axis=1)
        marks = positionOf(self._case, positionId).marks
        return np.array([marks.point(name) for name in names], dtype=float).reshape(-1, 3)

    def _turned(self, rotationDeg: float, basis: str) -> str:
        where = " in the sagittal plane" if basis == IN_PLANE else ""
        return f"{self._level} turned {withUnit(shownNumber(rotationDeg, 'deg'), 'deg')} against {self._held}{where}"

    def _belowLeast(self, rotationDeg: float, basis: str) -> str:
        """That a rotation is less than an axis needs; empty where it is not."""
        least = limit("leastRotationDeg")
        if rotationDeg >= least:
            return ""
        needed = withUnit(shownNumber(least, "deg"), "deg")
        return f"no axis: {self._turned(rotationDeg, basis)}, and an axis needs {needed} or more"

    def _withinNoise(self, axis: DrawnAxis) -> str:
        """That a rotation may be noise alone; empty where it exceeds it, or where the noise is not known."""
        sdcDeg = (SDC_SPATIAL if axis.basis == BY_BONES else SDC_CHANGE) * (axis.rotationSdDeg or 0.0)
        if axis.rotationDeg > sdcDeg:
            return ""
        detectable = f"smallest detectable {withUnit(shownNumber(sdcDeg, 'deg'), 'deg')}"
        return f"no axis: {self._turned(axis.rotationDeg, axis.basis)}, {TOO_IMPRECISE} ({detectable})"


def _nearest(helix: HelicalAxis, point_RAS: Array) -> Array:
    """The points (..., 3) of axes nearest a point (3,)."""
    along = ((point_RAS - helix.point_RAS) * helix.direction).sum(axis=-1, keepdims=True)
    return np.asarray(helix.point_RAS + along * helix.direction)


def _wordOf(vector_RAS: Array, frame: Frames) -> str:
    """The word for the largest part of a vector (3,) in an anatomical frame."""
    parts = np.array([vector_RAS @ axis for axis in (frame.anterior, frame.cranial, frame.left)])
    largest = int(np.argmax(np.abs(parts)))
    return _SLIDES[largest][0 if parts[largest] > 0 else 1]


def _clipped(axis: DrawnAxis, body: Array, frame: Frames) -> DrawnAxis:
    """The axis with the ends of what is drawn: the body's depth to either side, so that both ends stand out of it.

    Bodies are about 1.3 times as wide as they are deep.
    """
    half = max(float(np.ptp(body @ frame.anterior)), _LEAST_HALF_LENGTH_MM)
    return replace(axis, start_RAS=axis.center_RAS - half * axis.direction,
                   end_RAS=axis.center_RAS + half * axis.direction)  # fmt: skip
