"""Symptoms beside the images of the same position; nothing relates one to the other (clinical review, 1.11)."""

from __future__ import annotations

from DynamicSpineLib.Findings.Finding import Finding
from DynamicSpineLib.Findings.Story import Story
from DynamicSpineLib.Study.Position import Symptom
from DynamicSpineLib.Wording.Symptoms import symptomText
from DynamicSpineLib.Wording.Texts import inList


def symptomFindings(story: Story) -> list[Finding]:
    """The worst symptom with its position; positions of the same score are all named."""
    felt = [(item.id, symptom) for item in story.case.positions for symptom in item.symptoms if symptom.type != "none"]
    if not felt:
        recorded = any(item.symptoms for item in story.case.positions)
        return [story.say("symptomNone")] if recorded else []
    top = max(_score(symptom) for _, symptom in felt)
    worst = [(position, symptom) for position, symptom in felt if _score(symptom) == top]
    texts = list(dict.fromkeys(symptomText(symptom) for _, symptom in worst))
    where = inList([story.position(position) for position in dict.fromkeys(item for item, _ in worst)])
    return [story.say("symptomWorst", {"position": where, "symptom": "; ".join(texts)},
                      positions=tuple(dict.fromkeys(item for item, _ in worst)))]  # fmt: skip


def _score(symptom: Symptom) -> float:
    return -1.0 if symptom.score is None else symptom.score
