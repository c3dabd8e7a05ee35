"""Bringing a case file of an older format to the current one, step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Study.Case import FORMAT_VERSION
from DynamicSpineLib.Study.JsonText import shown

Step = Callable[[dict[str, Any]], dict[str, Any]]

# From a version to the next. Version 1 is the first that was published, so there is nothing to convert yet.
STEPS: Mapping[int, Step] = MappingProxyType({})


def migrate(raw: dict[str, Any], steps: Mapping[int, Step] = STEPS, current: int = FORMAT_VERSION) -> dict[str, Any]:
    """The parsed case file in the current format. Raises InputError for a missing, unknown or newer version."""
    version = raw.get("formatVersion")
    if version is None:
        raise InputError("'formatVersion' is missing")
    if not isinstance(version, int) or isinstance(version, bool):
        raise InputError(f"'formatVersion' must be a whole number; it is {shown(version)}")
    if version > current:
        raise InputError(
            f"was written in format {version} by a newer DynamicSpine; this one reads up to format {current}: update it"
        )
    while version < current:
        if version not in steps:
            raise InputError(f"has the unknown 'formatVersion' {version}; this program reads format {current}")
        raw = {**steps[version](raw), "formatVersion": version + 1}
        version += 1
    return raw
