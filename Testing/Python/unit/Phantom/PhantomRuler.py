"""Measurements taken with ruler and protractor from the phantom's points alone, for comparison with its truth."""

from __future__ import annotations

import math

import numpy as np

from DynamicSpineLib.Phantom.PosedSpine import PosedSpine


class Ruler:
    """Points of one posed spine in its midsagittal plane: x anterior, y cranial, by the base bone's axes in RAS."""

    def __init__(self, spine: PosedSpine, points: dict[str, np.ndarray]) -> None:
        pose = spine.boneToRAS[spine.levels[-1]]
        right = pose[:3, 0]
        up = np.array([0.0, 0.0, 1.0]) - right[2] * right
        self.up = up / np.linalg.norm(up)
        self.forward = np.cross(self.up, right)
        self.right = right
        self.points = points

    def at(self, name: str) -> np.ndarray:
        """(anterior, cranial) of a named point."""
        point = self.points[name]
        return np.array([point @ self.forward, point @ self.up])

    def offPlane(self, name: str, other: str) -> float:
        """How far two points lie apart across the plane."""
        return float((self.points[name] - self.points[other]) @ self.right)

    def angle(self, back: str, front: str) -> float:
        """Slope of the line from the back point to the front point, degrees."""
        line = self.at(front) - self.at(back)
        return math.degrees(math.atan2(line[1], line[0]))

    def slope(self, vector: np.ndarray) -> float:
        """Slope of a vector, degrees."""
        return math.degrees(math.atan2(vector[1], vector[0]))

    def distance(self, first: str, second: str) -> float:
        """Distance in space."""
        return float(np.linalg.norm(self.points[first] - self.points[second]))

    def below(self, point: str, start: str, end: str) -> float:
        """Distance of a point to the right of the walk from start to end."""
        line, to = self.at(end) - self.at(start), self.at(point) - self.at(start)
        return float(line[1] * to[0] - line[0] * to[1]) / float(np.hypot(*line))

    def middle(self, first: str, second: str) -> np.ndarray:
        """Half-way between two points."""
        return 0.5 * (self.at(first) + self.at(second))

    def midPlane(self, level: str) -> np.ndarray:
        """Mid-plane vector of a body, or its only endplate."""
        rows = [row for row in ("S", "I") if f"{level}_{row}A" in self.points]
        return sum(self.at(f"{level}_{row}A") - self.at(f"{level}_{row}P") for row in rows) / len(rows)

    def height(self, level: str) -> float:
        """Body height: mean of front and back."""
        front = self.distance(f"{level}_SA", f"{level}_IA")
        return 0.5 * (front + self.distance(f"{level}_SP", f"{level}_IP"))

    def center(self, level: str, neighbor: str) -> np.ndarray:
        """Body center; half the neighbor's height off its endplate for C2 and S1."""
        if level == "S1":
            line = self.at("S1_SA") - self.at("S1_SP")
            down = np.array([line[1], -line[0]]) / np.hypot(*line)
            return self.middle("S1_SA", "S1_SP") + 0.5 * self.height(neighbor) * down
        if level == "C2":
            line = self.at("C2_IA") - self.at("C2_IP")
            upward = np.array([-line[1], line[0]]) / np.hypot(*line)
            return self.middle("C2_IA", "C2_IP") + 0.5 * self.height(neighbor) * upward
        return sum(self.at(f"{level}_{code}") for code in ("SA", "SP", "IA", "IP")) / 4.0


