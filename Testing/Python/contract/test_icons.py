"""The pictures that the application shows of the module: of the right size, and readable where they are small."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest

ICONS = "DynamicSpine/Resources/Icons"


def pngSize(path):
    """Width and height that a PNG file's header states."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n", f"{path.name} is no PNG file."
    return struct.unpack(">II", head[16:24])


@pytest.fixture(scope="module")
def draw(project):
    """Draw the module's icon as the application does, with Qt: (rows, columns, red green blue alpha) from 0 to 1."""
    pytest.importorskip("PySide6.QtSvg")
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    def drawn(edge):
        renderer = QSvgRenderer(str(project / ICONS / "DynamicSpine.svg"))
        assert renderer.isValid()
        image = QImage(edge, edge, QImage.Format.Format_RGBA8888)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        renderer.render(painter, QRectF(0, 0, edge, edge))
        painter.end()
        return np.array(image.constBits(), dtype=float).reshape(edge, edge, 4) / 255.0

    return drawn


def test_the_icon_of_the_extension_is_128_pixels_wide(project):
    assert pngSize(project / "Resources" / "Icons" / "DynamicSpine.png") == (128, 128)


def test_every_sample_has_a_thumbnail_of_the_size_that_the_sample_data_module_asks_for(project):
    samples = json.loads((project / "DynamicSpine/DynamicSpineLib/Data/Study/samples.json").read_text(encoding="utf-8"))
    for entry in [*samples["phantoms"], samples["headPositions"]]:
        assert pngSize(project / ICONS / entry["thumbnail"]) == (260, 280)


def test_at_16_pixels_the_upright_column_is_separate_vertebrae(draw):
    """Down the middle of the upright bodies, opaque blue and clear gaps take turns: three gaps, each a whole pixel."""
    image = draw(16)
    column = image[:, 5, 3]
    isBody, isGap = column > 0.95, column < 0.05
    assert np.all(isBody | isGap), "a border of a body lies between two pixels"
    assert np.count_nonzero(np.diff(isBody.astype(int)) == -1) == 3
    assert np.all(image[isBody, 5, 2] > image[isBody, 5, 0] + 0.3)


def test_at_16_pixels_the_bent_column_is_orange_and_apart_from_the_other(draw):
    image = draw(16)
    isOrange = (image[..., 3] > 0.6) & (image[..., 0] > image[..., 2] + 0.3)
    rows, columns = np.nonzero(isOrange)
    assert len(rows) >= 12
    assert np.corrcoef(rows, columns)[0, 1] < -0.6  # the higher, the farther to the right: it bends forward
    isBlue = (image[..., 3] > 0.6) & (image[..., 2] > image[..., 0] + 0.3)
    assert columns.min() > np.nonzero(isBlue[:11])[1].max()


@pytest.mark.parametrize("background", [0.94, 1.0, 0.21, 0.1])
def test_both_colors_stand_out_on_light_and_dark_panels(draw, background):
    """As far as graphics must (WCAG 2.1, 1.4.11: a contrast of 3), rounded."""
    image = draw(128)
    colors = {tuple(np.round(color, 3)) for color in image[image[..., 3] == 1.0][:, :3]}
    assert len(colors) == 2

    def luminance(color):
        linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in color]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    behind = luminance((background,) * 3)
    for color in colors:
        light, dark = max(luminance(color), behind), min(luminance(color), behind)
        assert (light + 0.05) / (dark + 0.05) > 2.95, (color, background)


def test_the_png_is_the_drawing_and_not_an_earlier_one(project, draw):
    image = pytest.importorskip("PIL.Image")
    stored = np.asarray(image.open(project / "Resources" / "Icons" / "DynamicSpine.png"), dtype=float) / 255.0
    assert np.abs(stored[..., 3] - draw(128)[..., 3]).mean() < 0.01
