"""Writing what Compare shows: a picture in every mode, then maps, transforms and figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from DynamicSpineLib.Compare.Modes import FLICKER, MODES, SIDE_BY_SIDE
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Jobs.OutputFolder import outputFolder
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Session.CompareChoice import CompareChoice
from DynamicSpineLib.Session.CompareDesk import CompareDesk

_MODES = [mode for mode in MODES if mode.id not in (FLICKER, SIDE_BY_SIDE)]


def exportSteps(
    desk: CompareDesk, views: Any, motion: Any, show: Callable[[CompareChoice], None], folder: Path
) -> Steps[int]:  # fmt: skip
    """Show each mode and the motion in turn, keep what the view shows, and write all; returns the number of files.

    show: shows a choice that is prepared; views: CompareViews; motion: MotionBox. What these positions do not allow is
    left out, and the figures say why. What was shown before is not put back here. Raises InputError where nothing is
    held, or for a folder that cannot be written.
    """
    if not desk.isOn:
        raise InputError("hold a vertebra first: there is nothing to write")
    outputFolder(folder)
    wanted, pictures, missing = desk.choice, dict[str, bytes](), list[str]()
    for number, mode in enumerate(_MODES):
        choice = replace(wanted, mode=mode.id)
        try:
            if desk.missing(choice):
                yield from desk.prepare(choice)
            show(choice)
        except InputError as error:
            missing.append(f"{mode.title}: {error}")
            continue
        yield Step((number + 1) / (len(_MODES) + 1), mode.title)
        if desk.choice != choice or desk.isStale:  # the user went on meanwhile
            show(choice)
        pictures[mode.id] = views.picture().png
    show(wanted)
    try:
        pictures |= yield from motion.pictureSteps()
    except InputError as error:
        missing.append(f"motion: {error}")
    show(wanted)
    return desk.write(folder, pictures, tuple(missing))
