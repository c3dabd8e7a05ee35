"""Whether a case has something to review, and what is missing where it has not."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Metrics.MeasureCase import CaseMeasurement, readingsOf
from DynamicSpineLib.Metrics.Measurement import OK
from DynamicSpineLib.Metrics.Noise import noiseModel
from DynamicSpineLib.Metrics.ReadingValues import ReadingMeasurer
from DynamicSpineLib.Metrics.Registry import STATE_KIND, allMetrics
from DynamicSpineLib.Reports.Layout import say
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import DEFINED


def isReadable(case: Case) -> bool:
    """True for a case with at least one value in some reading, so that it opens in Review; draws and rows not made."""
    if not _markCount(case):
        return False
    noise = noiseModel(case)
    readings = (ReadingMeasurer(case, marks, noise, reader, repeat) for reader, repeat, marks in readingsOf(case))
    # What may be withheld (Metrics/Registry.py, needs) rests on marks that give other values as well.
    given = {item.id for item in allMetrics() if item.kind == STATE_KIND and not item.needs}
    return any(bool(np.isfinite(values).any()) for reading in readings
               for metric, values in reading.values().states.items() if metric in given)  # fmt: skip


def hasValues(measured: CaseMeasurement) -> bool:
    """True for a measurement with at least one value."""
    return any(row.status == OK and row.value is not None for row in measured.rows)


def missingSentence(case: Case, measured: CaseMeasurement | None = None) -> str:
    """What keeps a case from being reviewed, in one sentence; empty for nothing.

    measured: the case's measurement; without one it is measured as far as is needed to tell.
    """
    if hasValues(measured) if measured is not None else isReadable(case):
        return ""
    if not case.positions:
        return say("reviewNoPositions")
    marks = _markCount(case)
    return say("reviewTooFewMarks", count=marks) if marks else say("reviewNoMarks", count=len(case.positions))


def _markCount(case: Case) -> int:
    """Defined landmarks and outlines of the reading that has most of them."""
    counts = [sum(sum(mark.status == DEFINED for mark in marks.landmarks.values()) + len(marks.contours)
                  for marks in reading.values()) for _, _, reading in readingsOf(case)]  # fmt: skip
    return max(counts, default=0)
