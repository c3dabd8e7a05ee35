"""Strings on their way to a reader: cleaned, and names of levels and sides in words."""

from __future__ import annotations

import re
import unicodedata

from DynamicSpineLib.Anatomy.Levels import splitSegment

_LEVEL = re.compile(r"(Oc|[CTLS]\d{1,2})(Oc|[CTLS]\d{1,2})?")
_DIRECTION_MARKS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNCLEAN = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{''.join(sorted(_DIRECTION_MARKS))}]")
_SIDES = {"L": "left", "R": "right", "both": "both sides", "central": "central"}


def clean(text: str) -> str:
    """The text on one line without what would break a file or turn digits around.

    Line breaks and tabs become spaces; control characters, lone surrogates and marks that reverse the reading
    direction are removed, since a reversed number is a wrong number.
    """
    if not _UNCLEAN.search(text):
        return text
    spaced = (" " if character in "\t\n\r\v\f\x85\u2028\u2029" else character for character in text)
    return "".join(
        character for character in spaced
        if unicodedata.category(character) not in ("Cc", "Cs") and character not in _DIRECTION_MARKS
    )  # fmt: skip


def levelLabel(level: str) -> str:
    """C5C6 as "C5\N{NON-BREAKING HYPHEN}C6", the region L1S1 as "L1 to S1"; other names as they are."""
    match = _LEVEL.fullmatch(level)
    if match is None or match.group(2) is None:
        return level
    joint = "\N{NON-BREAKING HYPHEN}" if splitSegment(level) else " to "
    return f"{match.group(1)}{joint}{match.group(2)}"


def sideWord(side: str) -> str:
    """left, right, both sides or central; empty for no side."""
    return _SIDES.get(side, side)


def placeLabel(level: str, side: str = "") -> str:
    """A level with its side, where it has one: "C5-C6 left"."""
    return f"{levelLabel(level)} {sideWord(side)}" if side else levelLabel(level)


def inList(words: list[str] | tuple[str, ...], last: str = "and") -> str:
    """Words as a sentence has them: "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def capitalized(text: str) -> str:
    """The text with a capital first letter, the rest as it is."""
    return text[:1].upper() + text[1:]


def uncapitalized(text: str) -> str:
    """A title inside a sentence: a plain first word loses its capital letter, C2 and ICR keep theirs."""
    first = text.split(" ")[0]
    return text[:1].lower() + text[1:] if first[1:].islower() or len(first) == 1 else text


def counted(number: int, noun: str) -> str:
    """A number of things: "1 mark", "2 marks"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def cssString(text: str) -> str:
    """A quoted CSS string that holds any text: everything but ASCII letters, digits and spaces is escaped."""
    escaped = "".join(
        character if (character.isascii() and character.isalnum()) or character == " " else f"\\{ord(character):x} "
        for character in clean(text)
    )
    return f'"{escaped}"'
