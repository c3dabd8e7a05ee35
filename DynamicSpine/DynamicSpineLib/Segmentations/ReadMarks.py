"""Landmarks of a whole spine from its labels, with the reason wherever one is not given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from DynamicSpineLib.Anatomy.Landmarks import definitionAt
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Progress import Step, Steps
from DynamicSpineLib.Segmentations.BodySection import BodySection, bodySection
from DynamicSpineLib.Segmentations.CanalBorders import (
    between,
    lineAcross,
    lineThrough,
    marksOn,
    narrowestLine,
    nearestLamina,
)
from DynamicSpineLib.Segmentations.LabelTable import ARCH, BODY, CANAL, CORD
from DynamicSpineLib.Segmentations.MaskField import Array, MaskField, maskField
from DynamicSpineLib.Segmentations.SectionCorners import CODES, sectionCorners
from DynamicSpineLib.Segmentations.SpineLabels import Mask, SpineLabels
from DynamicSpineLib.Segmentations.UpperCervical import WHY_NO_ARCH, atlasMarks, densMarks
from DynamicSpineLib.Segmentations.VertebraFrames import VertebraFrame, vertebraFrames
from DynamicSpineLib.Study.Marks import SEGMENTED, Landmark

ONE_PLATE: Mapping[str, tuple[int, float]] = MappingProxyType({"S1": (1, 14.0), "C2": (-1, 9.0)})
"""Bones with one endplate: its side (+1 upper), and the length of wall next to it that tells where the corners are."""

_SEGMENT_CODES = {"front": "CA", "back": "CP", "cordFront": "KA", "cordBack": "KP"}
_LEVEL_CODES = {"cordFront": "KA", "cordBack": "KP"}


@dataclass(frozen=True)
class ReadSpine:
    """points_RAS: by landmark name. reasons: why a level or landmark has none, in words. frames: by level."""

    points_RAS: Mapping[str, Array]
    reasons: Mapping[str, str]
    frames: Mapping[str, VertebraFrame] = field(default_factory=dict)

    def landmarks(self, note: str = "") -> tuple[Landmark, ...]:
        """The points as segmented, unconfirmed marks."""
        return tuple(
            Landmark(name, (float(point[0]), float(point[1]), float(point[2])), origin=SEGMENTED, confirmed=False,
                     note=note)
            for name, point in self.points_RAS.items()
        )  # fmt: skip


class _Reader:
    """Collects points and reasons while one spine is read."""

    def __init__(self, spine: SpineLabels, chain: Sequence[str]) -> None:
        self.spine, self.chain = spine, Chain(tuple(chain))
        self.points: dict[str, Array] = {}
        self.reasons: dict[str, str] = {}
        self.frames: dict[str, VertebraFrame] = {}
        self.sections: dict[str, BodySection] = {}

    def add(self, place: str, points: Mapping[str, Array]) -> None:
        """Keep the points that the protocol has at a place."""
        for code, point in points.items():
            if definitionAt(place, code) is not None:
                self.points[f"{place}_{code}"] = point

    def fieldOf(self, *structures: str) -> MaskField | None:
        """The field of structures that bear no level, None where the labels have none of them."""
        mask = self.spine.mask(*structures)
        return maskField(mask, self.spine.geometry) if mask.any() else None


def readSpine(spine: SpineLabels, chain: Sequence[str]) -> Steps[ReadSpine]:
    """Every landmark of the chain's levels and segments that the labels tell; a generator of steps."""
    reader = _Reader(spine, chain)
    for level in reader.chain.levels:
        if level not in spine.levels and level != "Oc":
            reader.reasons[level] = "the segmentation does not have it"
    yield Step(0.05, "finding each vertebra's own plane")
    frames = vertebraFrames(spine)
    for level in spine.levels:
        if level not in reader.chain.levels:
            reader.reasons[level] = "it is in the segmentation and not among the case's levels"
        elif level not in frames:
            reader.reasons[level] = "its label has too few voxels to tell its shape"
    wanted = [level for level in reader.chain.levels if level in frames]
    for number, level in enumerate(wanted):
        yield Step(0.1 + 0.7 * number / len(wanted), f"outline of {level}")
        _readLevel(reader, level, frames[level])
    yield Step(0.9, "canal and cord")
    _readCanal(reader)
    return ReadSpine(reader.points, reader.reasons, reader.frames)


