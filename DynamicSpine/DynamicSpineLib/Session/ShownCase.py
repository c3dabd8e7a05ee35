"""What the pages of views show: a case in a scene, and what is chosen of it."""

from __future__ import annotations

from DynamicSpineLib.Scene.CaseRoles import volumeNode
from DynamicSpineLib.Scene.NodeTypes import CaseNode, MrmlScene, VolumeNode
from DynamicSpineLib.Scene.Overlays.HeldTransform import Held, heldPositions
from DynamicSpineLib.Scene.Views.Layouts import MOST_POSITIONS
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Session.Selection import Chosen
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Position import Position


class ShownCase:
    """The case of a session as it is now; there may be none."""

    def __init__(self, scene: MrmlScene) -> None:
        self.scene = scene
        self.session: CaseSession | None = None
        self.chosen = Chosen()

    @property
    def case(self) -> Case | None:
        """The case, or None where none is open."""
        return self.session.case if self.session is not None and self.session.isOpen else None

    @property
    def caseNode(self) -> CaseNode:
        """The case's own node, or None where none is open."""
        return self.session.caseNode if self.session is not None and self.session.isOpen else None

    @property
    def positions(self) -> tuple[Position, ...]:
        """The positions that have a view of their own."""
        case = self.case
        return case.positions[:MOST_POSITIONS] if case is not None else ()

    @property
    def position(self) -> Position | None:
        """The chosen position, else the first one."""
        case = self.case
        if case is None or not case.positions:
            return None
        return case.position(self.chosen.position) or case.positions[0]

    def volume(self, positionId: str) -> VolumeNode | None:
        """The volume of a position, where it is in the scene."""
        return volumeNode(self.caseNode, positionId) if self.caseNode is not None else None

    def held(self) -> dict[str, Held]:
        """What lies on which position, by the one below."""
        return {item.reference: item for item in heldPositions(self.caseNode)} if self.caseNode is not None else {}
