"""Which running program wrote a file: told by computer, process id and the time at which the process began."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_LONGEST_SECONDS = 2.0
_START_FIELD = 19  # of /proc/<pid>/stat, counted after the program's name


@dataclass(frozen=True)
class ProcessMark:
    """A process. started: when it began, in the system's own words, since ids are used again; empty where unknown."""

    host: str
    pid: int
    started: str = ""


@lru_cache(maxsize=1)
def thisProcess() -> ProcessMark:
    """The process that runs this code."""
    return ProcessMark(socket.gethostname(), os.getpid(), _startedAt(os.getpid()))


def isRunning(mark: ProcessMark) -> bool | None:
    """True or False where it can be known; None for a process of another computer."""
    if mark.host != socket.gethostname():
        return None
    started = _startedAt(mark.pid)
    if mark.started and started:
        return mark.started == started
    return bool(started) or _exists(mark.pid)


def _startedAt(pid: int) -> str:
    """When a running process began, in the system's own words; empty where there is none, or where it is not told."""
    if pid <= 0:
        return ""
    if sys.platform == "win32":
        return _startedOnWindows(pid)
    with suppress(OSError, IndexError):
        # The program's name stands in brackets and may hold anything.
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return "" if fields[0] in ("Z", "X") else f"{boot} {fields[_START_FIELD]}"
    with suppress(OSError, subprocess.SubprocessError):
        answer = subprocess.run(
            ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False,
            timeout=_LONGEST_SECONDS, env={**os.environ, "LC_ALL": "C"},
        )  # fmt: skip
        return " ".join(answer.stdout.split())
    return ""


def _exists(pid: int) -> bool:
    """Whether a process of this id is there. Not on Windows, where the question itself would interrupt it."""
    if pid <= 0 or sys.platform == "win32":
        return False
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return not Path("/proc/self/stat").exists()  # where there is /proc, it has said already that there is none


def _startedOnWindows(pid: int) -> str:
    if sys.platform != "win32":
        return ""
    import ctypes
    from ctypes import wintypes

    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.OpenProcess.restype = wintypes.HANDLE
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return ""
    try:
        times = [wintypes.FILETIME() for _ in range(4)]
        isTold = kernel.GetProcessTimes(wintypes.HANDLE(handle), *(ctypes.byref(item) for item in times))
        created, ended = times[0], times[1]
        hasEnded = bool(ended.dwHighDateTime or ended.dwLowDateTime)
        return "" if not isTold or hasEnded else f"{created.dwHighDateTime} {created.dwLowDateTime}"
    finally:
        kernel.CloseHandle(wintypes.HANDLE(handle))
