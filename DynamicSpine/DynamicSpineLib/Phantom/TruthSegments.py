"""True state values of segments and vertebrae, from the scenario's numbers and plane geometry."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from DynamicSpineLib.Anatomy.Levels import Segment
from DynamicSpineLib.Phantom.PosedSpine import BoneShape, CanalSection
from DynamicSpineLib.Phantom.Scenario import SegmentState
from DynamicSpineLib.Phantom.TruthAreas import CurveArea, ellipseArea, foramenArea
from DynamicSpineLib.Phantom.TruthPlane import (
    along,
    angleDeg,
    asComplex,
    bodyHeight,
    inferiorEndplate,
    midPlane,
    relativePose,
    superiorEndplate,
    unit,
)

LEAST_GRADED_PERCENT = 5.0


@dataclass
class TruthTable:
    """Values by (metric, place, side); areas keep all three readings of a curve."""

    values: dict[tuple[str, str, str], float] = field(default_factory=dict)
    areas: dict[tuple[str, str, str], CurveArea] = field(default_factory=dict)

    def put(self, metric: str, place: str, value: float, side: str = "") -> None:
        """Adds one value."""
        self.values[metric, place, side] = float(value)

    def putArea(self, metric: str, place: str, area: CurveArea, side: str = "") -> None:
        """Adds one area; its value is that of the drawn curve."""
        self.areas[metric, place, side] = area
        self.put(metric, place, area.polyline, side)


def bodyCenter(shape: BoneShape, neighborHeightMm: float) -> complex:
    """Center of a body; of a virtual one, half a height away from its only endplate and from the disc."""
    upper, lower = superiorEndplate(shape), inferiorEndplate(shape)
    if upper is not None and lower is not None:
        return sum((asComplex(shape.corners[code]) for code in ("SA", "SP", "IA", "IP")), 0j) / 4.0
    if lower is not None:
        middle = 0.5 * (asComplex(shape.corners["IA"]) + asComplex(shape.corners["IP"]))
        return middle + 0.5j * neighborHeightMm * unit(lower)
    assert upper is not None
    middle = 0.5 * (asComplex(shape.corners["SA"]) + asComplex(shape.corners["SP"]))
    return middle - 0.5j * neighborHeightMm * unit(upper)


def slipCenter(upper: BoneShape, lower: BoneShape, state: SegmentState) -> float:
    """Distance of the body centers along the bisector of the two mid-planes, upper before lower positive."""
    turn, origin = relativePose(upper, lower, state)
    upperHeight = bodyHeight(upper if len(upper.corners) == 4 else lower)
    lowerHeight = bodyHeight(lower if len(lower.corners) == 4 else upper)
    between = origin + turn * bodyCenter(upper, upperHeight) - bodyCenter(lower, lowerHeight)
    bisector = unit(unit(turn * midPlane(upper)) + unit(midPlane(lower)))
    return along(between, bisector)


def discTruth(table: TruthTable, segment: Segment, upper: BoneShape, lower: BoneShape, state: SegmentState) -> None:
    """Angles, slips and disc heights of a segment with a disc."""
    name, disc = segment.name, state.discAngleDeg
    above, below = inferiorEndplate(upper), superiorEndplate(lower)
    assert above is not None
    assert below is not None
    upperTop, lowerBottom = superiorEndplate(upper), inferiorEndplate(lower)
    table.put("discAngle", name, disc)
    if upperTop is not None and lowerBottom is not None:
        table.put("segmentCobb", name, disc + angleDeg(upperTop / above) + angleDeg(below / lowerBottom))
    table.put("bodyAngle", name, disc + angleDeg(midPlane(upper) / above) + angleDeg(below / midPlane(lower)))
    table.put("slip", name, state.slipMm)
    table.put("slipPercent", name, 100.0 * state.slipMm / abs(below))
    table.put("slipPercentUpper", name, 100.0 * state.slipMm / abs(midPlane(upper)))
    _meyerdingTruth(table, name, 100.0 * state.slipMm / abs(below))
    table.put("slipCenter", name, slipCenter(upper, lower, state))
    _heightTruth(table, name, abs(above), abs(below), state)
    depths = abs(midPlane(upper)) + abs(midPlane(lower))
    heights = table.values["discHeightAnterior", name, ""] + table.values["discHeightPosterior", name, ""]
    table.put("discHeightIndex", name, heights / depths)
    turn, origin = relativePose(upper, lower, state)
    upperEdge, lowerEdge = asComplex(upper.points["SPL"]), asComplex(lower.points["SPU"])
    table.put("interspinousDistance", name, abs(origin + turn * upperEdge - lowerEdge))


def _meyerdingTruth(table: TruthTable, name: str, percent: float) -> None:
    """Grade of a clear slip, a minus grade backwards; 0 for none.

    Left out for forward slips below LEAST_GRADED_PERCENT, where authors differ.
    """
    if abs(percent) >= LEAST_GRADED_PERCENT:
        table.put("meyerding", name, math.copysign(min(5, math.ceil(abs(percent) / 25.0)), percent))
    elif percent <= 0.0:
        table.put("meyerding", name, 0.0)


def _heightTruth(table: TruthTable, name: str, above: float, below: float, state: SegmentState) -> None:
    """Disc heights in closed form, in axes along and across the lower body's upper endplate from its back corner."""
    turn = math.radians(state.discAngleDeg)
    ahead, rise = above * math.cos(turn), above * math.sin(turn)
    slip, height = state.slipMm, state.heightMm
    table.put("discHeightPosterior", name, math.hypot(slip, height - 0.5 * rise))
    table.put("discHeightAnterior", name, math.hypot(slip + ahead - below, height + 0.5 * rise))
    table.put("discHeightMiddle", name, math.hypot(slip + 0.5 * (ahead - below), height))


