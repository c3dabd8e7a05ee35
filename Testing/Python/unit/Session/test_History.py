"""What a session remembers of its edits, and how far it is from the saved case."""

from __future__ import annotations

import pytest

from DynamicSpineLib.Session.History import Edit, History

# Each step of a story, and how many edits then lie between the case and the saved one.
STORIES = {
    "edits are counted": ["do", "do", (2, False)],
    "saving begins anew": ["do", "do", "save", (0, True), "do", (1, False)],
    "undoing what was saved is an edit too": ["do", "do", "save", "undo", (1, False), "undo", (2, False)],
    "doing it again is the saved case": ["do", "save", "undo", "redo", (0, True)],
    "a case that was another one on disk": ["unsaved", (1, False), "do", "do", (2, False)],
    "the saved state can no longer be reached": ["do", "save", "undo", "do", (1, False)],
}


@pytest.mark.parametrize("story", STORIES.values(), ids=STORIES.keys())
def test_edits_since_the_case_was_saved(story):
    history = History()
    calls = {
        "do": lambda: history.add(Edit("edit", None, None)), "save": history.markSaved, "undo": history.takeBack,
        "redo": history.takeAgain, "unsaved": history.markUnsaved,
    }  # fmt: skip
    for step in story:
        if isinstance(step, str):
            calls[step]()
        else:
            assert (history.editsSinceSaved, history.isSaved) == step


def test_more_edits_than_are_kept_count_as_those_kept():
    history = History()
    history.add(Edit("edit", None, None))
    history.markSaved()
    for _number in range(History.MOST_EDITS + 5):
        history.add(Edit("edit", None, None))
    assert history.editsSinceSaved == History.MOST_EDITS
