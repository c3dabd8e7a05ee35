"""From painted tissue to an MR image: coil shading, the band limit of k-space, Rician noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Phantom.Acquisition import Acquisition
from DynamicSpineLib.Phantom.PaintCanvas import Samples, rounded
from DynamicSpineLib.Phantom.PaintCourse import SliceCoordinates

Array = NDArray[np.float64]

SHADING_STREAM, NOISE_STREAM = 2, 3
GREATEST_GAIN = 2.2


def coilGain(where: SliceCoordinates, reachMm: float, series: Acquisition, seed: int) -> Samples:
    """Smooth gain of a coil behind the spine, 1 at the canal, with a weak slow variation from the seed.

    reachMm: distance over which it falls by a factor e.
    """
    random = np.random.default_rng([seed, SHADING_STREAM])
    depth = where.r * np.float32(1.0 / reachMm)
    gain = np.exp(np.clip(depth, -2.0, 3.0) * np.float32(-1.0))
    gain *= np.float32((1 + GREATEST_GAIN) / GREATEST_GAIN) / (1 + gain * np.float32(1.0 / GREATEST_GAIN))
    _, rows, columns = gain.shape
    phases = random.uniform(0.0, 2.0 * np.pi, 2)
    down = np.cos(np.linspace(0.0, 1.6 * np.pi, rows) + phases[0])
    across = np.cos(np.linspace(0.0, 1.2 * np.pi, columns) + phases[1])
    gain *= rounded(1.0 + series.shadingShare * 0.5 * (down[:, None] + across))[None]
    # The coil's sensitivity fades towards the ends of the field of view.
    end = np.linspace(-1.0, 1.0, rows)[:, None]
    gain *= rounded(1.0 - 0.35 * np.abs(end) ** 5)[None]
    return gain


def acquired(image: Samples, series: Acquisition, seed: int) -> Samples:
    """Magnitude image with the acquired frequencies only and Rician noise; the same numbers for the same seed."""
    from scipy import fft

    _, rows, columns = image.shape
    random = np.random.default_rng([seed, NOISE_STREAM])
    noise = random.standard_normal((2, *image.shape), dtype=np.float32)
    window = _window(rows, series.resolutionShare)[:, None] * _window(columns, series.resolutionShare)
    # The window also takes noise away: raise it so that `noise` is what the finished image has.
    noise *= np.float32(series.noise / np.sqrt((window**2).mean()))
    signal = (image + noise[0]).astype(np.complex64)
    signal.imag = noise[1]
    spectrum = fft.fft2(signal, axes=(1, 2), overwrite_x=True)
    spectrum *= rounded(fft.ifftshift(window))
    return rounded(np.abs(fft.ifft2(spectrum, axes=(1, 2), overwrite_x=True)))


def _window(count: int, share: float) -> Array:
    """Frequencies from -Nyquist to Nyquist: 1 inside, a cosine edge over the outer third, 0 beyond `share`."""
    frequency = np.abs(np.fft.fftshift(np.fft.fftfreq(count))) * 2.0 / share
    edge = np.clip((frequency - 0.65) / 0.35, 0.0, 1.0)
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * edge)) * (frequency <= 1.0)