def segmentMeasures(ruler: Ruler, upper: str, lower: str) -> dict[str, float]:
    """Sagittal values of one disc segment by hand."""
    name = upper + lower
    endplate = ruler.at(f"{lower}_SA") - ruler.at(f"{lower}_SP")
    unit = endplate / np.hypot(*endplate)
    slip = float((ruler.at(f"{upper}_IP") - ruler.at(f"{lower}_SP")) @ unit)
    m1, m2 = ruler.midPlane(upper), ruler.midPlane(lower)
    bisector = m1 / np.hypot(*m1) + m2 / np.hypot(*m2)
    apart = ruler.center(upper, lower) - ruler.center(lower, upper)
    anterior = ruler.distance(f"{upper}_IA", f"{lower}_SA")
    posterior = ruler.distance(f"{upper}_IP", f"{lower}_SP")
    middles = ruler.middle(f"{upper}_IA", f"{upper}_IP") - ruler.middle(f"{lower}_SA", f"{lower}_SP")
    values = {
        "discAngle": ruler.angle(f"{upper}_IP", f"{upper}_IA") - ruler.angle(f"{lower}_SP", f"{lower}_SA"),
        "bodyAngle": ruler.slope(m1) - ruler.slope(m2),
        "slip": slip,
        "slipPercent": 100.0 * slip / float(np.hypot(*endplate)),
        "slipPercentUpper": 100.0 * slip / float(np.hypot(*m1)),
        "slipCenter": float(apart @ bisector) / float(np.hypot(*bisector)),
        "discHeightAnterior": anterior,
        "discHeightPosterior": posterior,
        "discHeightMiddle": float(np.hypot(*middles)),
        "discHeightIndex": (anterior + posterior) / float(np.hypot(*m1) + np.hypot(*m2)),
        "discBulge": ruler.below(f"{name}_CA", f"{upper}_IP", f"{lower}_SP"),
        "canalApDisc": ruler.distance(f"{name}_CA", f"{name}_CP"),
        "ligamentumFlavum": ruler.distance(f"{name}_CP", f"{name}_LP"),
        "interspinousDistance": ruler.distance(f"{upper}_SPL", f"{lower}_SPU"),
    }
    if f"{name}_KA" in ruler.points:
        cord, canal = ruler.distance(f"{name}_KA", f"{name}_KP"), values["canalApDisc"]
        values["cordAp"] = cord
        values["spaceAvailable"] = canal - cord
        values["spaceAnterior"] = ruler.distance(f"{name}_CA", f"{name}_KA")
        values["spacePosterior"] = ruler.distance(f"{name}_KP", f"{name}_CP")
        values["occupationRatio"] = 100.0 * cord / canal
        values["csfReserve"] = 100.0 * (1.0 - cord / ruler.distance(f"{name}_TA", f"{name}_TP"))
    return values


def foramenMeasures(ruler: Ruler, name: str, side: str) -> dict[str, float]:
    """Foramen height and widths of one side by hand, in space."""
    point = {code: ruler.points[f"{name}_{code}_{side}"] for code in ("FS", "FI", "FA", "FP", "FAS", "FPS")}
    axis = (point["FS"] - point["FI"]) / np.linalg.norm(point["FS"] - point["FI"])

    def across(back: str, front: str) -> float:
        line = point[back] - point[front]
        return float(np.linalg.norm(line - (line @ axis) * axis))

    return {
        "foramenHeight": float(np.linalg.norm(point["FS"] - point["FI"])),
        "foramenWidthMiddle": across("FP", "FA"),
        "foramenWidthSuperior": across("FPS", "FAS"),
    }


def _ranawat(ruler: Ruler) -> float:
    """From C2's pedicle to the line of the atlas's arches, along C2's axis (middle of its base to the dens tip)."""
    axis = ruler.at("C2_DT") - ruler.middle("C2_IA", "C2_IP")
    ring = ruler.at("C1_AC") - ruler.at("C1_PC")
    to = ruler.at("C1_PC") - ruler.at("C2_PD")
    steps = np.linalg.solve(np.column_stack([axis / np.hypot(*axis), -ring]), to)
    return float(steps[0])


def craniocervicalMeasures(ruler: Ruler) -> dict[str, float]:
    """Craniocervical values by hand; right of the walk is positive in `below`."""
    clivus = ruler.at("Oc_CL") - ruler.at("Oc_BA")
    axial = ruler.at("C2_IP") - ruler.at("C2_DP")
    cosine = float(clivus @ axial) / float(np.hypot(*clivus) * np.hypot(*axial))
    base = ruler.middle("C2_IA", "C2_IP")
    palate, occiput = ruler.at("Oc_HP"), ruler.at("Oc_OL")
    line, below = palate - occiput, base - occiput
    return {
        "cxa": math.degrees(math.acos(cosine)),
        "pbc2": ruler.below("Oc_VD", "Oc_BA", "C2_IP"),
        "bdi": ruler.distance("Oc_BA", "C2_DT"),
        "bai": ruler.below("Oc_BA", "C2_IP", "C2_DP"),
        "adi": ruler.distance("C1_AAP", "C2_DA"),
        "padi": ruler.distance("C2_DQ", "C1_PAA"),
        "powers": ruler.distance("Oc_BA", "C1_PAA") / ruler.distance("Oc_OP", "C1_AAP"),
        "chamberlain": -ruler.below("C2_DT", "Oc_OP", "Oc_HP"),
        "mcrae": -ruler.below("C2_DT", "Oc_OP", "Oc_BA"),
        "mcgregor": -ruler.below("C2_DT", "Oc_OL", "Oc_HP"),
        "wackenheim": -ruler.below("C2_DT", "Oc_BA", "Oc_CL"),
        "ranawat": _ranawat(ruler),
        "redlundJohnell": float(line[1] * below[0] - line[0] * below[1]) / float(np.hypot(*line)),
        "occiputC2": ruler.angle("Oc_OP", "Oc_BA") - ruler.angle("C2_IP", "C2_IA"),
    }
