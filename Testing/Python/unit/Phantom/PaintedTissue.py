"""The phantom's tissue on any grid, as its volumes show it but for coil, resolution limit and noise."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Phantom.PaintCourse import sliceCoordinates, spineCourse
from DynamicSpineLib.Phantom.PhantomVolume import paintTissue
from DynamicSpineLib.Phantom.PosedSpine import PosedSpine
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry


def tissueOf(posed: PosedSpine, geometry: VolumeGeometry, subSlices: int) -> np.ndarray:
    """Signal (k, j, i), fluid being 1."""
    course = spineCourse(posed)
    return runSteps(paintTissue(posed, geometry, subSlices, course, sliceCoordinates(course, geometry)))
