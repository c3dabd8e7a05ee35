"""One position over another in one large view, with a vertebra held still."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from DynamicSpineLib.Compare.Anchor import anchorOn
from DynamicSpineLib.Compare.Modes import CHECKERBOARD, FLICKER, REVEAL
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Rigid import inverseRigid
from DynamicSpineLib.Scene.NodeTypes import LayoutNode, SliceNode
from DynamicSpineLib.Scene.Overlays.HeldTransform import Held, ownFrameToWorld
from DynamicSpineLib.Scene.Overlays.MapNodes import mapNode, opacityOfMap
from DynamicSpineLib.Scene.PicturePlane import PicturePlane, asPoint
from DynamicSpineLib.Scene.SlicePictures import uprightPlane
from DynamicSpineLib.Scene.Views.Layouts import COMPARE_TAG, SAGITTAL, applyCompareLayout
from DynamicSpineLib.Scene.Views.PositionPlanes import fieldOfPosition, midsagittalPlane, spacingAcross
from DynamicSpineLib.Scene.Views.SlicePlacing import placeSlice, planeInWorld, shownPlane
from DynamicSpineLib.Scene.Views.ViewNodes import layOver, showVolume, sliceNode
from DynamicSpineLib.Session.CompareChoice import CompareChoice
from DynamicSpineLib.Session.PositionDrawing import Tags
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineLib.Session.ShownCase import ShownCase
from DynamicSpineLib.Study.Position import Position

_CAPTION_SHARE = 0.12  # of the height, for the captions above the bodies


class ComparePage:
    """Shows the reference with the moving position over it; while nothing is held, one position alone.

    Slice, zoom and pan are the user's: another vertebra, moving position or mode changes none of them. Another
    reference is shown so that the held vertebra stays where it is on the screen.
    choice: what is seen of both. isMovingShown: which of the two shows now while they flicker.
    """

    def __init__(self, shown: ShownCase) -> None:
        self._shown = shown
        self._placedOn, self._laid, self._followsHeld = "", ("", ""), False
        self.choice = CompareChoice()
        self.isMovingShown = True

    @property
    def held(self) -> Held | None:
        """What lies on what, or None while nothing does."""
        return next(iter(self._shown.held().values()), None)

    @property
    def reference(self) -> Position | None:
        """The position below; while nothing is held the one that was below last, else the chosen one."""
        case, held = self._shown.case, self.held
        below = held.reference if held is not None else self.choice.reference
        return (case.position(below) if case is not None else None) or self._shown.position

    @property
    def isCurrent(self) -> bool:
        """True where the view shows the two positions that lie on each other now."""
        return self._laid == self._pair()

    def _pair(self) -> tuple[str, str]:
        held, reference = self.held, self.reference
        return reference.id if reference is not None else "", held.moving if held is not None else ""

    def show(self, layout: LayoutNode) -> None:
        """Show both positions; the view is placed where it was not yet, or where the reference is another one."""
        applyCompareLayout(layout)
        view, reference = self.view(COMPARE_TAG), self.reference
        if view is None or reference is None:
            return
        before, self._followsHeld = shownPlane(view), bool(self._laid[1])
        self._laid = self._pair()
        showVolume(view, self._shown.volume(reference.id))
        self.showLayer()
        view.SetLayoutLabel(reference.shownTitle)
        if self._placedOn != reference.id:
            self._place(view, reference, before)

    def showLayer(self) -> None:
        """Lay over the reference what the mode asks for; the view itself does not move."""
        view, held = self.view(COMPARE_TAG), self.held
        if view is None:
            return
        if held is None:
            layOver(view, None)
            return
        map_ = mapNode(self._shown.caseNode)
        if map_ is not None:
            layOver(view, map_, opacityOfMap(map_))
        else:
            layOver(view, self._shown.volume(held.moving), self._opacity())

    def _opacity(self) -> float:
        """Of the moving position as a whole: none where it shows in parts of the view only."""
        if self.choice.mode == FLICKER:
            return 1.0 if self.isMovingShown else 0.0
        return 0.0 if self.choice.mode in (CHECKERBOARD, REVEAL) else self.choice.opacity

    def follow(self, _before: Chosen, /) -> None:
        """The view stays as long as its position does."""
        reference = self.reference
        view = self.view(COMPARE_TAG)
        if reference is not None and view is not None and self._placedOn != reference.id:
            showVolume(view, self._shown.volume(reference.id))
            self._place(view, reference, shownPlane(view))

    def tags(self) -> dict[str, Tags]:
        """The reference in the one view."""
        reference = self.reference
        return {reference.id: {SAGITTAL: (COMPARE_TAG,)}} if reference is not None else {}

    def view(self, tag: str) -> SliceNode | None:
        """The slice view of a tag."""
        return sliceNode(self._shown.scene, tag)

    def leave(self) -> None:
        """The next time the view is placed anew."""
        self._placedOn, self._laid, self._followsHeld = "", ("", ""), False

    def _place(self, view: SliceNode, reference: Position, before: PicturePlane) -> None:
        case, volume, earlier = self._shown.case, self._shown.volume(reference.id), self._placedOn
        if case is None:
            return
        self._placedOn = reference.id
        plane = self._carried(before, earlier, reference.id)
        field = None
        if plane is None:
            plane = uprightPlane(midsagittalPlane(reference, case.chain))
            width, height = fieldOfPosition(reference, case.chain, plane)
            field = (width, (1.0 + _CAPTION_SHARE) * height)
            raised = np.array(plane.center_RAS) + 0.5 * _CAPTION_SHARE * height * np.array(plane.up_RAS)
            plane = replace(plane, center_RAS=asPoint(raised))
        placeSlice(view, planeInWorld(plane, volume), field, spacingAcross(reference.geometry, plane))

    def _carried(self, before: PicturePlane, earlier: str, reference: str) -> PicturePlane | None:
        """The plane shown until now as it lies about the held vertebra in another reference's frame.

        None where nothing was held until now: that picture was no comparison, and need not stay.
        """
        case, held = self._shown.case, self.held
        if not self._followsHeld or case is None or held is None or case.position(earlier) is None:
            return None
        try:
            # Where the earlier reference lay while it was one: by now it may itself be laid on another position.
            inFrame = before.moved(inverseRigid(ownFrameToWorld(self._shown.caseNode, earlier)))
            return inFrame.moved(anchorOn(case, held.level, earlier, reference).referenceToMoving)
        except InputError:
            return None
