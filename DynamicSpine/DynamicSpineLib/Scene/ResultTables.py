"""Measurements as table nodes of a scene: rebuilt as a whole, never edited, never read back as results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from vtkmodules.vtkCommonCore import vtkDoubleArray, vtkIntArray, vtkStringArray

from DynamicSpineLib.Metrics.Measurement import CHANGE, MOTION, STATE, Measurement
from DynamicSpineLib.Scene.CaseRoles import tableRole
from DynamicSpineLib.Scene.Hierarchy import fileUnder, removeNode

if TYPE_CHECKING:
    from slicer import vtkMRMLScriptedModuleNode, vtkMRMLTableNode

HASH_ATTRIBUTE = "DynamicSpine.InputHash"
TITLES = {STATE: "Positions", CHANGE: "Changes", MOTION: "Motions"}
_NUMBERS = ("value", "sd", "sdc95", "lower95", "upper95")
_FLAGS = ("confirmed",)
_EMPTY_NUMBER = float("nan")  # what a table of numbers has for "none"; the status column says why


def writeResultTables(
    caseNode: vtkMRMLScriptedModuleNode, rows: Iterable[Measurement], inputHash: str
) -> dict[str, vtkMRMLTableNode]:
    """Make the tables of a case, one per kind of row, in place of earlier ones; return them by kind.

    inputHash: what the rows were computed from (`caseHash`). The columns are those of measurements.csv: numbers as
    double, `confirmed` as 0 or 1, all else as text. Tables keep six digits in files, so results are computed again
    from the case and never read from here.
    """
    removeResultTables(caseNode)
    scene = caseNode.GetScene()
    every = list(rows)
    tables = {}
    for kind, title in TITLES.items():
        ofKind = [row for row in every if row.kind == kind]
        if ofKind:
            tables[kind] = _table(scene, title, ofKind, inputHash)
            caseNode.SetNodeReferenceID(tableRole(kind), tables[kind].GetID())
            fileUnder(scene, tables[kind], caseNode.GetName(), "Results")
    return tables


def resultTables(caseNode: vtkMRMLScriptedModuleNode) -> dict[str, vtkMRMLTableNode]:
    """The tables of a case that are there, by kind of row."""
    tables = {kind: caseNode.GetNodeReference(tableRole(kind)) for kind in TITLES}
    return {kind: table for kind, table in tables.items() if table is not None}


def removeResultTables(caseNode: vtkMRMLScriptedModuleNode) -> None:
    """Remove the tables of a case."""
    for table in resultTables(caseNode).values():
        removeNode(caseNode.GetScene(), table)


def areCurrent(caseNode: vtkMRMLScriptedModuleNode, inputHash: str) -> bool:
    """True where the case has tables and all of them were computed from the inputs with this hash."""
    tables = resultTables(caseNode).values()
    return bool(tables) and all(table.GetAttribute(HASH_ATTRIBUTE) == inputHash for table in tables)


def _table(scene: Any, title: str, rows: Sequence[Measurement], inputHash: str) -> vtkMRMLTableNode:
    table = scene.AddNewNodeByClass("vtkMRMLTableNode", title)
    modifying = table.StartModify()
    table.SetUseColumnTitleAsColumnHeader(True)
    table.SetLocked(True)
    table.SetAttribute(HASH_ATTRIBUTE, inputHash)
    for item in fields(Measurement):
        table.AddColumn(_column(item.name, [getattr(row, item.name) for row in rows]))
    table.EndModify(modifying)
    return table


def _column(name: str, values: Sequence[Any]) -> Any:
    array: Any
    convert: Callable[[Any], Any]
    if name in _NUMBERS:
        array, convert = vtkDoubleArray(), _number
    elif name in _FLAGS:
        array, convert = vtkIntArray(), int
    else:
        array, convert = vtkStringArray(), _text
    array.SetName(name)
    array.SetNumberOfValues(len(values))
    for index, value in enumerate(values):
        array.SetValue(index, convert(value))
    return array


def _number(value: float | None) -> float:
    return _EMPTY_NUMBER if value is None else value


def _text(value: object) -> str:
    """A text as a table's file can hold it: lists with spaces, true and false as words, no tabs or line ends."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        return " ".join(str(item) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return " ".join(str(value).split())
