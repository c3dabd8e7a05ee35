"""The one place where numbers become digits, so that every output prints the same ones."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from DynamicSpineLib.Errors import JobError

STORED_DECIMALS = 6
"""Decimals in CSV and JSON: a nanometer, finer than any image."""

_LARGEST = 1e15

MINUS = "\N{MINUS SIGN}"

# Decimals shown to people, by unit; the noise of hand marks is 0.5 mm or 1 to 3 degrees.
_SHOWN_DECIMALS = {
    "mm": 1, "deg": 1, "%": 1, "mm2": 0, "mm/deg": 2, "%/deg": 2, "1": 2, "{ratio}": 2, "ratio": 2, "{grade}": 0,
}  # fmt: skip
_UNKNOWN_UNIT_DECIMALS = 2

_UNIT_TEXTS = {
    "deg": "°", "mm2": "mm²", "mm/deg": "mm/°", "%/deg": "%/°", "1": "", "{ratio}": "", "ratio": "", "{grade}": "",
}  # fmt: skip


def storedNumber(value: float | None) -> str:
    """A number as CSV and JSON hold it: at most six decimals, no trailing zeros, no minus zero; "" for None.

    Raises JobError for NaN, infinities and absurdly large numbers: a missing value is None with a reason, never NaN.
    """
    if value is None:
        return ""
    digits = f"{_stored(value):f}"
    if "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    return "0" if digits in ("-0", "") else digits


def shownNumber(value: float, unit: str, decimals: int | None = None) -> str:
    """A number as people read it: the stored digits rounded half away from zero to the decimals of the unit."""
    places = shownDecimals(unit) if decimals is None else decimals
    digits = f"{_rounded(_stored(value), places):f}"
    if not digits.startswith("-"):
        return digits
    return digits[1:] if not digits.strip("-0.") else MINUS + digits[1:]


def shownDecimals(unit: str) -> int:
    """Decimals that values of a unit are shown with."""
    return _SHOWN_DECIMALS.get(unit, _UNKNOWN_UNIT_DECIMALS)


def tickNumber(value: float) -> str:
    """A round number of a scale, with as many decimals as it needs."""
    digits = storedNumber(abs(value))
    return MINUS + digits if value < 0 and digits != "0" else digits


def isShownAsZero(value: float, unit: str) -> bool:
    """True where the shown digits of a number are all zero, so that it has no direction."""
    return not shownNumber(value, unit).strip(MINUS + "0.")


def unitText(unit: str) -> str:
    """A unit as people read it: degree sign, superscripts; empty for ratios and grades."""
    return _UNIT_TEXTS.get(unit, unit)


def withUnit(digits: str, unit: str) -> str:
    """Digits followed by their unit; the degree sign stands without a space."""
    text = unitText(unit)
    if not text:
        return digits
    return f"{digits}{text}" if text == "°" else f"{digits}\N{NO-BREAK SPACE}{text}"


def percentText(share: float) -> str:
    """A share from 0 to 1 as whole percent, never rounded up to 100 nor down to 0."""
    percent = int(_rounded(Decimal(repr(float(share))) * 100, 0))
    if percent >= 100 and share < 1.0:
        return "over 99\N{NO-BREAK SPACE}%"
    if percent <= 0 and share > 0.0:
        return "under 1\N{NO-BREAK SPACE}%"
    return f"{percent}\N{NO-BREAK SPACE}%"


def _stored(value: float) -> Decimal:
    """A number rounded to the decimals that are stored. Raises JobError for what is no usable number."""
    if not abs(value) < _LARGEST:
        raise JobError("A value that is not a usable number reached the report; missing values need a reason code.")
    return _rounded(Decimal(repr(float(value))), STORED_DECIMALS)


def _rounded(number: Decimal, places: int) -> Decimal:
    return number.quantize(_lastPlace(places), rounding=ROUND_HALF_UP)


@cache
def _lastPlace(places: int) -> Decimal:
    return Decimal(1).scaleb(-places)
