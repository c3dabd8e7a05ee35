"""The content of a render window as pixels and as a PNG file."""

from __future__ import annotations

import numpy as np
from vtkmodules.util.numpy_support import vtk_to_numpy
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
    writer = vtkPNGWriter()
    writer.SetWriteToMemory(True)
    writer.SetCompressionLevel(3)  # as small as the default, in half the time
    writer.SetInputConnection(grabber.GetOutputPort())
    writer.Write()
    pixels = vtk_to_numpy(image.GetPointData().GetScalars()).reshape(rows, columns, -1)[::-1, :, :3]
    return RenderedPicture(np.ascontiguousarray(pixels), bytes(vtk_to_numpy(writer.GetResult())))
