"""JSON text, read strictly and written to be read by people."""

from __future__ import annotations

import json
import math
import stat
from pathlib import Path
from typing import Any

from DynamicSpineLib.Errors import InputError

MAXIMUM_BYTES = 32 * 1024 * 1024
_LONGEST_NUMBER = 64
_WIDTH = 100
_DEEPEST = 30


class _Strict(ValueError):
    """What makes a text unfit, in words that follow the file's name."""


def readBytes(path: Path) -> bytes:
    """The content of a regular file no larger than MAXIMUM_BYTES. Raises InputError; the caller names the file."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise InputError("is not a file")
        if status.st_size > MAXIMUM_BYTES:
            raise InputError(f"is larger than {MAXIMUM_BYTES // 2**20} MB, which no such file is")
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError("the file is missing") from None
    except OSError as error:
        raise InputError(f"cannot be read ({error.strerror or 'unknown reason'})") from None


def parseJson(content: bytes) -> Any:
    """The value that UTF-8 JSON text holds. A byte order mark is tolerated.

    Raises InputError (the caller names the file) for other encodings, duplicate keys, NaN, Infinity and numbers too
    large to hold, and text that ends too early.
    """
    if not content.strip():
        raise InputError("is empty")
    try:
        value = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_uniqueKeys,
            parse_constant=float,
            parse_float=_finiteFloat,
            parse_int=_shortInteger,
        )
        if _holdsNonFinite(value):
            raise _Strict("holds NaN or Infinity, which is not a number")
        _refuseDepth(value)
        if b"\\u" in content:
            _refuseHalfCharacters(value)
        return value
    except UnicodeDecodeError:
        raise InputError("is not UTF-8 text, so it is not JSON") from None
    except json.JSONDecodeError as error:
        end = "it ends too early" if error.pos >= len(error.doc.rstrip()) else error.msg
        raise InputError(f"is not JSON ({end}, line {error.lineno} column {error.colno})") from None
    except _Strict as error:
        raise InputError(str(error)) from None
    except RecursionError:
        raise InputError("is nested too deeply") from None


def _refuseDepth(value: Any) -> None:
    """Refuse nesting that later steps, which call themselves, could not follow."""
    layer = [value]
    for _ in range(_DEEPEST):
        containers = [item for item in layer if isinstance(item, dict | list)]
        layer = [child for item in containers for child in (item.values() if isinstance(item, dict) else item)]
        if not layer:
            return
    raise _Strict("is nested too deeply")


def _refuseHalfCharacters(value: Any) -> None:
    """Refuse escapes such as \\ud800 without their second half: no file could be written with them."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise _Strict("holds half of a character (a \\u escape without its partner)") from None


def _uniqueKeys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in pairs:
        if key in members:
            raise _Strict(f"the key {shown(key)} occurs twice in one object")
        members[key] = value
    for key, value in pairs:
        if _holdsNonFinite(value):
            owner = f"the point {shown(members['label'])}" if isinstance(members.get("label"), str) else shown(key)
            raise _Strict(f"{owner} holds NaN or Infinity, which is not a number")
    return members


def _holdsNonFinite(value: Any) -> bool:
    """True for NaN and Infinity, alone or in nested lists; objects inside have been looked at on their own."""
    if isinstance(value, list):
        return any(_holdsNonFinite(item) for item in value)
    return isinstance(value, float) and not math.isfinite(value)


def _finiteFloat(text: str) -> float:
    value = float(text) if len(text) <= _LONGEST_NUMBER else math.inf
    if not math.isfinite(value):
        raise _Strict("holds a number too large or too long to be a measure")
    return value


def _shortInteger(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise _Strict("holds a number too large or too long to be a measure")
    return int(text)


def shown(value: object) -> str:
    """A value from a file as it may stand in a message: quoted, short, on one line, printable everywhere."""
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[:61])
    return "'" + (text[:60] + "..." if len(text) > 60 else text) + "'"


def jsonText(value: Any) -> str:
    """JSON text of a value, two spaces deep, with rows of plain values on one line.

    Floats are written so that they read back to the last bit. Raises ValueError for NaN and infinity.
    """
    return _lines(value, "") + "\n"


def _lines(value: Any, indent: str) -> str:
    if not isinstance(value, dict | list) or not value:
        return _plain(value)
    items = list(value.values()) if isinstance(value, dict) else value
    if all(_isPlain(item) for item in items):
        text = _plain(value)
        if len(text) <= _WIDTH or all(isinstance(item, int | float) for item in items):
            return text
    if isinstance(value, dict):
        inner = [f"{indent}  {_plain(key)}: {_lines(item, indent + '  ')}" for key, item in value.items()]
        return "{\n" + ",\n".join(inner) + "\n" + indent + "}"
    inner = [f"{indent}  {_lines(item, indent + '  ')}" for item in items]
    return "[\n" + ",\n".join(inner) + "\n" + indent + "]"


def _isPlain(item: Any) -> bool:
    return item is None or isinstance(item, str | int | float)


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
