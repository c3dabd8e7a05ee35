"""What a tooltip says of one value: what it is, how sure it is and whose noise that is, or why it is not there."""

from __future__ import annotations

from functools import cache

from DynamicSpineLib.Jobs.MetricTexts import metricTexts
from DynamicSpineLib.Metrics.Measurement import CHANGE, MOTION, STATE, Measurement, RowKey
from DynamicSpineLib.Reports.Layout import say
from DynamicSpineLib.Reports.Method import EVIDENCE_WORDS, directionText, repositioningText
from DynamicSpineLib.Reports.ReportModel import MetricText
from DynamicSpineLib.Session.LiveValues import LiveValues
from DynamicSpineLib.Session.ShownValue import ShownValue
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Roles import comparedPosition
from DynamicSpineLib.Wording.Codes import code
from DynamicSpineLib.Wording.Numbers import shownNumber, withUnit
from DynamicSpineLib.Wording.Texts import capitalized, placeLabel
from DynamicSpineLib.Wording.Words import sentence


@cache
def _textsByKey() -> dict[tuple[str, str], MetricText]:
    return {(text.kind, text.id): text for text in metricTexts()}


def metricText(kind: str, metric: str) -> MetricText:
    """The catalog's words of a metric; those of a change are its state's. Raises KeyError for an unknown one."""
    return _textsByKey()[MOTION if kind == MOTION else STATE, metric]


def valueTip(live: LiveValues, key: RowKey) -> str:
    """The lines of a value's tooltip, as plain text."""
    shown, row = live.cell(key), live.row(key)
    text = metricText(row.kind, row.metric)
    lines = [f"{capitalized(text.title)}, {placeLabel(row.level, row.side)}, {_where(live.case, row)}"]
    if shown.isThere:
        lines += [f"{capitalized(_said(shown))}.", _changeLine(live, key), _noiseLine(shown, row)]
        lines += [code("confirmed", "0").text] if shown.provisional else []
        lines += [code("warnings", warning).text for warning in row.warnings]
    else:
        lines.append(say("tipNotAvailable", reason=row.reason))
    return "\n".join(line for line in [*lines, *metricLines(text), say("tipMethod", method=row.method)] if line)


def metricLines(text: MetricText) -> list[str]:
    """What a metric is, its direction, its source with how well that was checked, and published repositioning."""
    direction, repositioning = directionText(text), repositioningText(text)
    return [
        text.definition.replace("\n", " "), say("tipSign", direction=direction) if direction else "",
        say("tipSource", source=text.source, evidence=EVIDENCE_WORDS.get(text.evidence, text.evidence)),
        f"{capitalized(repositioning).rstrip('.')}." if repositioning else "",
    ]  # fmt: skip


def _where(case: Case, row: Measurement) -> str:
    titles = [position.shownTitle if position is not None else item
              for item in (row.fromPosition, row.position) if item
              for position in (case.position(item),)]  # fmt: skip
    if row.kind == CHANGE:
        return f"{titles[1]} against {titles[0]}"
    return " \N{RIGHTWARDS ARROW} ".join(titles)


def _said(shown: ShownValue) -> str:
    """The value with interval and verdict; nothing is said of a noise that waits to be drawn."""
    return sentence(shown.row) if not shown.stale or shown.row.sd is not None else shown.text


def _changeLine(live: LiveValues, key: RowKey) -> str:
    """The change of a state against the compared position, with interval and verdict."""
    kind, metric, level, side, position, _ = key
    compared = comparedPosition(live.case)
    changeKey = (CHANGE, metric, level, side, position, compared.id if compared is not None else "")
    if kind != STATE or compared is None or changeKey not in live.cells:
        return ""
    change = live.cell(changeKey)
    if not change.isThere:
        return ""
    return say("tipAgainst", position=compared.shownTitle, change=_said(change))


def _noiseLine(shown: ShownValue, row: Measurement) -> str:
    """The SD, and whose noise it is."""
    if row.sd is None:
        return say("tipNoiseWaits") if shown.stale else code("warnings", "noNoise").text
    size = withUnit(shownNumber(row.sd, row.unit, 2), row.unit)
    if shown.stale:
        return say("tipNoiseEarlier", sd=size)
    whose = code("sdSource", row.sdSource).text if row.sdSource else ""
    if shown.draws is None:
        return say("tipNoise", sd=size, whose=whose)
    return say("tipNoiseDraws", sd=size, draws=shown.draws, whose=whose)
