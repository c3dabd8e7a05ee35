"""Bones whose carried marks ask for a look, and bones that were not found: said before what rests on them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from DynamicSpineLib.Findings.Finding import Finding
from DynamicSpineLib.Findings.Speech import levelList
from DynamicSpineLib.Findings.Story import Story
from DynamicSpineLib.Study.CarryState import levelsNotCarried, levelsToCheck
from DynamicSpineLib.Wording.Texts import inList


def carriedFindings(story: Story) -> Iterator[Finding]:
    """One sentence on the levels to look at, one on those without marks because their bone was not found."""
    asked = {item.id: tuple(levelsToCheck(story.case, item)) for item in story.case.positions}
    if any(asked.values()):
        yield story.say("carriedToCheck", {"places": _places(story, asked)}, level=_first(asked),
                        positions=_where(asked), rank=0.32)  # fmt: skip
    lost = {item.id: levelsNotCarried(story.case, item) for item in story.case.positions}
    if any(lost.values()):
        yield story.say("notCarried", {"places": _places(story, lost)}, level=_first(lost), positions=_where(lost),
                        rank=0.34)  # fmt: skip


def _places(story: Story, levels: Mapping[str, Sequence[str]]) -> str:
    """"L4 and L5 in standing flexion and L4 in standing extension"."""
    return inList([f"{levelList(found)} in {story.position(item)}" for item, found in levels.items() if found])


def _first(levels: Mapping[str, Sequence[str]]) -> str:
    """The first level that is named."""
    return next(found[0] for found in levels.values() if found)


def _where(levels: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(item for item, found in levels.items() if found)
