"""DynamicSpine's own view layouts: for marking one position, and for seeing all positions side by side."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slicer import vtkMRMLLayoutNode

SAGITTAL, AXIAL, CORONAL = "Sagittal", "Axial", "Coronal"
"""The kinds of views, by Slicer's names of their orientations."""

TAG_PREFIX = "DynamicSpine"
MARKING_TAGS = MappingProxyType({kind: f"{TAG_PREFIX}{kind}" for kind in (SAGITTAL, AXIAL, CORONAL)})
PLOT_TAG = f"{TAG_PREFIX}Plot"
COMPARE_TAG, SOLID_TAG = f"{TAG_PREFIX}Compare", f"{TAG_PREFIX}Solid"
"""The slice view of two positions laid on each other, and the 3-D view beside it."""

MOST_POSITIONS = 8
"""How many positions have a view of their own; further ones are looked at in the marking layout."""

# Numbers of layouts, far from Slicer's own (below 100) and from those that its modules and extensions are known to use.
MARKING_LAYOUT, COMPARE_LAYOUT = 7460, 7470
_POSITIONS_LAYOUT, _POSITIONS_PLOT_LAYOUT = 7460, 7480  # plus the number of positions

# Told apart by color-blind readers as well (Okabe and Ito 2008).
_COLORS = ("#56B4E9", "#E69F00", "#009E73", "#F0E442", "#CC79A7", "#D55E00", "#0072B2", "#999999")
_COLUMNS = MappingProxyType({1: 1, 2: 2, 3: 3, 4: 2, 5: 3, 6: 3, 7: 4, 8: 4})
_LARGE, _SMALL = 680, 320
_MARKING_GROUP = 101


def positionTag(number: int) -> str:
    """The singleton tag of the view of a position, counted from 1."""
    return f"{TAG_PREFIX}{number}"


def allTags() -> tuple[str, ...]:
    """The singleton tags of all of DynamicSpine's slice views."""
    return (*MARKING_TAGS.values(), *(positionTag(number) for number in range(1, MOST_POSITIONS + 1)), COMPARE_TAG)


def viewGroup(tag: str) -> int:
    """The view group of one of our slice views: the marking views share one, each position's view has its own.

    Slicer's crosshair, slice intersections and linked views work within a group. Points of one position mean nothing in
    another, so those views must not follow each other by millimeters.
    """
    tags = allTags()
    return _MARKING_GROUP if tag in MARKING_TAGS.values() else _MARKING_GROUP + tags.index(tag)


def positionsLayoutId(count: int, withPlot: bool = False) -> int:
    """The number of the layout with a view for each of `count` positions (1 to 8), with or without a plot below."""
    return (_POSITIONS_PLOT_LAYOUT if withPlot else _POSITIONS_LAYOUT) + min(max(count, 1), MOST_POSITIONS)


def isOurLayout(layoutId: int) -> bool:
    """True for the numbers of DynamicSpine's own layouts."""
    return layoutId in layoutDescriptions()


def layoutDescriptions() -> dict[int, str]:
    """The XML of every layout by its number."""
    described = {MARKING_LAYOUT: _marking(), COMPARE_LAYOUT: _compare()}
    for count in range(1, MOST_POSITIONS + 1):
        grid = _positions(count)
        described[positionsLayoutId(count)] = grid
        described[positionsLayoutId(count, True)] = _split("vertical", ((_LARGE, grid), (_SMALL, _plot())))
    return described


def registerLayouts(layoutNode: vtkMRMLLayoutNode) -> None:
    """Make the layouts known to the application; again as often as wanted.

    Do this when the application has started: a scene that was saved in one of the layouts opens empty without them.
    """
    modifying = layoutNode.StartModify()
    for layoutId, description in layoutDescriptions().items():
        if layoutNode.IsLayoutDescription(layoutId):
            layoutNode.SetLayoutDescription(layoutId, description)
        else:
            layoutNode.AddLayoutDescription(layoutId, description)
    layoutNode.EndModify(modifying)


def applyMarkingLayout(layoutNode: vtkMRMLLayoutNode) -> None:
    """Show a large sagittal view beside a small axial and a small coronal one."""
    _apply(layoutNode, MARKING_LAYOUT)


def applyCompareLayout(layoutNode: vtkMRMLLayoutNode) -> None:
    """Show one large sagittal view, for positions laid on each other, beside a 3-D view."""
    _apply(layoutNode, COMPARE_LAYOUT)


def applyPositionsLayout(layoutNode: vtkMRMLLayoutNode, count: int, withPlot: bool = False) -> None:
    """Show a sagittal view for each position, the first eight of them, with or without a plot below."""
    _apply(layoutNode, positionsLayoutId(count, withPlot))


def _apply(layoutNode: vtkMRMLLayoutNode, layoutId: int) -> None:
    if not layoutNode.IsLayoutDescription(layoutId):
        registerLayouts(layoutNode)
    layoutNode.RemoveAllMaximizedViewNodes()  # else the maximized view alone would stay on the screen
    layoutNode.SetViewArrangement(layoutId)


def _marking() -> str:
    sagittal, axial, coronal = (_slice(MARKING_TAGS[kind], kind, kind[0], _COLORS[index])
                                for index, kind in enumerate((SAGITTAL, AXIAL, CORONAL)))  # fmt: skip
    beside = _split("vertical", ((_LARGE, axial), (_LARGE, coronal)))
    return _split("horizontal", ((_LARGE, sagittal), (_SMALL, beside)))


def _compare() -> str:
    solid = (f'<view class="vtkMRMLViewNode" singletontag="{SOLID_TAG}">'
             '<property name="viewlabel" action="default">3D</property></view>')  # fmt: skip
    return _split("horizontal", ((_LARGE, _slice(COMPARE_TAG, SAGITTAL, "C", _COLORS[0])), (_SMALL, solid)))


def _positions(count: int) -> str:
    views = [_slice(positionTag(number), SAGITTAL, str(number), _COLORS[number - 1]) for number in range(1, count + 1)]
    columns = _COLUMNS[count]
    rows = [_row("horizontal", views[start : start + columns]) for start in range(0, count, columns)]
    return rows[0] if len(rows) == 1 else _row("vertical", rows)


def _slice(tag: str, orientation: str, label: str, color: str) -> str:
    properties = {"orientation": orientation, "viewlabel": label, "viewcolor": color, "viewgroup": str(viewGroup(tag))}
    inside = "".join(f'<property name="{name}" action="default">{value}</property>'
                     for name, value in properties.items())  # fmt: skip
    return f'<view class="vtkMRMLSliceNode" singletontag="{tag}">{inside}</view>'


def _plot() -> str:
    return (f'<view class="vtkMRMLPlotViewNode" singletontag="{PLOT_TAG}">'
            '<property name="viewlabel" action="default">P</property></view>')  # fmt: skip


def _row(direction: str, contents: Iterable[str]) -> str:
    items = "".join(f"<item>{content}</item>" for content in contents)
    return f'<layout type="{direction}">{items}</layout>'


def _split(direction: str, sized: Sequence[tuple[int, str]]) -> str:
    """Parts with a splitter between them that the user can drag; sizes are in proportion."""
    items = "".join(f'<item splitSize="{size}">{content}</item>' for size, content in sized)
    return f'<layout type="{direction}" split="true">{items}</layout>'
