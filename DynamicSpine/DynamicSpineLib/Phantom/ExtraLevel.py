"""A level that the region's data do not have, shaped like one that they have: L6 like L5."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Errors import InputError

_BY_SEGMENT = ("flexionDeg", "slipMm", "lateralBendDeg", "axialRotationDeg", "lateralMm")


def withExtraLevel(data: Mapping[str, Any], copy: Mapping[str, Any]) -> dict[str, Any]:
    """A region's data with one more level below the one that it is like.

    copy: `level`, the new name; `like`, the level whose shape it has; `segments`, new segment -> the one it is like, at
    rest and in motion. Segments that are no longer between neighbors are left out.
    Raises InputError where the level or a segment that is copied is not there, or where the chain is none.
    """
    level, like = str(copy["level"]), str(copy["like"])
    if like not in data["shapes"] or like not in data["levels"]:
        raise InputError(f"the phantom has no level '{like}' that '{level}' could be like")
    levels = _inserted(data["levels"], level, like)
    shapes = {name: data["shapes"][like if name == level else name] for name in _inserted(data["shapes"], level, like)}
    try:
        chain = [segment.name for segment in Chain(tuple(_inserted(data["shapes"], level, like))).segments]
    except ValueError as fault:
        raise InputError(f"'{level}' cannot stand below '{like}' in the phantom: {fault}") from fault
    origin = {**{name: name for name in data["segments"]}, **copy["segments"]}
    for name in chain:
        if origin.get(name) not in data["segments"]:
            raise InputError(f"the phantom's extra level '{level}' does not say what segment '{name}' is like")
    positions = {
        name: {**entry, **{key: _copied(entry[key], chain, origin) for key in _BY_SEGMENT if key in entry}}
        for name, entry in data["positions"].items()
    }
    segments = _copied(data["segments"], chain, origin)
    return {**data, "levels": levels, "shapes": shapes, "segments": segments, "positions": positions}


def _inserted(names: Any, level: str, after: str) -> list[str]:
    """The names in order, with `level` behind `after`."""
    listed = list(names)
    return [*listed[: listed.index(after) + 1], level, *listed[listed.index(after) + 1 :]]


def _copied(values: Mapping[str, Any], chain: list[str], origin: Mapping[str, str]) -> dict[str, Any]:
    """Values by segment for the new chain: each that of the segment it is like."""
    return {name: values[origin[name]] for name in chain if origin[name] in values}
