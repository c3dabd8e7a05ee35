"""How the numbers were made: definitions, sources, noise, and what the literature says of repositioning."""

from __future__ import annotations

from dataclasses import dataclass

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Reports.Layout import layout, say
from DynamicSpineLib.Reports.ReportModel import MetricText, ReportInput, withValue
from DynamicSpineLib.Wording.Numbers import percentText, shownNumber, unitText, withUnit
from DynamicSpineLib.Wording.Words import metricWords

EVIDENCE_WORDS = {
    "V": "source read", "V2": "second-hand", "M": "from memory, not checked", "D": "derived here",
}  # fmt: skip


@dataclass(frozen=True)
class MethodLine:
    """One metric of the report: what it is, how its direction is written, where it comes from."""

    id: str
    title: str
    unit: str
    definition: str
    direction: str
    source: str
    evidence: str
    repositioning: str


def methodLines(report: ReportInput) -> tuple[list[MethodLine], list[MethodLine]]:
    """The metrics with a value in the shown rows, in the order of the catalog: those that lead, and the others."""
    used = {(text.kind, text.id): text for row in withValue(report.shownRows)
            if (text := report.metricText(row.metric, row.kind))}
    listed = [text for text in report.metricTexts if (text.kind, text.id) in used]
    ordered = [*listed, *(text for text in used.values() if text not in listed)]
    leading = _leadingMetrics()
    return ([_line(text) for text in ordered if text.id in leading],
            [_line(text) for text in ordered if text.id not in leading])  # fmt: skip


def _leadingMetrics() -> set[str]:
    """The metrics of the tables that are open when the page opens."""
    specs = layout()
    tables = [*specs["levelTables"], specs["sidedTable"], specs["alignmentTable"], specs["craniocervicalTable"]]
    columns = [specs[name] for name in ("motionColumns", "sidewaysColumns", "motionRegionRows")]
    return {metric for names in (*(table["metrics"] for table in tables), *columns,
                                 specs["sidedTable"]["lumbarMetrics"]) for metric in names}  # fmt: skip


def _line(text: MetricText) -> MethodLine:
    return MethodLine(text.id, text.title, unitText(text.unit), text.definition, directionText(text), text.source,
                      text.evidence, repositioningText(text))


def directionText(text: MetricText) -> str:
    """What values above and below zero mean, in words; empty where a metric has no direction."""
    pair = metricWords(text.id).pair(text.kind)
    return f"Above zero: {pair[0]}; below: {pair[1]}" if pair else ""


def repositioningText(text: MetricText) -> str:
    """What the literature says of placing the patient again: the catalog's SD, then the report's own sentence."""
    parts = []
    if text.repositioningSd is not None:
        size = withUnit(shownNumber(text.repositioningSd, text.unit), text.unit)
        parts.append(f"SD {size} ({text.repositioningSource})" if text.repositioningSource else f"SD {size}")
    known = metricWords(text.id).repositioning
    if known:
        parts.append(f"{known['text'].rstrip('.')} ({known['source']})")
    return "; ".join(parts)


def noiseSentences(report: ReportInput) -> list[str]:
    """Which landmark noise was used and where it comes from, and what it does not contain."""
    case = report.case
    sentences = [_assumedNoise(report)]
    if case.landmarkSdMm is not None:
        sentences = [say("noiseOne", value=shownNumber(case.landmarkSdMm, "mm", 2))]
    rows = [row for row in withValue(report.shownRows) if row.sd is not None]
    repeated = [row for row in rows if row.sdSource == "repeat"]
    if repeated:
        sentences.append(say("noiseRepeat", share=percentText(len(repeated) / len(rows))))
    if report.draws is not None and report.seed is not None:
        sentences.append(say("drawsAndSeed", draws=report.draws, seed=report.seed))
    return [*sentences, say("technicalNoise")]


def _assumedNoise(report: ReportInput) -> str:
    classes = packageData("Noise", "pointClasses.json")["classes"]
    stated = report.case.noise
    parts = [f"{item['title']} {shownNumber(stated.get(item['id'], item['sdMm']), 'mm', 2)} mm" for item in classes]
    return say("noiseCase" if stated else "noiseAssumed", list=", ".join(parts))
