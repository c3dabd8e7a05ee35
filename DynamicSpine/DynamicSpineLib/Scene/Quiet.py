"""Keeping what C++ libraries print off the terminal, so that stdout holds only what the command line says."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def quietTerminal() -> Iterator[None]:
    """Send what is written to the process's own stdout and stderr to nowhere, until the block ends.

    It works on the file descriptors, below Python's sys.stdout, because ITK and VTK print from C++.
    """
    _flush()
    kept = _openCopies()
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for descriptor in kept:
            os.dup2(nowhere, descriptor)
        yield
    finally:
        _flush()
        for descriptor, copy in kept.items():
            os.dup2(copy, descriptor)
            os.close(copy)
        os.close(nowhere)


def _openCopies() -> dict[int, int]:
    """Copies of stdout and stderr by descriptor. A program without a terminal, as on Windows, has none."""
    copies = {}
    for descriptor in (1, 2):
        with suppress(OSError):
            copies[descriptor] = os.dup(descriptor)
    return copies


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "flush"):  # None in such a program, and not always a file in the application
            stream.flush()


@contextmanager
def quietMessages() -> Iterator[list[str]]:
    """Collect VTK's messages in a list instead of printing them; the list is filled when the block ends.

    The output window and the log of the surrounding program are put back afterwards.
    """
    from vtkmodules.vtkCommonCore import vtkLogger, vtkOutputWindow, vtkStringOutputWindow

    messages: list[str] = []
    before = vtkOutputWindow.GetInstance()
    verbosity = vtkLogger.GetCurrentVerbosityCutoff()
    collector = vtkStringOutputWindow()
    vtkOutputWindow.SetInstance(collector)
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
    try:
        yield messages
    finally:
        messages.extend(line for line in collector.GetOutput().splitlines() if line.strip())
        vtkOutputWindow.SetInstance(before)
        vtkLogger.SetStderrVerbosity(verbosity)
