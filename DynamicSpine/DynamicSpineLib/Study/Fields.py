"""Reading and writing JSON members by tables of fields, collecting every fault with its place in words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from DynamicSpineLib.Study.FaultList import FaultList, Place, nearest
from DynamicSpineLib.Study.JsonText import shown

BAD = object()
"""What a codec returns for a value that it refused; the fault is then in the list."""

_LARGEST = 1e9


class Codec(Protocol):
    """How one kind of value is read from parsed JSON and written to it."""

    def read(self, raw: Any, place: Place, faults: FaultList) -> Any:
        """The value, or BAD with a fault added."""

    def write(self, value: Any) -> Any:
        """The value as JSON."""


@dataclass(frozen=True)
class Text:
    """A text: one of `choices`, or matching `pattern`, or free. form: what the pattern asks for, in words."""

    choices: tuple[str, ...] = ()
    pattern: str = ""
    form: str = ""
    longest: int = 200

    def read(self, raw: Any, place: Place, faults: FaultList) -> Any:
        """The text; control characters other than tab and newline are refused."""
        problem = self._problem(raw)
        if problem:
            faults.error(place, problem)
            return BAD
        return raw

    def _problem(self, raw: Any) -> str:
        if not isinstance(raw, str):
            return f"must be a text; it is {shown(raw)}"
        if self.choices and raw not in self.choices:
            like = nearest(raw, self.choices)
            hint = f" (nearest: '{like}')" if like else ""
            return f"must be one of {', '.join(choice for choice in self.choices if choice)}; it is {shown(raw)}{hint}"
        if len(raw) > self.longest:
            return f"is longer than {self.longest} characters"
        if any(not (char.isprintable() or char.isspace()) for char in raw):
            return f"holds characters that cannot be shown: {shown(raw)}"
        if self.pattern and not re.fullmatch(self.pattern, raw):
            return f"must be {self.form}; it is {shown(raw)}"
        return ""

    def write(self, value: Any) -> Any:
        """The text itself."""
        return value


@dataclass(frozen=True)
class Date:
    """A day or a moment: 2025-03-01 or 2025-03-01T09:30, with seconds if known; empty where not known."""

    def read(self, raw: Any, place: Place, faults: FaultList) -> Any:
        """The text as it stands, checked against the calendar."""
        if isinstance(raw, str) and (raw == "" or _isMoment(raw)):
            return raw
        faults.error(place, f"must be a date such as 2025-03-01 or 2025-03-01T09:30; it is {shown(raw)}")
        return BAD

    def write(self, value: Any) -> Any:
        """The text itself."""
        return value


def _isMoment(text: str) -> bool:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2})?)?", text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


@dataclass(frozen=True)
class Number:
    """A finite number within bounds (both included), with its unit for the message."""

    low: float = -_LARGEST
    high: float = _LARGEST
    unit: str = ""
    whole: bool = False
    above: bool = False  # the lower bound itself is refused

    def read(self, raw: Any, place: Place, faults: FaultList) -> Any:
        """The number: float, or int where it must be whole."""
        kinds = int if self.whole else (int, float)
        isNumber = isinstance(raw, kinds) and not isinstance(raw, bool) and -_LARGEST <= raw <= _LARGEST
        if isNumber and self.low <= raw <= self.high and not (self.above and raw == self.low):
            return raw if self.whole else float(raw)
        faults.error(place, f"must be {self._form()}; it is {shown(raw)}")
        return BAD

    def _form(self) -> str:
        form = "a whole number" if self.whole else "a number"
        if self.low > -_LARGEST and self.high < _LARGEST:
            form += f" {'above' if self.above else 'from'} {self.low:g} to {self.high:g}"
        elif self.low > -_LARGEST:
            form += f" above {self.low:g}" if self.above else f" of {self.low:g} or more"
        return form + (f" ({self.unit})" if self.unit else "")

    def write(self, value: Any) -> Any:
        """The number itself."""
        return value


@dataclass(frozen=True)
class Flag:
    """true or false, and null (not known) where `unknown` is allowed."""

    unknown: bool = False

    def read(self, raw: Any, place: Place, faults: FaultList) -> Any:
        """True, False or None."""
        if isinstance(raw, bool) or (self.unknown and raw is None):
            return raw
        faults.error(place, f"must be true{', false or null' if self.unknown else ' or false'}; it is {shown(raw)}")
        return BAD

    def write(self, value: Any) -> Any:
        """The flag itself."""
        return value


@dataclass(frozen=True)
class OrNull:
    """Another codec's value, or null."""

    codec: Codec

    def read(self, raw: Any, place: Place, faults: FaultList) -> Any:
        """None for null."""
        return None if raw is None else self.codec.read(raw, place, faults)

    def write(self, value: Any) -> Any:
        """None as null."""
        return None if value is None else self.codec.write(value)


