"""The chart of a case: nodes that hold the measured numbers, and a drawing in which they can be seen and told apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from PhantomCases import phantomCase
from PlotChart import PlotChart
from vtkmodules.vtkChartsCore import vtkAxis

from DynamicSpineLib.Scene.CaseRoles import onlyCaseNode
from DynamicSpineLib.Scene.CaseScene import removeCase, writeCaseToScene
from DynamicSpineLib.Scene.LevelChart import ChartPoint, ChartSeries, LevelChart
from DynamicSpineLib.Scene.ResultPlot import (
    releaseView,
    resultPlot,
    shownInPlot,
    showResultPlot,
    writeResultPlot,
)
from DynamicSpineLib.Scene.ResultTables import HASH_ATTRIBUTE
from DynamicSpineLib.Scene.SceneFiles import loadScene, saveScene

CASE = phantomCase("lumbarSlip", ("SUP_N", "ST_F"))
LEVELS = ("L2-L3", "L3-L4", "L4-L5", "L5-S1")
COLORS = ((0.17, 0.18, 0.21), (0.04, 0.42, 0.69), (0.78, 0.47, 0.0), (0.48, 0.26, 0.59))


def points(*values, half=0.5, unconfirmed=()):
    """Points of a series; None where there is no value."""
    return tuple(ChartPoint(place, value, value - half, value + half, f"{value:.1f} mm", place not in unconfirmed)
                 for place, value in enumerate(values, 1) if value is not None)  # fmt: skip


def content(*series, metric="slip", levels=LEVELS, low=-2.0, high=10.0):
    """A chart of made-up series, each a tuple of points."""
    made = tuple(ChartSeries(f"P{number}", f"Position {number}", number, COLORS[number % 4], item)
                 for number, item in enumerate(series))  # fmt: skip
    return LevelChart("state", metric, "", "Slip: by level and position", "Level", "Level: 1 L2-L3, 2 L3-L4",
                      "Slip, millimeters", "95 % interval", "Provisional", levels, low, high, made)


TWO = content(points(0.2, 0.0, 3.0, 0.4), points(1.1, None, 7.0, 1.0))


@pytest.fixture
def caseNode(scene):
    return writeCaseToScene(CASE, scene)


@pytest.fixture
def viewNode(scene):
    return scene.AddNewNodeByClass("vtkMRMLPlotViewNode")


def seriesOf(chart):
    return [chart.GetNthPlotSeriesNode(index) for index in range(chart.GetNumberOfPlotSeriesNodes())]


def columnsOf(node):
    """x and y of a series node, as a plot takes them."""
    table = node.GetTableNode().GetTable()
    found = [table.GetColumnByName(name) for name in (node.GetXColumnName(), node.GetYColumnName())]
    return [[column.GetValue(row) for row in range(column.GetNumberOfValues())] for column in found]


def kindOf(scene, name):
    return [scene.GetNthNodeByClass(index, name) for index in range(scene.GetNumberOfNodesByClass(name))]


def test_each_position_is_a_series_and_all_intervals_one_more(caseNode):
    chart = writeResultPlot(caseNode, TWO, "hash")
    assert [node.GetName() for node in seriesOf(chart)] == ["Position 0", "Position 1", "95 % interval"]
    first, second, _ = (columnsOf(node) for node in seriesOf(chart))
    assert first[1] == [0.2, 0.0, 3.0, 0.4]
    assert [round(value) for value in first[0]] == [1, 2, 3, 4]
    assert np.isnan(second[1][1])
    assert second[1][2] == 7.0
    assert all(abs(one - other) > 0.05 for one, other in zip(first[0], second[0], strict=True))


def test_a_bar_runs_from_one_end_of_the_interval_to_the_other(caseNode):
    nodes = seriesOf(writeResultPlot(caseNode, TWO, "hash"))
    across, along = columnsOf(nodes[-1])
    upright = {(round(across[row], 6), along[row], along[row + 1]) for row in range(len(along) - 1)
               if across[row] == across[row + 1]}  # fmt: skip
    wanted = set()
    for node in nodes[:2]:
        for x, value in zip(*columnsOf(node), strict=True):
            if np.isfinite(value):
                wanted.add((round(x, 6), value - 0.5, value + 0.5))
    assert len(wanted) == 7
    assert upright == wanted


def test_shapes_and_lines_tell_eight_series_apart_without_color(caseNode):
    chart = writeResultPlot(caseNode, content(*[points(1.0, 2.0, 3.0, 4.0)] * 8), "hash")
    looks = [(node.GetMarkerStyleAsString(node.GetMarkerStyle()), node.GetLineStyleAsString(node.GetLineStyle()))
             for node in seriesOf(chart)[:8]]  # fmt: skip
    assert len(set(looks)) == 8
    assert len({marker for marker, _ in looks[:5]}) == len({line for _, line in looks[:5]}) == 5
    assert all("none" not in look for look in looks)


def test_what_nobody_accepted_has_a_ring_under_it(caseNode):
    doubted = content(points(0.2, 0.0, 3.0, 0.4), points(1.1, None, 7.0, 1.0, unconfirmed=(3,)))
    nodes = seriesOf(writeResultPlot(caseNode, doubted, "hash"))
    assert nodes[0].GetName() == "Provisional"
    x, y = columnsOf(nodes[0])
    assert y[0] == 7.0
    assert x[0] == columnsOf(nodes[2])[0][2]
    assert np.isnan(y[1:]).all()
    assert nodes[0].GetMarkerSize() > nodes[2].GetMarkerSize()


def test_a_chart_is_made_anew_in_place_and_nothing_piles_up(scene, caseNode, viewNode):
    chart = writeResultPlot(caseNode, TWO, "first")
    showResultPlot(caseNode, viewNode)
    count, nodes = scene.GetNumberOfNodes(), seriesOf(chart)
    again = writeResultPlot(caseNode, content(points(5.0, 5.0, 5.0, 5.0), points(6.0, 6.0, 6.0, None)), "second")
    assert (again, seriesOf(again)) == (chart, nodes)
    assert columnsOf(nodes[0])[1] == [5.0] * 4
    assert scene.GetNumberOfNodes() == count
    three = writeResultPlot(caseNode, content(*[points(1.0, 2.0, 3.0, 4.0)] * 3, metric="canalApDisc"), "third")
    assert three is chart
    assert scene.GetNumberOfNodes() == count + 1
    assert [node.GetName() for node in seriesOf(chart)][-1] == "95 % interval"
    assert len(kindOf(scene, "vtkMRMLPlotSeriesNode")) == 4
    assert viewNode.GetPlotChartNode() is chart
    removeCase(scene, caseNode)
    assert not [kind for kind in ("PlotChart", "PlotSeries", "Table") if kindOf(scene, f"vtkMRML{kind}Node")]


def test_a_chart_tells_what_it_shows_and_bears_the_hash_of_its_inputs(scene, caseNode):
    assert shownInPlot(caseNode) is None
    chart = writeResultPlot(caseNode, TWO, "hash")
    everything = [chart, *seriesOf(chart), *kindOf(scene, "vtkMRMLTableNode")]
    assert {node.GetAttribute(HASH_ATTRIBUTE) for node in everything} == {"hash"}
    assert shownInPlot(caseNode) == ("state", "slip", "")
    writeResultPlot(caseNode, replace(TWO, kind="motion", metric="rotation", side="L"), "hash")
    assert shownInPlot(caseNode) == ("motion", "rotation", "L")


def test_everything_is_filed_in_the_folder_of_its_case(scene, caseNode):
    from slicer import vtkMRMLSubjectHierarchyNode

    chart = writeResultPlot(caseNode, TWO, "hash")
    hierarchy = vtkMRMLSubjectHierarchyNode.GetSubjectHierarchyNode(scene)
    for node in (chart, *seriesOf(chart), *kindOf(scene, "vtkMRMLTableNode")):
        folder = hierarchy.GetItemParent(hierarchy.GetItemByDataNode(node))
        assert hierarchy.GetItemName(folder) == "Results"
        assert hierarchy.GetItemName(hierarchy.GetItemParent(folder)) == caseNode.GetName()


def test_deleted_nodes_are_made_again(scene, caseNode):
    chart = writeResultPlot(caseNode, TWO, "hash")
    scene.RemoveNode(seriesOf(chart)[1])
    scene.RemoveNode(kindOf(scene, "vtkMRMLTableNode")[0])
    again = writeResultPlot(caseNode, TWO, "hash")
    assert [node.GetName() for node in seriesOf(again)] == ["Position 0", "Position 1", "95 % interval"]
    assert columnsOf(seriesOf(again)[0])[1] == [0.2, 0.0, 3.0, 0.4]
    scene.RemoveNode(again)
    assert resultPlot(caseNode) is None
    assert len(seriesOf(writeResultPlot(caseNode, TWO, "hash"))) == 3
    assert len(kindOf(scene, "vtkMRMLPlotSeriesNode")) == 3


def test_two_cases_have_a_chart_each(scene, caseNode):
    other = writeCaseToScene(replace(CASE, caseId="other"), scene)
    first, second = writeResultPlot(caseNode, TWO, "a"), writeResultPlot(other, TWO, "b")
    assert first is not second
    assert not {node.GetID() for node in seriesOf(first)} & {node.GetID() for node in seriesOf(second)}
    removeCase(scene, other)
    assert resultPlot(caseNode) is first
    assert len(kindOf(scene, "vtkMRMLPlotSeriesNode")) == 3


def test_points_cannot_be_dragged_and_tables_not_edited(scene, caseNode):
    chart = writeResultPlot(caseNode, TWO, "hash")
    assert not chart.GetEnablePointMoveAlongX()
    assert not chart.GetEnablePointMoveAlongY()
    assert all(node.GetLocked() for node in kindOf(scene, "vtkMRMLTableNode"))


def test_the_range_holds_everything_until_the_user_chose_another(caseNode):
    chart = writeResultPlot(caseNode, TWO, "hash")
    assert chart.GetYAxisRange() == (-2.0, 10.0)
    writeResultPlot(caseNode, replace(TWO, high=12.0), "hash")
    assert chart.GetYAxisRange() == (-2.0, 12.0)
    chart.SetYAxisRange(2.0, 4.0)
    writeResultPlot(caseNode, TWO, "hash")
    assert chart.GetYAxisRange() == (2.0, 4.0)
    writeResultPlot(caseNode, replace(TWO, metric="slipPercent"), "hash")
    assert chart.GetYAxisRange() == (-2.0, 10.0)


def test_without_a_chart_nothing_is_shown(caseNode, viewNode):
    assert not showResultPlot(caseNode, viewNode)
    assert viewNode.GetPlotChartNode() is None


def test_a_chart_survives_a_save_with_its_gaps(scene, caseNode, tmp_path):
    writeResultPlot(caseNode, replace(TWO, numberedTitle="Level: 1 L2-L3 (not verified; ü: x)"), "hash")
    saveScene(scene, tmp_path / "case.mrb")
    loadScene(tmp_path / "case.mrb", scene)
    node = onlyCaseNode(scene)
    chart = resultPlot(node)
    assert chart.GetAttribute(HASH_ATTRIBUTE) == "hash"
    assert shownInPlot(node) == ("state", "slip", "")
    second = columnsOf(seriesOf(chart)[1])[1]
    assert np.isnan(second[1])
    assert second[::2] == pytest.approx([1.1, 7.0])
    assert chart.GetXAxisTitle() == "Level: 1 L2-L3 (not verified; ü: x)"
    count = scene.GetNumberOfNodes()
    assert writeResultPlot(node, TWO, "again") is chart
    assert scene.GetNumberOfNodes() == count


# What can be seen

def drawn(caseNode, viewNode, chart, named=True):
    """The drawing of a chart as Slicer's plot view makes it: the view and the image."""
    writeResultPlot(caseNode, chart, "hash")
    view = PlotChart(viewNode)
    showResultPlot(caseNode, viewNode, view.chart if named else None)
    view.update()
    return view, view.image().astype(int)


