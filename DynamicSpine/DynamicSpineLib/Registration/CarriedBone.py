"""What carrying a bone from one position to another gives: where it went, how sure that is, and why if it is not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Study.Case import BoneTransform
from DynamicSpineLib.Study.Marks import Point
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

FEWEST_POINTS = 2
"""Points that a bone needs in order to be carried."""


@dataclass(frozen=True)
class Reason:
    """Why a bone is not plainly good: a code of Data/Registration/reasons.json, and the numbers its sentence shows."""

    code: str
    numbers: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class CarriedBone:
    """One vertebra carried to one position.

    transform: 4x4 RAS from source to target with its covariance; None where the bone was not found (then verdict is
    failed and no point is carried). reasons: why the verdict is not good, worst first. seconds: time it took.
    """

    level: str
    fromPosition: str
    toPosition: str
    verdict: str
    transform: BoneTransform | None = None
    reasons: tuple[Reason, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True)
class ImagedSpine:
    """One position as carrying sees it: its volume, and its points in RAS mm by landmark name.

    obeyed: names of points of the target that a user placed or confirmed there; they seed and their residual is told.
    bodies: voxels (k, j, i) of the volume that a segmentation gives to a level's body: the exact fit looks at these.
    """

    positionId: str
    volume: GrayVolume
    points_RAS: Mapping[str, Point]
    obeyed: frozenset[str] = frozenset()
    bodies: Mapping[str, NDArray[np.bool_]] = field(default_factory=lambda: MappingProxyType({}))
