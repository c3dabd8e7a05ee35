"""What the rows of positions warn of: labels that marks, images or names contradict, and what the case lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from DynamicSpineLib.Criteria.CaseValues import CaseValues
from DynamicSpineLib.Errors import DynamicSpineError, Fault
from DynamicSpineLib.Findings.LabelDoubts import DRAWS, labelWarnings
from DynamicSpineLib.Metrics.MeasureCase import measureCase
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Scene.DicomHeaders import INSTANCES_ATTRIBUTE, HeaderOf
from DynamicSpineLib.Scene.FindPositions import volumeTexts
from DynamicSpineLib.Scene.NodeTypes import VolumeNode
from DynamicSpineLib.Scene.SameVolumes import sameVolumes
from DynamicSpineLib.Session.CaseSession import CaseSession
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Validation import validateCase
from DynamicSpineLib.Wording.Texts import capitalized

WHOLE_CASE = ""
"""The key of what concerns no single position."""

_MOST = 4
_SAID_ABOVE = ("the level names are not verified", "left and right are not known")
Warnings = dict[str, tuple[str, ...]]


class VolumeFacts:
    """What names, headers and voxels of a case's volumes say; looked at again only where a volume is another one.

    headerOf: the DICOM header of a volume, where there is a database.
    """

    def __init__(self, headerOf: HeaderOf | None = None) -> None:
        self._headerOf = headerOf
        self._texts: dict[str, tuple[Any, Mapping[str, str]]] = {}
        self._same: tuple[Any, tuple[tuple[str, str], ...]] = (None, ())

    def texts(self, nodes: Mapping[str, VolumeNode]) -> dict[str, Mapping[str, str]]:
        """The texts of each position's volume by source, without names that we gave it ourselves."""
        found = {}
        for positionId, node in nodes.items():
            state = (node.GetID(), node.GetName(), node.GetAttribute(INSTANCES_ATTRIBUTE))
            if self._texts.get(positionId, (None,))[0] != state:
                texts = {} if _isNamedByUs(positionId, node) else volumeTexts(node, self._headerOf)
                self._texts[positionId] = (state, texts)
            found[positionId] = self._texts[positionId][1]
        return found

    def same(self, nodes: Mapping[str, VolumeNode]) -> tuple[tuple[str, str], ...]:
        """Pairs of positions whose volumes hold the same voxels."""
        state = [(key, node.GetID(), _imageTime(node)) for key, node in nodes.items()]
        if self._same[0] != state:
            self._same = (state, sameVolumes(nodes))
        return self._same[1]


def _imageTime(node: VolumeNode) -> int:
    image = node.GetImageData()
    return int(image.GetMTime()) if image is not None else 0


def positionWarnings(session: CaseSession, volumes: VolumeFacts | None = None) -> Steps[Warnings]:
    """Sentences by position id, and under WHOLE_CASE, in short steps; the gravest first."""
    case, volumes = session.case, volumes or VolumeFacts()
    faults = faultSentences(case)
    yield Step(0.2, "looked for contradictions")
    nodes = session.volumes()
    texts = volumes.texts(nodes)
    yield Step(0.3, "read the names")
    same = volumes.same(nodes)
    yield Step(0.4, "compared the images")
    values = None
    try:
        measured = yield from measureCase(case, DRAWS)
        values = CaseValues(measured.readings[0], measured.rows)
    except DynamicSpineError:
        pass  # what cannot be measured is among the faults
    labels = labelWarnings(case, values, texts, same)
    return {key: merged(tuple(item.text for item in labels.get(key, ())), faults.get(key, ()))
            for key in (WHOLE_CASE, *(item.id for item in case.positions))}  # fmt: skip


def _isNamedByUs(positionId: str, node: VolumeNode) -> bool:
    """True for a volume that was opened with its case: its name is made of the position's id and tells nothing."""
    return (node.GetName() or "").startswith(f"{positionId} ")


def faultSentences(case: Case) -> Warnings:
    """What validation finds, by position id and under WHOLE_CASE; errors first."""
    faults = sorted(validateCase(case), key=lambda item: item.severity != "error")
    found: dict[str, list[str]] = {}
    for fault in faults:
        if not fault.message.startswith(_SAID_ABOVE):
            found.setdefault(fault.position, []).append(_sentence(fault))
    return {key: tuple(said) for key, said in found.items()}


def _sentence(fault: Fault) -> str:
    subject = f"{fault.landmark}: " if fault.landmark else ""
    message = f"it {fault.message}" if fault.message.startswith("is ") and not subject else fault.message
    return capitalized(f"{subject}{message}").rstrip(".") + "."


def merged(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    """Both in their order, each sentence once, shortened to what a row can show."""
    said = tuple(dict.fromkeys((*first, *second)))
    return said if len(said) <= _MOST else (*said[:_MOST], f"And {len(said) - _MOST} more.")
