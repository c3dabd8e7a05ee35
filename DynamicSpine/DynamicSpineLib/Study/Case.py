"""A case: one patient's positional study as an immutable value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Study.Marks import LandmarkSet
from DynamicSpineLib.Study.Position import Observation, Position

FORMAT_VERSION = 1

NATIVE = "native"


@dataclass(frozen=True)
class Numbering:
    """How the levels were counted, as a statement with a source.

    countedFrom: C2, wholeSpineLocalizer, L5nerve, iliolumbar, sacrum or empty; presacralCount: vertebrae above
    the sacrum where counted; transitional: Castellvi type or free text; confirmedBy empty = not verified.
    """

    countedFrom: str = ""
    presacralCount: int | None = None
    transitional: str = ""
    alternativeName: str = ""
    confirmedBy: str = ""
    confirmedAt: str = ""

    @property
    def isConfirmed(self) -> bool:
        """True where a named person has verified the level names."""
        return bool(self.confirmedBy)

    def statement(self) -> str:
        """The line that stands on every picture, table and text."""
        words = {
            "": "source of the level names not stated",
            "C2": "levels counted from C2",
            "wholeSpineLocalizer": "levels counted on a whole-spine localizer",
            "L5nerve": "levels counted from the L5 nerve",
            "iliolumbar": "levels counted from the iliolumbar ligament",
            "sacrum": "levels counted from the sacrum",
        }
        verified = f"verified by {self.confirmedBy}" if self.confirmedBy else "not verified"
        alternative = f"; also called {self.alternativeName}" if self.alternativeName else ""
        transitional = f"; transitional: {self.transitional}" if self.transitional else ""
        return f"{words.get(self.countedFrom, self.countedFrom)}, {verified}{transitional}{alternative}"


@dataclass(frozen=True)
class BoneTransform:
    """A bone carried from one position to another.

    matrix: T, 4x4 rows, source to target position, RAS mm. covariance: 6x6 of (rx, ry, rz in rad, tx, ty, tz in mm),
    the error dT made in the source position before T, turning about `center_RAS` (None = mean of the bone's own points
    there). verdict: good, check or failed.
    """

    level: str
    fromPosition: str
    toPosition: str
    matrix: tuple[tuple[float, ...], ...]
    covariance: tuple[tuple[float, ...], ...] | None = None
    center_RAS: tuple[float, float, float] | None = None
    verdict: str = ""
    quality: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Reading:
    """One reader's marking of the case: landmark sets by position id, and the files they came from."""

    reader: str
    repeat: int = 1
    date: str = ""
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    marks: Mapping[str, LandmarkSet] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Case:
    """Everything known of one positional study. Positions keep the case's order.

    segments: status by segment name where it is not native; noise: SD in mm by point class, replacing the assumed
    ones; landmarkSdMm: one SD for every class; sex: F, M or empty (used for norms only).
    """

    caseId: str
    chain: Chain
    positions: tuple[Position, ...]
    numbering: Numbering = field(default_factory=Numbering)
    segments: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    markedIn: str = ""
    reference: str = ""
    sidesVerifiedBy: str = ""
    sex: str = ""
    noise: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    landmarkSdMm: float | None = None
    observations: tuple[Observation, ...] = ()
    bones: tuple[BoneTransform, ...] = ()
    readings: tuple[Reading, ...] = ()
    notes: str = ""
    formatVersion: int = FORMAT_VERSION

    def position(self, positionId: str) -> Position | None:
        """The position of that id, or None."""
        return next((position for position in self.positions if position.id == positionId), None)

    def segmentStatus(self, segmentName: str) -> str:
        """native, block, fused, implant, discReplacement, decompressed or notSeen."""
        return self.segments.get(segmentName, NATIVE)
