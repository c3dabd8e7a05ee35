"""The key to the signs of Review."""

from __future__ import annotations

from html import escape

from slicer.i18n import tr as _

from DynamicSpineLib.Session.ReviewContent import ReviewContent


def keyText(content: ReviewContent) -> str:
    """What every sign of the grid means, and the keys, as rich text."""
    samples = {"met": "\N{WHITE RECTANGLE}", "provisional": "\N{SQUARE WITH UPPER RIGHT TO LOWER LEFT FILL}"}
    lines = [f"<b>{samples.get(entry.sample, entry.sign)}</b> {escape(entry.text)}" for entry in content.key]
    lines.append(_("Darker: a higher grade. Underlined: the level that leads the report."))
    lines.append(_('Over a column, "as usual": the symptom that was felt is the usual one.'))
    lines.append(_("Keys: up and down for levels, left and right for positions, W the next place worth a look, "
                   "O lays positions on each other, C copies the text."))  # fmt: skip
    return "<p>" + "<br>".join([*lines, escape(content.researchUse)]) + "</p>"