def pixelOf(view, image, x, y):
    """Row and column of a place in the plot."""
    left, bottom = view.chart.GetAxis(vtkAxis.LEFT), view.chart.GetAxis(vtkAxis.BOTTOM)
    start, end = bottom.GetPoint1()[0], bottom.GetPoint2()[0]
    low, high = left.GetPoint1()[1], left.GetPoint2()[1]
    column = start + (end - start) * (x - bottom.GetMinimum()) / (bottom.GetMaximum() - bottom.GetMinimum())
    row = low + (high - low) * (y - left.GetMinimum()) / (left.GetMaximum() - left.GetMinimum())
    return image.shape[0] - 1 - round(row), round(column)


def isColor(image, color):
    return np.abs(image - np.array([round(255 * part) for part in color])).max(axis=-1) < 25


def test_markers_stand_at_their_values_and_bars_reach_their_ends(caseNode, viewNode):
    view, image = drawn(caseNode, viewNode, TWO)
    nodes = seriesOf(resultPlot(caseNode))
    for number, node in enumerate(nodes[:2]):
        for x, value in zip(*columnsOf(node), strict=True):
            if np.isfinite(value):
                row, column = pixelOf(view, image, x, value)
                assert isColor(image[row - 2 : row + 3, column - 3 : column + 4], COLORS[number]).sum() >= 8
                for end in (value - 0.5, value + 0.5):
                    row, column = pixelOf(view, image, x, end)
                    cap = image[row - 2 : row + 3, column - 1 : column + 2]
                    assert isColor(cap, (0.35, 0.38, 0.42)).any(), (value, end)


