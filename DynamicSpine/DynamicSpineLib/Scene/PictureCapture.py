"""The content of a render window as pixels and as a PNG file."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkImageData
from vtkmodules.vtkIOImage import vtkPNGWriter
from vtkmodules.vtkRenderingCore import vtkRenderWindow, vtkWindowToImageFilter

from DynamicSpineLib.Errors import JobError
from DynamicSpineLib.Scene.PictureContent import RenderedPicture


def capture(window: vtkRenderWindow, size: tuple[int, int]) -> RenderedPicture:
    """What a window has drawn last. size: the columns and rows that it must have. Raises JobError otherwise."""
    grabber = vtkWindowToImageFilter()
    grabber.SetInput(window)
    grabber.SetShouldRerender(False)
    grabber.ReadFrontBufferOff()
    grabber.Update()
    image = grabber.GetOutput()
    columns, rows, _ = image.GetDimensions()
    if (columns, rows) != size:
        raise JobError(f"a picture of {size[0]} x {size[1]} pixels could not be drawn; {columns} x {rows} came out")
    pixels = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(rows, columns, -1)[::-1, :, :3]
    return RenderedPicture(np.ascontiguousarray(pixels), _written(image))


def pngOf(pixels: NDArray[np.uint8]) -> bytes:
    """Pixels (rows, columns, 3), top row first, as a PNG file."""
    rows, columns, _ = pixels.shape
    image = vtkImageData()
    image.SetDimensions(columns, rows, 1)
    image.GetPointData().SetScalars(numpy_to_vtk(np.ascontiguousarray(pixels[::-1]).reshape(-1, 3), deep=True))
    return _written(image)


def _written(image: vtkImageData) -> bytes:
    writer = vtkPNGWriter()
    writer.SetWriteToMemory(True)
    writer.SetCompressionLevel(3)  # as small as the default, in half the time
    writer.SetInputData(image)
    writer.Write()
    return bytes(vtk_to_numpy(writer.GetResult()))
