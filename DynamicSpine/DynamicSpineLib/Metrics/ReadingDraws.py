"""The Monte Carlo draws of one reading, in steps short enough for a window that must not freeze."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TypeVar

import numpy as np

from DynamicSpineLib.Metrics.Draws import Drawer, DrawSettings
from DynamicSpineLib.Metrics.Engine import Values, evaluate
from DynamicSpineLib.Metrics.EvaluationContext import MetricKey
from DynamicSpineLib.Metrics.OutlineDraws import outlineDraws
from DynamicSpineLib.Metrics.PointTable import Array
from DynamicSpineLib.Metrics.ReadingValues import ReadingMeasurer, ReadingValues
from DynamicSpineLib.Metrics.RelativeMotion import betweenBones, comparableBones
from DynamicSpineLib.Progress import Step, Steps

Result = TypeVar("Result")

DRAWS_AT_ONCE = 20
"""Draws evaluated in one step: few, so that a window does not freeze; more at once are hardly faster."""

_EVALUATED_FROM = 0.3
"""Part of the time after which all points are drawn and their values are computed."""


@dataclass(frozen=True)
class Needed:
    """What draws are made for: metrics as (kind, id), and marks as (position id, name); others stay without draws."""

    metrics: frozenset[MetricKey]
    marks: frozenset[tuple[str, str]]


def measureReading(
    measurer: ReadingMeasurer, settings: DrawSettings | None, needed: Needed | None = None
) -> Steps[ReadingValues]:
    """Everything about a reading; without settings no draws are made and no uncertainty is known.

    With `needed` the draws hold these metrics only, and are right where all marks behind a value are among those
    needed. The draws of a mark do not depend on how many there are: fewer are the first of more.
    """
    measured = measurer.measure()
    if settings is None:
        return measured
    draws = yield from _draws(measurer, settings, needed)
    return replace(measured, draws=draws)


def _draws(measurer: ReadingMeasurer, settings: DrawSettings, needed: Needed | None) -> Steps[Values]:
    drawer = Drawer(measurer.case, measurer.marks, measurer.noise, settings)
    marks = None if needed is None else needed.marks
    for fraction in drawer.drawPoints(marks):
        yield Step(_EVALUATED_FROM * fraction, "drawing marks")
    outlines = [item for item in measurer.outlineList
                if marks is None or (measurer.ids[item.positionIndex], str(item.name)) in marks]  # fmt: skip
    drawing = outlineDraws(measurer.outlines, outlines, measurer.ids, measurer.noise, settings)
    drawnOutlines = yield from _told(drawing, Step(_EVALUATED_FROM, "drawing outlines"))
    transforms = _transformDraws(measurer, drawer, settings.count)
    yield Step(_EVALUATED_FROM, "drawing bones")
    wanted = None if needed is None else needed.metrics
    gathered = _Gathered(settings.count)
    for part in _parts(settings.count):
        table, some = drawer.table(part), drawnOutlines.each(itemgetter(part))
        between = betweenBones(table, transforms[part])
        gathered.add(part, evaluate(measurer.context, table, some, between, wanted))
        yield Step(_EVALUATED_FROM + (1.0 - _EVALUATED_FROM) * part.stop / settings.count, "computing draws")
    return gathered.values


def _told(steps: Generator[None, None, Result], step: Step) -> Steps[Result]:
    """Steps without words of their own, told as one step each."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
        yield step


def _parts(count: int) -> Iterator[slice]:
    return (slice(start, min(start + DRAWS_AT_ONCE, count)) for start in range(0, count, DRAWS_AT_ONCE))


class _Gathered:
    """Arrays (N, ...) that are filled part by part."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._states: dict[str, Array] = {}
        self._motions: dict[str, Array] = {}
        self._changes: dict[str, Array] = {}

    def add(self, part: slice, values: Values) -> None:
        """Take over the values of some of the draws."""
        pairs = ((self._states, values.states), (self._motions, values.motions), (self._changes, values.changes))
        for held, some in pairs:
            for name, array in some.items():
                if name not in held:
                    held[name] = np.empty((self._count, *array.shape[1:]))
                held[name][part] = array

    @property
    def values(self) -> Values:
        """What has been gathered."""
        return Values(self._states, self._motions, self._changes)


def _transformDraws(measurer: ReadingMeasurer, drawer: Drawer, count: int) -> Array:
    """Draws (N, P, L, 4, 4) of the bones' transforms."""
    drawn = np.broadcast_to(measurer.transforms, (count, *measurer.transforms.shape))
    if not measurer.case.bones:
        return drawn
    drawn = drawn.copy()
    place = {positionId: index for index, positionId in enumerate(measurer.ids)}
    levels = {level: index for index, level in enumerate(measurer.case.chain.levels)}
    for bone in comparableBones(measurer.case):
        if bone.toPosition in place and bone.level in levels:
            row, column = place[bone.toPosition], levels[bone.level]
            if np.isfinite(measurer.transforms[row, column]).all():
                drawn[:, row, column] = drawer.boneDraws(bone)
    return drawn
