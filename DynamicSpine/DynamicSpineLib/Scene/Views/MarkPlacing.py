"""Bringing the marking views to a position, to a level or to the next point to place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import LandmarkDefinition, definitionAt, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import Chain, levelsBeside, spineRegionOf
from DynamicSpineLib.Scene.PicturePlane import PicturePlane, asPoint
from DynamicSpineLib.Scene.Views.Layouts import AXIAL, CORONAL, SAGITTAL
from DynamicSpineLib.Scene.Views.PositionPlanes import (
    PlaceFrame,
    fieldOfPosition,
    fieldOfVolume,
    frameOfPlace,
    midsagittalPlane,
    placeOf,
    spacingAcross,
    volumePlane,
)
from DynamicSpineLib.Scene.Views.SlicePlacing import bringTo, placeSlice, planeInWorld
from DynamicSpineLib.Scene.Views.ViewNodes import markingNode, showVolume
from DynamicSpineLib.Study.Marks import Point
from DynamicSpineLib.Study.Position import Position

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode, vtkMRMLScene

_KINDS = (SAGITTAL, AXIAL, CORONAL)
_PARASAGITTAL, _ACROSS = "parasagittal", ("axial", "coronal")
# Where a foramen is looked for before any is marked: mm from the midline, about the middle of the pedicles. Only what
# the view shows first; the user scrolls on from there.
_FORAMEN_MM = {"craniocervical": 13.0, "cervical": 13.0, "thoracic": 14.0, "lumbar": 18.0, "sacral": 20.0}
_ACROSS_FIELD_SHARE = 0.5  # of the sagittal view's: small views show the place, not the whole spine
_ACROSS_INSIDE_SHARE = 0.2


def showPosition(
    scene: vtkMRMLScene, position: Position, chain: Chain, volume: vtkMRMLScalarVolumeNode | None
) -> None:
    """Show a position in the marking views, which are there once the layout was shown: midsagittal, axial, coronal."""
    sagittal = midsagittalPlane(position, chain)
    for kind in _KINDS:
        view = markingNode(scene, kind)
        if view is None:
            continue
        showVolume(view, volume)
        plane, field = _first(position, chain, kind, sagittal)
        placeSlice(view, planeInWorld(plane, volume), field, spacingAcross(position.geometry, plane))


def _first(
    position: Position, chain: Chain, kind: str, sagittal: PicturePlane
) -> tuple[PicturePlane, tuple[float, float]]:
    """The plane that a view shows first and its field: across the middle of what is marked, or of the volume."""
    if kind == SAGITTAL:
        return sagittal, fieldOfPosition(position, chain, sagittal)
    middle = chain.levels[len(chain.levels) // 2]
    frame = frameOfPlace(position, chain, middle, sagittal)
    if frame is not None:
        edge = _ACROSS_FIELD_SHARE * max(fieldOfPosition(position, chain, sagittal))
        return frame.plane(kind), (edge, edge)
    if position.geometry is not None:
        plane = volumePlane(position.geometry, kind)
        return plane, fieldOfVolume(position.geometry, plane)
    plane = PlaceFrame(sagittal.center_RAS, (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)).plane(kind)
    return plane, (100.0, 100.0)


def showMark(
    scene: vtkMRMLScene, position: Position, chain: Chain, name: str, volume: vtkMRMLScalarVolumeNode | None
) -> bool:
    """Bring the marking views to a landmark of a position, placed or not; False where nothing says where it may be.

    Zoom stays, and so does pan where the place is seen well already. The sagittal view keeps its direction and moves to
    the mark's slice; axial and coronal views turn with the vertebra or disc that the mark belongs to.
    """
    sagittal = midsagittalPlane(position, chain)
    frame = frameOfPlace(position, chain, placeOf(name), sagittal)
    target = _target(position, name, sagittal, frame)
    if target is None:
        return False
    planes = {SAGITTAL: PicturePlane(target, sagittal.right_RAS, sagittal.up_RAS)}
    for kind in (AXIAL, CORONAL):
        turned = frame if frame is not None else PlaceFrame(target, _front(sagittal), sagittal.up_RAS)
        plane = turned.plane(kind)
        planes[kind] = PicturePlane(target, plane.right_RAS, plane.up_RAS)
    _bring(scene, position, planes, volume)
    return True


def showPlace(
    scene: vtkMRMLScene, position: Position, chain: Chain, place: str, volume: vtkMRMLScalarVolumeNode | None
) -> bool:
    """Bring the marking views to a level or segment of a position; False where nothing says where it is."""
    sagittal = midsagittalPlane(position, chain)
    frame = frameOfPlace(position, chain, place, sagittal)
    if frame is None:
        return False
    planes = {AXIAL: frame.plane(AXIAL), CORONAL: frame.plane(CORONAL),
              SAGITTAL: PicturePlane(_onto(sagittal, frame.center_RAS), sagittal.right_RAS, sagittal.up_RAS)}
    _bring(scene, position, planes, volume)
    return True


def _bring(
    scene: vtkMRMLScene, position: Position, planes: dict[str, PicturePlane], volume: vtkMRMLScalarVolumeNode | None
) -> None:
    for kind, plane in planes.items():
        view = markingNode(scene, kind)
        if view is not None:
            share = {} if kind == SAGITTAL else {"insideShare": _ACROSS_INSIDE_SHARE}
            bringTo(view, planeInWorld(plane, volume), spacingAcross(position.geometry, plane), **share)


def _target(position: Position, name: str, sagittal: PicturePlane, frame: PlaceFrame | None) -> Point | None:
    """Where a landmark is, or where to look for it: at its level, for a foramen as far from the midline as others are.

    None for an unplaced mark where the level's place is not known.
    """
    placed = position.marks.point(name)
    parsed = parseLandmarkName(name)
    definition = definitionAt(parsed.place, parsed.code) if parsed is not None else None
    if placed is not None or parsed is None or definition is None or frame is None:
        return placed
    middle = _onto(sagittal, frame.center_RAS)
    if not definition.plane.startswith(_PARASAGITTAL):
        return middle if not definition.plane.startswith(_ACROSS) else frame.center_RAS
    offset = _sideOffset(position, sagittal, definition, parsed.place, parsed.side)
    return asPoint(np.array(middle) + offset * sagittal.sliceToRAS[:3, 2])


def _sideOffset(
    position: Position, sagittal: PicturePlane, definition: LandmarkDefinition, place: str, side: str
) -> float:
    """Signed mm of a foramen from the midsagittal plane, along its normal, which points to the patient's left.

    As marked on that side at other levels, else on the other side, else as usual.
    """
    offsets: dict[str, list[float]] = {"L": [], "R": []}
    for item in position.marks.landmarks.values():
        parsed = parseLandmarkName(item.name)
        if item.point_RAS is not None and parsed is not None and parsed.side:
            other = definitionAt(parsed.place, parsed.code)
            if other is not None and other.plane == definition.plane:
                offsets[parsed.side].append(float(sagittal.project(item.point_RAS)[2]))
    opposite = "R" if side == "L" else "L"
    if offsets[side]:
        return float(np.median(offsets[side]))
    if offsets[opposite]:
        return -float(np.median(offsets[opposite]))
    toLeft = 1.0 if side == "L" else -1.0
    leftward = 1.0 if sagittal.sliceToRAS[0, 2] <= 0 else -1.0  # the patient's left is -R
    return toLeft * leftward * _FORAMEN_MM[spineRegionOf(levelsBeside(place)[0])]


def _onto(plane: PicturePlane, point: Point) -> Point:
    """A point moved straight onto a plane."""
    return asPoint(np.array(point) - plane.project(point)[2] * plane.sliceToRAS[:3, 2])


def _front(plane: PicturePlane) -> tuple[float, float, float]:
    x, y, z = plane.right_RAS
    return (-x, -y, -z)
