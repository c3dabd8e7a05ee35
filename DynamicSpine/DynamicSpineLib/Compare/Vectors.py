"""How far each mark lies from its place in the reference, with one vertebra held: arrows with their uncertainty."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Landmarks import LandmarkName, boneOfMark, definitionAt, parseLandmarkName
from DynamicSpineLib.Compare.Anchor import Anchor
from DynamicSpineLib.Compare.BonePlanes import BonePlanes
from DynamicSpineLib.Compare.PairDraws import PairDraws
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Planes import Frames
from DynamicSpineLib.Geometry.Rigid import applyTransform
from DynamicSpineLib.Metrics.Draws import definedPoints
from DynamicSpineLib.Metrics.InputPoints import bodyCorners
from DynamicSpineLib.Metrics.Noise import edgeDirection
from DynamicSpineLib.Metrics.Uncertainty import SDC_CHANGE
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import positionOf
from DynamicSpineLib.Wording.Numbers import isShownAsZero, shownNumber, withUnit
from DynamicSpineLib.Wording.Words import NOISE_NOT_KNOWN, TOO_IMPRECISE

Array = NDArray[np.float64]

CORNERS, CANAL, CORD = "corners", "canal", "cord"
SDC_PLANAR = math.sqrt(-2.0 * math.log(0.05))
"""SDC95 of a displacement in a plane in units of its SD along its own direction (2.45).

Noise has two components in a plane: it alone is longer than 1.96 SD in 15 % of marks that did not move, and longer than
this in 5 % (Rayleigh), or in fewer where the SD differs between directions."""

_CODES = {CANAL: ("CA", "CP", "SL"), CORD: ("KA", "KP")}
_LARGEST_FACTOR = 5.0
_DIAGONAL = math.tan(math.radians(22.5))  # a smaller share of the other direction is not worth a word
_LEAST_MM = 1e-9


@dataclass(frozen=True, eq=False)
class MarkVector:
    """How far one mark moved in the sagittal plane of its own place in the reference, a vertebra being held.

    start_RAS: the mark in the reference; moved_RAS: that of the moving position on the reference; end_RAS: the arrow's
    tip, moved_RAS without what lies out of the plane, and for an edge without what lies along it. All (3,), RAS mm.
    forwardMm, upMm: in the axes of the mark's own place, anterior and cranial positive; leftMm: out of the plane, not
    counted. lengthMm: in the plane. sdMm: along the arrow, of marks and anchor together; sdcMm: the length from which
    noise alone does not explain it; exceedsNoise; all None where the noise of the held bone is not known.
    isHeld: a mark of the held vertebra, so that the arrow is what the holding leaves over.
    acrossEdge: the mark lies somewhere along an edge, and only its motion across that edge counts.
    """

    name: str
    place: str
    start_RAS: Array
    moved_RAS: Array
    end_RAS: Array
    forwardMm: float
    upMm: float
    leftMm: float
    lengthMm: float
    sdMm: float | None
    sdcMm: float | None
    exceedsNoise: bool | None
    isHeld: bool = False
    acrossEdge: bool = False


@dataclass(frozen=True)
class MarkVectors:
    """The arrows of two positions, cranial to caudal. notShown: common marks whose direction nothing tells.

    warnings: what the picture must say of the anchor.
    """

    level: str
    reference: str
    moving: str
    vectors: tuple[MarkVector, ...]
    notShown: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Arrow:
    """An arrow to draw: from start to end (3,), RAS mm, its number as text, and whether it exceeds its noise."""

    start_RAS: Array
    end_RAS: Array
    text: str
    exceedsNoise: bool | None


def markVectors(
    case: Case, anchor: Anchor, which: Collection[str] = (CORNERS,), draws: PairDraws | None = None
) -> MarkVectors:
    """The arrows of every mark that both positions of an anchor have.

    which: CORNERS (of bodies, and the ends of the lines of Oc and C1), CANAL and CORD. draws: those of the same case
    and positions, which serve any anchor; made here otherwise. Marks of one position only are left out.
    Raises InputError for draws of other positions, and for a mark that transforms carry round in a circle.
    """
    pair = (anchor.reference, anchor.moving)
    draws = draws or PairDraws(case, *pair)
    if (draws.reference, draws.moving) != pair:
        raise InputError(f"draws of '{draws.moving}' on '{draws.reference}' do not serve '{pair[1]}' on '{pair[0]}'")
    maker = _VectorMaker(case, anchor, draws)
    found = {name: maker.vector(name) for name in _commonNames(case, anchor, which)}
    shown = tuple(item for item in found.values() if item is not None)
    notShown = tuple(name for name, item in found.items() if item is None)
    return MarkVectors(anchor.level, *pair, shown, notShown, anchor.warnings)


def scaled(vector: MarkVector, factor: float = 1.0) -> Arrow:
    """The arrow of a displacement, drawn 1 to 5 times as long; its number stays that of the motion.

    Raises InputError for another factor.
    """
    _checkFactor(factor)
    end_RAS = vector.start_RAS + factor * (vector.end_RAS - vector.start_RAS)
    return Arrow(vector.start_RAS, end_RAS, numberText(vector), vector.exceedsNoise)


def arrowsCaption(factor: float = 1.0) -> str:
    """What a picture says of its arrows: "arrows to scale", "arrows x 3" with a multiplication sign.

    Raises InputError for a factor that is not from 1 to 5.
    """
    _checkFactor(factor)
    return "arrows to scale" if factor == 1.0 else f"arrows \N{MULTIPLICATION SIGN} {factor:g}"


def numberText(vector: MarkVector) -> str:
    """The length of the motion as digits: "3.9 mm"."""
    return withUnit(shownNumber(vector.lengthMm, "mm"), "mm")


def detectableText(vector: MarkVector) -> str:
    """The smallest detectable change as digits, "SDC 1.4 mm"; that the noise is not known otherwise."""
    return NOISE_NOT_KNOWN if vector.sdcMm is None else f"SDC {withUnit(shownNumber(vector.sdcMm, 'mm'), 'mm')}"


def vectorWords(vector: MarkVector) -> str:
    """"3.9 mm more forward", "2.8 mm more forward and higher: too imprecise to tell", "0.3 mm left over"."""
    if vector.isHeld:
        return f"{numberText(vector)} left over at the held vertebra"
    text = numberText(vector)
    if not isShownAsZero(vector.lengthMm, "mm"):
        text = f"{text} {' and '.join(_directions(vector))}"
    verdict = {None: NOISE_NOT_KNOWN, False: TOO_IMPRECISE, True: ""}[vector.exceedsNoise]
    return f"{text}: {verdict}" if verdict else text


def _directions(vector: MarkVector) -> list[str]:
    forward, up = vector.forwardMm, vector.upMm
    words = []
    if abs(forward) > _DIAGONAL * abs(up):
        words.append("more forward" if forward > 0 else "more backward")
    if abs(up) > _DIAGONAL * abs(forward):
        words.append("higher" if up > 0 else "lower")
    return words


def _checkFactor(factor: float) -> None:
    if not 1.0 <= factor <= _LARGEST_FACTOR:
        raise InputError(f"arrows are drawn 1 to {_LARGEST_FACTOR:g} times as long, not {factor:g} times")


def _commonNames(case: Case, anchor: Anchor, which: Collection[str]) -> list[str]:
    """The wanted marks that both positions have, in the chain's order: each level, then the segment below it."""
    segments = {segment.upper: segment.name for segment in case.chain.segments}
    codes = [code for kind in (CANAL, CORD) if kind in which for code in _CODES[kind]]
    names = []
    for level in case.chain.levels:
        names += bodyCorners(level) if CORNERS in which else []
        places = [level, *([segments[level]] if level in segments else [])]
        names += [f"{place}_{code}" for place in places for code in codes if definitionAt(place, code) is not None]
    marks = [positionOf(case, positionId).marks for positionId in (anchor.reference, anchor.moving)]
    return [name for name in names if all(item.point(name) is not None for item in marks)]