def test_a_line_breaks_where_a_value_is_missing(caseNode, viewNode):
    def between(chart):
        view, image = drawn(caseNode, viewNode, chart)
        xs, _ = columnsOf(seriesOf(resultPlot(caseNode))[1])
        columns = [pixelOf(view, image, x, 0.0)[1] for x in (xs[0], xs[2])]
        return int(isColor(image[30:, columns[0] + 10 : columns[1] - 10], COLORS[1]).sum())

    assert between(content(points(0.2, 0.0, 3.0, 0.4), points(1.1, 4.0, 7.0, 1.0))) > 50
    assert between(TWO) == 0


def test_level_names_stand_at_the_ticks_and_stay_there(caseNode, viewNode):
    view, _ = drawn(caseNode, viewNode, TWO)

    def ticks():
        axis = view.chart.GetAxis(vtkAxis.BOTTOM)
        labels, places = axis.GetTickLabels(), axis.GetTickPositions()
        return {labels.GetValue(row): places.GetValue(row) for row in range(labels.GetNumberOfValues())}

    named = {name: place for place, name in enumerate(LEVELS, 1)}
    assert ticks() == named
    assert resultPlot(caseNode).GetXAxisTitle() == "Level"
    writeResultPlot(caseNode, content(points(5.0, 5.0, 5.0, 5.0), points(6.0, 6.0, 6.0, 6.0)), "hash")
    view.update()
    view.image()
    assert ticks() == named
    assert resultPlot(caseNode).GetXAxisTitle() == "Level"
    releaseView(view.chart)
    view.update()
    view.image()
    assert not set(ticks()) & set(named)
    assert view.chart.GetLegend().GetInline()


