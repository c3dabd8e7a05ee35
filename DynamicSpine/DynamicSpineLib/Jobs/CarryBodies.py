"""The bodies that a segmentation gives, as masks for carrying from the position that it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Segmentations.BodyMask import bodyVoxels
from DynamicSpineLib.Segmentations.LabelSource import hintsFrom, nameLevels, readLabels
from DynamicSpineLib.Segmentations.LabelTable import TABLES
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

FEWEST_VOXELS = 200
"""A body of fewer voxels is a cut or a stray label, and tells less than the marks do."""


@dataclass(frozen=True)
class BodyLabels:
    """Label files of the position that is carried from, who made them, and hints where the tool counted otherwise."""

    files: tuple[Path, ...]
    table: str
    names: str = ""

    def __post_init__(self) -> None:
        if self.table not in TABLES:
            raise InputError(f"--table takes one of {', '.join(TABLES)}, not '{self.table}'")


def bodyMasks(labels: BodyLabels, chain: Chain, geometry: VolumeGeometry) -> dict[str, NDArray[np.bool_]]:
    """Voxels (k, j, i) of each level's body on the grid of the position's volume.

    Raises InputError where the files cannot be read, or show no body there.
    """
    spine = nameLevels(readLabels(list(labels.files), labels.table).spine, hintsFrom(labels.names, labels.table),
                       chain.levels)  # fmt: skip
    masks = {level: bodyVoxels(spine, level, geometry) for level in spine.levels if level in chain.levels}
    kept = {level: mask for level, mask in masks.items() if mask.sum() >= FEWEST_VOXELS}
    if not kept:
        raise InputError(f"{labels.files[0].name}: shows no body of the case's levels in the volume carried from")
    return kept
