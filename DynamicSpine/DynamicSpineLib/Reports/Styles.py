"""How each position is drawn, the same in every picture and table: color, dash and marker.

Colors after Okabe and Ito (2008), told apart by color-blind readers, without red and green; dash and marker tell the
positions apart without any color.
"""

from __future__ import annotations

from dataclasses import dataclass

from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Roles import comparedPosition

_COLORS = ("#2b2f36", "#0b6cb0", "#c77700", "#7b4397", "#2b8cc4", "#8a6d3b", "#5f6b7a")
_DASHES = ("", "7 3", "2 2.5", "9 3 2 3", "4 2", "11 3 2 3 2 3", "1 3")
_MARKERS = ("circle", "square", "triangle", "diamond", "triangleDown", "cross", "bar")


@dataclass(frozen=True)
class Style:
    """color: CSS; dash: SVG stroke-dasharray, empty for solid; marker: shape of a plotted point."""

    color: str
    dash: str
    marker: str


def styleAt(index: int) -> Style:
    """The style of the index-th series; after seven the colors repeat with other dashes and markers."""
    turn, place = divmod(index, len(_COLORS))
    other = (place + turn) % len(_COLORS)
    return Style(_COLORS[place], _DASHES[other], _MARKERS[other])


def positionStyles(report: ReportInput) -> dict[str, Style]:
    """A style for each position: the compared one is dark and solid, the others follow in the case's order."""
    return {name: styleAt(index) for index, name in enumerate(positionOrder(report.case))}


def positionOrder(case: Case) -> list[str]:
    """The positions' ids in the order of their styles: the compared one, then the others in the case's order."""
    compared = comparedPosition(case)
    ordered = [position.id for position in case.positions]
    if compared is not None:
        ordered.sort(key=lambda name: name != compared.id)
    return ordered
