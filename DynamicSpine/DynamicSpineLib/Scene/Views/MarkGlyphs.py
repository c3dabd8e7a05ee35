"""Many small outlines as one polygon mesh, in which one of them can be moved or recolored alone.

Each is an open tube of twelve sides. Where a slice cuts it, Slicer draws the outline: of the same size in every slice
through the tube.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData

from DynamicSpineLib.Scene.PicturePlane import PicturePlane
from DynamicSpineLib.Scene.Views.MarkLook import CIRCLE, DIAMOND, SQUARE, TRIANGLE, ShownMark

COLORS = "Colors"
HALF_LENGTH_MM = 2.0
"""How far from a mark a slice may be that still shows its outline."""

_SIDES = 12
_CORNERS = 2 * _SIDES  # points of one tube
_RADII = {CIRCLE: 1.0, SQUARE: 1.15, DIAMOND: 1.35, TRIANGLE: 1.5}  # of shapes that look equally large


class MarkGlyphs:
    """The mesh of some marks; `polyData` stays the same object for its whole life."""

    def __init__(self) -> None:
        self.polyData = vtkPolyData()
        self._marks: dict[str, ShownMark] = {}
        self._rows: dict[str, int] = {}
        self._plane: PicturePlane | None = None
        self._points: NDArray[np.float32] = np.zeros((0, _CORNERS, 3), dtype=np.float32)
        self._colors: NDArray[np.uint8] = np.zeros((0, _CORNERS, 3), dtype=np.uint8)

    @property
    def marks(self) -> dict[str, ShownMark]:
        """What is drawn, by name; a copy."""
        return dict(self._marks)

    def show(self, marks: Sequence[ShownMark], plane: PicturePlane) -> bool:
        """Draw these marks, and no others, for slices parallel to a plane; False where they are drawn already."""
        wanted = {mark.name: mark for mark in marks}
        if plane == self._plane and wanted == self._marks:
            return False
        if wanted.keys() != self._rows.keys():
            self._rows = {name: row for row, name in enumerate(wanted)}
            self._allocate(len(wanted))
        self._marks, self._plane = wanted, plane
        if wanted:
            self._write([wanted[name] for name in self._rows], plane)
        self._tell()
        return True

    def update(self, mark: ShownMark) -> bool:
        """Draw one mark anew, wherever it is and however it looks now; False where it is not among those drawn."""
        row = self._rows.get(mark.name)
        if row is None or self._plane is None:
            return False
        if self._marks[mark.name] != mark:
            self._marks[mark.name] = mark
            self._points[row] = _tube(mark.shape) * _size(mark) @ self._plane.sliceToRAS[:3, :3].T + mark.point_RAS
            self._colors[row] = mark.color
            self._tell()
        return True

    def _write(self, marks: Sequence[ShownMark], plane: PicturePlane) -> None:
        """Fill every row of the arrays."""
        middles = np.array([mark.point_RAS for mark in marks])
        sizes = np.array([_size(mark) for mark in marks])
        tubes = np.array([_tube(mark.shape) for mark in marks]) * sizes[:, None, :]
        self._points[:] = tubes @ plane.sliceToRAS[:3, :3].T + middles[:, None, :]
        self._colors[:] = np.array([mark.color for mark in marks], dtype=np.uint8)[:, None, :]

    def _allocate(self, count: int) -> None:
        """New arrays that the mesh shares, so that writing to them changes what is drawn."""
        self._points = np.zeros((count, _CORNERS, 3), dtype=np.float32)
        self._colors = np.zeros((count, _CORNERS, 3), dtype=np.uint8)
        points = vtkPoints()
        points.SetData(numpy_to_vtk(self._points.reshape(-1, 3)))
        colors = numpy_to_vtk(self._colors.reshape(-1, 3))
        colors.SetName(COLORS)
        self.polyData.SetPoints(points)
        self.polyData.SetPolys(_triangles(count))
        self.polyData.GetPointData().SetScalars(colors)

    def _tell(self) -> None:
        """One event, for everything that draws the mesh."""
        if self._rows:
            self.polyData.GetPoints().GetData().Modified()
            self.polyData.GetPoints().Modified()
            self.polyData.GetPointData().GetScalars().Modified()
        self.polyData.Modified()


def _size(mark: ShownMark) -> tuple[float, float, float]:
    return mark.radiusMm, mark.radiusMm, HALF_LENGTH_MM


@lru_cache(maxsize=8)
def _tube(shape: str) -> NDArray[np.float64]:
    """The corners (24, 3) of a tube of radius and half length 1 along the third axis: one end, then the other."""
    outline = _RADII[shape] * _outline(shape)
    ends = [np.column_stack([outline, np.full(_SIDES, end)]) for end in (-1.0, 1.0)]
    return np.concatenate(ends)


def _outline(shape: str) -> NDArray[np.float64]:
    """Twelve points (12, 2) around a shape that reaches as far as 1 from its middle."""
    if shape == CIRCLE:
        turn = np.arange(_SIDES) * 2 * np.pi / _SIDES
        return np.column_stack([np.cos(turn), np.sin(turn)])
    count, first = {SQUARE: (4, 45.0), DIAMOND: (4, 0.0), TRIANGLE: (3, 90.0)}[shape]
    turn = np.radians(first + np.arange(count) * 360.0 / count)
    corners = np.column_stack([np.cos(turn), np.sin(turn)])
    shares = np.arange(_SIDES // count)[:, None] * count / _SIDES
    sides = [corner + shares * (following - corner)
             for corner, following in zip(corners, np.roll(corners, -1, axis=0), strict=True)]  # fmt: skip
    return np.concatenate(sides)


@lru_cache(maxsize=16)
def _triangles(count: int) -> vtkCellArray:
    """Two triangles for each side of each tube (Slicer cuts triangles faster than other polygons)."""
    near = np.arange(_SIDES)
    following = (near + 1) % _SIDES
    far, farFollowing = near + _SIDES, following + _SIDES
    one = np.stack([near, following, farFollowing, near, farFollowing, far], axis=1).reshape(-1)
    indices = (np.arange(count)[:, None] * _CORNERS + one).reshape(-1).astype(np.int64)
    cells = vtkCellArray()
    offsets = np.arange(0, len(indices) + 1, 3, dtype=np.int64)
    cells.SetData(numpy_to_vtkIdTypeArray(offsets, deep=True), numpy_to_vtkIdTypeArray(indices, deep=True))
    return cells
