"""Draws a plot view node as Slicer's plot view does, step by step, so that a chart of nodes can be looked at.

Follows Slicer's qMRMLPlotView (updatePlotFromPlotSeriesNode, updateWidgetFromMRML): what that does not draw is not
drawn here either.
"""

from __future__ import annotations

from pathlib import Path

import vtkmodules.vtkRenderingContextOpenGL2
import vtkmodules.vtkRenderingFreeType
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401 these three bring the drawing
from vtkmodules.vtkChartsCore import vtkAxis, vtkChartXY, vtkPlotLine
from vtkmodules.vtkCommonCore import vtkStringArray
from vtkmodules.vtkCommonDataModel import vtkColor4ub
from vtkmodules.vtkIOImage import vtkPNGWriter
from vtkmodules.vtkRenderingContext2D import vtkPen
from vtkmodules.vtkRenderingCore import vtkWindowToImageFilter
from vtkmodules.vtkViewsContext2D import vtkContextView

LINES = {"none": vtkPen.NO_PEN, "solid": vtkPen.SOLID_LINE, "dash": vtkPen.DASH_LINE, "dot": vtkPen.DOT_LINE,
         "dash-dot": vtkPen.DASH_DOT_LINE, "dash-dot-dot": vtkPen.DASH_DOT_DOT_LINE}  # fmt: skip
MARKERS = {"none": 0, "cross": 1, "plus": 2, "square": 3, "circle": 4, "diamond": 5}
ARIAL = 0


class PlotChart:
    """A chart off screen that shows what a plot view node points to."""

    def __init__(self, viewNode, size=(760, 460)):
        self.viewNode = viewNode
        self.view = vtkContextView()
        self.view.GetRenderWindow().SetOffScreenRendering(1)
        self.view.GetRenderWindow().SetSize(*size)
        self.view.GetRenderWindow().SetMultiSamples(0)
        self.chart = vtkChartXY()
        self.view.GetScene().AddItem(self.chart)
        color = vtkColor4ub()
        color.Set(255, 253, 246, 255)
        self.chart.GetBackgroundBrush().SetColor(color)
        for index in (vtkAxis.LEFT, vtkAxis.BOTTOM, vtkAxis.RIGHT, vtkAxis.TOP):
            self.chart.GetAxis(index).GetTitleProperties().SetBold(False)
        self.plots = {}

    def update(self):
        """Take everything from the nodes again."""
        chart = self.viewNode.GetPlotChartNode()
        nodes = [] if chart is None else [chart.GetNthPlotSeriesNode(index)
                                          for index in range(chart.GetNumberOfPlotSeriesNodes())]  # fmt: skip
        for key in [key for key in self.plots if key not in {node.GetID() for node in nodes}]:
            self.chart.RemovePlotInstance(self.plots.pop(key))
        for node in nodes:
            isNew = node.GetID() not in self.plots
            plot = self._plot(node, self.plots.get(node.GetID()))
            if plot is not None and isNew:
                self.plots[node.GetID()] = plot
                self.chart.AddPlot(plot)
        if chart is not None:
            self._titles(chart)
            self._axes(chart)
        self.view.GetScene().SetDirty(True)

    @staticmethod
    def _plot(node, existing):
        table = node.GetTableNode().GetTable() if node.GetTableNode() is not None else None
        columns = [table.GetColumnByName(name) for name in (node.GetXColumnName(), node.GetYColumnName())]
        if any(column is None or column.IsA("vtkStringArray") for column in columns):
            return None
        plot = existing or vtkPlotLine()
        plot.SetWidth(node.GetLineWidth())
        plot.SetColorF(*node.GetColor())
        plot.SetOpacity(node.GetOpacity())
        plot.GetPen().SetOpacityF(node.GetOpacity())
        plot.GetPen().SetLineType(LINES[node.GetLineStyleAsString(node.GetLineStyle())])
        plot.SetMarkerSize(node.GetMarkerSize())
        plot.SetMarkerStyle(MARKERS[node.GetMarkerStyleAsString(node.GetMarkerStyle())])
        labels = table.GetColumnByName(node.GetLabelColumnName()) if node.GetLabelColumnName() else None
        plot.SetIndexedLabels(labels if isinstance(labels, vtkStringArray) else None)
        plot.SetUseIndexForXSeries(False)
        plot.SetInputData(table, node.GetXColumnName(), node.GetYColumnName())
        plot.SetTooltipLabelFormat("%l = (%x, %y) %i" if labels is not None else "%l = (%x, %y)")
        plot.SetLabel(node.GetName())
        return plot

    def _titles(self, chart):
        self.chart.SetTitle(chart.GetTitle() if chart.GetTitleVisibility() else "")
        self.chart.GetTitleProperties().SetFontFamily(ARIAL)
        self.chart.GetTitleProperties().SetFontSize(chart.GetTitleFontSize())
        self.chart.SetShowLegend(chart.GetLegendVisibility())
        self.chart.GetLegend().GetLabelProperties().SetFontSize(chart.GetLegendFontSize())
        self.chart.GetLegend().GetLabelProperties().SetFontFamily(ARIAL)

    def _axes(self, chart):
        across = (chart.GetXAxisTitle(), chart.GetXAxisRangeAuto(), chart.GetXAxisRange())
        along = (chart.GetYAxisTitle(), chart.GetYAxisRangeAuto(), chart.GetYAxisRange())
        sides = ((vtkAxis.BOTTOM, across), (vtkAxis.TOP, across), (vtkAxis.LEFT, along), (vtkAxis.RIGHT, along))
        for index, (title, isAuto, limits) in sides:
            axis = self.chart.GetAxis(index)
            axis.SetTitle(title or "")
            if isAuto:
                axis.SetBehavior(vtkAxis.AUTO)
            else:
                axis.SetBehavior(vtkAxis.FIXED)
                axis.SetUnscaledMinimumLimit(float("-inf"))
                axis.SetUnscaledMaximumLimit(float("inf"))
                axis.SetUnscaledRange(*limits)
                axis.Update()
            axis.SetGridVisible(chart.GetGridVisibility())
            for properties, size in ((axis.GetTitleProperties(), chart.GetAxisTitleFontSize()),
                                     (axis.GetLabelProperties(), chart.GetAxisLabelFontSize())):  # fmt: skip
                properties.SetFontFamily(ARIAL)
                properties.SetFontSize(size)

    def image(self, path: Path | None = None):
        """Draw it; an array [row, column, RGB] from the top. path: where to write it as PNG as well."""
        from vtkmodules.util.numpy_support import vtk_to_numpy

        self.view.Render()
        grab = vtkWindowToImageFilter()
        grab.SetInput(self.view.GetRenderWindow())
        grab.ReadFrontBufferOff()
        grab.Update()
        if path is not None:
            writer = vtkPNGWriter()
            writer.SetFileName(str(path))
            writer.SetInputConnection(grab.GetOutputPort())
            writer.Write()
        content = grab.GetOutput()
        width, height, _ = content.GetDimensions()
        return vtk_to_numpy(content.GetPointData().GetScalars()).reshape(height, width, -1)[::-1].copy()
