"""The rules behind a cell of Review's grid, in words."""

from __future__ import annotations

from collections.abc import Sequence

from DynamicSpineLib.Criteria.Results import MET, UNDECIDED, RuleResult
from DynamicSpineLib.Findings.FindCraniocervical import shareWords
from DynamicSpineLib.Findings.FindSlip import certaintyWords
from DynamicSpineLib.Findings.Grid import LIKELY
from DynamicSpineLib.Reports.FirstScreen import ShownCell
from DynamicSpineLib.Wording.Texts import uncapitalized

_NAMED = 1


def rulesSentence(results: Sequence[RuleResult], level: str, position: str) -> str:
    """The rules met at a cell, else those undecided that give it its sign; empty for a cell without either.

    Each with its measurement certainty, and one met with the share of healthy people who meet it, too.
    """
    here = [item for item in results if (item.level, item.position) == (level, position) and not item.isOwn]
    for kind, opening in ((MET, "Met"), (UNDECIDED, "Undecided")):
        found = [item for item in here
                 if item.result == kind and (kind == MET or (item.probability or 0.0) >= LIKELY)]  # fmt: skip
        if found:
            best = sorted(_firstOfEach(found), key=lambda item: -(item.probability or 0.0))
            more = f"; {len(best) - _NAMED} more in the table of rules" if len(best) > _NAMED else ""
            return f"{opening}: {'; '.join(_words(item) for item in best[:_NAMED])}{more}."
    return ""


def cellSentences(cell: ShownCell, rules: str) -> str:
    """A cell in words; the sentence on its rules, where there is one, stands for its sign."""
    if not rules:
        return cell.whole
    sign = cell.spoken.split("; ")[0] if cell.kind else ""
    words = cell.whole.replace(f"; {sign}", "", 1) if sign else cell.whole
    return f"{words}. {rules}"


def _firstOfEach(results: Sequence[RuleResult]) -> list[RuleResult]:
    """Of each rule the most certain result: the pairs that a rule looks at are one to the reader."""
    best: dict[str, RuleResult] = {}
    for item in results:
        if item.rule not in best or (item.probability or 0.0) > (best[item.rule].probability or 0.0):
            best[item.rule] = item
    return list(best.values())


def _words(item: RuleResult) -> str:
    title = uncapitalized(item.title)
    certainty = f" (measurement certainty {certaintyWords(item)})" if item.probability is not None else ""
    share = f", {shareWords(item)}" if item.result == MET else ""
    return f"{title}{certainty}{share}"
