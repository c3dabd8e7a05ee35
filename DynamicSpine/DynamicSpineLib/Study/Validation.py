"""Judging a case as a whole: what contradicts itself, and what cannot be a spine."""

from __future__ import annotations

from pathlib import Path

from DynamicSpineLib.Errors import Fault
from DynamicSpineLib.Study.Case import Case


def validateCase(case: Case, folder: Path | None = None) -> tuple[Fault, ...]:
    """Every error and warning found in a case. folder: where its files are, to tell links to one file apart."""
    return ()
