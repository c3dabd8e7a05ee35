"""How Slicer shows the point lists and curves of a case: small, each in the views of its own position only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from DynamicSpineLib.Scene.CaseRoles import CONTOUR_ATTRIBUTE, contourNodes, landmarkNode, marksKey
from DynamicSpineLib.Scene.Views.PositionPlanes import placeOf
from DynamicSpineLib.Scene.Views.ViewNodes import showOnlyIn

if TYPE_CHECKING:
    from slicer import vtkMRMLScriptedModuleNode

# What a user grabs. The colored outlines of MarkShapes lie around it and say vertebra and status.
_GLYPH = "Circle2D"
_GLYPH_PERCENT = 0.8  # of the screen's diagonal as Slicer counts it; its default is 3
_TEXT_PERCENT = 2.6
_COLOR = (1.0, 1.0, 1.0)
_ACTIVE_COLOR = (0.4, 1.0, 0.0)  # under the mouse; Slicer's own
_CURVE_COLOR = (0.6, 1.0, 0.5)
_LINE_MM = 0.4
_OFF_SLICE_OPACITY = 0.35
_FADING_MM = (1.0, 3.0)  # from the slice, over which curves fade


def showMarks(
    caseNode: vtkMRMLScriptedModuleNode, positionId: str, tags: Iterable[str],
    withLabels: bool = False, withOffSlice: bool = False, curvesOf: Collection[str] = (),
) -> None:  # fmt: skip
    """Show a position's points and curves in the views with these tags and nowhere else; no tag hides them.

    withLabels: the landmarks' names beside them. withOffSlice: also points beside the slice, pale. curvesOf: the levels
    and segments whose curves are shown; those of all places at once cost Slicer seconds.
    """
    views = tuple(tags)
    points = landmarkNode(caseNode, marksKey(positionId))
    if points is not None and points.GetDisplayNode() is not None:
        _style(points.GetDisplayNode(), _COLOR, withLabels, withOffSlice)
        showOnlyIn(points.GetDisplayNode(), views)
    for curve in contourNodes(caseNode, marksKey(positionId)):
        isShown = bool(views) and placeOf(curve.GetAttribute(CONTOUR_ATTRIBUTE) or "") in curvesOf
        if isShown:
            curve.CreateDefaultDisplayNodes()
            _style(curve.GetDisplayNode(), _CURVE_COLOR, False, withOffSlice)
            _styleLine(curve.GetDisplayNode(), withLabels)
        if curve.GetDisplayNode() is not None:
            showOnlyIn(curve.GetDisplayNode(), views if isShown else ())


def freeMarks(caseNode: vtkMRMLScriptedModuleNode, positionIds: Iterable[str], shown: str = "") -> None:
    """Let Slicer's other modules show the marks in their own views again: those of one position, the others hidden.

    Call it when the module is left, so that marks are not bound to views that are no longer on the screen.
    """
    for positionId in positionIds:
        points = landmarkNode(caseNode, marksKey(positionId))
        for node in [points, *contourNodes(caseNode, marksKey(positionId))]:
            if node is not None and node.GetDisplayNode() is not None:
                display = node.GetDisplayNode()
                if display.GetVisibility() or positionId == shown:
                    modifying = display.StartModify()
                    display.RemoveAllViewNodeIDs()
                    display.SetVisibility(positionId == shown and node is points)
                    display.EndModify(modifying)


def _style(display: Any, color: tuple[float, float, float], withLabels: bool, withOffSlice: bool) -> None:
    modifying = display.StartModify()
    display.SetGlyphTypeFromString(_GLYPH)
    display.SetUseGlyphScale(True)
    display.SetGlyphScale(_GLYPH_PERCENT)
    display.SetTextScale(_TEXT_PERCENT)
    display.SetSelectedColor(*color)
    display.SetColor(*color)
    display.SetActiveColor(*_ACTIVE_COLOR)
    display.SetPointLabelsVisibility(withLabels)
    display.SetSliceProjection(withOffSlice)
    display.SetSliceProjectionUseFiducialColor(True)
    display.SetSliceProjectionOutlinedBehindSlicePlane(False)
    display.SetSliceProjectionOpacity(_OFF_SLICE_OPACITY)
    display.SetVisibility2D(True)
    display.SetVisibility3D(True)
    display.EndModify(modifying)


def _styleLine(display: Any, withLabels: bool) -> None:
    modifying = display.StartModify()
    display.SetPropertiesLabelVisibility(withLabels)
    display.SetCurveLineSizeMode(display.UseLineDiameter)
    display.SetLineDiameter(_LINE_MM)
    display.SetFillVisibility(False)
    display.SetLineColorFadingHueOffset(0.0)  # the color does not mean the distance from the slice
    display.SetLineColorFadingStart(_FADING_MM[0])
    display.SetLineColorFadingEnd(_FADING_MM[1])
    display.EndModify(modifying)
