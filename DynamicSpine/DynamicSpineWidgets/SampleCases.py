"""What a click in the Sample Data module does: make or download the sample, and open it as a case to work on."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import slicer
from slicer.i18n import tr as _

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Progress import Step, runSteps
from DynamicSpineLib.Session.Samples import headPositionFiles, openHeadPositions, samplePhantomCase
from DynamicSpineWidgets.Errors import shownErrors

_FOLDER = "DynamicSpineSamples"
_SHOWN_MILLISECONDS = 3000


def openPhantom(kind: str) -> Any:
    """Make the phantom ("cervical" or "lumbar"), where it is not there yet, and open it; None where that failed."""
    with shownErrors(), slicer.util.WaitCursor():
        return _open(runSteps(samplePhantomCase(kind, _samplesFolder()), _showStep))
    return None


def openHeads(source: Any) -> Any:
    """Download the head positions, where they are not there yet, and open them; None where that failed."""
    import SampleData

    with shownErrors(), slicer.util.WaitCursor():
        logic = SampleData.SampleDataLogic(_showDownload)
        try:
            found = logic.downloadSourceIntoCache(source)
        except (OSError, ValueError) as error:
            raise InputError(_("The head positions could not be downloaded: {reason}").format(reason=error)) from error
        byName = {Path(path).name: Path(path) for path in found}
        missing = [file.name for file in headPositionFiles() if file.name not in byName]
        if missing:
            raise InputError(_("The head positions could not be downloaded: {name} is missing").format(name=missing[0]))
        paths = [byName[file.name] for file in headPositionFiles()]
        return _open(openHeadPositions(paths, _samplesFolder()))
    return None


def showCase(session: Any) -> Any:
    """Show an open case in the module's panel; returns its volumes, as the Sample Data module wants."""
    slicer.util.selectModule("DynamicSpine")
    slicer.util.getModuleWidget("DynamicSpine").panel.showSession(session)
    return list(session.volumes().values())


def _showDownload(message: str, *_level: Any) -> None:
    """What the download says, which is written for a page, in the status bar."""
    slicer.util.showStatusMessage(re.sub("<[^>]*>", "", message), _SHOWN_MILLISECONDS)


def _open(folder: Path) -> Any:
    logic = slicer.util.getModuleLogic("DynamicSpine")
    return showCase(logic.openCase(folder))


def _samplesFolder() -> Path:
    """Beside Slicer's other temporary files: not in its cache of downloads, which may be emptied with work in it."""
    folder = Path(slicer.app.temporaryPath) / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _showStep(step: Step) -> None:
    message = _("Making the sample: {what} ({percent} %)").format(what=step.message, percent=round(100 * step.fraction))
    slicer.util.showStatusMessage(message)
    slicer.app.processEvents()