def canalTruth(table: TruthTable, name: str, section: CanalSection, state: SegmentState) -> None:
    """Canal, cord and sac at a segment's narrowest section, from the section's own layers."""
    canal, cord = section.canalAp, section.cordAp
    sac = section.csfVentral + cord + section.csfDorsal
    table.put("canalApDisc", name, canal)
    share = section.alongDisc
    table.put("discBulge", name, 4.0 * share * (1.0 - share) * state.numbers["bulgeMm"])
    table.put("ligamentumFlavum", name, state.numbers["flavumMm"] + state.numbers["bucklingMm"])
    table.putArea("duralSacArea", name, ellipseArea(sac, section.sacTransverse))
    if cord > 0.0:
        table.put("cordAp", name, cord)
        table.put("spaceAvailable", name, canal - cord)
        table.put("spaceAnterior", name, section.epiduralVentral + section.csfVentral)
        table.put("spacePosterior", name, section.csfDorsal + section.epiduralDorsal)
        table.put("occupationRatio", name, 100.0 * cord / canal)
        table.put("csfReserve", name, 100.0 * (1.0 - cord / sac))
        table.put("compressionRatio", name, cord / section.cordTransverse)
        table.putArea("cordArea", name, ellipseArea(cord, section.cordTransverse))


def lateralTruth(
    table: TruthTable, name: str, upper: BoneShape, lower: BoneShape, state: SegmentState, recumbent: bool
) -> None:
    """Foramina, and on recumbent images the axial lines, of both sides."""
    turn, origin = relativePose(upper, lower, state)
    edges = [
        complex(bone.pedicle[1], bone.pedicle[2] + share * bone.pedicleHeightMm)
        for bone, share in ((upper, -0.5), (lower, 0.5))
    ]
    apart = math.hypot(abs(origin + turn * edges[0] - edges[1]), upper.pedicle[0] - lower.pedicle[0])
    for side in ("L", "R"):
        middle, root = state.sided("foramenWidthMiddle")[side], state.sided("foramenWidthSuperior")[side]
        table.put("foramenHeight", name, apart, side)
        table.put("foramenWidthMiddle", name, middle, side)
        table.put("foramenWidthSuperior", name, root, side)
        table.putArea("foramenArea", name, foramenArea(apart, middle, root), side)
        table.put("ligamentumFlavumAxial", name, state.sided("lateralFlavumMm")[side], side)
        if recumbent:
            table.put("facetGap", name, state.sided("facetGapMm")[side], side)
            table.put("recessDepth", name, state.sided("recessMm")[side], side)


def vertebraTruth(table: TruthTable, level: str, bone: BoneShape) -> None:
    """Sizes of one body, and its canal."""
    if bone.kind in ("body", "C2", "S1"):
        table.put("bodyDepth", level, abs(midPlane(bone)))
    if bone.kind == "body":
        table.put("bodyHeight", level, bodyHeight(bone))
        back = 0.5 * (asComplex(bone.corners["SP"]) + asComplex(bone.corners["IP"]))
        canal = abs(asComplex(bone.points["SL"]) - back)
        table.put("canalApBody", level, canal)
        table.put("torgPavlov", level, canal / abs(midPlane(bone)))


def compressionTruth(table: TruthTable, segments: tuple[Segment, ...], bodyCord: Mapping[str, float]) -> None:
    """mscc and mcc of each segment against the mid-bodies just above and below it; none where one is missing."""
    for segment in segments:
        _compression(table, "mscc", "cordAp", segment, bodyCord)
        canals = {level: value for (metric, level, _), value in table.values.items() if metric == "canalApBody"}
        _compression(table, "mcc", "canalApDisc", segment, canals)


def _compression(table: TruthTable, metric: str, narrow: str, segment: Segment, wide: Mapping[str, float]) -> None:
    value = table.values.get((narrow, segment.name, ""))
    if value is not None and segment.upper in wide and segment.lower in wide:
        table.put(metric, segment.name, 100.0 * (1.0 - value / (0.5 * (wide[segment.upper] + wide[segment.lower]))))
