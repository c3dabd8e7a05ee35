"""Placing by clicks, one asked mark after the other, for as long as its user wants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Scene.CaseRoles import landmarkNode, marksKey
from DynamicSpineLib.Scene.Views.PlaceMode import startPlacing, stopPlacing
from DynamicSpineLib.Scene.Views.PlaceWatch import PlaceWatch
from DynamicSpineLib.Session.CaseSession import CaseSession


class PlacingRun:
    """Clicks place the mark that is aimed at. `isOn`: the user wants that; off as soon as the mouse does other things.

    Where nothing is to be placed (the asked mark is placed already), clicks do what they do in Slicer, and placing goes
    on with the next open mark. `changed` is called when somebody else ended it: the mouse mode of the toolbar, another
    module, or the module being left.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._session: CaseSession | None = None
        self._watch: PlaceWatch | None = None
        self._isOn = self._isOurs = False

    @property
    def isOn(self) -> bool:
        """True while clicks place the asked marks."""
        return self._isOn

    def start(self, session: CaseSession) -> None:
        """The user wants to place marks of a case; `aim` says which. Raises InputError where no list can take them."""
        self.stop()
        self._session, self._isOn = session, True
        self._watch = PlaceWatch(session.scene, self._modeChanged)

    def aim(self, positionId: str, name: str) -> None:
        """The next click places this mark; no name: none. Raises InputError where the position's list is locked."""
        session = self._session
        if not self._isOn or session is None or not session.isOpen:
            return
        self._isOurs = True
        try:
            points = self._points(session, positionId) if name else None
            if points is not None and points.GetLocked():
                self.stop()
                name = points.GetName()
                raise InputError(f"the list '{name}' is locked; unlock it in the Markups module to place marks")
            if points is None or not startPlacing(points, name):
                stopPlacing(session.scene)
        finally:
            self._isOurs = False

    def stop(self) -> None:
        """Clicks do again what they do in Slicer."""
        session, watch = self._session, self._watch
        self._session, self._watch, self._isOn = None, None, False
        if watch is not None:
            watch.stop()
        if session is not None:
            stopPlacing(session.scene)

    def _points(self, session: CaseSession, positionId: str) -> Any:
        """The list of a position, made again where somebody deleted it."""
        if landmarkNode(session.caseNode, marksKey(positionId)) is None:
            session.do("made the list of points again", session.case)
        return landmarkNode(session.caseNode, marksKey(positionId))

    def _modeChanged(self) -> None:
        session = self._session
        if self._isOurs or session is None:
            return
        self.stop()
        self._changed()
