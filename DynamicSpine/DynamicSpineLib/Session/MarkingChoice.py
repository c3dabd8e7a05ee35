"""What a reader can choose to mark, and that choice fitted to a case whose levels are other ones."""

from __future__ import annotations

from dataclasses import dataclass, replace

from DynamicSpineLib.Anatomy.Levels import Chain, levelsBeside
from DynamicSpineLib.Session.Guide import Marking, markedChain
from DynamicSpineLib.Session.ProtocolCosts import ProtocolCost, protocolCosts
from DynamicSpineLib.Wording.Texts import capitalized, counted, inList, uncapitalized

_NAMED_METRICS = 2


def fittedMarking(chain: Chain, marking: Marking) -> Marking:
    """The choice without levels and segments that the case does not have; its range then is the whole chain."""
    return replace(
        marking, first=marking.first if marking.first in chain.levels else "",
        last=marking.last if marking.last in chain.levels else "",
        onlyAt=marking.onlyAt if marking.onlyAt in chain.places else "",
    )  # fmt: skip


def singleLevels(chain: Chain) -> tuple[str, ...]:
    """What "one level only" can mean: each segment with both of its vertebrae; the levels where there is no segment."""
    return tuple(segment.name for segment in chain.segments) or chain.levels


def singleLevelAt(chain: Chain, place: str) -> str:
    """The single level that a chosen place belongs to: itself, or the segment below a vertebra, else above it."""
    choices = singleLevels(chain)
    if place in choices or not choices:
        return place
    beside = [item for item in choices if place in levelsBeside(item)]
    below = [item for item in beside if levelsBeside(item)[0] == place]
    return (below or beside or list(choices))[0]


def isMarkedAt(chain: Chain, marking: Marking, place: str) -> bool:
    """True where a level or segment is among those that are marked."""
    marked = markedChain(chain, fittedMarking(chain, marking))
    return all(level in marked.levels for level in levelsBeside(place))


@dataclass(frozen=True)
class ProtocolLine:
    """One protocol as a check box shows it. cost and gives in a few words; details: all of both, for a tooltip."""

    id: str
    title: str
    cost: str
    gives: str
    details: str
    isChosen: bool
    isPossible: bool


def protocolLines(chain: Chain, marking: Marking) -> tuple[ProtocolLine, ...]:
    """Every protocol with what it costs at the chosen levels, and what it gives besides the other chosen ones."""
    fitted = fittedMarking(chain, marking)
    return tuple(
        ProtocolLine(item.id, item.title, _cost(item), _gives(item), _details(item), item.id in marking.protocols,
                     not item.isEmpty)
        for item in protocolCosts(chain, fitted)
    )  # fmt: skip


def costOfAll(chain: Chain, marking: Marking) -> str:
    """What marking one position costs for all chosen protocols, in words."""
    fitted = fittedMarking(chain, marking)
    chosen = [item for item in protocolCosts(chain, fitted) if item.id in fitted.protocols]
    clicks = sum(item.clicks for item in chosen)
    optional = sum(item.optionalClicks for item in chosen)
    if not chosen:
        return "Choose what to mark."
    more = f", and {optional} optional ones" if marking.withOptional and optional else ""
    return f"{counted(clicks, 'click')} in each position{more}."


def _cost(cost: ProtocolCost) -> str:
    """Its clicks; where it needs none, how many marks are optional: "26 clicks", "12 optional"."""
    if cost.clicks or cost.isEmpty:
        return "none here" if cost.isEmpty else counted(cost.clicks, "click")
    return f"{cost.optionalClicks or cost.outlines} optional"


def _gives(cost: ProtocolCost) -> str:
    """The first metrics by name and the number of the others: "adds disc angle, slip and 9 more"."""
    titles = list(cost.gives or cost.givesToo)
    named = [uncapitalized(title) for title in titles[:_NAMED_METRICS]]
    others = len(titles) - len(named)
    words = inList((*named, f"{others} more") if others else named)
    if not titles:
        return ""
    return f"adds {words}" if cost.gives else f"optional marks add {words}"


def _details(cost: ProtocolCost) -> str:
    lines = [f"{cost.title}: {cost.costText} in each position ({cost.plane})."]
    if cost.gives:
        lines.append(f"Adds: {', '.join(cost.gives)}.")
    if cost.givesToo:
        lines.append(f"With its optional marks: {', '.join(cost.givesToo)}.")
    if not (cost.gives or cost.givesToo) and not cost.isEmpty:
        lines.append("Adds nothing to what is chosen already.")
    return capitalized("\n".join(lines))
