"""The gray values in which a volume is first shown: robust against a few very bright pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Scene.Volumes import volumeArray

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode

LOOK_ATTRIBUTE = "DynamicSpine.Look"
_GRAY = "vtkMRMLColorTableNodeGrey"
_PERCENTILES = (1.0, 98.5)  # of what is not zero: the same as in the report's pictures
_SAMPLES = 200_000  # enough for a percentile, and quick on large volumes


def prepareLook(volume: vtkMRMLScalarVolumeNode) -> bool:
    """Set a volume's window once, when it is first shown; False where it has one already.

    Untouched stay a window that the user or the DICOM header set, before or after, and what was shown before. A volume
    without a color table, which Slicer draws black, becomes gray.
    """
    display = volume.GetDisplayNode()
    if display is None:
        volume.CreateDefaultDisplayNodes()
        display = volume.GetDisplayNode()
    if display is None or volume.GetImageData() is None:
        return False
    _giveGray(volume, display)
    if volume.GetAttribute(LOOK_ATTRIBUTE) or not display.GetAutoWindowLevel():
        return False
    low, high = robustWindow(volumeArray(volume))
    modifying = display.StartModify()
    display.SetAutoWindowLevel(False)
    display.SetWindowLevelMinMax(low, high)
    display.EndModify(modifying)
    volume.SetAttribute(LOOK_ATTRIBUTE, "set")
    return True


def robustWindow(voxels: NDArray[Any]) -> tuple[float, float]:
    """The gray values to show black and white, from the voxels that are not zero (outside of the patient)."""
    flat = voxels.reshape(-1)
    some = flat[:: max(1, flat.size // _SAMPLES)]
    there = some[some != 0]
    if there.size == 0:
        return 0.0, 1.0
    low, high = np.percentile(there, _PERCENTILES)
    return (float(low), float(high)) if high > low else (float(low) - 1.0, float(low) + 1.0)


def _giveGray(volume: vtkMRMLScalarVolumeNode, display: Any) -> None:
    if not display.GetColorNodeID() and volume.GetScene().GetNodeByID(_GRAY) is not None:
        display.SetAndObserveColorNodeID(_GRAY)
