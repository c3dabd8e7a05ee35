"""Errors that end at a user: each is one sentence that can be acted on, with its exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class DynamicSpineError(Exception):
    """A failure that the user can read and act on. `exitCode` is what the command line returns."""

    exitCode = 1


class InputError(DynamicSpineError):
    """Wrong use or bad input (exit code 2)."""

    exitCode = 2


class JobError(DynamicSpineError):
    """A job that could not finish (exit code 1)."""

    exitCode = 1


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an input, with the place where it was seen.

    `severity` is "error" (the input is refused) or "warning" (it is used and the warning shown).
    """

    message: str
    file: str = ""
    position: str = ""
    landmark: str = ""
    severity: str = "error"

    def sentence(self) -> str:
        """The fault as one sentence, led by file, position and landmark where they are known."""
        places = [self.file, f"position '{self.position}'" if self.position else "", self.landmark]
        lead = ", ".join(place for place in places if place)
        return f"{lead}: {self.message}" if lead else self.message


class InputFaults(InputError):
    """Bad input with every fault found; its text is the first one, the number of others, and how to see them."""

    def __init__(self, faults: Iterable[Fault], advice: str = "run 'dynamicspine validate'") -> None:
        self.faults = tuple(faults)
        errors = [fault for fault in self.faults if fault.severity == "error"] or list(self.faults)
        others = f"{len(errors) - 1} more" + (f": {advice}" if advice else "")
        more = f" ({others})" if len(errors) > 1 else ""
        super().__init__(errors[0].sentence() + more)
