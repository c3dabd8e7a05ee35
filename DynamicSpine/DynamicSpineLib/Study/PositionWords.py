"""Words of a position in a series' name: posture, bend, load, angle, role, and what kind of series it is.

The words stand in Data/Study/positionWords.json, in seven languages. A text is cut into words where letter case, digits
and signs change; longer phrases win over shorter ones, and a phrase that means something else ("flex coil") swallows
the word that it holds.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from DynamicSpineLib.Anatomy.DataFiles import packageData

CERTAIN, LIKELY, WEAK = "certain", "likely", "weak"
ANGLE = "angle"

_LEAST_COMPOUND = 7
_PARTS = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)?|[\u00b0\u00ba\u02da]")
_CASE_CHANGE = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class Evidence:
    """One thing that a text says. field: posture, bend, load, angle (degrees), role, plane, contrast or kind.

    word: as it stands in the text. source: where the text comes from, as in the data's sources.
    sureness: CERTAIN, LIKELY (an abbreviation, a manner of speaking) or WEAK (said of all series alike).
    """

    field: str
    value: str
    word: str
    source: str = ""
    sureness: str = CERTAIN


@dataclass(frozen=True)
class _Word:
    """A piece of a text: plain (no case, no accents), and where it stands."""

    plain: str
    start: int
    end: int


@dataclass(frozen=True)
class _Found:
    """Words `first` to `last` (included) and what they mean: (field, value, sureness); field "" for nothing."""

    first: int
    last: int
    field: str
    value: str
    sureness: str


_Meaning = tuple[str, str, str]
_SIDEWAYS, _SWALLOWED = "sideways", ""


def wordsData() -> Mapping[str, Any]:
    """The content of Data/Study/positionWords.json."""
    data: Mapping[str, Any] = packageData("Study", "positionWords.json")
    return data


def evidenceIn(text: str, source: str = "name") -> tuple[Evidence, ...]:
    """Everything that a text says, in the order of its words."""
    text = unicodedata.normalize("NFC", text)  # file names of macOS hold accents apart from their letters
    words = _wordsOf(text)
    code = _codeIn(words, text)
    if code:
        return tuple(Evidence(field, value, text.strip(), source, LIKELY) for field, value in code)
    matches = list(_matches(words))
    found = [(item.first, Evidence(item.field, item.value, _span(text, words, item.first, item.last), source,
                                   item.sureness))
             for item in matches if item.field not in (_SIDEWAYS, _SWALLOWED)]  # fmt: skip
    bends = [item for item in matches if item.field == "bend"]
    for item in matches:
        if item.field == _SIDEWAYS:
            side = _sideBeside(words, item, matches)
            if side is not None:
                first, last = min(item.first, side[1]), max(item.last, side[1])
                bends.append(_Found(first, last, "bend", side[0] + item.value, CERTAIN))
                word = _span(text, words, first, last)
                found.append((first, Evidence("bend", side[0] + item.value, word, source, item.sureness)))
    found += [(index, Evidence(ANGLE, value, word, source, sureness))
              for index, value, word, sureness in _angles(text, words, bends)]  # fmt: skip
    return tuple(item for _, item in sorted(found, key=lambda pair: pair[0]))


def _wordsOf(text: str) -> list[_Word]:
    words = []
    for match in _PARTS.finditer(text):
        start = match.start()
        for piece in _CASE_CHANGE.split(match.group()):
            words.append(_Word(_plain(piece), start, start + len(piece)))
            start += len(piece)
    return words


def _plain(piece: str) -> str:
    """A piece without case and accents; every degree sign as the same one."""
    if piece in "\u00ba\u02da":
        return "\u00b0"
    parts = unicodedata.normalize("NFKD", piece.casefold())
    return "".join(character for character in parts if not unicodedata.combining(character))


def _span(text: str, words: Sequence[_Word], first: int, last: int) -> str:
    return text[words[first].start : words[last].end]


@lru_cache(maxsize=1)
def _phrases() -> dict[tuple[str, ...], tuple[_Meaning, ...]]:
    """Every phrase of the data in plain words, with all that it means."""
    data = wordsData()
    found: dict[tuple[str, ...], list[_Meaning]] = {}
    for entry in data["entries"]:
        for text in _texts(entry["words"]):
            found.setdefault(_key(text), []).append((entry["field"], entry["value"], entry["sureness"]))
    for entry in data["sideways"]:
        for text in _texts(entry["words"]):
            found.setdefault(_key(text), []).append((_SIDEWAYS, entry["value"], CERTAIN))
    for text in data["swallowed"]:
        found[_key(text)] = [(_SWALLOWED, "", CERTAIN)]
    return {key: tuple(dict.fromkeys(meanings)) for key, meanings in found.items()}


def _texts(byLanguage: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for texts in byLanguage.values():
        yield from texts


def _key(text: str) -> tuple[str, ...]:
    return tuple(word.plain for word in _wordsOf(text.casefold()))


def _matches(words: Sequence[_Word]) -> Iterator[_Found]:
    """What the words mean, longest phrases first; a word belongs to one phrase only."""
    phrases, index = _phrases(), 0
    longest = _longestPhrase()
    while index < len(words):
        for length in range(min(longest, len(words) - index), 0, -1):
            key = tuple(word.plain for word in words[index : index + length])
            meanings = phrases.get(key) or (_compound(key[0]) if length == 1 else ())
            if meanings:
                for field, value, sureness in meanings:
                    yield _Found(index, index + length - 1, field, value, sureness)
                index += length
                break
        else:
            index += 1


@lru_cache(maxsize=1)
def _longestPhrase() -> int:
    return max(len(key) for key in _phrases())


def _compound(word: str) -> tuple[_Meaning, ...]:
    """What a compound such as Flexionsaufnahme or SAGFLEXION means."""
    if len(word) <= _LEAST_COMPOUND:
        return ()
    for bend, meanings in _bendWords().items():
        rest = word.removesuffix(bend)
        isGlued = rest != word and (rest in wordsData()["gluedTo"] or _isPlane(rest))
        if isGlued or word.startswith(bend):
            return meanings
    return ()


@lru_cache(maxsize=1)
def _bendWords() -> dict[str, tuple[_Meaning, ...]]:
    """The long single words of bends, which are found in compounds too."""
    found = {}
    for key, meanings in _phrases().items():
        bends = tuple((field, value, LIKELY) for field, value, _ in meanings if field == "bend")
        if len(key) == 1 and len(key[0]) >= _LEAST_COMPOUND and bends:
            found[key[0]] = bends
    return found


def _isPlane(word: str) -> bool:
    return any(field == "plane" for field, _, _ in _phrases().get((word,), ()))


def _codeIn(words: Sequence[_Word], text: str) -> list[tuple[str, str]]:
    """Posture and bend of a name that is a position's code and nothing else (SUP_N, UP_LBL)."""
    codes = wordsData()["codes"]
    plain = re.sub(r"[_\d\s]+$", "", text).casefold().split("_")
    if len(words) < 2 or len(plain) != 2:
        return []
    posture, bend = codes["postures"].get(plain[0]), codes["bends"].get(plain[1])
    return [("posture", posture), ("bend", bend)] if posture and bend else []


