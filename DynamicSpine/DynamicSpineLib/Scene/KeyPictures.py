"""The key picture of every position of a case, for the report: volumes from a case folder or an open scene."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from DynamicSpineLib.Errors import Fault, InputError
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Scene.OpenCase import isScene
from DynamicSpineLib.Scene.SlicePictures import fieldOfMarks, planeOfMarks, positionPicture, renderSlice, uprightPlane
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Paths import insidePath
from DynamicSpineLib.Study.Position import Position

if TYPE_CHECKING:
    from slicer import vtkMRMLScalarVolumeNode


def keyPictures(case: Case, source: Path, size: tuple[int, int] = (640, 640)) -> Steps[dict[str, bytes]]:
    """Draw one PNG for each position that has a volume, by position id; a step for each.

    source: what the case was opened from: a case folder, whose volumes are loaded one after the other, or a scene that
    is still open in the headless application. All pictures have the same field of view, so that they compare.
    Raises InputError for a volume that cannot be read and JobError where this machine cannot draw.
    """
    from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication

    pictured = [position for position in case.positions if position.volume]
    if pictured:
        headlessApplication()  # before anything else that needs Slicer: it says in a sentence what is missing
    fields = [fieldOfMarks(item.marks, uprightPlane(plane), case.chain.levels) for item in pictured
              if (plane := planeOfMarks(item.marks, case.chain.levels)) is not None]
    pictures = {}
    for index, position in enumerate(pictured, start=1):
        picture = positionPicture(position, case.chain, case.numbering.statement(), max(fields, default=None), size)
        with _openVolume(position, Path(source)) as volume:
            if volume is not None:
                pictures[position.id] = renderSlice(volume, picture).png
        yield Step(index / len(pictured), f"picture of {position.shownTitle}")
    return pictures


@contextmanager
def _openVolume(position: Position, source: Path) -> Generator[vtkMRMLScalarVolumeNode | None, None, None]:
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
