"""Reasons of a carried bone as sentences, and as the plain members that a case's `bones[].quality` can hold."""

from __future__ import annotations

import math
import string
from collections.abc import Mapping, Sequence
from typing import Any, SupportsFloat

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Registration.CarriedBone import Reason
from DynamicSpineLib.Wording.Numbers import shownNumber

_KEY = "reason"


def _entries() -> dict[str, dict[str, Any]]:
    return {item["code"]: item for item in packageData("Registration", "reasons.json")["reasons"]}


def reasonCodes() -> tuple[str, ...]:
    """Every code that has a sentence."""
    return tuple(_entries())


def reasonSentence(reason: Reason) -> str:
    """The sentence of a reason with its numbers; without them where one is missing. Unknown codes are named."""
    entry = _entries().get(reason.code)
    if entry is None:
        return f"Reason without a sentence here: {reason.code}."
    decimals: Mapping[str, int] = entry.get("numbers", {})
    shown = {name: _shown(reason.numbers.get(name), places) for name, places in decimals.items()}
    return str(entry["text"]).format(**shown) if shown and all(shown.values()) else str(entry["bare"])


def reasonShort(reason: Reason) -> str:
    """A reason in a few words, for a table."""
    entry = _entries().get(reason.code)
    return str(entry["short"]) if entry is not None else reason.code


def verdictSentence(verdict: str) -> str:
    """What a verdict means; empty for none."""
    return str(packageData("Registration", "reasons.json")["verdicts"].get(verdict, ""))


def blanksOf(text: str) -> tuple[str, ...]:
    """The names of the blanks in a sentence."""
    return tuple(name for _, name, _, _ in string.Formatter().parse(text) if name)


def qualityOfReasons(reasons: Sequence[Reason]) -> dict[str, object]:
    """Reasons as plain members: reason1 holds the first code, reason1.similarity a number of it, and so on."""
    members: dict[str, object] = {}
    for index, reason in enumerate(reasons, start=1):
        members[f"{_KEY}{index}"] = reason.code
        members.update({f"{_KEY}{index}.{name}": plainValue(value) for name, value in reason.numbers.items()})
    return members


def reasonsOfQuality(quality: Mapping[str, object]) -> tuple[Reason, ...]:
    """The reasons that `qualityOfReasons` wrote, in their order."""
    found = []
    for index in range(1, len(quality) + 1):
        code = quality.get(f"{_KEY}{index}")
        if not isinstance(code, str):
            break
        start = f"{_KEY}{index}."
        numbers = {key.removeprefix(start): value for key, value in quality.items() if key.startswith(start)}
        found.append(Reason(code, numbers))
    return tuple(found)


def withoutReasons(quality: Mapping[str, object]) -> dict[str, object]:
    """The numbers of a quality record without the reasons in it."""
    count = len(reasonsOfQuality(quality))
    ours = {f"{_KEY}{index}" for index in range(1, count + 1)}
    return {key: value for key, value in quality.items() if key.split(".")[0] not in ours}


def plainValue(value: object) -> object:
    """A value as JSON can hold it: numbers of other packages as float, anything else as text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return float(value) if isinstance(value, SupportsFloat) else str(value)


def _shown(value: object, decimals: int) -> str:
    """A number with its decimals, a text as it is; empty for what is neither or is not finite."""
    if isinstance(value, SupportsFloat):
        number = float(value)
        return shownNumber(number, "", decimals) if math.isfinite(number) else ""
    return value if isinstance(value, str) else ""
