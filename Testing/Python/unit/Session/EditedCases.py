"""Random edits of a case's marks, as a user makes them, and the rows of a case measured from scratch."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import definitionAt, namesFor, parseLandmarkName
from DynamicSpineLib.Metrics.MeasureCase import measureCase
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Study.EditMarks import withCleared, withLandmarks, withMarks
from DynamicSpineLib.Study.Marks import MISSING, UNDEFINED, Landmark

EDITS = ("move", "move", "move", "clear", "missing", "place", "origin", "curve")
NOISE_FIELDS = ("sd", "sdc95", "lower95", "upper95", "exceedsNoise", "sdSource")
DETAIL_FIELDS = ("method", "warnings")


def movedTo(live, positionId, name, point_RAS):
    """Move a point that live values follow; the keys that it touches."""
    mark = live.case.position(positionId).marks.landmarks[name]
    moved = replace(mark, point_RAS=tuple(float(value) for value in point_RAS))
    return live.setCase(withLandmarks(live.case, positionId, [moved]))


def measureInto(live, draws):
    """Measure the case that live values follow, and have them take that over."""
    measured = runSteps(measureCase(live.case, draws))
    assert live.accept(measured, draws)
    return measured


class Editor:
    """Makes edits, the same for a seed."""

    def __init__(self, seed):
        self.chance = random.Random(seed)

    def thinned(self, study, share):
        """The study without a share of its marks."""
        for item in study.positions:
            gone = [name for name in item.marks.landmarks if self.chance.random() < share]
            study = withCleared(study, item.id, gone)
        return study

    def edited(self, study):
        """The study after one edit, and what it was."""
        kind = self.chance.choice(EDITS)
        position = self.chance.choice(study.positions)
        names = [name for name in position.marks.landmarks if position.marks.point(name) is not None]
        if kind == "curve" and position.marks.contours:
            return self._curve(study, position), (kind, position.id)
        if kind == "place" or not names:
            return self._placed(study, position), ("place", position.id)
        name = self.chance.choice(names)
        return withLandmarks(study, position.id, [self._changed(kind, position.marks.landmarks[name])]), (kind, name)

    def _changed(self, kind, mark):
        if kind == "clear":
            return Landmark(mark.name, None, UNDEFINED)
        if kind == "missing":
            return Landmark(mark.name, None, MISSING)
        if kind == "origin":
            origin = self.chance.choice(["placed", "carried", "predicted", "segmented"])
            return replace(mark, origin=origin, confirmed=self.chance.random() < 0.5,
                           sdMm=self.chance.choice([None, 0.4]))
        size = self.chance.choice([0.1, 1.0, 6.0])
        return replace(mark, point_RAS=self.near(mark.point_RAS, size))

    def near(self, point, size):
        """A point scattered about another, with an SD in mm per axis."""
        return tuple(float(value) + self.chance.gauss(0.0, size) for value in point)

    def _placed(self, study, position):
        absent = [name for name in namesFor(study.chain) if name not in position.marks.landmarks and isPoint(name)]
        if not absent:
            return study
        name = self.chance.choice(absent)
        elsewhere = [point for item in study.positions if (point := item.marks.point(name)) is not None]
        return withLandmarks(study, position.id, [Landmark(name, self.near((elsewhere or [(0.0,) * 3])[0], 2.0))])

    def _curve(self, study, position):
        curves = dict(position.marks.contours)
        name = self.chance.choice(list(curves))
        shift = self.chance.gauss(0.0, 0.5)
        points = tuple(tuple(np.array(point) + shift * (number % 2))
                       for number, point in enumerate(curves[name].points_RAS))
        curves[name] = replace(curves[name], points_RAS=points)
        if self.chance.random() < 0.5:
            del curves[name]
        return withMarks(study, {position.id: replace(position.marks, contours=curves)})


def isPoint(name):
    parsed = parseLandmarkName(name)
    return definitionAt(parsed.place, parsed.code).kind == "point"


def measuredRows(study, live, draws=0):
    """The rows of the reading that is shown, measured from scratch."""
    rows = runSteps(measureCase(study, draws)).rows
    return [row for row in rows if (row.reader, row.reading) == live.reading]


def differences(expected, shown, without=()):
    """(key, field, expected, shown) of everything in which two rows differ by more than rounding."""
    found = []
    for name in expected.__dataclass_fields__:
        first, second = getattr(expected, name), getattr(shown, name)
        if name in ("software", *without) or first == second:
            continue
        isRounding = isinstance(first, float) and isinstance(second, float) and np.isclose(first, second, 1e-9, 1e-9)
        if not isRounding:
            found.append((expected.key, name, first, second))
    return found
