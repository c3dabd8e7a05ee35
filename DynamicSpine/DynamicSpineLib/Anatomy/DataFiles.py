"""Reading the JSON data that ships with the library."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any


@cache
def packageData(folder: str, name: str) -> Any:
    """The parsed content of Data/<folder>/<name>; treat it as read-only, since it is shared."""
    path = resources.files("DynamicSpineLib").joinpath("Data").joinpath(folder).joinpath(name)
    return json.loads(path.read_text(encoding="utf-8"))
