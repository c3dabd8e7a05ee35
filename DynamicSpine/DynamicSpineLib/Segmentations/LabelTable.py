"""What the numbers of a tool's label maps mean: the tables in Data/Segmentations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Errors import InputError

TOTALSPINESEG, TOTALSEGMENTATOR, SPINEPS, SLICER = "totalspineseg", "totalsegmentator", "spineps", "slicer"
TABLES = (TOTALSPINESEG, TOTALSEGMENTATOR, SPINEPS, SLICER)
"""Names that a user gives; slicer means that the file itself names its segments."""

VERTEBRA, BODY, ARCH, ENDPLATE = "vertebra", "body", "arch", "endplate"
DISC, DISC_ABOVE, CANAL, CORD, OTHER = "disc", "discAbove", "canal", "cord", "other"


@dataclass(frozen=True)
class Meaning:
    """What one number stands for.

    structure: vertebra (the whole bone), body, arch, endplate, disc, discAbove, canal (around the cord), cord, other.
    place: the vertebra; of a disc the one above it, of discAbove the one below; empty where the number names none.
    name: as the tool calls it.
    """

    structure: str
    place: str = ""
    name: str = ""


@dataclass(frozen=True)
class LabelTask:
    """One kind of label map that a tool writes: its numbers and their meanings."""

    id: str
    title: str
    meanings: Mapping[int, Meaning]


@lru_cache(maxsize=8)
def tasksOf(table: str) -> tuple[LabelTask, ...]:
    """The tasks of a shipped table, in the file's order; none for slicer. Raises InputError for an unknown table."""
    if table == SLICER:
        return ()
    if table not in TABLES:
        raise InputError(f"--table takes one of {', '.join(TABLES)}, not '{table}'")
    return tuple(
        LabelTask(task["id"], task["title"], MappingProxyType({
            entry["value"]: Meaning(entry["structure"], entry["place"], entry["name"]) for entry in task["labels"]
        }))
        for task in packageData("Segmentations", f"{table}.json")["tasks"]
    )  # fmt: skip


def taskNamed(table: str, taskId: str) -> LabelTask:
    """One task of a shipped table. Raises InputError where the table has none of that id."""
    task = next((item for item in tasksOf(table) if item.id == taskId), None)
    if task is None:
        raise InputError(f"the table '{table}' has no task '{taskId}'")
    return task
