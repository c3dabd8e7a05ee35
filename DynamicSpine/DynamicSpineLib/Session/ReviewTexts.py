"""Texts of Review that say once what the report says with every sentence, and text that survives any clipboard."""

from __future__ import annotations

from types import MappingProxyType

from DynamicSpineLib.Findings.Speech import provisionalEnding
from DynamicSpineLib.Session.ReviewContent import KeySentence, ReviewContent
from DynamicSpineLib.Session.ReviewLinks import Stop

_PLAIN = MappingProxyType({ord(sign): plain for sign, plain in (
    ("\N{NON-BREAKING HYPHEN}", "-"), ("\N{EN DASH}", "-"), ("\N{MINUS SIGN}", "-"),
    ("\N{NO-BREAK SPACE}", " "), ("\N{NARROW NO-BREAK SPACE}", " "),
)})  # fmt: skip


def plainText(text: str) -> str:
    """The text with signs that every dictation field knows: a level must not arrive as "L4?L5"."""
    return text.translate(_PLAIN)


def shortText(text: str) -> str:
    """A sentence without its ending on marks that nobody has accepted, which Review says once for all."""
    return text.removesuffix(provisionalEnding()).rstrip()


def orderedSentences(content: ReviewContent) -> tuple[KeySentence, ...]:
    """The sentences, those that claim a difference first, otherwise in the report's order."""
    return tuple(sorted(content.sentences, key=lambda item: not item.isHeadline))


def saidBy(content: ReviewContent, stop: Stop) -> int | None:
    """Which of the ordered sentences says why a place is worth a look, or None."""
    return next((index for index, item in enumerate(orderedSentences(content)) if item.text == stop.why), None)
