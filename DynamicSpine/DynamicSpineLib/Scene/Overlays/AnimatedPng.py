"""Pictures one after the other in one PNG file, which every browser plays; other readers show the first.

After the PNG specification, third edition (W3C 2025), section 11.3.6: acTL, fcTL and fdAT.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_COMPRESSION = 6


def animatedPng(frames: Sequence[NDArray[np.uint8]], seconds: float | Sequence[float], loops: int = 0) -> bytes:
    """One file of frames (rows, columns, 3), all of one size. seconds: of each frame; loops: 0 plays for ever.

    Raises ValueError without frames or for frames of different sizes.
    """
    if not frames or len({frame.shape for frame in frames}) != 1:
        raise ValueError("an animation needs frames of one size")
    rows, columns, _ = frames[0].shape
    times = [float(seconds)] * len(frames) if isinstance(seconds, (int, float)) else [float(item) for item in seconds]
    parts = [_SIGNATURE, _chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)),
             _chunk(b"acTL", struct.pack(">II", len(frames), loops))]  # fmt: skip
    number = 0
    for index, (frame, time) in enumerate(zip(frames, times, strict=True)):
        control = struct.pack(">IIIIIHHBB", number, columns, rows, 0, 0, max(round(1000 * time), 1), 1000, 0, 0)
        parts.append(_chunk(b"fcTL", control))
        number += 1
        if index == 0:
            parts.append(_chunk(b"IDAT", _compressed(frame)))
        else:
            parts.append(_chunk(b"fdAT", struct.pack(">I", number) + _compressed(frame)))
            number += 1
    return b"".join([*parts, _chunk(b"IEND", b"")])


def _compressed(frame: NDArray[np.uint8]) -> bytes:
    """Rows filtered by the difference to the row above, which compresses images well."""
    rows, columns, channels = frame.shape
    flat = np.ascontiguousarray(frame).reshape(rows, columns * channels)
    above = np.vstack([np.zeros((1, flat.shape[1]), dtype=np.uint8), flat[:-1]])
    filtered = np.empty((rows, flat.shape[1] + 1), dtype=np.uint8)
    filtered[:, 0] = 2
    filtered[:, 1:] = flat - above
    return zlib.compress(filtered.tobytes(), _COMPRESSION)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
