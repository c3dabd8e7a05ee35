"""True values of whole regions and of the craniocervical junction, in the plane of the chain."""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Phantom.PosedSpine import CanalSection
from DynamicSpineLib.Phantom.Scenario import PositionState
from DynamicSpineLib.Phantom.TruthPlane import PlaneBone, angleDeg, bodyHeight, offLine, unit
from DynamicSpineLib.Phantom.TruthSegments import TruthTable, bodyCenter

CRANIOCERVICAL_PLACE = "OcC2"


def _cervical(table: TruthTable, bones: Mapping[str, PlaneBone], recumbent: bool) -> None:
    """C2-C7 alignment; the sagittal vertical axis and T1 slope only in upright positions."""
    anterior2, posterior2 = planeMarks(bones["C2"], "IA", "IP")
    anterior7, posterior7 = planeMarks(bones["C7"], "IA", "IP")
    table.put("c2c7Cobb", "C2C7", angleDeg((anterior2 - posterior2) / (anterior7 - posterior7)))
    wall2, wall7 = bones["C2"].at("DP") - posterior2, bones["C7"].at("SP") - posterior7
    table.put("c2c7Tangent", "C2C7", angleDeg(wall2 / wall7))
    bow = sum(-offLine(bones[level].at("IP"), posterior7, posterior2) for level in ("C3", "C4", "C5", "C6"))
    table.put("ishihara", "C2C7", 100.0 * bow / abs(posterior2 - posterior7))
    if not recumbent:
        axis = bones["C2"]
        center = axis.origin + axis.turn * bodyCenter(axis.shape, bodyHeight(bones["C3"].shape))
        table.put("c2c7Sva", "C2C7", (center - bones["C7"].at("SP")).real)


def planeMarks(bone: PlaneBone, *codes: str) -> list[complex]:
    """Several points of a bone where it stands."""
    return [bone.at(code) for code in codes]


def _sectionLine(
    upper: PlaneBone, lower: PlaneBone, bulgeMm: float, section: CanalSection
) -> tuple[complex, complex]:
    """(front wall, unit direction backwards) of a segment's section, from where and how it lies along the disc."""
    share, lean = section.alongDisc, cmath.exp(-1j * math.radians(section.leanDeg))
    start, end = upper.at("IP"), lower.at("SP")
    behind = -1j * unit(end - start)
    middles = []
    for bone in (upper, lower):
        back = (
            complex(bone.local("IP").real, 0.0)
            if bone.shape.kind == "C2"
            else 0.5 * (bone.local("SP") + bone.local("IP"))
        )
        middles.append(bone.origin + bone.turn * 0.5 * (back + bone.local("SL")))
    front = start + share * (end - start) + 4.0 * share * (1.0 - share) * bulgeMm * behind
    return front, 1j * unit(middles[0] - middles[1]) * lean


def _kLine(
    table: TruthTable, bones: Mapping[str, PlaneBone], sections: Mapping[str, CanalSection], state: PositionState
) -> None:
    """Least distance of the canal's front, C3C4 to C6C7, before the line of the cord's middles at C2C3 and C7T1."""
    lines = {}
    for upper, lower in (("C2", "C3"), ("C3", "C4"), ("C4", "C5"), ("C5", "C6"), ("C6", "C7"), ("C7", "T1")):
        name = upper + lower
        bulge = state.segments[name].numbers["bulgeMm"]
        lines[name] = _sectionLine(bones[upper], bones[lower], bulge, sections[name])
    ends = []
    for name in ("C7T1", "C2C3"):
        section, (front, backwards) = sections[name], lines[name]
        ends.append(front + backwards * (section.epiduralVentral + section.csfVentral + 0.5 * section.cordAp))
    between = (lines[name][0] for name in ("C3C4", "C4C5", "C5C6", "C6C7"))
    table.put("kLineMinimum", "C2C7", min(-offLine(point, ends[0], ends[1]) for point in between))


def regionTruth(
    table: TruthTable,
    chain: Chain,
    bones: Mapping[str, PlaneBone],
    sections: Mapping[str, CanalSection],
    state: PositionState,
) -> None:
    """Alignment of every region that the chain holds."""
    recumbent = state.posture in ("supine", "prone")
    regions = {region.name for region in chain.regions}
    if "C2C7" in regions:
        _cervical(table, bones, recumbent)
        if "T1" in bones:
            _kLine(table, bones, sections, state)
    if "T1" in bones and not recumbent:
        front, back = planeMarks(bones["T1"], "SA", "SP")
        table.put("t1Slope", "T1", -angleDeg(front - back))
    if "L1S1" in regions:
        front1, back1 = planeMarks(bones["L1"], "SA", "SP")
        front2, back2 = planeMarks(bones["S1"], "SA", "SP")
        table.put("lumbarLordosis", "L1S1", angleDeg((front1 - back1) / (front2 - back2)))
    if "OcC2" in regions:
        _craniocervical(table, bones, state, recumbent)


def _craniocervical(table: TruthTable, bones: Mapping[str, PlaneBone], state: PositionState, recumbent: bool) -> None:
    skull, atlas, axis = bones["Oc"], bones["C1"], bones["C2"]
    basion, opisthion, clivus = planeMarks(skull, "BA", "OP", "CL")
    palate, occiput = planeMarks(skull, "HP", "OL")
    tip, densBack, corner, front = planeMarks(axis, "DT", "DP", "IP", "IA")
    archFront, archBack = planeMarks(atlas, "AAP", "PAA")

    def put(metric: str, value: float) -> None:
        table.put(metric, CRANIOCERVICAL_PLACE, value)

    # Ventral angle from the line down the back of C2, turning forwards and up, to the clivus.
    put("cxa", angleDeg((clivus - basion) / (corner - densBack)) % 360.0)
    put("pbc2", state.craniocervical["pbc2Mm"])
    put("bdi", abs(basion - tip))
    put("bai", -offLine(basion, corner, densBack))
    put("adi", state.segments["C1C2"].numbers["adiMm"])
    put("padi", abs(axis.at("DQ") - archBack))
    put("powers", abs(basion - archBack) / abs(opisthion - archFront))
    put("chamberlain", offLine(tip, opisthion, palate))
    put("mcrae", offLine(tip, opisthion, basion))
    put("mcgregor", offLine(tip, occiput, palate))
    put("wackenheim", offLine(tip, basion, clivus))
    # Ranawat: from the center of C2's pedicle to the line through the atlas's arches, measured along the axis of C2.
    ring, pedicle = planeMarks(atlas, "PC", "AC"), axis.at("PD")
    axisOfC2 = unit(tip - 0.5 * (corner + front))
    put("ranawat", offLine(pedicle, ring[1], ring[0]) / (axisOfC2 / unit(ring[1] - ring[0])).imag)
    put("redlundJohnell", -offLine(0.5 * (corner + front), occiput, palate))
    put("occiputC2", angleDeg((basion - opisthion) / (front - corner)))
    if not recumbent:
        put("tonsil", state.craniocervical["tonsilMm"])
