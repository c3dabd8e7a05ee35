"""The ways in which two positions are laid on each other and looked at."""

from __future__ import annotations

from dataclasses import dataclass

BLEND, FLICKER, REVEAL, CHECKERBOARD = "blend", "flicker", "reveal", "checkerboard"
DIFFERENCE, DISPLACEMENT, SIDE_BY_SIDE = "difference", "displacement", "sideBySide"

MOST_FLASHES_HZ = 3.0
"""A picture that flashes more often than three times a second can start a seizure (WCAG 2.2, criterion 2.3.1)."""


@dataclass(frozen=True)
class Mode:
    """title: what a button says. meaning: what the picture says of itself, in a few words."""

    id: str
    title: str
    meaning: str


MODES = (
    Mode(BLEND, "Blend", "half of each"),
    Mode(FLICKER, "Flicker", "one, then the other"),
    Mode(REVEAL, "Reveal", "the other inside the circle"),
    Mode(CHECKERBOARD, "Checkerboard", "the other in every second square"),
    Mode(DIFFERENCE, "Difference", "intensity difference"),
    Mode(DISPLACEMENT, "Displacement", "distance moved"),
    Mode(SIDE_BY_SIDE, "Side by side", "each alone; crosses mark the same anatomy"),
)


def modeOf(modeId: str) -> Mode:
    """A mode by its id. Raises KeyError for an unknown one."""
    return {mode.id: mode for mode in MODES}[modeId]
