"""A hash of a case, which derived nodes carry to tell whether they still belong to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from DynamicSpineLib.Study.Case import Case


def caseHash(case: Case) -> str:
    """The SHA-256 of everything in a case: the same for equal cases in every process, another after any edit."""
    return hashlib.sha256(json.dumps(_plain(case)).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """The value as lists, texts and numbers; members of mappings in the order of their keys."""
    if is_dataclass(value) and not isinstance(value, type):
        return [[item.name, _plain(getattr(value, item.name))] for item in fields(value)]
    if isinstance(value, Mapping):
        return sorted([str(key), _plain(item)] for key, item in value.items())
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    # An angle of 30 equals one of 30.0, so both hash alike.
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
