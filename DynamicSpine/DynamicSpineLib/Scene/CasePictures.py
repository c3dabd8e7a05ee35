"""All pictures of a report, drawn while each volume is open once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from DynamicSpineLib.Progress import Steps
from DynamicSpineLib.Scene.KeyPictures import keyPlan
from DynamicSpineLib.Scene.LevelStrip import stripPlan
from DynamicSpineLib.Scene.PictureDrawing import drawPlans
from DynamicSpineLib.Study.Case import Case


@dataclass(frozen=True)
class CasePictures:
    """PNG files by position id. positions: the key pictures; strip: one segment with its lower vertebra held."""

    positions: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    strip: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))


def casePictures(case: Case, source: Path, segment: str) -> Steps[CasePictures]:
    """Draw what keyPictures and levelStrip draw, in one go; a step for each position that has a volume.

    Raises InputError for a volume that cannot be read and JobError where this machine cannot draw.
    """
    positions, strip = yield from drawPlans(case, source, (keyPlan(case), stripPlan(case, segment)))
    return CasePictures(positions, strip)
