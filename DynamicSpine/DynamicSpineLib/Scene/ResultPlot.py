"""The chart of a case as plot nodes: rebuilt from its content, never edited, shown in any plot view.

A plot series has no error bars and a chart node no names at its ticks (Slicer's plot view draws neither): bars are a
series of their own, and names are put on the axis of the view that shows the chart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

# Named here so that a view's chart comes to Python as what it is, and not as a bare context item.
from vtkmodules.vtkChartsCore import vtkAxis, vtkChartXY
from vtkmodules.vtkCommonCore import vtkDoubleArray, vtkStringArray

from DynamicSpineLib.Scene.CaseRoles import nodesWithRole
from DynamicSpineLib.Scene.Hierarchy import fileUnder, removeNode
from DynamicSpineLib.Scene.LevelChart import LevelChart
from DynamicSpineLib.Scene.ResultTables import HASH_ATTRIBUTE

if TYPE_CHECKING:
    from slicer import (
        vtkMRMLPlotChartNode,
        vtkMRMLPlotViewNode,
        vtkMRMLScriptedModuleNode,
        vtkMRMLTableNode,
    )

_CHART, _SERIES, _VALUES, _EXTRAS = "plot/chart", "plot/series", "plot/values", "plot/extras"
_SHOWN_ATTRIBUTE = "DynamicSpine.Chart"
_NAMED_TITLE, _NUMBERED_TITLE = "DynamicSpine.ChartLevels", "DynamicSpine.ChartNumbers"
_HAS_NAMES = "DynamicSpine.ChartHasNames"
_RANGES, _ENDS = "DynamicSpine.ChartRanges", "DynamicSpine.ChartEnds"
_LEVEL_COLUMN = "level"
# Together these tell 25 series apart without any color.
_MARKERS = ("circle", "square", "diamond", "cross", "plus")
_SIZES = (9.0, 9.0, 9.0, 11.0, 12.0)
_LINES = ("solid", "dash", "dot", "dash-dot", "dash-dot-dot")
_ONE_LINE = 7
"""More names than this stand on two lines in turn, so that none covers its neighbor."""

_BAR_COLOR, _HALO_COLOR = (0.35, 0.38, 0.42), (0.72, 0.74, 0.77)


@dataclass(frozen=True)
class _Look:
    """One series node: name, table by its role, columns, marker, line and color."""

    name: str
    table: str
    x: str
    y: str
    words: str
    marker: str
    markerSize: float
    line: str
    lineWidth: float
    color: tuple[float, float, float]


def writeResultPlot(
    caseNode: vtkMRMLScriptedModuleNode, content: LevelChart, inputHash: str
) -> vtkMRMLPlotChartNode:
    """Make the chart of a case, or make what is there anew; return the chart's node, which stays the same one.

    So a view that shows it goes on showing it. inputHash: what the values were computed from (`caseHash`).
    """
    chart = _node(caseNode, _CHART, "vtkMRMLPlotChartNode", "Chart")
    modifying = chart.StartModify()
    isOther = chart.GetAttribute(_SHOWN_ATTRIBUTE) != _shownText(content)
    _fillTables(caseNode, content, inputHash)
    _fillSeries(caseNode, chart, _looks(content), inputHash)
    _fillChart(chart, content, isOther)
    chart.SetAttribute(HASH_ATTRIBUTE, inputHash)
    chart.SetAttribute(_SHOWN_ATTRIBUTE, _shownText(content))
    chart.EndModify(modifying)
    return chart


def resultPlot(caseNode: vtkMRMLScriptedModuleNode) -> vtkMRMLPlotChartNode | None:
    """The chart of a case, or None."""
    return caseNode.GetNodeReference(_CHART)


def shownInPlot(caseNode: vtkMRMLScriptedModuleNode) -> tuple[str, str, str] | None:
    """Kind, metric and side that the chart of a case shows, so that it can be made again; None without one."""
    chart = resultPlot(caseNode)
    parts = ((chart.GetAttribute(_SHOWN_ATTRIBUTE) or "") if chart is not None else "").split(" ")
    return (parts[0], parts[1], parts[2]) if len(parts) >= 3 else None


def showResultPlot(
    caseNode: vtkMRMLScriptedModuleNode, viewNode: vtkMRMLPlotViewNode, view: vtkChartXY | None = None
) -> bool:
    """Show the chart of a case in a plot view; False where there is none.

    view: the chart that the view draws on (`plotView().chart()`): its axis then bears the levels' names, and its legend
    stands beside the plot, until `releaseView`. Without it the levels are numbered, and the axis title says what the
    numbers mean.
    """
    chart = resultPlot(caseNode)
    if chart is None:
        return False
    if view is not None:
        _prepareView(view, caseNode)
    modifying = chart.StartModify()
    chart.SetAttribute(_HAS_NAMES, "1" if view is not None else "0")
    _titleLevels(chart)
    _setRanges(chart, False)
    chart.EndModify(modifying)
    viewNode.SetPlotChartNodeID(chart.GetID())
    return True


def _prepareView(view: vtkChartXY, caseNode: vtkMRMLScriptedModuleNode) -> None:
    table = caseNode.GetNodeReference(_VALUES)
    column = table.GetTable().GetColumnByName(_LEVEL_COLUMN) if table is not None else None
    every = [column.GetValue(row) for row in range(column.GetNumberOfValues())] if column is not None else []
    known = [(float(place), name) for place, name in enumerate(every, 1) if name]
    lines = ["\n" + name if len(known) > _ONE_LINE and number % 2 else name for number, (_, name) in enumerate(known)]
    places = _array("places", [place for place, _ in known])
    view.GetAxis(vtkAxis.BOTTOM).SetCustomTickPositions(places, _array("names", lines))
    view.GetLegend().SetInline(False)


def releaseView(view: vtkChartXY) -> None:
    """Give a view its numbers and its legend's place back: the next chart that it shows is another one's."""
    view.GetAxis(vtkAxis.BOTTOM).SetCustomTickPositions(None, None)
    view.GetLegend().SetInline(True)


def _fillTables(caseNode: vtkMRMLScriptedModuleNode, content: LevelChart, inputHash: str) -> None:
    """The values by level, a row each; and bars and what is provisional, which have rows of their own."""
    columns: list[tuple[str, Sequence[Any]]] = [(_LEVEL_COLUMN, content.levels)]
    for index, item in enumerate(content.series):
        places, values, words = content.columns(index)
        columns += [(f"place {item.key}", places), (f"value {item.key}", values), (f"words {item.key}", words)]
    _fillTable(caseNode, _VALUES, "Chart values", columns, inputHash)
    bars, marked = content.bars(), content.provisional()
    length = max(len(bars[0]), len(marked[0]))
    named = zip(("bars across", "bars along", "provisional across", "provisional along"), (*bars, *marked), strict=True)
    gap = float("nan")
    extras = [(name, [*values, *[gap] * (length - len(values))]) for name, values in named]
    _fillTable(caseNode, _EXTRAS, "Chart intervals", extras, inputHash)


def _fillTable(
    caseNode: vtkMRMLScriptedModuleNode, role: str, name: str, columns: Sequence[tuple[str, Sequence[Any]]],
    inputHash: str,
) -> None:  # fmt: skip
    node: vtkMRMLTableNode = _node(caseNode, role, "vtkMRMLTableNode", name)
    modifying = node.StartModify()
    node.SetUseColumnTitleAsColumnHeader(True)
    node.SetLocked(True)
    node.SetAttribute(HASH_ATTRIBUTE, inputHash)
    node.RemoveAllColumns()
    for title, values in columns:
        node.AddColumn(_array(title, values))
    node.GetTable().Modified()
    node.EndModify(modifying)


def _array(name: str, values: Sequence[Any]) -> Any:
    array = vtkStringArray() if values and isinstance(values[0], str) else vtkDoubleArray()
    array.SetName(name)
    array.SetNumberOfValues(len(values))
    for row, value in enumerate(values):
        array.SetValue(row, value)
    return array


def _looks(content: LevelChart) -> list[_Look]:
    """Every series: what is provisional lies under the values, the bars over them."""
    looks = []
    if content.provisional()[0]:
        looks.append(_Look(content.provisionalTitle, _EXTRAS, "provisional across", "provisional along", "", "circle",
                           20.0, "none", 1.0, _HALO_COLOR))  # fmt: skip
    for item in content.series:
        turn, place = divmod(item.number, len(_MARKERS))
        line = _LINES[(place + turn) % len(_LINES)]
        looks.append(_Look(item.title, _VALUES, f"place {item.key}", f"value {item.key}", f"words {item.key}",
                           _MARKERS[place], _SIZES[place], line, 2.0, item.color))  # fmt: skip
    if content.bars()[0]:
        looks.append(_Look(content.intervalTitle, _EXTRAS, "bars across", "bars along", "", "none", 1.0, "solid", 1.5,
                           _BAR_COLOR))  # fmt: skip
    return looks


def _fillSeries(
    caseNode: vtkMRMLScriptedModuleNode, chart: vtkMRMLPlotChartNode, looks: Sequence[_Look], inputHash: str
) -> None:
    """Fill the series nodes; made anew where their number differs, since a view draws them in the order of adding."""
    scene, nodes = caseNode.GetScene(), nodesWithRole(caseNode, _SERIES)
    if len(nodes) != len(looks) or chart.GetNumberOfPlotSeriesNodes() != len(looks):
        chart.RemoveAllPlotSeriesNodeIDs()
        caseNode.RemoveNodeReferenceIDs(_SERIES)
        for node in nodes:
            removeNode(scene, node)
        nodes = [scene.AddNewNodeByClass("vtkMRMLPlotSeriesNode", look.name) for look in looks]
        for node in nodes:
            caseNode.AddNodeReferenceID(_SERIES, node.GetID())
            fileUnder(scene, node, caseNode.GetName(), "Results")
    for node, look in zip(nodes, looks, strict=True):
        _fillOne(node, look, caseNode.GetNodeReferenceID(look.table))
        node.SetAttribute(HASH_ATTRIBUTE, inputHash)
        if not chart.HasPlotSeriesNodeID(node.GetID()):
            chart.AddAndObservePlotSeriesNodeID(node.GetID())


def _fillOne(node: Any, look: _Look, tableId: str) -> None:
    modifying = node.StartModify()
    node.SetName(look.name)
    node.SetPlotType(node.PlotTypeScatter)
    node.SetAndObserveTableNodeID(tableId)
    node.SetXColumnName(look.x)
    node.SetYColumnName(look.y)
    node.SetLabelColumnName(look.words)
    node.SetMarkerStyle(node.GetMarkerStyleFromString(look.marker))
    node.SetMarkerSize(look.markerSize)
    node.SetLineStyle(node.GetLineStyleFromString(look.line))
    node.SetLineWidth(look.lineWidth)
    node.SetColor(*look.color)
    node.EndModify(modifying)


def _fillChart(chart: vtkMRMLPlotChartNode, content: LevelChart, isOther: bool) -> None:
    chart.SetName(content.title)
    chart.SetTitle(content.title)
    chart.SetYAxisTitle(content.valueTitle)
    chart.SetAttribute(_NAMED_TITLE, content.levelTitle)
    chart.SetAttribute(_NUMBERED_TITLE, content.numberedTitle)
    if isOther:  # names that a view's axis has are those of another chart
        chart.SetAttribute(_HAS_NAMES, "0")
    _titleLevels(chart)
    for setSize, size in ((chart.SetTitleFontSize, 15), (chart.SetAxisTitleFontSize, 13),
                          (chart.SetAxisLabelFontSize, 12), (chart.SetLegendFontSize, 12)):  # fmt: skip
        setSize(size)
    # Points can be dragged in a plot view, and would change the table under them.
    chart.SetEnablePointMoveAlongX(False)
    chart.SetEnablePointMoveAlongY(False)
    chart.SetAttribute(_ENDS, f"{content.start} {content.end} {content.endWithLegend}")
    _setRanges(chart, isOther, content.low, content.high)


def _titleLevels(chart: vtkMRMLPlotChartNode) -> None:
    hasNames = chart.GetAttribute(_HAS_NAMES) == "1"
    chart.SetXAxisTitle(chart.GetAttribute(_NAMED_TITLE if hasNames else _NUMBERED_TITLE))


def _setRanges(chart: vtkMRMLPlotChartNode, isOther: bool, low: float | None = None, high: float | None = None) -> None:
    """Ranges that hold all values and the legend; where the user panned or zoomed since, the user's are kept."""
    if not isOther and chart.GetAttribute(_RANGES) != _rangesText(chart):
        return
    start, end, endWithLegend = (float(number) for number in chart.GetAttribute(_ENDS).split())
    chart.SetXAxisRangeAuto(False)
    chart.SetXAxisRange(start, end if chart.GetAttribute(_HAS_NAMES) == "1" else endWithLegend)
    if low is not None and high is not None:
        chart.SetYAxisRangeAuto(False)
        chart.SetYAxisRange(low, high)
    chart.SetAttribute(_RANGES, _rangesText(chart))


def _rangesText(chart: vtkMRMLPlotChartNode) -> str:
    return " ".join(f"{number:.6g}" for number in (*chart.GetXAxisRange(), *chart.GetYAxisRange()))


def _shownText(content: LevelChart) -> str:
    return " ".join((content.kind, content.metric, content.side, ",".join(content.levels)))


def _node(caseNode: vtkMRMLScriptedModuleNode, role: str, kind: str, name: str) -> Any:
    """The node of a role, made and filed where it is not there."""
    node = caseNode.GetNodeReference(role)
    if node is None:
        node = caseNode.GetScene().AddNewNodeByClass(kind, name)
        caseNode.SetNodeReferenceID(role, node.GetID())
        fileUnder(caseNode.GetScene(), node, caseNode.GetName(), "Results")
    return node
