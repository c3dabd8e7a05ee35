"""Draw the pictures planned for a case: each volume is opened once, from a case folder or an open scene."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
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

    from DynamicSpineLib.Scene.Overlays.CompareFrames import Frame

PicturePlan = Mapping[str, SlicePicture]
"""One picture to draw by position id."""

PairKey = tuple[str, str]
"""The ids of two positions: the reference, and the one laid on it."""

FrameOfPair = Callable[["vtkMRMLScalarVolumeNode", "vtkMRMLScalarVolumeNode"], "Frame"]
"""The picture to draw of two volumes: the reference's, and that of the position laid on it."""


@dataclass(frozen=True)
class DrawnPictures:
    """PNG files. plans: for each plan, by position id in the case's order; pairs: by both positions' ids."""

    plans: tuple[dict[str, bytes], ...]
    pairs: dict[PairKey, bytes]


def drawPlans(case: Case, source: Path, plans: Sequence[PicturePlan]) -> Steps[tuple[dict[str, bytes], ...]]:
    """Draw one or more plans, each as PNG by position id in the case's order; a step for each position.

    source: what the case was opened from: a case folder, whose volumes are loaded one after the other, or a scene that
    is still open in the headless application.
    Raises InputError for a volume that cannot be read and JobError where this machine cannot draw.
    """
    drawn = yield from drawPictures(case, source, plans, {})
    return drawn.plans


def drawPictures(
    case: Case, source: Path, plans: Sequence[PicturePlan], pairs: Mapping[PairKey, FrameOfPair]
) -> Steps[DrawnPictures]:
    """Draw plans as drawPlans does, and pictures of pairs. A volume stays open until its pairs are drawn, no longer."""
    shown = {positionId for key in pairs for positionId in key}.union(*plans)
    planned = [position for position in case.positions if position.id in shown]
    drawn = DrawnPictures(tuple({} for _ in plans), {})
    with _OpenVolumes(Path(source)) as volumes:
        for index, position in enumerate(planned, start=1):
            volume = volumes.open(position)
            for plan, pictures in zip(plans, drawn.plans, strict=True):
                if volume is not None and position.id in plan:
                    pictures[position.id] = renderSlice(volume, plan[position.id]).png
            waiting = {key: frame for key, frame in pairs.items() if key not in drawn.pairs}
            drawn.pairs.update(_drawnPairs(waiting, volumes))
            volumes.keep({positionId for key in waiting if key not in drawn.pairs for positionId in key})
            yield Step(index / len(planned), f"picture of {position.shownTitle}")
    return drawn


def _drawnPairs(pairs: Mapping[PairKey, FrameOfPair], volumes: _OpenVolumes) -> dict[PairKey, bytes]:
    """The pairs whose volumes are both open."""
    found = {}
    for key, frameOf in pairs.items():
        reference, moving = (volumes.opened.get(positionId) for positionId in key)
        if reference is not None and moving is not None:
            frame = frameOf(reference, moving)
            found[key] = renderSlice(frame.volume, frame.picture, frame.over).png
    return found


class _OpenVolumes:
    """The volumes that are open, by position id; all are closed at the end of the block."""

    def __init__(self, source: Path) -> None:
        self._source = source
        self._stacks: dict[str, ExitStack] = {}
        self.opened: dict[str, vtkMRMLScalarVolumeNode | None] = {}

    def __enter__(self) -> _OpenVolumes:
        return self

    def __exit__(self, *_: object) -> None:
        self.keep(())

    def open(self, position: Position) -> vtkMRMLScalarVolumeNode | None:
        """Open the volume of a position; None where a scene does not hold it."""
        stack = ExitStack()
        self.opened[position.id] = stack.enter_context(openVolume(position, self._source))
        self._stacks[position.id] = stack
        return self.opened[position.id]

    def keep(self, positionIds: Collection[str]) -> None:
        """Close all volumes but those of some positions."""
        for positionId in [item for item in self._stacks if item not in positionIds]:
            del self.opened[positionId]
            self._stacks.pop(positionId).close()


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
