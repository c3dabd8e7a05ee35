"""In which position a series was taken, from all its texts: what agrees, what contradicts, what stays open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from DynamicSpineLib.Study.PositionWords import ANGLE, CERTAIN, LIKELY, WEAK, Evidence, evidenceIn, wordsData

_FIELDS = ("posture", "bend", "load", ANGLE, "role")
_RANK = {CERTAIN: 2, LIKELY: 1, WEAK: 0}
_UPRIGHT, _RECUMBENT = "upright", "recumbent"
_HELD_BY = {_UPRIGHT: ("sitting", "standing"), _RECUMBENT: ("supine", "prone", "other")}
_WORDS = {
    "leftBend": "bend to the left", "rightBend": "bend to the right", "leftRotation": "rotation to the left",
    "rightRotation": "rotation to the right", "weightBearing": "weight bearing", "axialLoad": "axial load",
    "none": "no load", "other": "lying on a side",
}  # fmt: skip


@dataclass(frozen=True)
class PositionGuess:
    """What the texts say together; empty and None where they say nothing or contradict each other.

    posture, bend, load: as in a Position. isUpright: sitting or standing, though it may not be known which.
    evidence: what was read, all of it. doubts: contradictions, as sentences. remarks: what was passed over, and why.
    """

    posture: str = ""
    bend: str = ""
    load: str = ""
    angleDeg: float | None = None
    role: str = ""
    isUpright: bool = False
    evidence: tuple[Evidence, ...] = ()
    doubts: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def value(self, field: str) -> str:
        """The value of posture, bend, load, angle or role as text."""
        if field == ANGLE:
            return "" if self.angleDeg is None else f"{self.angleDeg:g}"
        return str(getattr(self, field))

    def surenessOf(self, field: str) -> str:
        """How sure a value is: CERTAIN, LIKELY, WEAK, or empty where there is none."""
        value = self.value(field)
        for item in sorted(self.evidence, key=lambda found: -_RANK[found.sureness]):
            if value and item.field == field and item.value in (value, _pseudoOf(value)):
                return LIKELY if item.value == _RECUMBENT else item.sureness
        return ""

    @property
    def reasons(self) -> tuple[str, ...]:
        """What each value was read from, as sentences: 'Flexion: "FLEX" in the series description (likely).'."""
        told: dict[str, None] = {}
        for item in self.evidence:
            taken = self.value(item.field) or (_UPRIGHT if item.field == "posture" and self.isUpright else "")
            if taken and item.value in (taken, _pseudoOf(taken)):
                told[f"{_shown(item).capitalize()}: {_quoted(item)} ({item.sureness})."] = None
        return tuple(told)


def guessPosition(texts: Mapping[str, str], scanner: str = "") -> PositionGuess:
    """The position that texts speak of, by their source (ids of the data's sources; others count as series').

    scanner: maker and model; on one for upright patients the header's patient position is no evidence.
    """
    evidence: list[Evidence] = []
    for source, text in texts.items():
        evidence.extend(_read(source, text, scanner))
    remarks = _aboutScanner(texts, scanner)
    return _Combiner(tuple(evidence), texts, remarks).guess()


def _read(source: str, text: str, scanner: str) -> Iterable[Evidence]:
    level = _levelOf(source)
    if level == "code":
        posture = wordsData()["patientPosition"].get(text.strip().upper())
        return [Evidence("posture", posture, text.strip(), source, WEAK)] if posture and not _isUpright(scanner) else []
    found = [item for item in evidenceIn(text, source) if item.field in _FIELDS]
    return [replace(item, sureness=WEAK) for item in found] if level == "study" else found


def _aboutScanner(texts: Mapping[str, str], scanner: str) -> tuple[str, ...]:
    if _isUpright(scanner) and texts.get("PatientPosition"):
        return (f"{scanner} takes patients upright: the patient position of its header tells nothing.",)
    return ()


def _isUpright(scanner: str) -> bool:
    plain = " ".join(scanner.casefold().replace("-", " ").split())
    return any(word in plain for word in wordsData()["uprightScanners"])


def _source(source: str) -> Mapping[str, str]:
    known = (entry for entry in wordsData()["sources"] if entry["id"] == source)
    return next(known, {"id": source, "title": source, "level": "series"})


def _levelOf(source: str) -> str:
    return _source(source)["level"]


class _Combiner:
    """Puts the evidence of all texts together, field by field."""

    def __init__(self, evidence: tuple[Evidence, ...], texts: Mapping[str, str], remarks: tuple[str, ...]) -> None:
        self._evidence, self._texts = evidence, texts
        self._doubts: list[str] = []
        self._remarks: list[str] = list(remarks)

    def guess(self) -> PositionGuess:
        found = {field: self._value(field) for field in _FIELDS}
        posture, isUpright = found["posture"], found["posture"] in (_UPRIGHT, *_HELD_BY[_UPRIGHT])
        if posture == _UPRIGHT:
            posture = ""
            self._remarks.append("Upright: the texts do not say whether sitting or standing.")
        elif posture == _RECUMBENT:
            posture = "supine"
        angleDeg = float(found[ANGLE]) if found[ANGLE] and found["bend"] not in ("", "neutral") else None
        return PositionGuess(posture, found["bend"], found["load"], angleDeg, found["role"], isUpright,
                             self._evidence, tuple(self._doubts), tuple(self._remarks))  # fmt: skip

    def _value(self, field: str) -> str:
        """The one value of a field; empty where nothing is said, or the texts contradict each other."""
        clear = [item for source in self._texts for item in self._clear(field, source)]
        strong = _withoutHeld([item for item in clear if item.sureness != WEAK])
        weak = _withoutHeld([item for item in clear if item.sureness == WEAK])
        values = list(dict.fromkeys(item.value for item in strong or weak))
        if len(values) > 1:
            if strong:
                first = [next(item for item in strong if item.value == value) for value in values]
                self._doubts.append(_contradiction(first))
            return ""
        if not values:
            return ""
        self._passOver(values[0], strong, weak)
        return self._finer(values[0], weak) if strong else values[0]

    def _clear(self, field: str, source: str) -> list[Evidence]:
        """What one text says of a field; nothing where it names two values ("FLEX/EXT")."""
        found = [item for item in self._evidence if item.field == field and item.source == source]
        values = list(dict.fromkeys(item.value for item in _withoutHeld(found)))
        if len(values) < 2:
            return found
        if _levelOf(source) == "series":
            words = " and ".join(plainWord(field, value) for value in values)
            title = _source(source)["title"]
            self._doubts.append(f'{title[:1].upper()}{title[1:]}, "{self._texts[source]}", names {words}.')
        return []

    def _finer(self, value: str, weak: Sequence[Evidence]) -> str:
        """Lying or upright as the weaker texts have it more exactly."""
        finer = [item.value for item in weak if item.value in _HELD_BY.get(value, ())]
        return finer[0] if value == _RECUMBENT and finer else value

    def _passOver(self, value: str, strong: Sequence[Evidence], weak: Sequence[Evidence]) -> None:
        for item in weak:
            agrees = item.value in (value, *_HELD_BY.get(value, ())) or value in _HELD_BY.get(item.value, ())
            if strong and not agrees:
                self._remarks.append(f"{said(item)}: passed over, since what is written for this series counts more.")


def _withoutHeld(found: Sequence[Evidence]) -> list[Evidence]:
    """Evidence without the general words (upright, recumbent) that more exact ones agree with."""
    values = {item.value for item in found}
    return [item for item in found if not values & set(_HELD_BY.get(item.value, ()))]


def _contradiction(found: Sequence[Evidence]) -> str:
    joined = ", but ".join(said(item) for item in found)
    return f"{joined[:1].upper()}{joined[1:]}."


def said(item: Evidence) -> str:
    """What a text says, inside a sentence: '"FLEX" in the series description says flexion'."""
    return f"{_quoted(item)} says {plainWord(item.field, item.value)}"


def _quoted(item: Evidence) -> str:
    return f'"{item.word}" in {_source(item.source)["title"]}'


def _shown(item: Evidence) -> str:
    return plainWord(item.field, item.value)


def plainWord(field: str, value: str) -> str:
    """A value of posture, bend, load or angle in words."""
    return f"{value}\u00b0" if field == ANGLE else _WORDS.get(value, value)


def _pseudoOf(value: str) -> str:
    """The general word that a posture belongs to, or empty."""
    return next((general for general, exact in _HELD_BY.items() if value in exact), "")
