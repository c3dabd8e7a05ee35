"""What was done in a session, to be undone and done again: every edit with the case before and after it."""

from __future__ import annotations

from dataclasses import dataclass

from DynamicSpineLib.Study.Case import Case


@dataclass(frozen=True)
class Edit:
    """One edit. text: what was done, in words. mergeKey: edits in a row with the same key count as one (a drag)."""

    text: str
    before: Case
    after: Case
    mergeKey: str = ""


_NEVER = object()


class History:
    """The edits of a session in their order. Cases share what they have in common, so an edit costs little memory."""

    MOST_EDITS = 500

    def __init__(self) -> None:
        self._done: list[Edit] = []
        self._undone: list[Edit] = []
        self._sealed = True
        self._savedAt: object = None

    def add(self, edit: Edit) -> None:
        """Remember an edit; it continues the last one where both have the same key and nothing sealed it."""
        last = self._done[-1] if self._done else None
        if last is not None and not self._sealed and edit.mergeKey and edit.mergeKey == last.mergeKey:
            edit = Edit(edit.text, last.before, edit.after, edit.mergeKey)
            self._done[-1] = edit
        else:
            self._done.append(edit)
            del self._done[: -self.MOST_EDITS]
        self._undone.clear()
        self._sealed = False

    def seal(self) -> None:
        """The next edit is one of its own, as after the mouse was released."""
        self._sealed = True

    def takeBack(self) -> Edit | None:
        """The edit to undo, moved to those that can be done again; None where there is none."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        self._sealed = True
        return self._undone[-1]

    def takeAgain(self) -> Edit | None:
        """The edit to do again; None where there is none."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        self._sealed = True
        return self._done[-1]

    @property
    def undoText(self) -> str:
        """What undo would take back, in words; empty where there is nothing."""
        return self._done[-1].text if self._done else ""

    @property
    def redoText(self) -> str:
        """What redo would do again, in words; empty where there is nothing."""
        return self._undone[-1].text if self._undone else ""

    def markSaved(self) -> None:
        """The case on disk is the case as it is now."""
        self._savedAt = self._done[-1] if self._done else None
        self._sealed = True

    def markUnsaved(self) -> None:
        """The case on disk is another one than the session began with."""
        self._savedAt = _NEVER

    @property
    def isSaved(self) -> bool:
        """True where nothing was done since the case was saved."""
        return (self._done[-1] if self._done else None) is self._savedAt

    @property
    def editsSinceSaved(self) -> int:
        """How many edits lie between the saved case and this one, at least; 0 where it is saved."""
        if self.isSaved:
            return 0
        for number, edit in enumerate(reversed(self._undone), start=1):
            if edit is self._savedAt:
                return number
        later = next((number for number, edit in enumerate(reversed(self._done)) if edit is self._savedAt), None)
        return max(len(self._done) if later is None else later, 1)

    @property
    def count(self) -> int:
        """How many edits can be undone."""
        return len(self._done)
