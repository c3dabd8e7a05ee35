"""Label maps of a posed phantom: which voxel centers lie in which structure, for whoever reads segmentations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Phantom.PaintBones import bodyCrossing
from DynamicSpineLib.Phantom.PaintDiscs import SIDE_ROUNDING, discFrame
from DynamicSpineLib.Phantom.PaintShapes import PolygonTable
from DynamicSpineLib.Phantom.PosedSpine import Array, BonePart, BoneShape, CanalStations, DiscShape, PosedSpine
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

Structure = tuple[str, str]
"""Kind (body, arch, disc, canal, cord) and place (level or segment; empty for canal and cord)."""

STATION_STEP_MM = 0.25


def structuresOf(posed: PosedSpine) -> tuple[Structure, ...]:
    """Every structure that `labelVolume` can hold; number n of the volume is entry n - 1."""
    bones = [(kind, level) for level in posed.bones if level != "Oc" for kind in ("body", "arch")]
    return (*bones, *(("disc", name) for name in posed.discs), ("canal", ""), ("cord", ""))


def labelVolume(posed: PosedSpine, geometry: VolumeGeometry) -> NDArray[np.int16]:
    """Numbers (k, j, i) of `structuresOf`, 0 outside, by the place of each voxel's center.

    Where structures overlap, a body wins over the canal, and that over arches and discs. C1 has arches only; the dens
    belongs to the body of C2, the lower sacral bodies to that of S1.
    """
    labels = np.zeros(geometry.size[::-1], dtype=np.int16)
    number = {structure: index + 1 for index, structure in enumerate(structuresOf(posed))}
    grid = _Grid(geometry)
    for name, disc in posed.discs.items():
        frame = discFrame(disc, posed.boneToRAS[disc.upper], posed.boneToRAS[disc.lower])
        grid.fill(labels, frame, _boxOf(disc.outline_RAS, disc.widthMm), number["disc", name], _DiscInside(disc, frame))
    for kind in ("arch", "canal", "body"):
        if kind == "canal":
            _fillCanal(labels, posed.stations, grid, number["canal", ""], number["cord", ""])
            continue
        for level, bone in posed.bones.items():
            if level != "Oc":
                _fillBone(labels, bone, posed.boneToRAS[level], grid, kind, number[kind, level])
    return labels


def isBodyPart(part: BonePart) -> bool:
    """True for the parts that a label map counts with the body."""
    return part.name in ("dens", "sacrum")


class _Grid:
    """Finds the voxels near something."""

    def __init__(self, geometry: VolumeGeometry) -> None:
        self.geometry = geometry

    def near(self, points_RAS: Array, marginMm: float) -> tuple[tuple[slice, ...], Array]:
        """The block (k, j, i) of voxels that holds some points, and its voxel centers (..., 3) in RAS."""
        indices = self.geometry.indices(points_RAS)
        margin = marginMm / np.array(self.geometry.spacingMm)
        low = np.clip(np.floor(indices.min(axis=0) - margin).astype(int), 0, np.array(self.geometry.size))
        high = np.clip(np.ceil(indices.max(axis=0) + margin).astype(int) + 1, low, np.array(self.geometry.size))
        ijk = np.stack(np.meshgrid(*[np.arange(a, b) for a, b in zip(low, high, strict=True)], indexing="ij"), axis=-1)
        matrix = self.geometry.ijkToRAS
        centers = ijk.transpose(2, 1, 0, 3) @ matrix[:3, :3].T + matrix[:3, 3]
        return tuple(slice(a, b) for a, b in zip(low[::-1], high[::-1], strict=True)), centers

    def fill(self, labels: NDArray[np.int16], frame: Array, corners_RAS: Array, number: int, inside: object) -> None:
        """Write a number where `inside`(x, y, z in the frame) holds."""
        block, centers = self.near(corners_RAS, 1.0)
        if centers.size:
            local = (centers - frame[:3, 3]) @ frame[:3, :3]
            labels[block][inside(*np.moveaxis(local, -1, 0))] = number  # type: ignore[operator]


class _DiscInside:
    """Tells which points of a disc's frame lie in it."""

    def __init__(self, disc: DiscShape, frame: Array) -> None:
        self.outline = ((disc.outline_RAS - frame[:3, 3]) @ frame[:3, :3])[:, 1:]
        self.half = 0.5 * disc.widthMm

    def __call__(self, x: Array, y: Array, z: Array) -> NDArray[np.bool_]:
        middle = 0.5 * (self.outline[:, 0].min() + self.outline[:, 0].max())
        share = np.minimum(np.abs(x) / self.half, 0.995)
        crossing = middle + (y - middle) / (1 - share**SIDE_ROUNDING) ** (1.0 / SIDE_ROUNDING)
        return _inPolygon(self.outline, crossing, z) & (np.abs(x) < self.half)


