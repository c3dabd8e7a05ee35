"""Make the module's pictures: the icon of the extension, and the thumbnails of the sample cases.

    python Tools/MakeIcons.py

Resources/Icons/DynamicSpine.png: DynamicSpine/Resources/Icons/DynamicSpine.svg at 128 x 128 pixels.
DynamicSpine/Resources/Icons/Sample*.png, 260 x 280 pixels: of each phantom the position that comes marked and a bent
one, side by side; of the head positions a drawing, since no picture of a person is shipped.

Needs a minute and the packages of `make setup`.
"""

from __future__ import annotations

import io
import math
import sys
import tempfile
from pathlib import Path
from typing import Any

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Session.Samples import samplePhantomCase
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.CaseFolder import readCase

PROJECT = Path(__file__).parent.parent
MODULE_ICONS = PROJECT / "DynamicSpine" / "Resources" / "Icons"
ICON_PIXELS = 128
THUMBNAIL = (260, 280)
BENT = {"cervical": "UP_E", "lumbar": "ST_F"}
OVERSAMPLING, BORDER = 3, 90
FIELD_MM = {"cervical": 172.0, "lumbar": 232.0}
BLUE, ORANGE, GRAY, NIGHT = "#3b8ad9", "#d97600", "#8a94a0", "#10151c"


def main() -> int:
    """Draw everything anew."""
    svg = (MODULE_ICONS / "DynamicSpine.svg").read_bytes()
    save(rendered(svg, (ICON_PIXELS, ICON_PIXELS)), PROJECT / "Resources" / "Icons" / "DynamicSpine.png")
    samples = packageData("Study", "samples.json")
    save(rendered(headPositions().encode(), THUMBNAIL), MODULE_ICONS / samples["headPositions"]["thumbnail"])
    with tempfile.TemporaryDirectory() as folder:
        for entry in samples["phantoms"]:
            save(phantom(entry["id"], entry["scenario"], Path(folder)), MODULE_ICONS / entry["thumbnail"])
    return 0


def save(picture: Any, path: Path) -> None:
    """Write a picture as a small PNG file."""
    picture.save(path, optimize=True)


def rendered(svg: bytes, size: tuple[int, int]) -> Any:
    """An SVG as the application draws it, which is with Qt."""
    from PIL import Image
    from PySide6.QtCore import QBuffer, QByteArray, QRectF
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    renderer = QSvgRenderer(QByteArray(svg))
    if not renderer.isValid():
        raise ValueError("Qt cannot read the drawing")
    image = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter, QRectF(0, 0, *size))
    painter.end()
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.ReadWrite)
    image.save(buffer, "PNG")
    return Image.open(io.BytesIO(bytes(buffer.data().data())))


def phantom(kind: str, scenario: str, folder: Path) -> Any:
    """The sample's marked position with its marks, and a bent one without, as the module's own pictures show them."""
    from PIL import Image

    case = readCase(runSteps(samplePhantomCase(kind, folder, leftToMark=())))
    truth = phantomCase(scenario)
    width, height = THUMBNAIL
    sheet = Image.new("RGB", THUMBNAIL)
    half = (width // 2 - 1, height)
    for column, positionId in ((0, case.markedIn), (width - half[0], BENT[kind])):
        sheet.paste(panel(truth, positionId, kind, folder / case.caseId, half), (column, 0))
    return sheet


def panel(case: Case, positionId: str, kind: str, folder: Path, size: tuple[int, int]) -> Any:
    """One position of a phantom, cut out of a larger picture so that no letters of its border are in it."""
    from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication

    scene = headlessApplication().scene
    from PIL import Image

    from DynamicSpineLib.Scene.PictureContent import PictureCaption, PictureMark, SlicePicture
    from DynamicSpineLib.Scene.SlicePictures import cornersOf, planeOfMarks, renderSlice, uprightPlane
    from DynamicSpineLib.Scene.Volumes import loadVolume

    position = case.position(positionId)
    plane = None if position is None else planeOfMarks(position.marks, case.chain.levels)
    if position is None or plane is None:
        raise ValueError(f"the phantom has no marks in {positionId}")
    pixels = [OVERSAMPLING * edge + 2 * BORDER for edge in size]
    pixelMm = FIELD_MM[kind] / (OVERSAMPLING * size[1])
    corners = [point for level in case.chain.levels for point in cornersOf(position.marks, level).values()]
    marks = tuple(PictureMark(point, pixels=18.0) for point in corners) if positionId == case.markedIn else ()
    picture = SlicePicture(
        uprightPlane(plane), PictureCaption("", "", ""), pixelMm * pixels[0], (pixels[0], pixels[1]), marks=marks
    )
    drawn = Image.fromarray(renderSlice(loadVolume(scene, folder / position.volume, positionId), picture).pixels)
    inner = drawn.crop((BORDER, BORDER, pixels[0] - BORDER, pixels[1] - BORDER))
    return inner.resize(size, Image.Resampling.LANCZOS)


def headPositions() -> str:
    """A head bent forward, straight and bent back on one neck, drawn from circles and blocks."""
    heads = [head(angle, color) for angle, color in
             ((40.0, ORANGE), (-43.0, GRAY), (0.0, BLUE))]  # fmt: skip
    shoulders = f'<path fill="{BLUE}" d="M56,280 Q60,248 114,243 L154,243 Q208,248 212,280 Z"/>'
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 260 280"><rect width="260" height="280" '
            f'fill="{NIGHT}"/>{"".join(heads)}{shoulders}</svg>')  # fmt: skip


def head(angleDeg: float, color: str) -> str:
    """A head in profile, facing left, on a neck of six blocks that share the angle. angleDeg: flexion positive."""
    x, y, turned, parts = 136.0, 250.0, 0.0, []
    for number in range(6):
        turned += angleDeg / 6.0
        x -= 15.0 * math.sin(math.radians(turned))
        y -= 15.0 * math.cos(math.radians(turned))
        width = 30.0 - number
        parts.append(f'<rect x="{-width / 2}" y="-5.5" width="{width}" height="11" rx="3" '
                     f'transform="translate({x:.1f} {y:.1f}) rotate({-turned:.1f})"/>')  # fmt: skip
    return f'<g fill="{color}">{"".join(parts)}{skull(x, y, turned)}</g>'


def skull(x: float, y: float, flexionDeg: float) -> str:
    """The outline of a head whose base rests on the top of the neck."""
    outline = ("M10,-9 Q42,-20 42,-54 Q40,-100 -8,-101 Q-50,-101 -55,-64 Q-56,-56 -66,-42 Q-67,-38 -58,-36 "
               "L-59,-28 L-54,-25 L-58,-20 Q-58,-6 -46,-5 Q-34,-4 -20,-12 Z")  # fmt: skip
    return (f'<path stroke="{NIGHT}" stroke-width="4" transform="translate({x:.1f} {y:.1f}) rotate({-flexionDeg:.1f})" '
            f'd="{outline}"/>')  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
