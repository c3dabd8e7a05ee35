"""What every section of the panel is given: the open case, what is chosen, and how to run long work."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import slicer

from DynamicSpineLib.Session.CaseResults import CaseResults
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.CompareDesk import CompareDesk
from DynamicSpineLib.Session.Events import Event
from DynamicSpineLib.Session.LiveCase import LiveCase
from DynamicSpineLib.Session.Selection import Selection
from DynamicSpineLib.Session.Workspace import Workspace
from DynamicSpineLib.Study.Position import Position

if TYPE_CHECKING:
    from DynamicSpineWidgets.PanelViews import PanelViews
    from DynamicSpineWidgets.ParameterNode import DynamicSpineParameterNode
    from DynamicSpineWidgets.StepRunner import StepRunner


class PanelContext:
    """Shared by the sections. sessionChanged: another case is shown, or none. Set by the panel: runner, views,
    parameters, openSection (by its name), showSession, nextPlace (the next one worth a look), and restart (what was
    chosen for measuring has changed).

    results: what the case says, made when the mouse rests. live: its values while it is edited. compare: two of its
    positions laid on each other.
    """

    def __init__(self, workspace: Workspace, resourcePath: Callable[[str], str]) -> None:
        self.workspace, self.resourcePath = workspace, resourcePath
        self.selection = Selection()
        self.results = CaseResults()
        self.live = LiveCase()
        self.compare = CompareDesk()
        self.session: CaseSession | None = None
        self.sessionChanged: Event[()] = Event()
        self.runner: StepRunner
        self.views: PanelViews
        self.parameters: DynamicSpineParameterNode | None = None
        self.openSection: Callable[[str], None]
        self.restart: Callable[[], None]
        self.nextPlace: Callable[[], None]
        self.showSession: Callable[[CaseSession | None], None]

    @property
    def position(self) -> Position | None:
        """The chosen position of the open case."""
        return self.session.case.position(self.selection.now.position) if self.session is not None else None

    def loadUi(self, name: str) -> tuple[Any, Any]:
        """The widget of Resources/UI/<name>.ui and its named children."""
        widget = slicer.util.loadUI(self.resourcePath(f"UI/{name}.ui"))
        return widget, slicer.util.childWidgetVariables(widget)

    def tell(self, message: str) -> None:
        """Say something in the status bar, where successes are told."""
        slicer.util.showStatusMessage(message, 4000)
