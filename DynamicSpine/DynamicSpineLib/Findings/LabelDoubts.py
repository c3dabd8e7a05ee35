"""Warnings for the rows of the table of positions: where marks, images or names contradict a position's label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from DynamicSpineLib.Criteria.BendOrder import Bending, bendings, exchanged, sidewaysDoubts, unsharedDoubts
from DynamicSpineLib.Criteria.CaseValues import CaseValues
from DynamicSpineLib.Criteria.Consistency import LabelDoubt, labelDoubts, mirroredPositions, samePairs, shiftedPositions
from DynamicSpineLib.Findings.FindAlignment import excursionWords
from DynamicSpineLib.Findings.Speech import positionList, positionWords, sentence
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import BENT_SIDEWAYS, Position
from DynamicSpineLib.Study.PositionGuess import PositionGuess, guessPosition, plainWord, said
from DynamicSpineLib.Study.PositionWords import WEAK
from DynamicSpineLib.Wording.Texts import capitalized, levelLabel
from DynamicSpineLib.Wording.Words import directedWithUnit, intervalText, metricWords

DRAWS = 200
"""Enough to tell a bend from noise; a row's warning needs no third digit."""

_WORDED = ("posture", "bend", "load")
_SAME_MARKS = "The marks have one and the same shape as those of {others}: one series may stand here twice."
_SAME_IMAGE = "The image is the same as that of {others}, voxel by voxel."
Warnings = dict[str, tuple["LabelWarning", ...]]


@dataclass(frozen=True)
class LabelWarning:
    """A warning in the row of a position.

    kind: label (bent the other way), notBent (too little to tell), exchanged, sameMarks, sameImage, levels, sides or
    words (the names of its volume say otherwise). others: the positions that it was compared with.
    """

    position: str
    kind: str
    text: str
    others: tuple[str, ...] = ()


def labelWarnings(
    case: Case, values: CaseValues | None = None, texts: Mapping[str, Mapping[str, str]] | None = None,
    sameImages: Iterable[tuple[str, str]] = (),
) -> Warnings:  # fmt: skip
    """Every warning by position id, in the case's order, the gravest first; rows without any are left out.

    values: of the first reading, with DRAWS draws or more; None leaves out what marks would tell. texts: of each
    position's volume by source, as in PositionGuess. sameImages: pairs of positions whose voxels are the same.
    """
    found = [*_alike(case, "sameImage", sameImages, _SAME_IMAGE), *_words(case, texts or {})]
    if values is not None:
        found = [*_marks(values), *found]
    rows = {item.id: tuple(warning for warning in found if warning.position == item.id) for item in case.positions}
    return {positionId: warnings for positionId, warnings in rows.items() if warnings}


def _marks(values: CaseValues) -> list[LabelWarning]:
    """What the marks tell: bends first, then what makes a whole position doubtful."""
    case, doubtful = values.case, shiftedPositions(values)
    return [
        *_exchanged(values, bendings(values)), *_bends(values),
        *(LabelWarning(item, "levels", sentence("levelShift", position=positionWords(case, item)))
          for item in doubtful),
        *(LabelWarning(item, "sides", sentence("sidesExchanged", position=positionWords(case, item)))
          for item in mirroredPositions(values)),
        *_alike(case, "sameMarks", samePairs(values), _SAME_MARKS),
    ]  # fmt: skip


def _bends(values: CaseValues) -> Iterator[LabelWarning]:
    case = values.case
    for doubt in (*labelDoubts(values), *unsharedDoubts(values), *sidewaysDoubts(values)):
        change = _changeWords(doubt)
        blanks = {"position": positionWords(case, doubt.position), "bend": plainWord("bend", doubt.bend),
                  "region": levelLabel(doubt.region), "change": change,
                  "neutral": positionWords(case, doubt.neutral)}  # fmt: skip
        kind, template = ("label", "labelContradicts") if doubt.contradicts else ("notBent", "bendNotSeen")
        yield LabelWarning(doubt.position, kind, sentence(template, **blanks), (doubt.neutral,))


def _changeWords(doubt: LabelDoubt) -> str:
    """The measured rotation with its direction and interval."""
    value, low, high = doubt.rotation.value or 0.0, doubt.rotation.lower95, doubt.rotation.upper95
    if doubt.bend not in BENT_SIDEWAYS:
        return excursionWords(value, low, high)
    metric = "lateralBend" if doubt.bend.endswith("Bend") else "axialRotation"
    text = directedWithUnit(value, "deg", metricWords(metric).pair("motion"))
    if low is None or high is None:
        return text
    return f"{text} ({intervalText(metric, 'motion', 'deg', (value, low, high))})"


def _exchanged(values: CaseValues, found: Sequence[Bending]) -> Iterator[LabelWarning]:
    for bending in found:
        pair = exchanged(bending)
        if pair is not None:
            first, second = (positionWords(values.case, item) for item in pair)
            region = levelLabel(bending.region)
            text = f"{first} and {second} may be exchanged: with each other's labels {region} would bend as labelled."
            yield from (LabelWarning(item, "exchanged", capitalized(text), (other,))
                        for item, other in (pair, pair[::-1]))  # fmt: skip
            return


def _alike(case: Case, kind: str, pairs: Iterable[tuple[str, str]], text: str) -> Iterator[LabelWarning]:
    """One warning in the row of each position that is like others."""
    alike: dict[str, list[str]] = {}
    for first, second in pairs:
        alike.setdefault(first, []).append(second)
        alike.setdefault(second, []).append(first)
    for position, others in alike.items():
        yield LabelWarning(position, kind, text.format(others=positionList(case, others)), tuple(others))


def _words(case: Case, texts: Mapping[str, Mapping[str, str]]) -> Iterator[LabelWarning]:
    """Names and headers of the volumes that say otherwise than the row."""
    for position in case.positions:
        guess = guessPosition(texts.get(position.id, {}), position.scanner)
        for field in _WORDED:
            if _saysOtherwise(position, guess, field):
                told = next(item for item in guess.evidence if item.field == field and item.sureness != WEAK)
                text = f"the row says {plainWord(field, getattr(position, field))}, but {said(told)}."
                yield LabelWarning(position.id, "words", capitalized(text))
        yield from (LabelWarning(position.id, "words", doubt) for doubt in guess.doubts)


def _saysOtherwise(position: Position, guess: PositionGuess, field: str) -> bool:
    """True where the names surely or likely say another posture, bend or load than the row."""
    said, told = getattr(position, field), guess.value(field)
    if not told and field == "posture" and guess.isUpright:
        return position.isRecumbent
    return bool(told) and guess.surenessOf(field) not in ("", WEAK) and told != said
