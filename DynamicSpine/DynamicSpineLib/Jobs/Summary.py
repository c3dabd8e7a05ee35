"""The short table that the demo prints: what each level did from extension to flexion, with intervals."""

from __future__ import annotations

from DynamicSpineLib.Metrics.MeasureCase import CaseMeasurement
from DynamicSpineLib.Metrics.Measurement import CHANGE, MOTION, OK, Measurement
from DynamicSpineLib.Study.Roles import Pair, comparedPosition, declaredPairs


def summaryText(measured: CaseMeasurement) -> str:
    """A table for a terminal: level, rotation, translation, canal change, each with its 95 % interval."""
    pair = next((item for item in declaredPairs(measured.case) if item.question == "motion"), None)
    compared = comparedPosition(measured.case)
    if pair is None or compared is None:
        return "No pair of an extension and a flexion to show."
    lines = [
        f"{measured.case.caseId}: {pair.fromPosition} to {pair.toPosition}; canal change against {compared.id}",
        f"{'level':6} {'rotation, deg':>24} {'translation, mm':>24} {'canal change, mm':>24}",
    ]
    for segment in measured.case.chain.segments:
        cells = [_cell(_motion(measured, metric, segment.name, pair)) for metric in ("rotation", "translationCorner")]
        canal = _row(measured, CHANGE, "canalApDisc", segment.name, compared.id, pair.fromPosition)
        lines.append(f"{segment.name:6} {cells[0]:>24} {cells[1]:>24} {_cell(canal):>24}")
    lines.append("Flexion and forward positive; canal in extension; 95 % intervals of technical noise. Research use.")
    return "\n".join(lines)


def _motion(measured: CaseMeasurement, metric: str, level: str, pair: Pair) -> Measurement | None:
    return _row(measured, MOTION, metric, level, pair.fromPosition, pair.toPosition)


def _row(
    measured: CaseMeasurement, kind: str, metric: str, level: str, fromPosition: str, position: str
) -> Measurement | None:
    wanted = (kind, metric, level, fromPosition, position)
    for row in measured.rows:
        if (row.kind, row.metric, row.level, row.fromPosition, row.position) == wanted:
            return row
    return None


def _cell(row: Measurement | None) -> str:
    if row is None or row.status != OK or row.value is None or row.lower95 is None or row.upper95 is None:
        return "-"
    return f"{row.value:+.1f} ({row.lower95:+.1f} to {row.upper95:+.1f})"
