"""Texture: a periodic block of smooth noise that is looked up in the coordinates of the tissue that it belongs to.

It is the same in every position and moves with the bone or along the spine, as real texture does; what differs
between two series of a patient is the scanner's noise, which RenderSignal adds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from DynamicSpineLib.Phantom.PaintCanvas import Samples

EDGE = 64
GRAIN_CELLS = 4.4
TEXTURE_SEED = 20090


@dataclass(frozen=True)
class Texture:
    """Noise of mean 0 and SD 1 in a cube of 64 cells; its grains are about four cells across."""

    cells: Samples

    def at(self, x: Samples, y: Samples, z: Samples, cellMm: tuple[float, float, float], variant: int = 0) -> Samples:
        """Noise at coordinates in mm, for cells of this size (long ones give streaks); a variant is another noise."""
        shift = np.array([17, 29, 41]) * variant % EDGE + 64 * EDGE
        index = self._wrapped(x, cellMm[0], int(shift[0])) * (EDGE * EDGE)
        index += self._wrapped(y, cellMm[1], int(shift[1])) * EDGE
        index += self._wrapped(z, cellMm[2], int(shift[2]))
        return np.take(self.cells, index)

    @staticmethod
    def _wrapped(coordinate: Samples, cellMm: float, shift: int) -> np.ndarray:
        cell = coordinate * np.float32(1.0 / cellMm)
        cell += shift
        index: np.ndarray = cell.astype(np.int32)
        index &= EDGE - 1
        return index


@lru_cache(maxsize=1)
def texture() -> Texture:
    """The phantom's one block of noise."""
    noise = np.random.default_rng(TEXTURE_SEED).standard_normal((EDGE, EDGE, EDGE))
    frequency = np.fft.fftfreq(EDGE)
    square = frequency[:, None, None] ** 2 + frequency[None, :, None] ** 2 + frequency[None, None, :] ** 2
    smooth = np.fft.ifftn(np.fft.fftn(noise) * np.exp(-0.5 * square * (np.pi * GRAIN_CELLS) ** 2)).real
    cells = (smooth - smooth.mean()) / smooth.std()
    return Texture(np.ascontiguousarray(cells, dtype=np.float32).ravel())
