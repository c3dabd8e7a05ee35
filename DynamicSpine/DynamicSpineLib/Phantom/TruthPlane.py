"""The posed spine as complex numbers in its midsagittal plane: a second, independent arithmetic for the truth.

A point (y, z) is the complex number y + iz: anterior real, cranial imaginary. Turning by an angle is multiplying by its
exponential. Nothing here uses the matrices that pose the phantom.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping
from dataclasses import dataclass

from DynamicSpineLib.Anatomy.Levels import Segment
from DynamicSpineLib.Phantom.PosedSpine import BoneShape
from DynamicSpineLib.Phantom.Scenario import PositionState, SegmentState


def asComplex(point: tuple[float, float]) -> complex:
    """A (y, z) pair as a complex number."""
    return complex(float(point[0]), float(point[1]))


def angleDeg(vector: complex) -> float:
    """Angle of a vector from anterior towards cranial, degrees."""
    return math.degrees(cmath.phase(vector))


def unit(vector: complex) -> complex:
    """The vector's direction."""
    return vector / abs(vector)


def along(vector: complex, direction: complex) -> float:
    """Component of a vector along a unit direction."""
    return (vector * direction.conjugate()).real


def offLine(point: complex, start: complex, end: complex) -> float:
    """Distance of a point from the line start to end, positive to the left of the walk."""
    return ((point - start) * unit(end - start).conjugate()).imag


@dataclass(frozen=True)
class PlaneBone:
    """A bone's numbers in the plane: corners and named points in its own frame, and where the frame stands."""

    shape: BoneShape
    turn: complex
    origin: complex

    def local(self, code: str) -> complex:
        """A corner or named point in the bone frame."""
        return asComplex(self.shape.corners[code] if code in self.shape.corners else self.shape.points[code])

    def at(self, code: str) -> complex:
        """A corner or named point where the bone stands."""
        return self.origin + self.turn * self.local(code)

    def has(self, *codes: str) -> bool:
        """True where the bone has all those corners."""
        return all(code in self.shape.corners for code in codes)


def superiorEndplate(shape: BoneShape) -> complex | None:
    """SA - SP, or None."""
    corners = shape.corners
    return asComplex(corners["SA"]) - asComplex(corners["SP"]) if "SA" in corners else None


def inferiorEndplate(shape: BoneShape) -> complex | None:
    """IA - IP, or None."""
    corners = shape.corners
    return asComplex(corners["IA"]) - asComplex(corners["IP"]) if "IA" in corners else None


def midPlane(shape: BoneShape) -> complex:
    """From the middle of the back to the middle of the front; the only endplate where there is one."""
    ends = [vector for vector in (superiorEndplate(shape), inferiorEndplate(shape)) if vector is not None]
    return sum(ends, 0j) / len(ends)


def bodyHeight(shape: BoneShape) -> float:
    """Mean of anterior and posterior height of a body with four corners."""
    anterior = abs(asComplex(shape.corners["SA"]) - asComplex(shape.corners["IA"]))
    return 0.5 * (anterior + abs(asComplex(shape.corners["SP"]) - asComplex(shape.corners["IP"])))


def _lineBelow(shape: BoneShape) -> complex:
    """Line of a bone that the segment below is measured from: its lower endplate; the frame's y axis for Oc and C1."""
    return inferiorEndplate(shape) or 1.0 + 0j


def _lineAbove(shape: BoneShape) -> complex:
    """Line that the segment above is measured from: upper endplate; C1's arches (its y axis); C2's lower endplate."""
    return superiorEndplate(shape) or inferiorEndplate(shape) or 1.0 + 0j


def relativePose(upper: BoneShape, lower: BoneShape, state: SegmentState) -> tuple[complex, complex]:
    """(turn, origin) of the upper bone's frame in the lower bone's frame, from the scenario's numbers alone."""
    line = unit(_lineAbove(lower))
    disc = cmath.exp(1j * math.radians(state.discAngleDeg))
    turn = line * disc / unit(_lineBelow(upper))
    numbers = state.numbers
    if upper.kind == "Oc":
        center = complex(numbers["centerY"] + numbers["anteriorMm"], numbers["centerZ"] + numbers["distractionMm"])
        return turn, center - turn * asComplex(upper.points["jointCenter"])
    if upper.kind == "C1":
        arch = asComplex(lower.points["DA"]) + turn * numbers["adiMm"]
        return turn, arch - turn * asComplex(upper.points["AAP"])
    lower_SP, upper_IP = asComplex(lower.corners["SP"]), asComplex(upper.corners["IP"])
    drop = 0.5 * abs(_lineBelow(upper)) * disc.imag
    posterior = lower_SP + line * complex(state.slipMm, state.heightMm - drop)
    return turn, posterior - turn * upper_IP


def planeBones(
    shapes: Mapping[str, BoneShape], segments: tuple[Segment, ...], state: PositionState
) -> dict[str, PlaneBone]:
    """Every bone of the chain in one plane whose real axis is level, the base bone's endplate sloping by its slope.

    The origin is the base bone's own.
    """
    base = state.base["level"]
    slope = cmath.exp(-1j * math.radians(state.base["slopeDeg"]))
    bones = {base: PlaneBone(shapes[base], slope / unit(_lineAbove(shapes[base])), 0j)}
    for segment in reversed(segments):
        lower = bones[segment.lower]
        turn, origin = relativePose(shapes[segment.upper], shapes[segment.lower], state.segments[segment.name])
        bones[segment.upper] = PlaneBone(shapes[segment.upper], lower.turn * turn, lower.origin + lower.turn * origin)
    return bones
