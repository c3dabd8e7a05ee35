"""What a reader puts on one position's images: named points, lines and closed curves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Point = tuple[float, float, float]

DEFINED, MISSING, UNDEFINED = "defined", "missing", "undefined"
PLACED, CARRIED, PREDICTED, SEGMENTED = "placed", "carried", "predicted", "segmented"


@dataclass(frozen=True)
class Landmark:
    """A named point.

    point_RAS: millimeters, or None unless `status` is "defined".
    status: defined; missing (the reader says it cannot be seen); undefined (not placed yet).
    origin: placed, carried (by its bone's transform), predicted, segmented.
    confirmed: a reader has accepted it; placed points are.
    note: free text, for example where on a slipped segment the narrowest section was.
    sdMm: the point's own SD across its edge, mm; None where that of its class holds. A predicted point shares, besides,
    the placing error of the point that it was predicted from.
    quality: how well it was carried, predicted or segmented, in a few words without semicolons.
    """

    name: str
    point_RAS: Point | None = None
    status: str = DEFINED
    origin: str = PLACED
    confirmed: bool = True
    note: str = ""
    sdMm: float | None = None
    quality: str = ""


def isUsers(mark: Landmark) -> bool:
    """True for a mark that only its user may change: placed, confirmed, or said to be missing."""
    if mark.status == MISSING:
        return True
    return mark.status == DEFINED and (mark.origin == PLACED or mark.confirmed)


@dataclass(frozen=True)
class Contour:
    """A named curve: control points (N, 3) in RAS mm; `closed` for areas, open for two-point lines.

    Origin, confirmed, sdMm (of the whole curve's place across itself, or of either end of a line) and quality are as
    for a landmark.
    """

    name: str
    points_RAS: tuple[Point, ...]
    closed: bool = True
    origin: str = PLACED
    confirmed: bool = True
    sdMm: float | None = None
    quality: str = ""


@dataclass(frozen=True)
class LandmarkSet:
    """All marks of one reading of one position, by name."""

    landmarks: Mapping[str, Landmark] = field(default_factory=lambda: MappingProxyType({}))
    contours: Mapping[str, Contour] = field(default_factory=lambda: MappingProxyType({}))

    def point(self, name: str) -> Point | None:
        """The RAS point of a defined landmark, or None."""
        landmark = self.landmarks.get(name)
        return landmark.point_RAS if landmark is not None and landmark.status == DEFINED else None


def landmarkSet(landmarks: list[Landmark], contours: list[Contour] | None = None) -> LandmarkSet:
    """A landmark set from lists; later entries of the same name replace earlier ones."""
    return LandmarkSet(
        MappingProxyType({landmark.name: landmark for landmark in landmarks}),
        MappingProxyType({contour.name: contour for contour in contours or []}),
    )
