"""Areas of closed curves in closed form: the phantom's own arithmetic, used for its truth only."""

from __future__ import annotations

import math
from dataclasses import dataclass

from DynamicSpineLib.Phantom.SoftTissue import foramenControlPoints

POINTS_PER_SPAN = 10
_CONTROL_POINTS = 12
# Three-point Gauss quadrature is exact for the fifth-degree integrand x dy - y dx of a cubic.
_GAUSS = ((0.5 - math.sqrt(0.15), 5.0 / 18.0), (0.5, 8.0 / 18.0), (0.5 + math.sqrt(0.15), 5.0 / 18.0))

Plane = list[tuple[float, float]]


@dataclass(frozen=True)
class CurveArea:
    """Area of one closed curve, mm2.

    polyline: the periodic cubic spline through the control points, drawn with ten chords per span as Slicer's closed
    curves are; spline: that spline itself; smooth: the shape that the control points were taken from.
    """

    polyline: float
    spline: float
    smooth: float


def _curvatures(values: list[float]) -> list[float]:
    """Second derivatives of the periodic cubic spline at unit knots, by the eigenvalues of its circulant system."""
    count = len(values)
    right = [6.0 * (values[index - 1] - 2.0 * values[index] + values[(index + 1) % count]) for index in range(count)]
    inverse = [
        sum(
            math.cos(2.0 * math.pi * frequency * lag / count)
            / (4.0 + 2.0 * math.cos(2.0 * math.pi * frequency / count))
            for frequency in range(count)
        )
        / count
        for lag in range(count)
    ]
    return [sum(inverse[(index - other) % count] * right[other] for other in range(count)) for index in range(count)]


def _splineAt(values: list[float], bends: list[float], span: int, at: float) -> tuple[float, float]:
    """Value and derivative of the spline at a share of a span."""
    after = (span + 1) % len(values)
    rest = 1.0 - at
    value = (
        rest * values[span]
        + at * values[after]
        + ((rest**3 - rest) * bends[span] + (at**3 - at) * bends[after]) / 6.0
    )
    slope = (
        values[after]
        - values[span]
        + ((1.0 - 3.0 * rest**2) * bends[span] + (3.0 * at**2 - 1.0) * bends[after]) / 6.0
    )
    return value, slope


def splineAreas(points: Plane) -> tuple[float, float]:
    """(polyline, spline) area of the closed curve through plane control points."""
    first, second = [point[0] for point in points], [point[1] for point in points]
    bendsFirst, bendsSecond = _curvatures(first), _curvatures(second)
    exact, corners = 0.0, []
    for span in range(len(points)):
        for at, weight in _GAUSS:
            x, dx = _splineAt(first, bendsFirst, span, at)
            y, dy = _splineAt(second, bendsSecond, span, at)
            exact += 0.5 * weight * (x * dy - y * dx)
        for step in range(POINTS_PER_SPAN):
            at = step / POINTS_PER_SPAN
            corners.append((_splineAt(first, bendsFirst, span, at)[0], _splineAt(second, bendsSecond, span, at)[0]))
    chords = sum(
        0.5 * (corners[index - 1][0] * corners[index][1] - corners[index - 1][1] * corners[index][0])
        for index in range(len(corners))
    )
    return abs(chords), abs(exact)


def ellipseArea(apMm: float, transverseMm: float) -> CurveArea:
    """Area of the phantom's 12-point ellipse of those diameters."""
    turns = [2.0 * math.pi * index / _CONTROL_POINTS for index in range(_CONTROL_POINTS)]
    polyline, spline = splineAreas(
        [(0.5 * apMm * math.cos(turn), 0.5 * transverseMm * math.sin(turn)) for turn in turns]
    )
    return CurveArea(polyline, spline, 0.25 * math.pi * apMm * transverseMm)


def foramenArea(heightMm: float, widthMiddleMm: float, widthSuperiorMm: float) -> CurveArea:
    """Area of the phantom's foramen outline, which is the spline through its 12 control points."""
    controls = foramenControlPoints(widthMiddleMm, widthSuperiorMm)
    points = [(share * heightMm, offset) for share, _, offset in controls]
    polyline, spline = splineAreas(points)
    return CurveArea(polyline, spline, spline)
