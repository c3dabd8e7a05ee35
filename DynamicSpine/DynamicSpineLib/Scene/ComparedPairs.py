"""Which pairs of positions a report shows laid on each other at the level that leads the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Levels import Segment
from DynamicSpineLib.Compare.Anchor import anchorOn
from DynamicSpineLib.Compare.Comparison import Comparison
from DynamicSpineLib.Compare.Statements import withImages
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Scene.NodeTypes import VolumeNode
from DynamicSpineLib.Scene.PictureDrawing import FrameOfPair, PairKey
from DynamicSpineLib.Scene.Volumes import volumeArray
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import positionOf
from DynamicSpineLib.Study.Roles import declaredPairs

if TYPE_CHECKING:
    from DynamicSpineLib.Scene.Overlays.CompareFrames import Frame

QUESTIONS = ("load", "motion")


@dataclass(frozen=True)
class ComparedPlan:
    """frames: what to draw of each pair's volumes. notices: a sentence for each pair that cannot be held."""

    frames: Mapping[PairKey, FrameOfPair]
    notices: tuple[str, ...] = ()


def comparedPlan(case: Case, segment: str) -> ComparedPlan:
    """The pairs that load and motion are asked of, at a segment such as "L4L5" with its lower vertebra held.

    Left out without a word are pairs without two volumes; empty for a segment that the case does not have.
    """
    found = case.chain.segment(segment)
    frames: dict[PairKey, FrameOfPair] = {}
    notices = []
    for pair in declaredPairs(case) if found is not None else ():
        positions = positionOf(case, pair.fromPosition), positionOf(case, pair.toPosition)
        if found is None or pair.question not in QUESTIONS or not all(item.volume for item in positions):
            continue
        try:
            anchor = anchorOn(case, found.lower, pair.fromPosition, pair.toPosition)
        except InputError as error:
            names = " and ".join(item.shownTitle for item in positions)
            notices.append(f"No picture shows {names} on each other: {error}.")
            continue
        comparison = Comparison(case, *positions, anchor, None)
        frames[pair.fromPosition, pair.toPosition] = partial(_frame, comparison, found)
    return ComparedPlan(frames, tuple(notices))


def _frame(comparison: Comparison, segment: Segment, reference: VolumeNode, moving: VolumeNode) -> Frame:
    # VTK is needed from here on only: a report without pictures does without it.
    from DynamicSpineLib.Scene.Overlays.CompareFrames import ComparedImages
    from DynamicSpineLib.Scene.Overlays.LevelFrame import levelFrame

    seen = withImages(comparison, _grays(reference), _grays(moving))
    return levelFrame(seen, ComparedImages(reference, moving), segment)


def _grays(node: VolumeNode) -> NDArray[Any]:
    """The voxels (k, j, i) of a volume; a single 0 for one that is empty or in color."""
    image = node.GetImageData()
    isGray = image is not None and image.GetNumberOfScalarComponents() == 1
    return volumeArray(node) if isGray else np.zeros((1, 1, 1))
