"""Where the samples in and around the spinal canal lie: exact coordinates in the plane of their own station."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Phantom.PaintCanvas import Block, Canvas, Samples, rounded
from DynamicSpineLib.Phantom.PaintShapes import boxyDistance, ellipseDistance
from DynamicSpineLib.Phantom.PosedSpine import CanalStations

Array = NDArray[np.float64]

STATIONS_A_BLOCK = 24
REACH_MM = 6.0
EXTRA_STATIONS = 8
PROJECTIONS = 3
SAC_END_MM, CANAL_END_MM = 16.0, 60.0


@dataclass(frozen=True)
class CanalTables:
    """Every station's walls as mm in front of its center, its plane and its half widths."""

    center_RAS: Array
    forward_RAS: Array
    right_RAS: Array
    normal_RAS: Array
    stepMm: float
    columns: dict[str, Samples]


def canalTables(stations: CanalStations, beyondMm: tuple[float, float], sacEnds: bool) -> CanalTables:
    """The stations as tables: walls along the line through a station's wall points, planes square to `right`.

    beyondMm: how far the canal runs straight on above the first and below the last station, for the picture only.
    sacEnds: the dural sac closes and the canal narrows below the last station (sacrum).
    """
    forward = _unit(stations.anteriorWall_RAS - stations.posteriorWall_RAS)
    right = _unit(stations.right_RAS)
    normal = np.cross(forward, right)
    if np.mean(np.sum(normal * stations.tangent_RAS, axis=1)) < 0:
        normal = -normal
    columns = _columns(stations, forward)
    step = float(np.linalg.norm(np.diff(stations.center_RAS, axis=0), axis=1).mean())
    above, below = (round(length / step) for length in beyondMm)
    center = _runOn(stations.center_RAS, above, below)
    axes = [np.pad(axis, ((above, below), (0, 0)), mode="edge") for axis in (forward, right, normal)]
    columns = {name: np.pad(column, (above, below), mode="edge") for name, column in columns.items()}
    if sacEnds:
        _closeSac(columns, below, step)
    return CanalTables(center, axes[0], axes[1], axes[2], step, columns)


def _columns(stations: CanalStations, forward: Array) -> dict[str, Samples]:
    """Every wall in mm in front of the center, and the half widths, station by station."""
    walls = {
        "wallFront": stations.anteriorWall_RAS, "wallBack": stations.posteriorWall_RAS,
        "duraFront": stations.duraAnterior_RAS, "duraBack": stations.duraPosterior_RAS,
        "cordFront": stations.cordAnterior_RAS, "cordBack": stations.cordPosterior_RAS,
    }
    columns = {name: rounded(((p - stations.center_RAS) * forward).sum(axis=1)) for name, p in walls.items()}
    halves = {
        "canalHalf": stations.canalHalfWidthMm, "duraHalf": stations.duraHalfWidthMm,
        "cordHalf": stations.cordHalfWidthMm, "flavum": stations.flavumMm,
    }
    return columns | {name: rounded(values) for name, values in halves.items()}


def _runOn(center: Array, above: int, below: int) -> Array:
    """The centers with straight runs of `above` and `below` more stations at their ends."""
    up, down = center[0] - center[1], center[-1] - center[-2]
    first = center[0] + np.outer(np.arange(above, 0, -1), up)
    return np.vstack([first, center, center[-1] + np.outer(np.arange(1, below + 1), down)])


def _closeSac(columns: dict[str, Samples], below: int, stepMm: float) -> None:
    """Let the sac taper to nothing and the canal narrow to a third over the last `below` stations."""
    along = rounded(np.arange(1, below + 1) * stepMm)
    sac = np.sqrt(np.clip(1 - along / SAC_END_MM, 0.0, 1.0))
    canal = np.clip(1 - along / CANAL_END_MM, 0.0, 1.0) * 0.67 + 0.33
    tail = slice(len(columns["duraHalf"]) - below, None)
    middle = 0.5 * (columns["duraFront"][tail] + columns["duraBack"][tail])
    for name in ("duraFront", "duraBack"):
        columns[name][tail] = middle + sac * (columns[name][tail] - middle)
    columns["duraHalf"][tail] *= sac
    for name in ("wallFront", "wallBack", "canalHalf"):
        columns[name][tail] *= canal


