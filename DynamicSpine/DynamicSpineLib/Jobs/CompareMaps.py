"""The maps of a comparison: how the images differ, and how far all tissue moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Compare.Comparison import Comparison
from DynamicSpineLib.Compare.Difference import DifferenceMap, differenceMap
from DynamicSpineLib.Compare.DifferenceRegions import heldPoints
from DynamicSpineLib.Compare.Resampling import Motion
from DynamicSpineLib.Compare.Statements import CT_BESIDE_MR
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Scene.NodeTypes import VolumeNode
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume, writeVolume

if TYPE_CHECKING:
    from DynamicSpineLib.Compare.Displacement import DisplacementMap


@dataclass(frozen=True, eq=False)
class MapVolume:
    """A map as a volume: float32 (k, j, i) on a grid."""

    values: NDArray[Any]
    geometry: VolumeGeometry

    def write(self, path: Path) -> None:
        """Write it to a file."""
        writeVolume(path, self.values.astype(np.float32), self.geometry)


@dataclass(frozen=True, eq=False)
class ComparedMaps:
    """field: displacements from the reference to the moving position; difference: with one vertebra held;
    unbentDifference: with all held; displacement: how far tissue moved against the held one. Each may be missing;
    `missing` says why.
    """

    field: DisplacementGrid | None = None
    difference: DifferenceMap | None = None
    unbentDifference: DifferenceMap | None = None
    displacement: DisplacementMap | None = None
    missing: tuple[str, ...] = ()

    def volumes(self) -> Mapping[str, MapVolume]:
        """The maps as volumes, by the names of their files."""
        found = {"difference": self.difference, "unbentDifference": self.unbentDifference}
        volumes = {name: MapVolume(map_.values, map_.geometry) for name, map_ in found.items() if map_ is not None}
        if self.displacement is not None:
            volumes["displacement"] = MapVolume(self.displacement.valuesMm, self.displacement.geometry)
        return volumes


def graysOf(comparison: Comparison, reference: VolumeNode, moving: VolumeNode) -> tuple[GrayVolume, GrayVolume]:
    """The gray values of both positions, each in its own frame. Raises InputError for what is no gray volume."""
    return _gray(comparison.reference, reference), _gray(comparison.moving, moving)


def comparedMaps(comparison: Comparison, grays: tuple[GrayVolume, GrayVolume]) -> Steps[ComparedMaps]:
    """Compute every map that two volumes (reference, moving) allow; a step for each.

    Volumes without a common field, or without contrast, and a CT beside an MR have no difference: the reason is kept,
    and nothing is raised.
    """
    from DynamicSpineLib.Compare.Displacement import displacementMap

    missing = [comparison.notUnbent] if comparison.notUnbent else []
    field = displacement = unbent = None
    if comparison.unbending is not None:
        field = comparison.unbending.field.displacementGrid(grays[0].geometry)
        displacement = displacementMap(field, comparison.anchor)
        yield Step(0.3, "field between the vertebrae")
    if CT_BESIDE_MR in comparison.imageWarnings:
        return ComparedMaps(field, None, None, displacement, (*missing, f"no intensity difference: {CT_BESIDE_MR}"))
    difference, why = _difference(comparison, grays, comparison.anchor.referenceToMoving)
    missing += why
    yield Step(0.6, "intensity difference")
    if field is not None:
        unbent, _why = _difference(comparison, grays, field)
        yield Step(0.9, "intensity difference, unbent")
    return ComparedMaps(field, difference, unbent, displacement, tuple(missing))


def _difference(
    comparison: Comparison, grays: tuple[GrayVolume, GrayVolume], motion: Motion
) -> tuple[DifferenceMap | None, list[str]]:
    held_RAS = heldPoints(comparison.case, comparison.anchor)
    try:
        return differenceMap(grays[0], grays[1], motion, held_RAS), []
    except InputError as error:
        return None, [str(error)]


def _gray(position: Position, node: VolumeNode) -> GrayVolume:
    from DynamicSpineLib.Scene.GrayVolumes import grayOfNode

    return grayOfNode(node, position)
