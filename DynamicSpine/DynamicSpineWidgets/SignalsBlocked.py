"""Filling a widget without its telling so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def signalsBlocked(widget: Any) -> Iterator[None]:
    """Inside the block a widget emits no signals: what changes there is not the user's doing."""
    wasBlocked = widget.blockSignals(True)
    try:
        yield
    finally:
        widget.blockSignals(wasBlocked)
