"""One level in two positions, its lower vertebra held: the picture that a report shows of a pair."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from DynamicSpineLib.Anatomy.Levels import Segment, spineRegionOf
from DynamicSpineLib.Compare.Comparison import Comparison
from DynamicSpineLib.Compare.Modes import BLEND
from DynamicSpineLib.Compare.Statements import marksWarnings
from DynamicSpineLib.Scene.Overlays.CompareDrawing import outlineDrawing
from DynamicSpineLib.Scene.Overlays.CompareFrames import ComparedImages, Frame, overFrame
from DynamicSpineLib.Scene.PictureContent import PictureLabel, SlicePicture
from DynamicSpineLib.Scene.PicturePlane import PicturePlane, asPoint
from DynamicSpineLib.Scene.SlicePictures import planeOfMarks, uprightPlane

SIZE = (640, 640)
# By the region of the upper body: the segment with its neighbors.
_FIELD_MM = {"craniocervical": 80.0, "cervical": 80.0, "thoracic": 100.0}
_USUAL_FIELD_MM = 120.0
_UPPER_PIXELS, _LOWER_PIXELS, _EDGE_PIXELS = 75.0, 40.0, 20.0
_COLORS = "reference blue, the other dashed orange"


def levelFrame(
    comparison: Comparison, images: ComparedImages, segment: Segment, size: tuple[int, int] = SIZE
) -> Frame:  # fmt: skip
    """Half of each position, and the outlines of both, about a segment of the reference; its captions say what it is.

    comparison: with the segment's lower vertebra held.
    """
    frame = overFrame(comparison, images, BLEND, size)
    plane = _planeAbout(comparison, segment) or frame.picture.plane
    said = frame.picture.caption
    caption = replace(said, key=f"{said.key}; {_COLORS}", warnings=(*said.warnings, *marksWarnings(comparison)))
    picture = replace(
        frame.picture, plane=plane, fieldOfViewMm=_FIELD_MM.get(spineRegionOf(segment.upper), _USUAL_FIELD_MM),
        caption=caption, outlines=outlineDrawing(comparison, plane).outlines,
    )  # fmt: skip
    labels = tuple(item for item in picture.labels if _isClear(item, picture))
    return replace(frame, picture=replace(picture, labels=labels))


def _isClear(label: PictureLabel, picture: SlicePicture) -> bool:
    """False for a name that the texts at the upper or lower edge would cover, or the edge cut."""
    column, row = picture.pixelOf(label.point_RAS)
    width, height = picture.size
    return _EDGE_PIXELS < column < width - _EDGE_PIXELS and _UPPER_PIXELS < row < height - _LOWER_PIXELS


def _planeAbout(comparison: Comparison, segment: Segment) -> PicturePlane | None:
    """The plane of a segment and its neighbors in the reference, centered on the segment; None without marks."""
    marks, levels = comparison.reference.marks, comparison.case.chain.levels
    first, last = levels.index(segment.upper), levels.index(segment.lower)
    near = planeOfMarks(marks, levels[max(first - 1, 0) : last + 2])
    own = planeOfMarks(marks, (segment.upper, segment.lower))
    if near is None or own is None:
        return None
    right, up, _ = near.project(own.center_RAS)
    center = near.sliceToRAS @ np.array([right, up, 0.0, 1.0])
    return uprightPlane(PicturePlane(asPoint(center[:3]), near.right_RAS, near.up_RAS))
