"""What each landmark protocol costs in clicks, and which metrics it adds to the others that were chosen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Landmarks import definitionOf, namesFor
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Metrics.InputPoints import missingPoints, pointsBehind
from DynamicSpineLib.Metrics.Places import placesOf
from DynamicSpineLib.Metrics.PointTable import SIDES
from DynamicSpineLib.Metrics.Registry import SIDED_SEGMENT, MetricDefinition, allMetrics
from DynamicSpineLib.Session.Guide import Marking, markedChain
from DynamicSpineLib.Wording.Texts import capitalized, counted


@dataclass(frozen=True)
class ProtocolCost:
    """One protocol over the chosen levels, in one position.

    clicks: points that it needs; optionalClicks: further points; outlines: lines and outlines, all optional.
    gives: titles of the metrics that its needed points add to those of the other chosen protocols; givesToo: those
    that come with its optional points, lines and outlines.
    """

    id: str
    title: str
    plane: str
    clicks: int
    optionalClicks: int
    outlines: int
    gives: tuple[str, ...]
    givesToo: tuple[str, ...]

    @property
    def isEmpty(self) -> bool:
        """True where the chosen levels have no mark of this protocol."""
        return not (self.clicks or self.optionalClicks or self.outlines)

    @property
    def costText(self) -> str:
        """The cost in words: "24 clicks", "12 clicks, 30 more optional", "30 optional clicks, 12 outlines"."""
        parts = []
        if self.clicks:
            parts.append(counted(self.clicks, "click"))
        if self.optionalClicks:
            more = f"{self.optionalClicks} more optional" if self.clicks else ""
            parts.append(more or counted(self.optionalClicks, "optional click"))
        if self.outlines:
            parts.append(counted(self.outlines, "outline"))
        return ", ".join(parts) or "no marks at these levels"


def protocolCosts(chain: Chain, marking: Marking) -> tuple[ProtocolCost, ...]:
    """Every protocol in the order of the data; `marking.protocols` are the ones that others are counted against."""
    return _costs(markedChain(chain, marking), "".join(sorted(set(marking.protocols))))


@lru_cache(maxsize=64)
def _costs(chain: Chain, chosen: str) -> tuple[ProtocolCost, ...]:
    return tuple(_cost(chain, entry, chosen) for entry in packageData("Protocols", "landmarks.json")["protocols"])


def _cost(chain: Chain, entry: dict[str, str], chosen: str) -> ProtocolCost:
    letter = entry["id"]
    others = "".join(sorted(set(chosen) - {letter}))
    before = metricsGiven(chain, _names(chain, others))
    needed = metricsGiven(chain, _names(chain, others) | _names(chain, letter, withOptional=False))
    everything = metricsGiven(chain, _names(chain, others) | _names(chain, letter))
    kinds = [_kind(name) for name in namesFor(chain, letter)]
    return ProtocolCost(
        letter, entry["title"], entry["plane"], kinds.count("needed"), kinds.count("optional"), kinds.count("outline"),
        _titles(needed - before), _titles(everything - needed - before),
    )  # fmt: skip


@lru_cache(maxsize=256)
def _names(chain: Chain, protocols: str, withOptional: bool = True) -> frozenset[str]:
    return frozenset(namesFor(chain, protocols, withOptional))


def _kind(text: str) -> str:
    definition = definitionOf(text)
    if definition is None or definition.kind != "point":
        return "outline"
    return "optional" if definition.optional else "needed"


@lru_cache(maxsize=256)
def metricsGiven(chain: Chain, names: frozenset[str]) -> frozenset[str]:
    """Ids of the metrics that these marks give at one place of the chain at least."""
    return frozenset(item.id for item in allMetrics() if _isGiven(item, chain, names))


def _isGiven(definition: MetricDefinition, chain: Chain, names: Collection[str]) -> bool:
    sides = SIDES if definition.scope == SIDED_SEGMENT else ("",)
    return any(
        pointsBehind(definition, place, side)
        and not missingPoints(definition.id, place, names, side, definition.kind)
        for _, place in placesOf(definition, chain)
        for side in sides
    )


def _titles(metricIds: Collection[str]) -> tuple[str, ...]:
    """Titles in the order of the tables, without repeats."""
    titles = (capitalized(item.title) for item in allMetrics() if item.id in metricIds)
    return tuple(dict.fromkeys(titles))
