"""Animated pictures, read by a parser of the PNG specification (third edition, W3C 2025) and by Pillow."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest

from DynamicSpineLib.Scene.Overlays.AnimatedPng import animatedPng

FRAMES = [np.random.default_rng(seed).integers(0, 256, (7, 5, 3), dtype=np.uint8) for seed in range(3)]


def chunks(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    found, place = [], 8
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        data = png[place + 8 : place + 8 + length]
        assert struct.unpack(">I", png[place + 8 + length : place + 12 + length])[0] == zlib.crc32(kind + data)
        found.append((kind, data))
        place += 12 + length
    return found


def unfiltered(data, width, height):
    """Rows of RGB pixels; filters 0 (None) and 2 (Up)."""
    raw, rows, above = zlib.decompress(data), [], np.zeros(3 * width, dtype=int)
    for number in range(height):
        kind, *values = raw[number * (3 * width + 1) : (number + 1) * (3 * width + 1)]
        assert kind in (0, 2)
        above = (np.array(values) + (above if kind == 2 else 0)) % 256
        rows.append(above)
    return np.array(rows, dtype=np.uint8).reshape(height, width, 3)


def test_every_frame_comes_back_with_its_time_and_place_in_the_sequence():
    found = chunks(animatedPng(FRAMES, [0.5, 0.04, 1.0], loops=2))
    assert [kind for kind, _data in found] == [b"IHDR", b"acTL", b"fcTL", b"IDAT", b"fcTL", b"fdAT", b"fcTL", b"fdAT",
                                               b"IEND"]  # fmt: skip
    width, height, depth, color, *rest = struct.unpack(">IIBBBBB", found[0][1])
    assert (width, height, depth, color, rest) == (5, 7, 8, 2, [0, 0, 0])
    assert struct.unpack(">II", found[1][1]) == (3, 2)
    controls = [struct.unpack(">IIIIIHHBB", data) for kind, data in found if kind == b"fcTL"]
    assert [(item[1:5], item[5] / item[6]) for item in controls] == [((5, 7, 0, 0), time) for time in (0.5, 0.04, 1.0)]
    images = [data for kind, data in found if kind == b"IDAT"] + [data[4:] for kind, data in found if kind == b"fdAT"]
    for image, frame in zip(images, FRAMES, strict=True):
        assert np.array_equal(unfiltered(image, width, height), frame)
    numbers = [struct.unpack(">I", data[:4])[0] for kind, data in found if kind in (b"fcTL", b"fdAT")]
    assert numbers == list(range(5))


def test_pillow_reads_the_same_frames():
    image = pytest.importorskip("PIL.Image").open(io.BytesIO(animatedPng(FRAMES, 0.2)))
    assert (image.n_frames, image.info["loop"], image.info["duration"]) == (3, 0, 200.0)
    for number, frame in enumerate(FRAMES):
        image.seek(number)
        assert np.array_equal(np.array(image.convert("RGB")), frame)


@pytest.mark.parametrize("frames", [[], [FRAMES[0], FRAMES[1][:4]]])
def test_frames_of_different_sizes_or_none_are_refused(frames):
    with pytest.raises(ValueError, match="one size"):
        animatedPng(frames, 0.1)
