"""The rule sets that a user may have judged, with what each one found and from which modality its limits come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from DynamicSpineLib.Criteria.Results import MET, UNDECIDED, RuleResult
from DynamicSpineLib.Criteria.RuleReader import shippedRuleSets
from DynamicSpineLib.Criteria.RuleSets import MR, RuleSet
from DynamicSpineLib.Wording.Codes import code
from DynamicSpineLib.Wording.Texts import inList

_MODALITY_WORDS = {"mr": "MR", "xray": "X-ray", "ct": "CT"}
_COUNTED = {MET: "met", UNDECIDED: "undecided"}


@dataclass(frozen=True)
class RuleChoice:
    """One set to choose. id: that of a set that ships, or the path of a user's own.

    isAlways: judged without being asked for. warning: that its limits were made in another modality, in a few words.
    found: how many of its rules are met or undecided, empty where it was not judged. tip: what it is, in lines.
    """

    id: str
    title: str
    isAlways: bool
    isChosen: bool
    warning: str
    found: str
    tip: tuple[str, ...]


def ruleChoices(chosen: Sequence[str], results: Collection[RuleResult]) -> tuple[RuleChoice, ...]:
    """Every set that ships, those that are always judged first, then a user's own that are chosen."""
    shipped = sorted(shippedRuleSets(), key=lambda item: not item.on)
    known = {item.id for item in shipped}
    own = [_own(path) for path in chosen if path not in known]
    return (*(_shipped(item, item.id in chosen, results) for item in shipped), *own)


def _shipped(ruleSet: RuleSet, isChosen: bool, results: Collection[RuleResult]) -> RuleChoice:
    others = sorted({_MODALITY_WORDS.get(item, item) for rule in ruleSet.rules if MR not in rule.sourceModality
                     for item in rule.sourceModality}, reverse=True)  # fmt: skip
    every = all(MR not in rule.sourceModality for rule in ruleSet.rules)
    warning = "" if not others else f"{'limits' if every else 'some limits'} from {inList(others)}"
    tip = [ruleSet.scope, ruleSet.source, code("warnings", "limitOfOtherModality").text if warning else ""]
    tip.append(f"Not assessed here: {inList(ruleSet.clinicalItemsNotAssessed)}."
               if ruleSet.clinicalItemsNotAssessed else "")  # fmt: skip
    own = [item for item in results if item.ruleSet == ruleSet.id]
    return RuleChoice(ruleSet.id, ruleSet.title, ruleSet.on, isChosen or ruleSet.on, warning, _found(own),
                      tuple(line for line in tip if line))  # fmt: skip


def _own(path: str) -> RuleChoice:
    return RuleChoice(path, Path(path).name, False, True, "", "", (path,))


def _found(results: Sequence[RuleResult]) -> str:
    """"2 met, 1 undecided"; how many rules, each counted once however many levels it is so at."""
    if not results:
        return ""
    best: dict[str, str] = {}
    for item in sorted(results, key=lambda result: result.result != MET):
        if item.result in _COUNTED:
            best.setdefault(item.rule, item.result)
    counts = Counter(best.values())
    return ", ".join(f"{counts[result]} {word}" for result, word in _COUNTED.items() if counts[result]) or "none met"