def bodyOrBone(spine: SpineLabels, level: str) -> Mask:
    """(k, j, i) the body where the labels tell it from the arch, else the whole bone."""
    return spine.mask(BODY, level=level) if spine.hasParts(level) else spine.bone(level)


def _readLevel(reader: _Reader, level: str, frame: VertebraFrame) -> None:
    """Corners of one vertebra, or what C1 and C2 have instead."""
    reader.frames[level] = frame
    bone = reader.spine.bone(level)
    if level == "C1":
        marks = atlasMarks(maskField(bone, reader.spine.geometry), frame)
        reader.add(level, marks)
        if not marks:
            reader.reasons[level] = WHY_NO_ARCH
        return
    outline = maskField(bodyOrBone(reader.spine, level), reader.spine.geometry)
    plate, wallMm = ONE_PLATE.get(level, (0, 0.0))
    section = bodySection(outline, frame, plate, wallMm)
    if section is None:
        reader.reasons[level] = "its midsagittal plane meets no bone at the middle of its body"
        return
    reader.frames[level], reader.sections[level] = section.frame, section
    codes = tuple(code for code in CODES if definitionAt(level, code) is not None)
    for code, corner in sectionCorners(section, outline, codes, wallMm).items():
        if corner.point is None:
            reader.reasons[f"{level}_{code}"] = corner.reason
        else:
            reader.add(level, {code: section.frame.points(np.array(corner.point[0]), np.array(corner.point[1]))})
    if level == "C2":
        reader.add(level, densMarks(section, outline, reader.points.get("C1_AC")))


def _readCanal(reader: _Reader) -> None:
    """Canal and cord at every segment's narrowest section, cord and lamina opposite the bodies."""
    canal, cord = reader.fieldOf(CANAL, CORD), reader.fieldOf(CORD)
    hasCanal = bool(reader.spine.mask(CANAL).any())
    if canal is None or not hasCanal:
        reader.reasons["canal"] = "the segmentation has no spinal canal" + (", only a cord" if cord else "")
        return
    for segment in reader.chain.segments:
        rims = [reader.points.get(f"{segment.upper}_IP"), reader.points.get(f"{segment.lower}_SP")]
        if rims[0] is None or rims[1] is None or definitionAt(segment.name, "CA") is None:
            continue
        frame = between(reader.frames[segment.upper], reader.frames[segment.lower])
        line = narrowestLine(canal, frame, rims[0], rims[1])
        if line is None:
            reader.reasons[segment.name] = "the canal's label does not cross its midsagittal plane here"
        else:
            reader.add(segment.name, marksOn(line, cord, _SEGMENT_CODES))
    for level in reader.sections:
        _readBehindBody(reader, level, canal, cord)


def _readBehindBody(reader: _Reader, level: str, canal: MaskField, cord: MaskField | None) -> None:
    """Spinolaminar point and cord opposite the middle of a body."""
    ends = [reader.points.get(f"{level}_{code}") for code in ("SP", "IP")]
    if ends[0] is None or ends[1] is None:
        return
    frame, middle = reader.frames[level], 0.5 * (ends[0] + ends[1])
    lamina = nearestLamina(maskField(_archOf(reader.spine, level), reader.spine.geometry), frame, middle)
    if lamina is None:
        line = lineAcross(canal, frame, frame.local(middle))
    else:
        reader.add(level, {"SL": lamina})
        line = lineThrough(canal, frame, middle, lamina)
    if line is not None:
        reader.add(level, marksOn(line, cord, _LEVEL_CODES))


def _archOf(spine: SpineLabels, level: str) -> Mask:
    """(k, j, i) the arch, or the whole bone where the labels do not tell it apart."""
    return spine.mask(ARCH, level=level) if spine.mask(ARCH, level=level).any() else spine.bone(level)
