"""Conditions under which a rule may be judged at all: what they refuse is notAssessable, with a reason code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from DynamicSpineLib.Criteria.CaseValues import CaseValues
from DynamicSpineLib.Criteria.Consistency import LabelDoubt, bendFrom, labelDoubts, neutralFor, shiftedPositions
from DynamicSpineLib.Criteria.Places import excursionRegion, isNative
from DynamicSpineLib.Criteria.RuleSets import Gate
from DynamicSpineLib.Criteria.Tilt import tiltedSegments
from DynamicSpineLib.Metrics.Gates import REASON_OF_NEED
from DynamicSpineLib.Metrics.Limits import limit
from DynamicSpineLib.Metrics.Registry import MOTION_KIND
from DynamicSpineLib.Study.Grades import showsContact

_CONTACT_OBSERVATIONS = ("cordContact", "dorsalDuralDetachment")
EXCURSION_REGIONS = ("OcC2", "C2C7", "L1S1")
_STATUS_REASONS = ("implant", "fused", "block", "notSeen")


@dataclass(frozen=True)
class Excursion:
    """How far a region was bent from extension to flexion (degrees, flexion positive), and how far it had to be.

    degrees None: not measured, with the reason. confirmed: False where a mark behind it is not accepted.
    """

    region: str
    leastDeg: float
    degrees: float | None = None
    lower95: float | None = None
    upper95: float | None = None
    reasonCode: str = ""
    confirmed: bool = True

    @property
    def isEnough(self) -> bool:
        """True where the region was bent far enough in the right direction."""
        return self.degrees is not None and self.degrees >= self.leastDeg


class GateKeeper:
    """Answers the gates of one case."""

    def __init__(self, values: CaseValues) -> None:
        self._values, self._case = values, values.case
        self._checks: dict[str, Callable[[Gate, str, str], str]] = {
            "nativeSegment": lambda _gate, place, _position: self._native(place),
            "excursion": lambda _gate, place, _position: self._excursion(place),
            "recumbentSeries": lambda *_: "" if values.routine else "notAcquired",
            "uprightOrFlexionSeries": lambda *_: self._uprightOrFlexion(),
            "slipSomewhere": lambda gate, place, _position: self._slip(place, gate.percent),
            "cordContact": lambda _gate, place, position: "" if self.hasContact(place, position) else "needsContact",
            "flexionReached": lambda gate, place, position: self._flexion(place, position, gate.deg),
            "numberingConfirmed": lambda *_: "" if self._case.numbering.isConfirmed else "noNumbering",
            "notTilted": lambda _gate, place, _position: "tilted" if place in self.tilted else "",
        }

    def refusal(self, gates: tuple[Gate, ...], place: str, position: str) -> str:
        """The reason code of the first gate that is shut, or empty."""
        return next((reason for gate in gates if (reason := self._checks[gate.gate](gate, place, position))), "")

    @cached_property
    def tilted(self) -> dict[str, float]:
        """Segments out of the sagittal plane, with their angle in degrees."""
        return tiltedSegments(self._values.measured)

    @cached_property
    def shifted(self) -> tuple[str, ...]:
        """Positions whose level names are in doubt; no rule is judged with them."""
        return tuple(shiftedPositions(self._values))

    @cached_property
    def labelDoubts(self) -> tuple[LabelDoubt, ...]:
        """Positions whose label the measured angles contradict or cannot tell."""
        return tuple(labelDoubts(self._values))

    def isContradicted(self, place: str, position: str) -> bool:
        """True where the region of a place was bent the other way than the position's label says."""
        region = excursionRegion(self._case, place)
        return any(item.contradicts and (item.position, item.region) == (position, region)
                   for item in self.labelDoubts)  # fmt: skip

    @cached_property
    def excursions(self) -> dict[str, Excursion]:
        """The excursion of every region of the chain, by its name."""
        regions = [region.name for region in self._case.chain.regions]
        return {name: self._regionExcursion(name) for name in EXCURSION_REGIONS if name in regions}

    def _regionExcursion(self, region: str) -> Excursion:
        least = limit(f"leastExcursion{region}Deg")
        pair = self._values.motionPair
        if pair is None:
            return Excursion(region, least, reasonCode="notAcquired")
        metric = "occiputC2" if region == "OcC2" else "regionRotation"
        sample = self._values.motion(metric, region, *pair)
        return Excursion(
            region, least, sample.value, sample.lower95, sample.upper95, sample.reasonCode, sample.confirmed
        )

    def _native(self, place: str) -> str:
        if isNative(self._case, place):
            return ""
        status = self._case.segmentStatus(place)
        return status if status in _STATUS_REASONS else REASON_OF_NEED["nativeSegment"]

    def _excursion(self, place: str) -> str:
        found = self.excursions.get(excursionRegion(self._case, place))
        if found is None:
            return "regionIncomplete"
        return found.reasonCode or ("" if found.isEnough else "belowExcursion")

    def _uprightOrFlexion(self) -> str:
        there = any(item.posture == "standing" or item.bend == "flexion" for item in self._case.positions)
        return "" if there else "notAcquired"

    def _slip(self, place: str, percent: float) -> str:
        if place not in self._values.places("slipPercent"):
            return "notDefinedHere"
        states = [self._values.state("slipPercent", place, item) for item in self._values.positionIds]
        # A slip must be seen, not made by noise: it counts less one SD.
        known = [abs(item.value) - (item.sd or 0.0) for item in states if item.value is not None]
        if not known:
            return next(item.reasonCode for item in states)
        return "" if max(known) >= percent else "noSlip"

    def hasContact(self, place: str, position: str) -> bool:
        """True where a reader saw the cord touched, or the dura lifted off behind, at a level in a position."""
        item = self._case.position(position)
        if item is None:
            return False
        here = [seen for seen in item.observations if seen.level == place and seen.present]
        if any(seen.kind in _CONTACT_OBSERVATIONS for seen in here):
            return True
        return any(showsContact(grade) for grade in item.grades if grade.level == place)

    def _flexion(self, place: str, position: str, deg: float) -> str:
        """Flexion reached from a neutral position, measured on the region's end bones."""
        region = excursionRegion(self._case, place)
        item = self._case.position(position)
        if item is None or region not in self._values.places("regionRotation", MOTION_KIND):
            return "regionIncomplete"
        neutral = neutralFor(self._values, item)
        if neutral is None:
            return "notAcquired"
        reached = bendFrom(self._values, region, neutral, position).value
        if reached is None:
            return "regionIncomplete"
        return "" if reached >= deg else "belowExcursion"
