"""Draw the pictures planned for a case: each volume is opened once, from a case folder or an open scene."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from DynamicSpineLib.Errors import Fault, InputError
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Scene.OpenCase import isScene
from DynamicSpineLib.Scene.PictureContent import SlicePicture
from DynamicSpineLib.Scene.SlicePictures import renderSlice
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Paths import insidePath
from DynamicSpineLib.Study.Position import Position

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode

PicturePlan = Mapping[str, SlicePicture]
"""One picture to draw by position id."""


def drawPlans(case: Case, source: Path, plans: Sequence[PicturePlan]) -> Steps[tuple[dict[str, bytes], ...]]:
    """Draw one or more plans, each as PNG by position id in the case's order; a step for each position.

    source: what the case was opened from: a case folder, whose volumes are loaded one after the other, or a scene that
    is still open in the headless application.
    Raises InputError for a volume that cannot be read and JobError where this machine cannot draw.
    """
    planned = [position for position in case.positions if any(position.id in plan for plan in plans)]
    drawn: tuple[dict[str, bytes], ...] = tuple({} for _ in plans)
    for index, position in enumerate(planned, start=1):
        with openVolume(position, Path(source)) as volume:
            for plan, pictures in zip(plans, drawn, strict=True):
                if volume is not None and position.id in plan:
                    pictures[position.id] = renderSlice(volume, plan[position.id]).png
        yield Step(index / len(planned), f"picture of {position.shownTitle}")
    return drawn


@contextmanager
def openVolume(position: Position, source: Path) -> Generator[vtkMRMLScalarVolumeNode | None, None, None]:
    """A position's volume, loaded for the time of the block where it comes from a folder."""
    from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication

    scene = headlessApplication().scene
    from DynamicSpineLib.Scene.CaseRoles import onlyCaseNode, volumeNode
    from DynamicSpineLib.Scene.Hierarchy import removeNode
    from DynamicSpineLib.Scene.Volumes import loadVolume

    if isScene(source):
        yield volumeNode(onlyCaseNode(scene), position.id)
        return
    try:
        node = loadVolume(scene, insidePath(source, position.volume), position.id)
    except InputError as error:
        raise InputError(Fault(str(error), position=position.id).sentence()) from None
    try:
        yield node
    finally:
        removeNode(scene, node)
