"""A second volume shown in a part of a slice view: in the squares of a checkerboard, or round the mouse.

Slicer blends whole layers only. What its slice logic has resliced of the foreground volume is drawn here once more,
where a mask of pixels says so, while the foreground's own opacity is zero. Nothing is resampled or copied besides.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkImagingStencil import vtkImageStencil, vtkImageToImageStencil
from vtkmodules.vtkRenderingCore import vtkActor2D, vtkImageMapper, vtkRenderer

Mask = NDArray[np.bool_]


def checkerboardMask(size: tuple[int, int], squarePixels: int) -> Mask:
    """Pixels (rows, columns), top row first, of every second square; that of the upper left corner is none of them."""
    columns, rows = np.arange(size[0]) // squarePixels, np.arange(size[1]) // squarePixels
    return np.asarray((rows[:, None] + columns) % 2 == 1)


def revealMask(size: tuple[int, int], center: tuple[float, float], radiusPixels: float) -> Mask:
    """Pixels (rows, columns), top row first, no farther than a radius from (column, row)."""
    columns, rows = np.arange(size[0]) - center[0], np.arange(size[1]) - center[1]
    return np.asarray(rows[:, None] ** 2 + columns**2 <= radiusPixels**2)


class MaskedLayer:
    """Draws the foreground of one slice view where a mask of its pixels is True; nothing until `show`."""

    def __init__(self, sliceLogic: Any, renderer: vtkRenderer) -> None:
        self._logic, self._renderer = sliceLogic, renderer
        self._stencilOf = vtkImageToImageStencil()
        self._stencilOf.ThresholdByUpper(0.5)
        self._stencil = vtkImageStencil()
        self._stencil.SetBackgroundColor(0.0, 0.0, 0.0, 0.0)
        mapper = vtkImageMapper()
        mapper.SetColorWindow(255)
        mapper.SetColorLevel(127.5)
        self._mapper = mapper
        self._actor = vtkActor2D()
        self._actor.SetMapper(mapper)
        self._actor.GetProperty().SetDisplayLocationToBackground()
        self._isShown = False

    @property
    def isShown(self) -> bool:
        """True while the layer takes part in the view."""
        return self._isShown

    def show(self, mask: Mask) -> None:
        """Draw the foreground where the mask (rows, columns), top row first, is True. It has the view's size."""
        layer = self._logic.GetForegroundLayer()
        port = layer.GetImageDataConnection() if layer is not None else None
        if port is None:
            self.hide()
            return
        self._stencilOf.SetInputData(_imageOf(mask))
        self._stencil.SetInputConnection(port)
        self._stencil.SetStencilConnection(self._stencilOf.GetOutputPort())
        self._mapper.SetInputConnection(self._stencil.GetOutputPort())
        if not self._isShown:
            self._renderer.AddViewProp(self._actor)
            self._isShown = True

    def hide(self) -> None:
        """Draw nothing any more."""
        if self._isShown:
            self._renderer.RemoveViewProp(self._actor)
            self._mapper.SetInputConnection(None)
            self._stencil.SetInputConnection(None)
            self._isShown = False


def _imageOf(mask: Mask) -> vtkImageData:
    rows, columns = mask.shape
    image = vtkImageData()
    image.SetDimensions(columns, rows, 1)
    values = np.ascontiguousarray(mask[::-1]).astype(np.uint8).ravel()
    image.GetPointData().SetScalars(numpy_to_vtk(values, deep=True))
    return image
