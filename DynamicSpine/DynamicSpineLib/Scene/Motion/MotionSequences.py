"""The vertebrae's transforms as sequences in one browser, which Slicer's own player plays, loops and scrubs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from DynamicSpineLib.Compare.MotionFrames import MotionFrame
from DynamicSpineLib.Compare.MotionPath import MotionPath
from DynamicSpineLib.Scene.Motion.MotionNodes import MotionNodes, setMatrix

if TYPE_CHECKING:
    from slicer import vtkMRMLLinearTransformNode, vtkMRMLSequenceBrowserNode

INDEX_NAME = "position"
DEFAULT_RATE_FPS = 15.0


def addLevelTransforms(
    nodes: MotionNodes, path: MotionPath, parentId: str | None
) -> dict[str, vtkMRMLLinearTransformNode]:
    """A linear transform for every level that takes part in any leg, below what a user put above the reference."""
    taking = {level for leg in path.legs for level in leg.levels}
    first = next(iter(path.poses.values()))
    found = {}
    for level in (key for key in first if key in taking):
        found[level] = nodes.add("vtkMRMLLinearTransformNode", f"{level} motion")
        found[level].SetAndObserveTransformNodeID(parentId)
    return found


def addBrowser(
    nodes: MotionNodes, path: MotionPath, frames: Sequence[MotionFrame],
    transforms: dict[str, vtkMRMLLinearTransformNode], rateFps: float = DEFAULT_RATE_FPS,
) -> vtkMRMLSequenceBrowserNode:  # fmt: skip
    """One sequence for each level, an item for each frame; the transforms follow the browser's selected item.

    Where a level takes no part in a leg its transform stays as it was; its model is to be hidden there.
    """
    browser = nodes.add("vtkMRMLSequenceBrowserNode", f"Motion, {path.held} held")
    browser.SetPlaybackRateFps(rateFps)
    browser.SetPlaybackLooped(True)
    browser.SetPlaybackItemSkippingEnabled(True)
    poses = [path.posesAt(frame.leg, frame.fraction) for frame in frames]
    for level, transform in transforms.items():
        sequence = nodes.add("vtkMRMLSequenceNode", f"{level} motion sequence")
        sequence.SetIndexName(INDEX_NAME)
        sequence.SetIndexUnit("")
        last = next(found[level] for found in poses if level in found)
        item = nodes.scene.CreateNodeByClass("vtkMRMLLinearTransformNode")
        item.UnRegister(None)
        for number, found in enumerate(poses):
            last = found.get(level, last)
            setMatrix(item, np.asarray(last))
            sequence.SetDataNodeAtValue(item, str(number))
        browser.AddSynchronizedSequenceNodeID(sequence.GetID())
        browser.AddProxyNode(transform, sequence, False)
        browser.SetSaveChanges(sequence, False)
    browser.SetSelectedItemNumber(0)
    return browser