def _boxOf(outline_RAS: Array, widthMm: float) -> Array:
    """Points that span an outline widened to both sides."""
    return np.vstack([outline_RAS + side * 0.5 * widthMm for side in np.vstack([np.eye(3), -np.eye(3)])])


def _inPolygon(outline: Array, first: Array, second: Array) -> NDArray[np.bool_]:
    table = PolygonTable.of(outline)
    distance = table.distance(np.ravel(first).astype(np.float32), np.ravel(second).astype(np.float32))
    return distance.reshape(first.shape) < 0.0


def _fillBone(
    labels: NDArray[np.int16], bone: BoneShape, boneToRAS: Array, grid: _Grid, kind: str, number: int
) -> None:
    """The body with what counts with it, or the other parts of a bone."""
    if kind == "body" and len(bone.bodyOutline):

        def inBody(x: Array, y: Array, z: Array) -> NDArray[np.bool_]:
            crossing, side = bodyCrossing(bone, *(np.asarray(v, dtype=np.float32) for v in (x, y, z)))
            return _inPolygon(bone.bodyOutline, np.asarray(crossing, dtype=float), z) & (side < 0.0)

        grid.fill(labels, boneToRAS, _spanned(bone.bodyOutline, bone.widthMm, boneToRAS), number, inBody)
    for part in bone.parts:
        if isBodyPart(part) == (kind == "body"):
            drift = (part.xToMm - part.xFromMm) * np.array([part.yPerX, part.zPerX])
            span = _spanned(np.vstack([part.outline, part.outline + drift]), 2.0 * part.xToMm, boneToRAS)
            grid.fill(labels, boneToRAS, span, number, _partInside(part))


def _partInside(part: BonePart) -> object:
    def inside(x: Array, y: Array, z: Array) -> NDArray[np.bool_]:
        beyond = np.abs(x) - part.xFromMm
        within = _inPolygon(part.outline, y - part.yPerX * beyond, z - part.zPerX * beyond)
        return within & (np.abs(x) <= part.xToMm) & (np.abs(x) >= part.xFromMm)

    return inside


def _spanned(outline: Array, widthMm: float, boneToRAS: Array) -> Array:
    """RAS points that span an outline (y, z) over a width."""
    sides = [np.column_stack([np.full(len(outline), x), outline]) for x in (-0.5 * widthMm, 0.5 * widthMm)]
    return np.vstack(sides) @ boneToRAS[:3, :3].T + boneToRAS[:3, 3]


def _fillCanal(labels: NDArray[np.int16], stations: CanalStations, grid: _Grid, canal: int, cord: int) -> None:
    """The canal's inside with the cord in it, each section an ellipse."""
    for number, front, back, half in (
        (canal, stations.anteriorWall_RAS, stations.posteriorWall_RAS, stations.canalHalfWidthMm),
        (cord, stations.cordAnterior_RAS, stations.cordPosterior_RAS, stations.cordHalfWidthMm),
    ):
        steps, at = np.arange(0.0, len(front) - 1 + 1e-9, STATION_STEP_MM), np.arange(len(front))
        columns = np.hstack([front, back, half[:, None], stations.right_RAS, stations.tangent_RAS])
        tube = np.column_stack([np.interp(steps, at, column) for column in columns.T])
        reach = float(max(half.max(), 0.5 * np.linalg.norm(back - front, axis=1).max()))
        for start in range(0, len(steps), 100):
            block, centers = grid.near(0.5 * (tube[start : start + 101, :3] + tube[start : start + 101, 3:6]), reach)
            if centers.size:
                labels[block][_inTube(centers, tube)] = number


def _inTube(centers: Array, tube: Array) -> NDArray[np.bool_]:
    """For points (..., 3): True inside the ellipse of the nearest section, and not beyond the ends.

    tube: (N, 13): front, back, half width, right and tangent of every section.
    """
    from scipy.spatial import cKDTree

    flat = centers.reshape(-1, 3)
    middles, outward = 0.5 * (tube[:, :3] + tube[:, 3:6]), 0.5 * (tube[:, 3:6] - tube[:, :3])
    nearest = cKDTree(middles).query(flat)[1]
    offset = flat - middles[nearest]
    deep = np.einsum("ij,ij->i", offset, outward[nearest]) / np.maximum((outward[nearest] ** 2).sum(axis=1), 1e-9)
    wide = np.einsum("ij,ij->i", offset, tube[nearest, 7:10]) / np.maximum(tube[nearest, 6], 1e-3)
    along = np.abs(np.einsum("ij,ij->i", offset, tube[nearest, 10:13]))
    beyond = ((nearest == 0) | (nearest == len(tube) - 1)) & (along > 1.0)
    inside = (deep**2 + wide**2 < 1.0) & ~beyond & (tube[nearest, 6] > 0.05)
    return np.asarray(inside.reshape(centers.shape[:-1]))
