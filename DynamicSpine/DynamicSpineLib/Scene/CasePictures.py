"""All pictures of a report, drawn while each volume is open once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from DynamicSpineLib.Progress import Steps
from DynamicSpineLib.Scene.ComparedPairs import comparedPlan
from DynamicSpineLib.Scene.KeyPictures import keyPlan
from DynamicSpineLib.Scene.LevelStrip import stripPlan
from DynamicSpineLib.Scene.PictureDrawing import PairKey, drawPictures
from DynamicSpineLib.Study.Case import Case


@dataclass(frozen=True)
class CasePictures:
    """PNG files. positions: the key pictures, by position id; strip: one segment with its lower vertebra held, by
    position id; compared: the same segment in two positions laid on each other, by the ids of reference and other.

    notices: a sentence for each pair that could not be laid on each other.
    """

    positions: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    strip: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    compared: Mapping[PairKey, bytes] = field(default_factory=lambda: MappingProxyType({}))
    notices: tuple[str, ...] = ()


def casePictures(case: Case, source: Path, segment: str) -> Steps[CasePictures]:
    """Draw what keyPictures and levelStrip draw, and comparedPlan plans, in one go; a step for each position that has a
    volume.

    Raises InputError for a volume that cannot be read and JobError where this machine cannot draw.
    """
    compared = comparedPlan(case, segment)
    plans = (keyPlan(case), stripPlan(case, segment))
    drawn = yield from drawPictures(case, source, plans, compared.frames)
    positions, strip = drawn.plans
    return CasePictures(positions, strip, drawn.pairs, compared.notices)
