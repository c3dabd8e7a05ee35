"""Key images: rendered elsewhere, checked here and put into the page."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass

from DynamicSpineLib.Errors import JobError
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Reports.Technique import BEND_WORDS
from DynamicSpineLib.Study.Position import Position

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Image:
    """One picture of the page: its data, size in px, title, and posture and bend where the title is another."""

    source: str
    width: int
    height: int
    title: str
    technique: str


def images(report: ReportInput) -> list[Image]:
    """The pictures of the case's positions, in the case's order. Raises JobError for what is no PNG."""
    found = []
    for position in report.case.positions:
        if position.id in report.pictures:
            content = report.pictures[position.id]
            width, height = pngSize(content, position.id)
            source = "data:image/png;base64," + base64.b64encode(content).decode("ascii")
            technique = _technique(position)
            found.append(Image(source, width, height, position.shownTitle, technique))
    return found


def _technique(position: Position) -> str:
    """Posture and bend in words; empty where the title already says just that."""
    words = (position.posture, BEND_WORDS.get(position.bend, position.bend))
    return "" if " ".join(words) == position.shownTitle.lower() else ", ".join(words)


def pngSize(content: bytes, position: str) -> tuple[int, int]:
    """Width and height in px from a PNG's header. Raises JobError where it has none."""
    if not content.startswith(_SIGNATURE) or content[12:16] != b"IHDR" or len(content) < 24:
        raise JobError(f"The picture of position '{position}' is not a PNG image.")
    width, height = struct.unpack(">II", content[16:24])
    return int(width), int(height)