@dataclass(frozen=True)
class ListOf:
    """A list, read into a tuple. size: its length, where fixed; whole: one bad item spoils it all."""

    codec: Codec
    size: int | None = None
    longest: int = 10_000
    whole: bool = False

    def read(self, raw: Any, place: Place, faults: FaultList) -> Any:
        """The items that could be read, or BAD where the list itself is refused or of a fixed size and faulty."""
        if not isinstance(raw, list) or (self.size is not None and len(raw) != self.size):
            faults.error(place, f"must be a list{f' of {self.size}' if self.size else ''}; it is {shown(raw)}")
            return BAD
        if len(raw) > self.longest:
            faults.error(place, f"has more than {self.longest} items")
            return BAD
        items = [self.codec.read(item, place.item(index), faults) for index, item in enumerate(raw)]
        good = tuple(item for item in items if item is not BAD)
        return BAD if (self.whole or self.size is not None) and len(good) != len(items) else good

    def write(self, value: Any) -> Any:
        """The items as a JSON list."""
        return [self.codec.write(item) for item in value]


@dataclass(frozen=True)
class MapOf:
    """An object with free keys, read into an immutable mapping. keys: how a key is checked."""

    codec: Codec
    keys: Codec = Text()

    def read(self, raw: Any, place: Place, faults: FaultList) -> Any:
        """The members that could be read, in the file's order."""
        if not isinstance(raw, dict):
            faults.error(place, f"must be an object; it is {shown(raw)}")
            return BAD
        members = {}
        for key, item in raw.items():
            goodKey = self.keys.read(key, place.key(key), faults)
            value = self.codec.read(item, place.key(key), faults)
            if goodKey is not BAD and value is not BAD:
                members[key] = value
        return MappingProxyType(members)

    def write(self, value: Any) -> Any:
        """The members as a JSON object."""
        return {key: self.codec.write(item) for key, item in value.items()}


@dataclass(frozen=True)
class Plain:
    """A text, a number, true, false or null, kept as it is."""

    def read(self, raw: Any, place: Place, faults: FaultList) -> Any:
        """The value as parsed."""
        if raw is None or isinstance(raw, str | int | float):
            return raw
        faults.error(place, f"must be a text, a number, true, false or null; it is {shown(raw)}")
        return BAD

    def write(self, value: Any) -> Any:
        """The value itself."""
        return value


@dataclass(frozen=True)
class Field:
    """One member of an object. attribute: its name in the value (default: the key).

    A required member that is missing is a fault, and `standIn` takes its place so that reading can go on.
    """

    key: str
    codec: Codec
    attribute: str = ""
    required: bool = False
    standIn: Any = None

    @property
    def name(self) -> str:
        """The attribute that holds this member's value."""
        return self.attribute or self.key


@dataclass(frozen=True)
class Record:
    """An object with known members, read into the dataclass `kind`; absent members are left to its defaults."""

    kind: type[Any]
    fields: tuple[Field, ...]

    def read(self, raw: Any, place: Place, faults: FaultList, **given: Any) -> Any:
        """The value, or BAD where `raw` is no object or a required member without a stand-in is bad.

        given: members that do not stand in the object itself.
        """
        if not isinstance(raw, dict):
            faults.error(place, f"must be an object; it is {shown(raw)}")
            return BAD
        reportUnknownKeys(raw, [item.key for item in self.fields], place, faults)
        members = {item.name: self._member(item, raw, place, faults) for item in self.fields}
        if any(item.required and members[item.name] is BAD for item in self.fields):
            return BAD
        return self.kind(**given, **{name: value for name, value in members.items() if value is not BAD})

    def _member(self, item: Field, raw: dict[str, Any], place: Place, faults: FaultList) -> Any:
        value = BAD
        if item.key in raw:
            value = item.codec.read(raw[item.key], place.key(item.key), faults)
        elif item.required:
            faults.error(place.key(item.key), "is missing")
        return item.standIn if value is BAD and item.required and item.standIn is not None else value

    def write(self, value: Any) -> Any:
        """The members that differ from the defaults, and the required ones, in the table's order."""
        members = {}
        for item in self.fields:
            content = getattr(value, item.name)
            if item.required or content != self._default(item.name):
                members[item.key] = item.codec.write(content)
        return members

    def _default(self, name: str) -> Any:
        known = next(item for item in fields(self.kind) if item.name == name)
        return known.default_factory() if known.default_factory is not MISSING else known.default


def reportUnknownKeys(raw: Mapping[str, Any], known: Sequence[str], place: Place, faults: FaultList) -> None:
    """An error for a key that reads like a misspelled one (its value would silently be lost), a warning for others."""
    for key in raw:
        if key in known:
            continue
        like = nearest(key, known, cutoff=0.8)
        if like:
            faults.error(place.key(key), f"is not a known key (nearest: '{like}')")
        else:
            faults.warning(place.key(key), "is not a known key; it is kept and not used")
