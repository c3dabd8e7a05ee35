"""The motion between the compared positions: prepared in steps, played frame by frame, and taken away again."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from DynamicSpineLib.Anatomy.Levels import splitSegment
from DynamicSpineLib.Compare.BodySolids import solidsInReference
from DynamicSpineLib.Compare.LineStyles import REFERENCE_STYLE, styleOf
from DynamicSpineLib.Compare.MotionFields import MotionFields, motionFields
from DynamicSpineLib.Compare.MotionFrames import INTERPOLATED, MotionFrame
from DynamicSpineLib.Compare.MotionGrid import slabGrid
from DynamicSpineLib.Compare.MotionOutlines import MotionOutlines
from DynamicSpineLib.Compare.MotionPath import MotionPath, motionPath, thereAndBack
from DynamicSpineLib.Compare.MotionValues import MotionValues
from DynamicSpineLib.Compare.Outlines import BODY, SpineOutline
from DynamicSpineLib.Geometry.Solids import Solid
from DynamicSpineLib.Metrics.Measurement import Measurement
from DynamicSpineLib.Metrics.Registry import STATE_KIND, metricsByKey
from DynamicSpineLib.Progress import Steps
from DynamicSpineLib.Scene.Motion.BodyModels import solidsOfPosition
from DynamicSpineLib.Scene.Motion.MotionPlayer import MotionPlayer, endMotion
from DynamicSpineLib.Scene.Overlays.CompareDrawing import Drawing
from DynamicSpineLib.Scene.PictureContent import PictureLabel, PictureOutline
from DynamicSpineLib.Scene.PicturePlane import PicturePlane, asPoint
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.CompareChoice import CompareChoice
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.EditMarks import positionOf

SHOWN_METRICS = ("slip", "discAngle", "canalApDisc", "cordAp")
"""The values of the level that move along with the pictures."""

_NEAR_MM, _BEFORE_MM = 8.0, 5.0
_LINE_LENGTH = 70


@dataclass(frozen=True, eq=False)
class PreparedMotion:
    """All that a play needs: the way, its frames, and the fields that bend the images in the slice that was shown."""

    case: Case
    choice: CompareChoice
    path: MotionPath
    frames: tuple[MotionFrame, ...]
    fields: MotionFields
    outlines: MotionOutlines


def prepareMotion(
    case: Case, choice: CompareChoice, plane: PicturePlane, fieldMm: tuple[float, float]
) -> Steps[PreparedMotion]:
    """The motion from the reference to the moving position and back through those between, in steps.

    plane: the slice shown, in the reference's frame; fieldMm: its width and height. Raises InputError where the held
    vertebra cannot be held in one of the positions.
    """
    path = motionPath(case, choice.level, thereAndBack(case, choice.reference, choice.moving), choice.reference)
    frames = path.frames()
    fields = yield from motionFields(case, path, frames, slabGrid(plane.sliceToRAS, *fieldMm))
    return PreparedMotion(case, choice, path, frames, fields, MotionOutlines(case, path))


class MotionDesk:
    """Plays one prepared motion at a time."""

    def __init__(self) -> None:
        self._prepared: PreparedMotion | None = None
        self._player: MotionPlayer | None = None
        self._values: MotionValues | None = None

    @property
    def isOn(self) -> bool:
        """True from `start` to `stop`."""
        return self._player is not None

    @property
    def frameCount(self) -> int:
        """The number of frames of the motion."""
        return len(self._prepared.frames) if self._prepared is not None else 0

    @property
    def frame(self) -> MotionFrame | None:
        """The frame that is shown."""
        return self._player.frame if self._player is not None else None

    @property
    def outward(self) -> tuple[int, ...]:
        """The numbers of the different frames from the reference to the moving position."""
        frames = self._prepared.frames if self._prepared is not None else ()
        between = [number for number, frame in enumerate(frames) if frame.leg == 0 and not frame.isObserved]
        return (0, *between, between[-1] + 1) if between else ()

    def start(
        self, session: CaseSession, prepared: PreparedMotion, composites: Sequence[Any], withSolids: bool,
        rows: Iterable[Measurement] = (), place: str = "",
    ) -> None:  # fmt: skip
        """Show the first frame in the slice views of some composite nodes, and with solids in the 3-D views.

        rows: measured values, of which those of a place (a segment, or the one above a level) are shown along.
        """
        self.stop()
        solids = _solids(session, prepared) if withSolids else None
        with session.ownWriting():
            self._player = MotionPlayer(session.caseNode, prepared.path, prepared.frames, prepared.fields, solids,
                                        composites)  # fmt: skip
        self._prepared = prepared
        self._values = MotionValues(prepared.path, rows, _segment(prepared, place), SHOWN_METRICS)

    def show(self, number: int) -> None:
        """Show a frame by its number."""
        if self._player is not None:
            self._player.show(number)

    def stop(self) -> None:
        """Take everything away that was made for the play."""
        player, self._player, self._prepared, self._values = self._player, None, None, None
        if player is not None:
            player.stop()

    def drawing(self, plane: PicturePlane, withOutlines: bool) -> Drawing:
        """The levels' names at their bodies, and outlines, of the frame that is shown; in the reference's frame.

        Outlines are dashed where nobody has observed them.
        """
        prepared, frame = self._prepared, self.frame
        if prepared is None or frame is None:
            return Drawing()
        lines, names = [], []
        for line in prepared.outlines.at(frame):
            if line.kind == BODY:
                names.append(_name(line, plane))
            if not withOutlines:
                continue
            if abs(plane.project(line.points_RAS)[:, 2]).max() <= _NEAR_MM:
                style = REFERENCE_STYLE if frame.isObserved else styleOf(line, "")
                points = tuple(asPoint(point) for point in line.points_RAS)
                lines.append(PictureOutline(points, line.closed, style.color, style.widthPixels, style.patternPixels))
        return Drawing(tuple(lines), tuple(names))

    def caption(self) -> str:
        """What the view must say of the frame: where it is, what holds it, values, and what it is not."""
        prepared, frame = self._prepared, self.frame
        if prepared is None or frame is None or self._values is None:
            return ""
        titles = {item.id: item.shownTitle for item in prepared.case.positions}
        leg = prepared.path.legs[frame.leg]
        where = titles[frame.position] if frame.isObserved else f"{titles[leg.start]} to {titles[leg.end]}"
        values = [f"{metricsByKey()[STATE_KIND, item.metric].title}: {item.text}" for item in self._values.at(frame)]
        doubts = (*prepared.path.warnings, *prepared.path.leftOut, *prepared.fields.sentences)
        said = [where, f"{prepared.path.held} held", *values, *(textwrap.fill(text, _LINE_LENGTH) for text in doubts)]
        return "\n".join(said if frame.isObserved else [said[0], INTERPOLATED, *said[1:]])


def _name(body: SpineOutline, plane: PicturePlane) -> PictureLabel:
    """A level's name before its body."""
    flat = plane.project(body.points_RAS)
    place = np.array([flat[:, 0].min() - _BEFORE_MM, flat[:, 1].mean(), 0.0, 1.0])
    return PictureLabel(body.place, asPoint((plane.sliceToRAS @ place)[:3]))


def _solids(session: CaseSession, prepared: PreparedMotion) -> dict[str, Solid]:
    """The vertebrae in the reference's frame: of its segmentations where it has some, else from marks."""
    reference = positionOf(prepared.case, prepared.path.reference)
    return solidsInReference(prepared.case, prepared.path) | solidsOfPosition(session.caseNode, reference)


def _segment(prepared: PreparedMotion, place: str) -> str:
    """The segment whose values are shown: the chosen one, else that above the held vertebra."""
    if splitSegment(place) is not None:
        return place
    segments = prepared.case.chain.segments
    return next((item.name for item in segments if item.lower == prepared.path.held), segments[0].name)


def forgetMotion(session: CaseSession) -> None:
    """A scene that was saved during a play was opened: views show again what they did before it."""
    with session.ownWriting():
        endMotion(session.caseNode)
