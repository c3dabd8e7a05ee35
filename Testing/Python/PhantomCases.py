"""Cases, posed spines and true values of the phantom, made once: they are frozen, so that all tests may share them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from DynamicSpineLib.Phantom import PhantomCase, PosedPhantom, Truth
from DynamicSpineLib.Phantom.PosedSpine import PosedSpine
from DynamicSpineLib.Phantom.Truth import TruthValue
from DynamicSpineLib.Study.Case import Case


def phantomCase(scenarioId: str, positions: Sequence[str] | None = None) -> Case:
    """A scenario as a case, in all its positions or the named ones."""
    return _case(scenarioId, None if positions is None else tuple(positions))


@lru_cache(maxsize=128)
def _case(scenarioId: str, positions: tuple[str, ...] | None) -> Case:
    return PhantomCase.phantomCase(scenarioId, positions)


@lru_cache(maxsize=256)
def posedSpine(scenarioId: str, positionId: str, region: str | None = None) -> PosedSpine:
    """One region of a scenario's spine in one position; do not write to its arrays."""
    return PosedPhantom.posedSpine(scenarioId, positionId, region)


@lru_cache(maxsize=64)
def truthValues(scenarioId: str) -> tuple[TruthValue, ...]:
    """Every true value of a scenario."""
    return tuple(Truth.truthValues(scenarioId))
