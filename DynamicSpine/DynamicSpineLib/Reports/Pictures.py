"""Key images: rendered elsewhere, checked here and put into the page."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass

from DynamicSpineLib.Errors import JobError
from DynamicSpineLib.Reports.Layout import say
from DynamicSpineLib.Reports.MotionTables import QUESTION_WORDS
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Reports.Technique import BEND_WORDS
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.Roles import declaredPairs
from DynamicSpineLib.Wording.Texts import capitalized, levelLabel

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
            technique = _technique(position)
            found.append(Image(_source(content), width, height, position.shownTitle, technique))
    return found


def comparedImages(report: ReportInput) -> list[Image]:
    """The leading level in two positions laid on each other, for each declared pair. `technique` says what is what.

    Raises JobError for what is no PNG.
    """
    found = []
    level = report.findings.worstLevel if report.findings is not None else ""
    segment = report.case.chain.segment(level)
    for pair in declaredPairs(report.case) if segment is not None else ():
        key = (pair.fromPosition, pair.toPosition)
        if segment is not None and key in report.compared:
            width, height = pngSize(report.compared[key], " on ".join(reversed(key)))
            reference, moving = (report.positionTitle(positionId) for positionId in key)
            words = say("comparedPicture", level=levelLabel(level), held=segment.lower,
                        reference=capitalized(reference), moving=capitalized(moving))  # fmt: skip
            question = QUESTION_WORDS.get(pair.question, pair.question)
            found.append(Image(_source(report.compared[key]), width, height, question, words))
    return found


def _source(content: bytes) -> str:
    return "data:image/png;base64," + base64.b64encode(content).decode("ascii")


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
