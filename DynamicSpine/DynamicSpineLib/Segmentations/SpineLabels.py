"""A spine as label maps show it, whatever tool wrote them: for every voxel what it is and of which vertebra."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS
from DynamicSpineLib.Segmentations.LabelTable import (
    ARCH,
    BODY,
    CANAL,
    CORD,
    DISC,
    DISC_ABOVE,
    ENDPLATE,
    OTHER,
    VERTEBRA,
    Meaning,
)
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

Mask = NDArray[np.bool_]

KINDS = ("", VERTEBRA, BODY, ARCH, ENDPLATE, DISC, DISC_ABOVE, CANAL, CORD)
"""What a voxel's kind number means; `vertebra` where the map does not tell a bone's parts apart."""

_ORDER = (DISC, DISC_ABOVE, ENDPLATE, VERTEBRA, ARCH, CANAL, CORD, BODY)
BONE = (VERTEBRA, BODY, ARCH)


@dataclass(frozen=True)
class LabelLayer:
    """Numbers (k, j, i) on a grid; a segmentation of overlapping segments has several layers on one grid."""

    numbers: NDArray[np.integer]
    geometry: VolumeGeometry


@dataclass(frozen=True)
class SpineLabels:
    """kinds: (k, j, i) numbers of KINDS. places: (k, j, i) 1 + rank in CANONICAL_LEVELS, 0 where no vertebra is named.

    A disc bears the vertebra above it (discAbove: below it).
    """

    kinds: NDArray[np.uint8]
    places: NDArray[np.uint8]
    geometry: VolumeGeometry

    @property
    def levels(self) -> tuple[str, ...]:
        """Levels of which there is bone, cranial to caudal."""
        found = np.unique(self.places[np.isin(self.kinds, [KINDS.index(kind) for kind in BONE])])
        return tuple(CANONICAL_LEVELS[number - 1] for number in found if number)

    def mask(self, *structures: str, level: str = "") -> Mask:
        """Voxels of any of these structures, of one level where it is named."""
        wanted = np.isin(self.kinds, [KINDS.index(structure) for structure in structures])
        return wanted & (self.places == placeNumber(level)) if level else wanted

    def bone(self, level: str) -> Mask:
        """Voxels of a vertebra, its parts together."""
        return self.mask(*BONE, level=level)

    def hasParts(self, level: str) -> bool:
        """True where the map tells the body of this vertebra from its arch."""
        return bool(np.any(self.mask(BODY, level=level)))


def placeNumber(level: str) -> int:
    """The number that stands for a level in `SpineLabels.places`; 0 for none."""
    return CANONICAL_LEVELS.index(level) + 1 if level else 0


def spineLabels(layer: LabelLayer, meanings: Mapping[int, Meaning]) -> SpineLabels:
    """The spine of one layer; numbers without a meaning are left out."""
    highest = max([int(layer.numbers.max(initial=0)), *meanings]) + 1
    kinds, places = np.zeros(highest, dtype=np.uint8), np.zeros(highest, dtype=np.uint8)
    for number, meaning in meanings.items():
        if meaning.structure != OTHER:
            kinds[number], places[number] = KINDS.index(meaning.structure), placeNumber(meaning.place)
    numbers = np.clip(layer.numbers, 0, None)
    return SpineLabels(kinds[numbers], places[numbers], layer.geometry)


def together(spines: list[SpineLabels]) -> SpineLabels:
    """Several maps on one grid as one. Where they overlap, a bone's part wins over the whole bone, and takes its level.

    Among the others the order is disc, arch, canal, cord, body, the last one winning.
    """
    if len(spines) == 1:
        return spines[0]
    kinds, places = np.zeros_like(spines[0].kinds), np.zeros_like(spines[0].places)
    for structure in _ORDER:
        for spine in spines:
            here = spine.kinds == KINDS.index(structure)
            kinds[here] = KINDS.index(structure)
            named = here & (spine.places > 0)
            places[named] = spine.places[named]
    for structure in (CANAL, CORD):
        places[kinds == KINDS.index(structure)] = 0
    return SpineLabels(kinds, places, spines[0].geometry)


def renamed(spine: SpineLabels, names: Mapping[str, str]) -> SpineLabels:
    """The same spine with levels renamed; a level that is not in `names` keeps its name."""
    numbers = np.arange(len(CANONICAL_LEVELS) + 1, dtype=np.uint8)
    for old, new in names.items():
        numbers[placeNumber(old)] = placeNumber(new)
    return SpineLabels(spine.kinds, numbers[spine.places], spine.geometry)