@dataclass(frozen=True)
class CanalSamples:
    """Some samples of one stretch of the canal, flat: mm in front of and right of its center, its tables looked up."""

    block: Block
    chosen: NDArray[np.bool_]
    r: Samples
    x: Samples
    s: Samples
    walls: dict[str, Samples]

    def section(self, front: str, back: str, half: str, boxy: bool = False) -> Samples:
        """Signed distance in mm to the cross-section between two walls; in the midline exact."""
        middle = np.float32(0.5) * (self.walls[front] + self.walls[back])
        reach = np.float32(0.5) * (self.walls[front] - self.walls[back])
        return (boxyDistance if boxy else ellipseDistance)(self.r - middle, self.x, reach, self.walls[half])

    def blend(self, share: Samples, signal: float | Samples) -> None:
        """Let a tissue cover `share` of each of these samples."""
        values = self.block.values[self.chosen]
        self.block.values[self.chosen] = values + share * (signal - values)


def canalStretches(tables: CanalTables) -> list[tuple[int, int]]:
    """The canal cut into stretches of a few stations: the first and last station of each."""
    last = len(tables.center_RAS) - 1
    return [(first, min(first + STATIONS_A_BLOCK, last)) for first in range(0, last, STATIONS_A_BLOCK)]


def canalSamples(canvas: Canvas, tables: CanalTables, stretch: tuple[int, int]) -> CanalSamples | None:
    """The samples that lie between the planes of a stretch's stations; None where it is out of the field."""
    first, last = stretch
    part = slice(first, last + 1)
    ends = [tables.columns[name][part, None] for name in ("wallFront", "wallBack")]
    wide = tables.columns["canalHalf"][part, None] * tables.right_RAS[part]
    center, forward = tables.center_RAS[part], tables.forward_RAS[part]
    corners = [center + end * forward + side * wide for end in ends for side in (-1, 1)]
    block = canvas.block(np.vstack(corners), REACH_MM)
    if block is None:
        return None
    x, y, z = block.local(np.eye(4))
    middle = (first + last) // 2
    normal = rounded(tables.normal_RAS[middle])
    ahead = normal[0] * x + normal[1] * y + normal[2] * z - normal @ rounded(tables.center_RAS[middle])
    chosen = np.abs(ahead) < (0.5 * (last - first) + EXTRA_STATIONS) * tables.stepMm
    points = np.stack([x[chosen], y[chosen], z[chosen]])
    position = _positions(tables, points, middle + ahead[chosen] * np.float32(1.0 / tables.stepMm), first, last)
    mine = (position >= first) & (position < last)
    chosen[chosen] = mine
    return _sampled(block, chosen, tables, points[:, mine], position[mine])


def _positions(tables: CanalTables, points: Samples, position: Samples, first: int, last: int) -> Samples:
    """Station (fractional) whose plane holds each point (3, N), from a first guess; only rough beyond first or last."""
    for _ in range(PROJECTIONS):
        at = np.clip(position, 0, len(tables.center_RAS) - 1.001)
        normal = _rows(tables.normal_RAS, at)
        ahead = ((points - _rows(tables.center_RAS, at)) * normal).sum(axis=0)
        position = np.clip(at + ahead * np.float32(1.0 / tables.stepMm), first - 6, last + 6)
    return position


def _sampled(
    block: Block, chosen: NDArray[np.bool_], tables: CanalTables, points: Samples, position: Samples
) -> CanalSamples:
    at = np.clip(position, 0, len(tables.center_RAS) - 1.001)
    offset = points - _rows(tables.center_RAS, at)
    r = (offset * _rows(tables.forward_RAS, at)).sum(axis=0)
    x = (offset * _rows(tables.right_RAS, at)).sum(axis=0)
    walls = {name: _lookUp(column, at) for name, column in tables.columns.items()}
    return CanalSamples(block, chosen, r, x, position * np.float32(tables.stepMm), walls)


def _rows(table: Array, at: Samples) -> Samples:
    """A table of vectors (M, 3) looked up at fractional rows: (3, N)."""
    columns = rounded(table.T)
    index = at.astype(np.int32)
    low = np.take(columns, index, axis=1)
    return low + (at - index) * (np.take(columns, index + 1, axis=1) - low)


def _lookUp(column: Samples, at: Samples) -> Samples:
    index = at.astype(np.int32)
    low = column[index]
    return low + (at - index) * (column[index + 1] - low)


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))
