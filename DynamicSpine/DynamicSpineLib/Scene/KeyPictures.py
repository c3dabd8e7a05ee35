"""The key picture of every position of a case, for the report."""

from __future__ import annotations

from pathlib import Path

from DynamicSpineLib.Progress import Steps
from DynamicSpineLib.Scene.PictureDrawing import PicturePlan, drawPlans
from DynamicSpineLib.Scene.SlicePictures import (
    fieldOfMarks,
    planeOfMarks,
    positionPicture,
    uprightPlane,
)
from DynamicSpineLib.Study.CarryState import levelsToCheck
from DynamicSpineLib.Study.Case import Case


def keyPictures(case: Case, source: Path, size: tuple[int, int] = (640, 640)) -> Steps[dict[str, bytes]]:
    """Draw one PNG for each position that has a volume, by position id; a step for each.

    All pictures have the same field of view, so that they compare. For the source and what is raised see drawPlans.
    """
    (pictures,) = yield from drawPlans(case, source, (keyPlan(case, size),))
    return pictures


def keyPlan(case: Case, size: tuple[int, int] = (640, 640)) -> PicturePlan:
    """What the key pictures show, for each position that has a volume. Raises JobError where Slicer is missing."""
    from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication

    pictured = [position for position in case.positions if position.volume]
    if pictured:
        headlessApplication()  # before anything else that needs Slicer: it says in a sentence what is missing
    fields = [fieldOfMarks(item.marks, uprightPlane(plane), case.chain.levels) for item in pictured
              if (plane := planeOfMarks(item.marks, case.chain.levels)) is not None]
    field, numbering = max(fields, default=None), case.numbering.statement()
    return {item.id: positionPicture(item, case.chain, numbering, field, size, verdicts=levelsToCheck(case, item))
            for item in pictured}  # fmt: skip