def test_names_of_many_levels_stand_on_two_lines_and_gaps_have_none(caseNode, viewNode):
    levels = ("C2-C3", "C3-C4", "C4-C5", "C5-C6", "C6-C7", "C7-T1", "", "L3-L4", "L4-L5", "L5-S1")
    view, _ = drawn(caseNode, viewNode, content(points(*[1.0] * 6, None, 1.0, 1.0, 1.0), levels=levels))
    labels = view.chart.GetAxis(vtkAxis.BOTTOM).GetTickLabels()
    names = [labels.GetValue(row) for row in range(labels.GetNumberOfValues())]
    assert [name.strip() for name in names] == [name for name in levels if name]
    assert [name.startswith("\n") for name in names] == [False, True] * 4 + [False]


def test_a_view_that_is_not_ours_numbers_the_levels_and_says_what_the_numbers_mean(caseNode, viewNode):
    view, image = drawn(caseNode, viewNode, TWO, named=False)
    assert resultPlot(caseNode).GetXAxisTitle() == "Level: 1 L2-L3, 2 L3-L4"
    assert view.chart.GetLegend().GetInline()
    across = columnsOf(seriesOf(resultPlot(caseNode))[1])[0]
    legend = 0.75 * image.shape[1]
    assert pixelOf(view, image, across[-1], 0.0)[1] < legend


def test_the_legend_hides_no_point(caseNode, viewNode):
    high = content(points(9.0, 9.0, 9.0, 9.4), points(9.0, 9.0, 9.0, 9.4), points(9.0, 9.0, 9.0, 9.4))
    view, image = drawn(caseNode, viewNode, high)
    nodes = seriesOf(resultPlot(caseNode))
    for number, node in enumerate(nodes[:3]):
        row, column = pixelOf(view, image, columnsOf(node)[0][-1], 9.4)
        assert isColor(image[row - 3 : row + 4, column - 4 : column + 5], COLORS[number]).sum() >= 8
