"""The motion diagram: every position drawn from its landmarks over one held vertebra."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Reports import Svg
from DynamicSpineLib.Reports.Layout import say
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Reports.SagittalView import CORNERS, SagittalView, heldLevel, overlaid, sagittalView
from DynamicSpineLib.Reports.Styles import Style, positionStyles
from DynamicSpineLib.Wording.Texts import inList

_MARGIN = 26.0
_LARGEST = (560.0, 720.0)
_SMALL = (262.0, 340.0)
_LARGEST_SCALE = 9.0
_HELD_COLOR, _LEADING_FILL = "#c9d0d8", "#f1f3f6"
_DENS = ("IA", "DA", "DT", "DP", "IP")
_ARCHES = ("C1_AC", "C1_PC")
_LINES = (("CA", 1.2, "1"), ("CP", 1.2, "1"), ("KA", 0.9, "0.7"), ("KP", 0.9, "0.7"))

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Diagram:
    """The overlay of all positions, one picture for each against the reference, and sentences on what is drawn."""

    svg: str
    positions: tuple[str, ...]
    singles: tuple[tuple[str, str, str], ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class _Frame:
    """Millimeters to px, anterior to the left and cranial up, as sagittal images are read."""

    low: Array
    high: Array
    scale: float

    def xy(self, point: Array) -> tuple[float, float]:
        return (_MARGIN + (self.high[0] - point[0]) * self.scale, _MARGIN + (self.high[1] - point[1]) * self.scale)

    @property
    def size(self) -> tuple[float, float]:
        width, height = (self.high - self.low) * self.scale
        return float(width) + 2 * _MARGIN, float(height) + 2 * _MARGIN + 14


def motionDiagram(report: ReportInput) -> Diagram | None:
    """The diagram, or None where no position has marks that fix a sagittal plane."""
    views = [view for position in report.case.positions if (view := sagittalView(position, report.case.chain))]
    if not views:
        return None
    chain = report.case.chain
    held = heldLevel(views, chain)
    drawn = _laidOver(report, views, held)
    styles = positionStyles(report)
    remarks = _remarks(report, drawn, held)
    overlay = _draw(drawn, chain, styles, held, _LARGEST, "overlay", "Positions laid over each other")
    singles = []
    lead = report.positionTitle(drawn[0].position)
    if len(drawn) > 2:
        frame = _frame(drawn, _SMALL)
        for index, view in enumerate(drawn[1:]):
            title = say("diagramSingle", position=report.positionTitle(view.position), reference=lead)
            svg = _draw([drawn[0], view], chain, styles, held, _SMALL, f"single{index}", title, frame)
            singles.append((view.position, title, svg))
    return Diagram(overlay, tuple(view.position for view in drawn), tuple(singles), tuple(remarks))


def _laidOver(report: ReportInput, views: list[SagittalView], held: str) -> list[SagittalView]:
    """The views on the held level, the compared position (or the first that has that level) leading."""
    compared = report.comparedPosition
    ordered = sorted(views, key=lambda view: compared is None or view.position != compared.id)
    if not held:
        return ordered[:1]
    base = next(view for view in ordered if np.isfinite(view.corners(held)).all(axis=-1).sum() >= 2)
    others = [overlaid(view, base, held) for view in ordered if view is not base]
    return [base, *(view for view in others if view is not None)]


def _remarks(report: ReportInput, drawn: list[SagittalView], held: str) -> list[str]:
    shown = {view.position for view in drawn}
    leftOut = [position.shownTitle for position in report.case.positions if position.id not in shown]
    lead = report.positionTitle(drawn[0].position)
    if not held:
        first = say("diagramOne") if len(report.case.positions) == 1 else say("diagramNone")
    else:
        first = say("diagramHeld", level=held, reference=lead)
    lever = [say("diagramLever", level=held)] if len(drawn) > 1 else []
    return [first, *lever, *([say("diagramLeftOut", positions=inList(leftOut))] if leftOut else [])]


def _frame(views: Sequence[SagittalView], largest: tuple[float, float]) -> _Frame:
    drawn = {*CORNERS, *_DENS, *(code for code, _, _ in _LINES), "BA", "OP", "AC", "PC"}
    points = np.array([point for view in views for name, point in view.points.items() if name.split("_")[1] in drawn])
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.maximum(high - low, 1.0)
    room = np.array(largest) - 2 * _MARGIN
    return _Frame(low, low + span, float(min(*(room / span), _LARGEST_SCALE)))


def _draw(views: Sequence[SagittalView], chain: Chain, styles: dict[str, Style], held: str,
          largest: tuple[float, float], identifier: str, label: str, frame: _Frame | None = None) -> str:  # fmt: skip
    frame = frame or _frame(views, largest)
    root = Svg.picture(*frame.size, label)
    hatch = Svg.hatchPattern(root, f"hatch-{identifier}", "#9aa3ad")
    for index, view in enumerate(views):
        _drawBodies(root, frame, view, chain, styles[view.position], held, hatch, leads=index == 0)
        _drawCanal(root, frame, view, chain, styles[view.position])
    _drawLabels(root, frame, views[0], chain)
    _drawScale(root, frame)
    return Svg.written(root)


def _drawBodies(root: Svg.Element, frame: _Frame, view: SagittalView, chain: Chain, style: Style, held: str,
                hatch: str, leads: bool) -> None:  # fmt: skip
    """Bodies from their corners; the held one gray; hatched where a corner has not been accepted."""
    held = held if leads else ""
    for level in chain.levels:
        names = [f"{level}_{code}" for code in (_DENS if level == "C2" else CORNERS)]
        there = [name for name in names if name in view.points]
        if len(there) < 2:
            continue
        paint = Svg.strokeOf(style, 1.5)
        if len(there) > 2:
            paint["fill"] = _HELD_COLOR if level == held else (_LEADING_FILL if leads else "none")
            paint["fill"] = hatch if view.unconfirmed.intersection(there) else paint["fill"]
        elif level == held:
            ends = [frame.xy(view.points[name]) for name in there]
            Svg.polyline(root, ends, {"stroke": _HELD_COLOR, "stroke-width": "9"})
        outline = [frame.xy(view.points[name]) for name in there]
        Svg.polyline(root, outline, {**paint, "stroke-linejoin": "round"}, closed=len(there) > 2)
    if {"Oc_BA", "Oc_OP"} <= set(view.points):
        ends = [frame.xy(view.points[name]) for name in ("Oc_BA", "Oc_OP")]
        Svg.polyline(root, ends, Svg.strokeOf(style, 1.5))
    for name in _ARCHES:
        if name in view.points:
            Svg.circle(root, frame.xy(view.points[name]), 4.0, Svg.strokeOf(style, 1.5))


def _drawCanal(root: Svg.Element, frame: _Frame, view: SagittalView, chain: Chain, style: Style) -> None:
    """Borders of the canal (thin) and surfaces of the cord (thinner, paler), each a line down the levels."""
    for code, width, opacity in _LINES:
        line = [view.points[name] for name in _downTheChain(chain, code) if name in view.points]
        if len(line) > 1:
            paint = {**Svg.strokeOf(style, width), "opacity": opacity, "stroke-linejoin": "round"}
            Svg.polyline(root, [frame.xy(point) for point in line], paint)
        for point in line:
            x, y = frame.xy(point)
            Svg.rectangle(root, (x - 1.3, y - 1.3), (2.6, 2.6), paint={"fill": style.color, "opacity": opacity})


def _downTheChain(chain: Chain, code: str) -> list[str]:
    """Names of a code at bodies and discs from top to bottom."""
    names = []
    for index, level in enumerate(chain.levels):
        names.append(f"{level}_{code}")
        if index + 1 < len(chain.levels):
            names.append(f"{level}{chain.levels[index + 1]}_{code}")
    return names


def _drawLabels(root: Svg.Element, frame: _Frame, view: SagittalView, chain: Chain) -> None:
    """The level's name in the middle of its body, or beside an endplate or arch."""
    for level in chain.levels:
        names = [f"{level}_{code}" for code in {"Oc": ("OP",), "C1": ("PC",), "C2": _DENS}.get(level, CORNERS)]
        there = [view.points[name] for name in names if name in view.points]
        if there:
            x, y = frame.xy(np.mean(there, axis=0))
            shift = (0.0, 4.0) if len(there) > 2 else ((0.0, 16.0) if len(there) == 2 else (14.0, 4.0))
            Svg.text(root, (x + shift[0], y + shift[1]), level, "level", anchor="middle")


def _drawScale(root: Svg.Element, frame: _Frame) -> None:
    width, height = frame.size
    millimeters = 20.0 if 20.0 * frame.scale < 0.4 * width else 10.0
    right, y = width - 12.0, height - 12.0
    left = right - millimeters * frame.scale
    Svg.line(root, (left, y), (right, y), "scale")
    for end in (left, right):
        Svg.line(root, (end, y - 4), (end, y + 4), "scale")
    Svg.text(root, ((left + right) / 2, y - 6), f"{millimeters:.0f} mm", "tick", anchor="middle")
    Svg.text(root, (6, 14), "anterior", "tick")
    Svg.text(root, (width - 6, 14), "posterior", "tick", anchor="end")
