"""The spine that one or more label files show, by a tool's table or by the files' own segment names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Segmentations.LabelFile import LabelFile, readLabelFile, sameGrid
from DynamicSpineLib.Segmentations.LabelTable import (
    SLICER,
    SPINEPS,
    TOTALSEGMENTATOR,
    LabelTask,
    Meaning,
    taskNamed,
    tasksOf,
)
from DynamicSpineLib.Segmentations.SegmentNames import meaningOfSegment
from DynamicSpineLib.Segmentations.SpineLabels import SpineLabels, placeNumber, renamed, spineLabels, together

_SHOWN = 8


@dataclass(frozen=True)
class LabelSource:
    """A spine read from files. tasks: which numbers were taken for each file. notices: what was left out, in words."""

    spine: SpineLabels
    tasks: Mapping[str, str]
    notices: tuple[str, ...]


def readLabels(paths: Sequence[Path], table: str) -> LabelSource:
    """The spine of all files of one position, which must lie on one grid.

    table: one of LabelTable.TABLES. Raises InputError for a file that is no label map, holds nothing that the table
    knows, or lies on another grid than the first; and where no vertebra is named.
    """
    spines, tasks, notices = [], {}, []
    for path in paths:
        labels = readLabelFile(path)
        layers, task, notice = _meaningsOf(labels, table)
        tasks[path.name] = task
        notices.extend(notice)
        spines += [spineLabels(layer, meanings) for layer, meanings in zip(labels.layers, layers, strict=True)]
        if not sameGrid(spines[0].geometry, labels.layers[0].geometry):
            raise InputError(f"{path.name}: lies on another voxel grid than {paths[0].name}; the files of one position "
                             "must share a grid")  # fmt: skip
    spine = together(spines)
    if not spine.levels:
        raise InputError(f"{paths[0].name}: names no vertebra by its level{_advice(table, tasks.values())}")
    return LabelSource(spine, tasks, tuple(notices))


def _advice(table: str, tasks: Iterable[str]) -> str:
    if table == TOTALSEGMENTATOR and "total_mr" in tasks:
        return "; total_mr has one number for all of them, so give the vertebrae_mr file of the same image as well"
    if table == SPINEPS:
        return "; give the seg-vert file as well as the seg-spine one"
    return "; check --table"


def _meaningsOf(labels: LabelFile, table: str) -> tuple[list[dict[int, Meaning]], str, list[str]]:
    """Meanings of every layer's numbers, the task that they come from, and notices."""
    name = labels.path.name
    if table == SLICER:
        layers, unknown = _bySegments(labels)
        words = f"{name}: segments that name no vertebra, disc, canal or cord: {_listed(unknown)}"
        return layers, SLICER, [words] if unknown else []
    task = _taskOf(labels, table)
    known = {number: task.meanings[number] for number in labels.numbers if number in task.meanings}
    others = [str(number) for number in labels.numbers if number not in task.meanings]
    if not known:
        raise InputError(f"{name}: none of its labels ({_listed(others)}) is in the table '{table}'")
    notices = [f"{name}: labels that the table '{table}' does not have: {_listed(others)}"] if others else []
    return [known for _ in labels.layers], task.id, notices


def _bySegments(labels: LabelFile) -> tuple[list[dict[int, Meaning]], list[str]]:
    """Meanings by layer from segment names and terminology, and the names that say nothing."""
    layers: list[dict[int, Meaning]] = [{} for _ in labels.layers]
    named = [(item.name, item.value, item.layer, item.tags) for item in labels.segments]
    named = named or [(text, value, 0, "") for value, text in labels.names.items()]
    if not named:
        raise InputError(f"{labels.path.name}: names no segments; --table slicer reads Slicer's own .seg.nrrd files")
    unknown = []
    for text, value, layer, tags in named:
        meaning = meaningOfSegment(text, tags)
        if meaning is None or layer >= len(layers):
            unknown.append(text or f"number {value}")
        else:
            layers[layer][value] = meaning
    if not any(layers):
        raise InputError(f"{labels.path.name}: no segment bears the name or code of a vertebra ({_listed(unknown)})")
    return layers, unknown


def _taskOf(labels: LabelFile, table: str) -> LabelTask:
    """Which of a table's tasks wrote a file: by its header's names, by its own name, else by its numbers."""
    tasks, numbers = tasksOf(table), set(labels.numbers)
    if table == TOTALSEGMENTATOR:
        for task in tasks:
            listed = labels.names.items()
            if listed and all(task.meanings[key].name == name for key, name in listed if key in task.meanings):
                return task
        for task in tasks:
            if task.id in labels.path.name.lower():
                return task
        return taskNamed(table, "total_mr" if max(numbers) > max(tasks[0].meanings) else "vertebrae_mr")
    if table == SPINEPS:
        instances = {number for number, meaning in tasks[0].meanings.items() if number <= 28 and meaning.place != "S1"}
        return taskNamed(table, "vert" if numbers & instances or not numbers & set(tasks[1].meanings) else "subreg")
    return tasks[0]


def _listed(words: Sequence[str]) -> str:
    more = f" and {len(words) - _SHOWN} more" if len(words) > _SHOWN else ""
    return ", ".join(words[:_SHOWN]) + more


def nameLevels(spine: SpineLabels, hints: Mapping[str, str], chain: Sequence[str]) -> SpineLabels:
    """The spine with its levels called as a user says; the neighbors of a named level follow in order of the chain.

    hints: level as the table calls it -> its true name. Raises InputError for a hint that does not fit.
    """
    levels = list(spine.levels)
    for old, new in hints.items():
        if old not in levels:
            raise InputError(f"--names {old}={new}: there is no vertebra that the table calls {old}"
                             f" (it has {', '.join(levels)})")  # fmt: skip
        if new not in chain:
            raise InputError(f"--names {old}={new}: the case has no level {new} (it has {', '.join(chain)})")
    if not hints:
        return spine
    names = {}
    for index, level in enumerate(levels):
        anchor = min(hints, key=lambda old: abs(levels.index(old) - index))
        place = list(chain).index(hints[anchor]) + index - levels.index(anchor)
        names[level] = chain[place] if 0 <= place < len(chain) else ""
    given = [placeNumber(name) for name in names.values() if name]
    if len(set(given)) < len(given) or given != sorted(given):
        raise InputError("--names gives two vertebrae one name, or names them out of order")
    unseen = {level: "" for level in CANONICAL_LEVELS if level not in names}
    return renamed(spine, {**unseen, **names})


def hintsFrom(text: str, table: str) -> dict[str, str]:
    """Hints such as "C6=L3" or, by label number, "6=L3"; several separated by commas. Raises InputError."""
    hints = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        left, equals, right = (piece.strip() for piece in part.partition("="))
        if left.isdecimal():
            left = next((task.meanings[int(left)].place for task in tasksOf(table) if int(left) in task.meanings), left)
        if not equals or left not in CANONICAL_LEVELS or right not in CANONICAL_LEVELS:
            raise InputError(f"--names takes LABEL=LEVEL, for example C6=L3, not '{part}'")
        hints[left] = right
    return hints
