"""Lines over a slice view in its pixels: whole or dashed, as one actor for each curve."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, numpy_to_vtkIdTypeArray
from vtkmodules.vtkCommonCore import vtkPoints
from vtkmodules.vtkCommonDataModel import vtkCellArray, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor2D, vtkPolyDataMapper2D

from DynamicSpineLib.Compare.LineStyles import dashes


def lineData(pixels: ArrayLike, isClosed: bool, patternPixels: Sequence[float] = ()) -> vtkPolyData:
    """A curve through pixels (N, 2), from the lower left corner, cut into dashes where there is a pattern."""
    points = np.asarray(pixels, dtype=float).reshape(-1, 2)
    if len(patternPixels):
        return piecesData([dashes(points, patternPixels, isClosed)])
    order = np.arange(len(points))
    return _cells(points, np.append(order, 0)[None] if isClosed and len(points) > 1 else order[None])


def piecesData(pieces: Sequence[NDArray[np.float64]]) -> vtkPolyData:
    """Straight pieces (M, 2, 2) of many curves together: one actor draws all that look alike."""
    ends = np.concatenate(pieces).reshape(-1, 2)
    return _cells(ends, np.arange(len(ends)).reshape(-1, 2))


def lineActor(data: vtkPolyData, color: tuple[float, float, float], widthPixels: float) -> vtkActor2D:
    """An actor that draws lines in one color."""
    mapper = vtkPolyDataMapper2D()
    mapper.SetInputData(data)
    actor = vtkActor2D()
    actor.SetMapper(mapper)
    actor.GetProperty().SetColor(color)
    actor.GetProperty().SetLineWidth(widthPixels)
    return actor


def _cells(points: NDArray[np.float64], lines: NDArray[np.int64]) -> vtkPolyData:
    """Polylines (M, K) of numbers of points (N, 2)."""
    data, places, cells = vtkPolyData(), vtkPoints(), vtkCellArray()
    places.SetData(numpy_to_vtk(np.column_stack([points, np.zeros(len(points))]), deep=True))
    sized = np.column_stack([np.full(len(lines), lines.shape[1]), lines]).astype(np.int64)
    cells.ImportLegacyFormat(numpy_to_vtkIdTypeArray(sized.ravel(), deep=True))
    data.SetPoints(places)
    data.SetLines(cells)
    return data
