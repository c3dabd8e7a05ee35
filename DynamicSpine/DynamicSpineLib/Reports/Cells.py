"""What stands in one cell of a table: a value with its interval, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from DynamicSpineLib.Metrics.Measurement import OK, STATE, Measurement
from DynamicSpineLib.Wording.Codes import code, codesByGroup
from DynamicSpineLib.Wording.Words import (
    TOO_IMPRECISE,
    directed,
    intervalWords,
    metricWords,
    valueWords,
    verdictWords,
)

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Cell:
    """value: digits with direction; interval and verdict beside it; note: a second, smaller statement.

    missing: why there is no value. letters: footnotes of warnings. provisional: hatched. faint: too imprecise.
    """

    value: str = ""
    interval: str = ""
    verdict: str = ""
    note: str = ""
    unclear: bool = False
    missing: str = ""
    letters: str = ""
    provisional: bool = False
    faint: bool = False


@dataclass(frozen=True)
class Footnotes:
    """Letters for the warning codes that the shown rows carry."""

    letters: dict[str, str]

    @classmethod
    def of(cls, rows: Iterable[Measurement]) -> Footnotes:
        """A letter for each warning code used, in the order of the code list; unknown codes last."""
        used = {warning for row in rows for warning in row.warnings if not code("warnings", warning).toldOnce}
        known = [identifier for identifier in codesByGroup()["warnings"] if identifier in used]
        ordered = known + sorted(used - set(known))
        return cls({identifier: _letter(index) for index, identifier in enumerate(ordered)})

    def marks(self, row: Measurement) -> str:
        """The letters of a row's warnings, in order."""
        letters = {self.letters[warning] for warning in row.warnings if warning in self.letters}
        return ",".join(sorted(letters, key=lambda item: (len(item), item)))

    def explained(self) -> list[tuple[str, str, str]]:
        """Letter, short name and sentence of each warning used."""
        return [(letter, code("warnings", identifier).short, code("warnings", identifier).text)
                for identifier, letter in self.letters.items()]


def _letter(index: int) -> str:
    wrapped, letter = divmod(index, len(_LETTERS))
    return _LETTERS[letter] + (str(wrapped) if wrapped else "")


def missingText(row: Measurement | None) -> str:
    """Why there is no value, in a few words; a metric has a row wherever it is defined, with or without a value."""
    if row is None:
        return code("reasonCode", "notDefinedHere").short
    return code("reasonCode", row.reasonCode).short if row.reasonCode else (row.reason or "no value")


def stateCell(row: Measurement | None, change: Measurement | None, footnotes: Footnotes) -> Cell:
    """A value in one position; its note is the change where it is beyond noise, else that it is unclear."""
    if row is None or row.status != OK or row.value is None:
        return Cell(missing=missingText(row))
    words = metricWords(row.metric)
    value = valueWords(row) if words.classes else directed(row.value, row.unit, words.pair(STATE))
    clear = change is not None and change.status == OK and change.exceedsNoise is True
    unclear = change is not None and change.status == OK and change.exceedsNoise is False
    return Cell(
        value, _short(intervalWords(row)), note=valueWords(change) if clear and change else "", unclear=unclear,
        letters=footnotes.marks(row), provisional=not row.confirmed,
    )  # fmt: skip


def differenceCell(row: Measurement | None, footnotes: Footnotes) -> Cell:
    """A change or motion with interval and verdict."""
    if row is None or row.status != OK or row.value is None:
        return Cell(missing=missingText(row))
    verdict = verdictWords(row)
    return Cell(
        valueWords(row), intervalWords(row), verdict=verdict, letters=footnotes.marks(row),
        provisional=not row.confirmed, faint=verdict == TOO_IMPRECISE,
    )  # fmt: skip


def _short(interval: str) -> str:
    """An interval without "between ... and", for narrow cells."""
    return interval.removeprefix("between ").replace(" and ", " to ")
