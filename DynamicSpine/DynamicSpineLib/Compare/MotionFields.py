"""The fields that show two images in a pose between them: from every point of the picture to either image.

At a fraction f of a leg the picture is (1 - f) of the first image and f of the second, each bent so that its bones lie
where the frame has them. All frames are made before a play, for one slice or a whole volume, and kept in memory only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from DynamicSpineLib.Compare.MotionBodies import MotionBodies, motionBodies
from DynamicSpineLib.Compare.MotionFrames import MotionFrame
from DynamicSpineLib.Compare.MotionGrid import FINE_MM, FieldNodes, partsOf
from DynamicSpineLib.Compare.MotionPath import MotionPath
from DynamicSpineLib.Geometry.PolyrigidField import DisplacementGrid, Grid
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Study.Case import Case

_FRACTION_DIGITS = 6  # fractions that differ by less are one frame


@dataclass(frozen=True, eq=False)
class FieldPair:
    """One frame's maps in the reference's frame, from a point of the picture to the laid first and second image."""

    toStart: DisplacementGrid
    toEnd: DisplacementGrid

    @property
    def reversed(self) -> FieldPair:
        """The same frame seen from a leg that runs the other way."""
        return FieldPair(self.toEnd, self.toStart)


@dataclass(frozen=True, eq=False)
class MotionFields:
    """The fields of all frames of a play on one grid, by start, end and fraction. sentences: what must be said."""

    path: MotionPath
    pairs: Mapping[tuple[str, str, float], FieldPair]
    sentences: tuple[str, ...] = ()

    def at(self, frame: MotionFrame) -> FieldPair | None:
        """The fields of a frame; None at a real position, and in a leg whose images cannot bend."""
        leg = self.path.legs[frame.leg]
        fraction = round(frame.fraction, _FRACTION_DIGITS)
        found = self.pairs.get((leg.start, leg.end, fraction))
        if found is None:
            other = self.pairs.get((leg.end, leg.start, round(1.0 - frame.fraction, _FRACTION_DIGITS)))
            found = other.reversed if other is not None else None
        return found


@dataclass
class _Filling:
    pairs: dict[tuple[str, str, float], FieldPair] = field(default_factory=dict)
    sentences: list[str] = field(default_factory=list)


def motionFields(
    case: Case, path: MotionPath, frames: Sequence[MotionFrame], grid: Grid, fineMm: float = FINE_MM
) -> Steps[MotionFields]:
    """The fields of every frame between two positions, as steps. grid: in the reference's frame (a slab, or a volume's
    grid); beside bones its nodes lie at most fineMm apart."""
    nodes = FieldNodes(grid, fineMm)
    between = [frame for frame in frames if not frame.isObserved]
    made = _Filling()
    bodies: dict[int, MotionBodies] = {}
    for number, frame in enumerate(between):
        leg = path.legs[frame.leg]
        if frame.leg not in bodies:
            bodies[frame.leg] = motionBodies(case, path, frame.leg)
            made.sentences += bodies[frame.leg].sentences
        here = MotionFields(path, made.pairs)
        if bodies[frame.leg].canBend and here.at(frame) is None:
            key = (leg.start, leg.end, round(frame.fraction, _FRACTION_DIGITS))
            made.pairs[key] = _pair(bodies[frame.leg], frame.fraction, nodes)
        yield Step((number + 1) / len(between), f"preparing motion {leg.start} to {leg.end}")
    return MotionFields(path, made.pairs, tuple(dict.fromkeys(made.sentences)))


def _pair(bodies: MotionBodies, fraction: float, nodes: FieldNodes) -> FieldPair:
    start, end = (bodies.fieldFromFrame(fraction, isToEnd) for isToEnd in (False, True))
    near = nodes.near(partsOf(start))
    return FieldPair(nodes.grid(start, near), nodes.grid(end, near))
