"""Showing what went wrong: one sentence in a window, and the rest in the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import slicer
from slicer.i18n import tr as _

from DynamicSpineLib.Errors import DynamicSpineError


@contextmanager
def shownErrors() -> Iterator[None]:
    """Show what goes wrong inside the block, as every slot does.

    What the user can mend is one sentence. Anything else is a fault of ours: it is said to be one, and the log has it.
    """
    try:
        yield
    except DynamicSpineError as error:
        slicer.util.errorDisplay(str(error), windowTitle=_("Dynamic Spine"))
    except Exception:
        logging.exception("DynamicSpine")
        slicer.util.errorDisplay(
            _("Something unexpected went wrong. Nothing of your case was lost. The application's log has the details."),
            windowTitle=_("Dynamic Spine"),
        )
