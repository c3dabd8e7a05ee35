"""T2 signals of the phantom's tissues, from Data/Phantom/tissues.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Errors import JobError


@dataclass(frozen=True)
class Grain:
    """A tissue's texture: noise of SD `amount` (share of the signal) in cells of this size (across, across, along)."""

    amount: float
    cellMm: tuple[float, float, float]
    fat: float = 0.0


@dataclass(frozen=True)
class Palette:
    """Signals by tissue name, as shares of the signal of cerebrospinal fluid, for one region."""

    signals: Mapping[str, float]
    grains: Mapping[str, Grain]

    def __getitem__(self, name: str) -> float:
        if name not in self.signals:
            raise JobError(f"the phantom's tissue data have no tissue '{name}'")
        return self.signals[name]


def palette(region: str) -> Palette:
    """The signals for a region; a tissue's `byRegion` entry replaces its general signal."""
    tissues = packageData("Phantom", "tissues.json")["tissues"]
    signals = {tissue["name"]: tissue.get("byRegion", {}).get(region, tissue["signal"]) for tissue in tissues}
    grains = {
        tissue["name"]: Grain(**{**tissue["grain"], "cellMm": tuple(tissue["grain"]["cellMm"])})
        for tissue in tissues
        if "grain" in tissue
    }
    return Palette(signals, grains)
