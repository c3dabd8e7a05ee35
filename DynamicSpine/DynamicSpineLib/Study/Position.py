"""One imaged position of the spine and what was seen and felt in it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from DynamicSpineLib.Study.Marks import LandmarkSet
from DynamicSpineLib.Study.VolumeGeometry import Vector, VolumeGeometry

RECUMBENT_POSTURES = ("supine", "prone")
BENT_SIDEWAYS = ("leftBend", "rightBend", "leftRotation", "rightRotation")

# Direction of gravity in patient axes, for the postures that fix it.
_GRAVITY_RAS: Mapping[str, Vector] = MappingProxyType(
    {"supine": (0.0, -1.0, 0.0), "prone": (0.0, 1.0, 0.0), "sitting": (0.0, 0.0, -1.0), "standing": (0.0, 0.0, -1.0)}
)


@dataclass(frozen=True)
class Symptom:
    """A symptom felt in this position. type: arm, leg, axial, myelopathic, dizzinessVisual, other, none."""

    type: str
    side: str = ""
    score: float | None = None
    reproducesUsual: bool | None = None
    notes: str = ""


@dataclass(frozen=True)
class Grade:
    """A reader's visual grade of one level: scheme id and class as in Data/Study/grades.json."""

    level: str
    scheme: str
    value: str
    side: str = ""
    reader: str = ""
    repeat: int = 1


@dataclass(frozen=True)
class Observation:
    """Something a reader saw at a level, such as cordContact; `present` None means not assessed."""

    level: str
    kind: str
    present: bool | None = True
    side: str = ""
    value: str = ""
    reader: str = ""


@dataclass(frozen=True)
class Position:
    """One positional series with its marks. Angles in degrees; `gravity_RAS` a direction in patient axes."""

    id: str
    posture: str
    bend: str
    title: str = ""
    load: str = "none"
    gravity_RAS: Vector | None = None
    angleReachedDeg: float | None = None
    stoppedBy: str = ""
    quality: str = ""
    date: str = ""
    scanner: str = ""
    minutesUpright: float | None = None
    support: str = ""
    volume: str = ""
    companions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    landmarksFile: str = ""
    contourFiles: tuple[str, ...] = ()
    grades: tuple[Grade, ...] = ()
    observations: tuple[Observation, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
    notes: str = ""
    marks: LandmarkSet = field(default_factory=LandmarkSet)
    geometry: VolumeGeometry | None = None

    @property
    def isRecumbent(self) -> bool:
        """True for lying positions, where gravity measures mean nothing."""
        return self.posture in RECUMBENT_POSTURES

    @property
    def gravityDirection_RAS(self) -> Vector | None:
        """Unit direction of gravity in RAS: as stated, else from the posture, else None."""
        gravity = self.gravity_RAS or _GRAVITY_RAS.get(self.posture)
        if gravity is None:
            return None
        length = math.sqrt(sum(component * component for component in gravity))
        return (gravity[0] / length, gravity[1] / length, gravity[2] / length)

    @property
    def shownTitle(self) -> str:
        """The title, or posture and bend in words where none was given."""
        return self.title or f"{self.posture} {self.bend}"