def _sideBeside(words: Sequence[_Word], found: _Found, matches: Sequence[_Found]) -> tuple[str, int] | None:
    """left or right, and the word that says so, next to a movement; None where none or both stand there."""
    sides, taken = wordsData()["sides"], {index for item in matches for index in range(item.first, item.last + 1)}
    seen: dict[str, int] = {}
    for step, start in ((-1, found.first - 1), (1, found.last + 1)):
        index = start
        while 0 <= index < len(words) and words[index].plain in sides["between"]:
            index += step
        if not 0 <= index < len(words) or index in taken:
            continue
        following = words[index + 1].plain if index + 1 < len(words) else ""
        for side in ("left", "right"):
            isLetter = words[index].plain in sides[f"{side}Letters"] and following not in sides["notAfterLetter"]
            if words[index].plain in sides[side] or isLetter:
                seen[side] = index
    return next(iter(seen.items())) if len(seen) == 1 else None


def _angles(
    text: str, words: Sequence[_Word], bends: Sequence[_Found]
) -> Iterator[tuple[int, str, str, str]]:
    """(place, degrees, word, sureness) of every number that is the angle of a bend; none without a bend."""
    rules = wordsData()["angle"]
    units = {_plain(unit) for unit in rules["units"]}
    for index, word in enumerate(words):
        if not bends or not word.plain[0].isdecimal():
            continue
        number = float(word.plain.replace(",", "."))
        following = words[index + 1].plain if index + 1 < len(words) else ""
        before = {item.plain for item in words[max(index - 2, 0) : index]}
        if following in units:
            if rules["leastDeg"] <= number <= rules["mostDeg"] and not before & set(rules["notAfter"]):
                yield index, f"{number:g}", _span(text, words, index, index + 1), CERTAIN
        elif any(item.last == index - 1 for item in bends) and following not in rules["bareNotBefore"]:
            isRound = number % rules["bareStepDeg"] == 0
            if isRound and rules["bareLeastDeg"] <= number <= rules["bareMostDeg"]:
                yield index, f"{number:g}", word.plain, LIKELY
