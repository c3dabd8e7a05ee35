"""Reloading the extension's packages, for developers: the next import reads them from disk again."""

from __future__ import annotations

import sys

PACKAGES = ("DynamicSpineLib", "DynamicSpineWidgets")


def forgetPackages() -> None:
    """Drop every module of our packages from those imported."""
    for name in [item for item in sys.modules if item.split(".")[0] in PACKAGES]:
        del sys.modules[name]
