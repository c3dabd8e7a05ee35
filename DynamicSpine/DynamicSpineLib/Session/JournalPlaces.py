"""Which files are journals. Asked whenever the application starts, so it imports nothing else of ours."""

from __future__ import annotations

from pathlib import Path

PREFIX, SUFFIX = ".dynamicspine-", ".journal"


def findJournals(place: Path) -> tuple[Path, ...]:
    """Every journal in a folder, the newest first; none where the folder cannot be read."""
    try:
        found = [(path.stat().st_mtime, str(path), path) for path in Path(place).glob(f"{PREFIX}*{SUFFIX}")]
    except OSError:
        return ()
    return tuple(path for _time, _name, path in sorted(found, reverse=True))
