"""Reading the JSON data that ships with the library."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import Any


@lru_cache(maxsize=None)
def packageData(folder: str, name: str) -> Any:
    """The parsed content of Data/<folder>/<name>; treat it as read-only, since it is shared."""
    path = resources.files("DynamicSpineLib").joinpath("Data", folder, name)
    return json.loads(path.read_text(encoding="utf-8"))