class _VectorMaker:
    """Makes the arrows of one anchor."""

    def __init__(self, case: Case, anchor: Anchor, draws: PairDraws) -> None:
        self._anchor, self._draws = anchor, draws
        self._planes = BonePlanes(case, anchor.reference)
        self._start = definedPoints(positionOf(case, anchor.reference).marks)
        self._moving = definedPoints(positionOf(case, anchor.moving).marks)
        self._anchorDraws = draws.movingToReference(anchor)

    def vector(self, text: str) -> MarkVector | None:
        """The arrow of a mark; None where no plane, or no direction across its edge, is told."""
        name = parseLandmarkName(text)
        frame = None if name is None else self._planes.at(name.place)
        axes = None if name is None or frame is None else self._axes(name, frame)
        if name is None or frame is None or axes is None:
            return None
        start = np.array(self._start[text])
        moved = applyTransform(np.array(self._moving[text]), self._anchor.movingToReference)
        counted = axes @ (moved - start)
        shown = counted @ axes
        forward, up = frame.vectorToPlane(shown)
        lengthMm = float(np.linalg.norm(counted))
        sdMm = self._sdMm(text, axes, counted)
        sdcMm = None if sdMm is None else sdMm * (SDC_PLANAR if len(axes) > 1 else SDC_CHANGE)
        return MarkVector(
            text, name.place, start, moved, start + shown, float(forward), float(up),
            float((moved - start) @ frame.left), lengthMm, sdMm, sdcMm,
            None if sdcMm is None else lengthMm > max(sdcMm, _LEAST_MM),
            boneOfMark(text) == self._anchor.level, len(axes) == 1,
        )  # fmt: skip

    def _axes(self, name: LandmarkName, frame: Frames) -> Array | None:
        """Unit vectors (1 or 2, 3) along which a mark's motion counts: in the plane, of an edge only across it."""
        definition = definitionAt(name.place, name.code)
        if definition is None or not definition.across:
            return np.stack([frame.anterior, frame.cranial])
        across = edgeDirection(name, definition, self._start)
        if across is None:
            return None
        inPlane = across - (across @ frame.left) * frame.left
        size = float(np.linalg.norm(inPlane))
        return inPlane[None] / size if size > _LEAST_MM else None

    def _sdMm(self, text: str, axes: Array, counted: Array) -> float | None:
        """SD along the displacement; of a mark that did not move, in the direction where it is largest."""
        if self._anchorDraws is None:
            return None
        moving = self._draws.point(self._anchor.moving, text)
        carried = applyTransform(moving[:, None], self._anchorDraws)[:, 0]
        errors = (carried - self._draws.point(self._anchor.reference, text)) @ axes.T
        errors = errors - errors.mean(axis=0)
        covariance = errors.T @ errors / (len(errors) - 1)
        lengthMm = float(np.linalg.norm(counted))
        if lengthMm < _LEAST_MM:
            return math.sqrt(max(float(np.linalg.eigvalsh(covariance)[-1]), 0.0))
        along = counted / lengthMm
        return math.sqrt(max(float(along @ covariance @ along), 0.0))
