"""How a mark came to be, as the text that stands in a control point's description.

`<origin>; confirmed|unconfirmed; sd <number> mm; quality <text>; note: <text>`, in this order; each part may be left
out from the third on. "predicted; unconfirmed; sd 0.35 mm; quality drawn to the edge" is an example. The note runs to
the end and may hold anything; the word "note:" is written only where the text could be taken for a part before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from DynamicSpineLib.Study.Marks import CARRIED, PLACED, PREDICTED, SEGMENTED, Contour, Landmark

_HOW = re.compile(
    rf"\s*({PLACED}|{CARRIED}|{PREDICTED}|{SEGMENTED})\s*(?:;\s*(confirmed|unconfirmed)\s*?)?(?:; ?(.*))?", re.DOTALL
)
_SD = re.compile(r"sd (\d{1,4}(?:\.\d{1,25})?(?:e-?\d{1,3})?) mm(?:; ?(.*))?", re.DOTALL)
_QUALITY = re.compile(r"quality ([^;\r\n]+)(?:; ?(.*))?", re.DOTALL)
_NOTE = re.compile(r"note: (.*)", re.DOTALL)
_MOST_SD_MM = 1000.0


@dataclass(frozen=True)
class MarkHow:
    """Origin, whether a reader has accepted the mark, its own SD in mm (None: that of its class), its quality, a note.

    See Landmark for what each means.
    """

    origin: str = PLACED
    confirmed: bool = True
    sdMm: float | None = None
    quality: str = ""
    note: str = ""


def howOf(mark: Landmark | Contour) -> MarkHow:
    """How a landmark or contour came to be."""
    note = mark.note if isinstance(mark, Landmark) else ""
    return MarkHow(mark.origin, mark.confirmed, mark.sdMm, mark.quality, note)


def readHow(description: object) -> MarkHow:
    """What a control point's description says, from the left as far as known.

    A text that does not begin with an origin is a note on a placed point. Where only the origin stands, placed points
    count as confirmed and others do not.
    """
    text = description if isinstance(description, str) else ""
    match = _HOW.fullmatch(text)
    if match is None:
        return MarkHow(note=text)
    origin, stated, rest = match.groups()
    confirmed = stated == "confirmed" if stated else origin == PLACED
    sdMm, rest = _readSd(rest or "")
    quality, rest = _readQuality(rest)
    note = _NOTE.fullmatch(rest)
    return MarkHow(origin, confirmed, sdMm, quality, note[1] if note else rest)


def writeHow(how: MarkHow) -> str:
    """The description that readHow reads back; empty for a placed, confirmed point of which nothing more is known.

    An SD that is no number from 0 to 1000 mm is left out. In the quality, semicolons and line breaks become commas and
    blanks.
    """
    if how == MarkHow():
        return ""
    parts = [how.origin, "confirmed" if how.confirmed else "unconfirmed"]
    if how.sdMm is not None and 0.0 <= how.sdMm <= _MOST_SD_MM:
        parts.append(f"sd {float(how.sdMm)!r} mm")
    quality = " ".join(how.quality.replace(";", ",").split())
    if quality:
        parts.append(f"quality {quality}")
    if how.note:
        mistakable = any(pattern.fullmatch(how.note) for pattern in (_SD, _QUALITY, _NOTE))
        parts.append(f"note: {how.note}" if mistakable else how.note)
    return "; ".join(parts)


def _readSd(text: str) -> tuple[float | None, str]:
    """The SD that a text begins with, and what follows it; None and the whole text where it does not."""
    match = _SD.fullmatch(text)
    if match is None or float(match[1]) > _MOST_SD_MM:
        return None, text
    return float(match[1]), match[2] or ""


def _readQuality(text: str) -> tuple[str, str]:
    match = _QUALITY.fullmatch(text)
    return ("", text) if match is None else (match[1], match[2] or "")
