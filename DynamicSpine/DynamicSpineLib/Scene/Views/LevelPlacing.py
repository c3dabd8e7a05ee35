"""One level in the views of all positions: the same vertebra at the same place, at one scale, equally inclined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from DynamicSpineLib.Anatomy.Levels import Chain, splitSegment
from DynamicSpineLib.Scene.LevelStrip import stripPlan
from DynamicSpineLib.Scene.PicturePlane import PicturePlane
from DynamicSpineLib.Scene.SlicePictures import uprightPlane
from DynamicSpineLib.Scene.Views.Layouts import SAGITTAL
from DynamicSpineLib.Scene.Views.PositionPlanes import (
    fieldOfPosition,
    frameOfPlace,
    midsagittalPlane,
    spacingAcross,
)
from DynamicSpineLib.Scene.Views.SlicePlacing import placeSlice, planeInWorld, viewSize
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Position

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode, vtkMRMLSliceNode

_WITHOUT_PLAN_MM = 60.0


@dataclass(frozen=True)
class PositionView:
    """The slice view of a position, and the volume that it shows (None: marks are in the world)."""

    view: vtkMRMLSliceNode
    volume: vtkMRMLScalarVolumeNode | None


def centerOnLevel(case: Case, place: str, views: Mapping[str, PositionView]) -> None:
    """Show a level ("L4") or a segment ("L4L5") in the views of positions, by position id.

    The lower vertebra stands at the same place in all of them, at one scale, and is as inclined as in the routine
    position: what moves from view to view is the upper one. Where too little is marked for that, a view shows where the
    level is, else the whole position.
    """
    sizes = [viewSize(item.view) for item in views.values()]
    if not sizes:
        return
    smallest = (min(size[0] for size in sizes), min(size[1] for size in sizes))
    planes, fieldMm = levelPlanes(case, place, smallest, tuple(views))
    for positionId, item in views.items():
        position = case.position(positionId)
        if position is not None:
            _show(case, position, item, planes.get(positionId), fieldMm, smallest)


def _show(
    case: Case, position: Position, item: PositionView, plane: PicturePlane | None, fieldMm: float,
    smallest: tuple[int, int],
) -> None:  # fmt: skip
    size = viewSize(item.view)
    pixelMm = fieldMm / smallest[0]
    field = (pixelMm * size[0], pixelMm * size[1])  # larger views show more, not larger
    if plane is None:
        plane = midsagittalPlane(position, case.chain)
        field = fieldOfPosition(position, case.chain, plane)
    placeSlice(item.view, planeInWorld(plane, item.volume), field, spacingAcross(position.geometry, plane))


def levelPlanes(
    case: Case, place: str, size: tuple[int, int], positionIds: tuple[str, ...]
) -> tuple[dict[str, PicturePlane], float]:
    """The plane of each position, in its volume's frame, and the width in mm of a view of some pixels, for a level.

    Positions where nothing says where the level is are left out.
    """
    shown = replace(case, positions=tuple(_withVolume(item) for item in case.positions if item.id in positionIds))
    plan = stripPlan(shown, segmentShown(case.chain, place), size)
    planes = {key: picture.plane for key, picture in plan.items()}
    field = max((picture.fieldOfViewMm for picture in plan.values()), default=_WITHOUT_PLAN_MM)
    for position in shown.positions:
        if position.id not in planes:
            frame = frameOfPlace(position, case.chain, place, midsagittalPlane(position, case.chain))
            if frame is not None:
                planes[position.id] = uprightPlane(frame.plane(SAGITTAL))
    return planes, field


def segmentShown(chain: Chain, place: str) -> str:
    """The segment that shows a place: itself, else the one whose lower vertebra it is, else the one below it."""
    if splitSegment(place) is not None:
        return place
    beside = [item for item in chain.segments if place in (item.upper, item.lower)]
    return next((item.name for item in beside if item.lower == place), beside[0].name if beside else "")


def _withVolume(position: Position) -> Position:
    """The position as one that has a volume: in the scene it has, whether or not the case names a file."""
    return position if position.volume else replace(position, volume="scene")
