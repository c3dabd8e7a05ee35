"""What to mark: a check box for each landmark protocol, with its cost in clicks and the measurements it gives."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import qt
from slicer.i18n import tr as _

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Session.Guide import Marking
from DynamicSpineLib.Session.MarkingChoice import ProtocolLine, costOfAll, protocolLines
from DynamicSpineWidgets.PanelContext import PanelContext

_INDENT, _SMALL = 22, 0.9
"""What a protocol gives stands below its title, in smaller letters."""


class ProtocolBox:
    """`chosen` is called with the letters of the checked protocols when the user changes them."""

    def __init__(self, context: PanelContext, chosen: Callable[[str], None]) -> None:
        self._chosen = chosen
        self.widget, self.ui = context.loadUi("ProtocolBox")
        self._boxes: dict[str, tuple[Any, Any, Any]] = {}

    def refresh(self, chain: Chain | None, marking: Marking) -> None:
        """Show the choice and what it costs at the chosen levels."""
        lines = protocolLines(chain, marking) if chain is not None else ()
        self.widget.enabled = bool(lines)
        for line in lines:
            if line.id not in self._boxes:
                self._addBox(line.id)
            self._fill(line)
        self.ui.costLabel.text = costOfAll(chain, marking) if chain is not None else ""

    def _addBox(self, letter: str) -> None:
        row = 2 * len(self._boxes)
        box, cost, gives = qt.QCheckBox(), qt.QLabel(), qt.QLabel()
        gives.wordWrap = True
        gives.indent = _INDENT
        font = qt.QFont(gives.font)
        if font.pointSizeF() > 0:  # else its size is given in pixels
            font.setPointSizeF(_SMALL * font.pointSizeF())
        gives.font = font
        self.ui.protocolGrid.addWidget(box, row, 0)
        self.ui.protocolGrid.addWidget(cost, row, 1, qt.Qt.AlignRight)
        self.ui.protocolGrid.addWidget(gives, row + 1, 0, 1, 2)
        box.clicked.connect(self._boxClicked)
        self._boxes[letter] = (box, cost, gives)
        for before, after in pairwise(self.focusOrder()):
            qt.QWidget.setTabOrder(before, after)

    def focusOrder(self) -> list[Any]:
        """What the keyboard goes to, in its order."""
        return [*(box for box, _cost, _gives in self._boxes.values()), self.ui.optionalCheck]

    def _fill(self, line: ProtocolLine) -> None:
        box, cost, gives = self._boxes[line.id]
        box.text, cost.text, gives.text = line.title, line.cost, line.gives
        box.checked, box.enabled = line.isChosen, line.isPossible or line.isChosen
        gives.visible = bool(line.gives)
        box.accessibleName = _("{title}, {cost}").format(title=line.title, cost=line.cost)
        for widget in (box, cost, gives):
            widget.toolTip = line.details

    def _boxClicked(self, *_arguments: Any) -> None:
        self._chosen("".join(letter for letter, (box, _cost, _gives) in self._boxes.items() if box.checked))
