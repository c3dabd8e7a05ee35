"""The text for the dictation: 80 to 120 words with numbering, positions, findings, limits and the research line."""

from __future__ import annotations

from collections.abc import Sequence

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Findings.Finding import Finding
from DynamicSpineLib.Findings.FindLimits import SMALL_LIMIT_RANK
from DynamicSpineLib.Findings.Speech import positionList
from DynamicSpineLib.Findings.Story import Story
from DynamicSpineLib.Wording.Texts import capitalized

MOST_WORDS = 120
_FILL = ("missedNothing", "slipNothing", "cordContactNone", "undecided", "narrowestClear", "narrowestPositions",
         "narrowestUnclear", "foramenClear", "foramenPositions", "foramenUnclear", "recess", "angles",
         "excursion")  # fmt: skip


def dictation(story: Story, found: Sequence[Finding], headlines: Sequence[Finding]) -> str:
    """Opening, limits, headlines, closing; filled with further sentences while they fit in 120 words."""
    opening = (f"Positional MRI, {positionList(story.case, story.values.positionIds)}. "
               f"{capitalized(story.case.numbering.statement())}.")  # fmt: skip
    closing: str = packageData("Findings", "templates.json")["dictationClosing"]
    limits = [item for item in found
              if (item.section == "limits" and item.rank < SMALL_LIMIT_RANK) or item.id == "cannotState"]  # fmt: skip
    fill = [item for kind in _FILL for item in found if item.id == kind]
    chosen: list[Finding] = []
    for item in (*limits[:2], *headlines, *fill):
        text = " ".join([opening, *(_brief(each) for each in chosen), _brief(item), closing])
        told = item.id == "contactMissed" and any(each.id == "cordContact" for each in chosen)
        if item not in chosen and not told and len(text.split()) <= MOST_WORDS:
            chosen.append(item)
    order = {id(item): index for index, item in enumerate(found)}
    chosen.sort(key=lambda item: order.get(id(item), len(order)))
    return " ".join([opening, *(_brief(item) for item in chosen), closing])


def _brief(finding: Finding) -> str:
    """A sentence without the base rate that follows it."""
    return finding.text.split(". ")[0].rstrip(".") + "." if finding.id == "cordContact" else finding.text
