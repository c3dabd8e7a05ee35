"""A small spine of boxes, bent joint by joint, and case folders made of it: the truth here is geometry alone."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, Chain
from DynamicSpineLib.Study.Case import Case, Numbering
from DynamicSpineLib.Study.Marks import Contour, Landmark, landmarkSet
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

CERVICAL = ("C2", "C3", "C4", "C5", "C6", "C7", "T1")
LUMBAR = ("L1", "L2", "L3", "L4", "L5", "S1")

# depth, height, disc height, canal, width in mm
SIZES = {
    "C": (16.0, 13.0, 5.0, 13.0, 20.0),
    "T": (22.0, 17.0, 5.0, 14.0, 26.0),
    "L": (34.0, 27.0, 9.0, 16.0, 44.0),
    "S": (33.0, 25.0, 9.0, 16.0, 46.0),
    "O": (16.0, 13.0, 5.0, 20.0, 20.0),
}


def turn(flexionDeg=0.0, rightBendDeg=0.0, leftRotationDeg=0.0):
    """Rotation matrix in (right, anterior, cranial): top forward, top to the right, front to the left."""
    f, b, r = np.radians([-flexionDeg, rightBendDeg, leftRotationDeg])
    aboutRight = np.array([[1, 0, 0], [0, np.cos(f), -np.sin(f)], [0, np.sin(f), np.cos(f)]])
    aboutFront = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
    aboutTop = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return aboutTop @ aboutFront @ aboutRight


@dataclass
class Spine:
    """Points and curves by landmark name, in RAS mm."""

    levels: tuple[str, ...]
    points: dict = field(default_factory=dict)
    curves: dict = field(default_factory=dict)

    def moved(self, function):
        """The spine with a function (N, 3) -> (N, 3) applied to every point."""
        return Spine(
            self.levels,
            {name: function(point[None])[0] for name, point in self.points.items()},
            {name: function(curve) for name, curve in self.curves.items()},
        )

    def shifted(self, x, y, z):
        """The spine moved by a vector in mm."""
        return self.moved(lambda points: points + np.array([x, y, z], dtype=float))

    def only(self, *codes):
        """The spine with the points of some codes only, and no curves."""
        return Spine(self.levels, {name: p for name, p in self.points.items() if name.split("_")[1] in codes})

    def swapped(self, *pairs):
        """The spine with the names of points exchanged."""
        points = dict(self.points)
        for first, second in pairs:
            points[first], points[second] = points[second], points[first]
        return Spine(self.levels, points, dict(self.curves))

    def marks(self):
        """The landmark set of this spine."""
        return landmarkSet(
            [Landmark(name, tuple(map(float, point))) for name, point in self.points.items()],
            [
                Contour(name, tuple(tuple(map(float, p)) for p in curve), len(curve) > 2)
                for name, curve in self.curves.items()
            ],
        )


def buildSpine(levels=LUMBAR, joints=None, base=None, slipsMm=None, origin_RAS=(0.0, 0.0, 0.0)):
    """A spine from its lowest level upward.

    joints: rotation of the upper on the lower level by segment name; base: rotation of the lowest level;
    slipsMm: forward shift of the upper level along the lower endplate by segment name.
    """
    spine = Spine(tuple(levels))
    rotation, place = base if base is not None else np.eye(3), np.array(origin_RAS, dtype=float)
    for index in range(len(levels) - 1, -1, -1):
        level = levels[index]
        addLevel(spine, level, rotation, place)
        if index:
            name = levels[index - 1] + level
            joint = (joints or {}).get(name, np.eye(3))
            slip = (slipsMm or {}).get(name, 0.0)
            middle = place + rotation @ (0.0, slip / 2, half(level) + SIZES[level[0]][2] / 2)
            addSegment(spine, levels[index - 1], level, rotation, middle)
            upper = rotation @ joint
            place = (
                middle
                + rotation @ (0.0, slip / 2, 0.0)
                + upper @ (0.0, 0.0, SIZES[level[0]][2] / 2 + half(levels[index - 1]))
            )
            rotation = upper
    return spine


def half(level):
    """Half of a level's height."""
    return SIZES[level[0]][1] / 2


def addLevel(spine, level, rotation, place):
    """Corners, spinous process and coronal corners of one level; C1, C2 and the occiput by their own points."""
    depth, height, _, canal, width = SIZES[level[0]]
    d, h, back = depth / 2, height / 2, -depth / 2 - canal - 15
    local = {
        "SA": (0, d, h),
        "SP": (0, -d, h),
        "IA": (0, d, -h),
        "IP": (0, -d, -h),
        "SPU": (0, back, 4),
        "SPL": (0, back, -6),
        "CSL": (-width / 2, 0, h),
        "CSR": (width / 2, 0, h),
        "CIL": (-width / 2, 0, -h),
        "CIR": (width / 2, 0, -h),
    }
    special = {
        "C2": {"IA": (0, d, -h), "IP": (0, -d, -h), "DT": (0, -2, h + 14), "DP": (0, -7, h + 5), "DA": (0, 5, h + 6)},
        "C1": {"AAP": (0, 5, 2), "PAA": (0, -25, 0)},
        "Oc": {"BA": (0, 3, 0), "OP": (0, -32, -2), "CL": (0, 15, 18)},
        "S1": {code: local[code] for code in ("SA", "SP", "CSL", "CSR")},
    }
    for code, point in special.get(level, local).items():
        spine.points[f"{level}_{code}"] = place + rotation @ np.array(point, dtype=float)


def addSegment(spine, upper, lower, rotation, middle):
    """Canal, cord, foramina and outlines of one segment that has a disc."""
    if CANONICAL_LEVELS.index(upper) < CANONICAL_LEVELS.index("C2"):
        return
    name, (depth, height, _, canal, width) = upper + lower, SIZES[lower[0]]
    front = -depth / 2 - 1
    local = {"CA": (0, front, 0), "CP": (0, front - canal, 0), "TA": (0, front - 1, 0), "TP": (0, front - canal + 1, 0)}
    if CANONICAL_LEVELS.index(upper) <= CANONICAL_LEVELS.index("L1"):
        local |= {"KA": (0, front - 3, 0), "KP": (0, front - 9, 0)}
    for side, sign in (("L", -1), ("R", 1)):
        x = sign * width * 0.4
        local |= {
            f"FS_{side}": (x, front - 3, 0.3 * height),
            f"FI_{side}": (x, front - 3, -0.3 * height),
            f"FA_{side}": (x, front, 0),
            f"FP_{side}": (x, front - 8, 0),
        }
    for code, point in local.items():
        spine.points[f"{name}_{code}"] = middle + rotation @ np.array(point, dtype=float)
    angles = np.linspace(0, 2 * np.pi, 8, endpoint=False)
    ring = np.stack(
        [0.6 * canal * np.cos(angles), front - canal / 2 + 0.4 * canal * np.sin(angles), 0 * angles], axis=1
    )
    spine.curves[f"{name}_DS"] = middle + ring @ rotation.T
    spine.curves[f"{name}_LF_L"] = (
        middle + np.array([(-4.0, front - canal, 0), (-4.0, front - canal - 4, 0)]) @ rotation.T
    )


def makeCase(spines, **members):
    """A case of spines by position id; the first is supine, the others standing and bent further and further."""
    positions = tuple(
        Position(
            name,
            "standing" if index else "supine",
            "flexion" if index else "neutral",
            angleReachedDeg=10.0 * index if index else None,
            marks=spine.marks(),
        )
        for index, (name, spine) in enumerate(spines.items())
    )
    levels = next(iter(spines.values())).levels
    return Case("case-1", Chain(levels), positions, numbering=Numbering("sacrum", confirmedBy="A. Reader"), **members)


def boxAround(spine, marginMm=20.0, sidesKnown=True):
    """A sagittal volume with 1 x 1 x 4 mm voxels, reversed along two axes, that holds a spine."""
    array = np.array([*spine.points.values(), *(p for curve in spine.curves.values() for p in curve)])
    low, high = array.min(axis=0) - marginMm, array.max(axis=0) + marginMm
    size = np.ceil((high - low) / (4.0, 1.0, 1.0)).astype(int)
    return VolumeGeometry(
        (int(size[1]), int(size[2]), int(size[0])),
        (1.0, 1.0, 4.0),
        (low[0], high[1], high[2]),
        ((0.0, -1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0)),
        sidesKnown,
    )


@pytest.fixture(scope="session")
def kit():
    """The builders, for tests of this folder."""

    class Kit:
        cervical, lumbar = CERVICAL, LUMBAR
        spine, case, box, turn = (
            staticmethod(buildSpine),
            staticmethod(makeCase),
            staticmethod(boxAround),
            staticmethod(turn),
        )

    return Kit


@pytest.fixture
def caseJson(tmp_path, kit):
    """A function that writes a case of two positions with changed members of case.json, and returns its folder."""
    from DynamicSpineLib.Study import CaseFolder

    def write(change=None):
        folder = tmp_path / "case"
        spine = kit.spine()
        CaseFolder.writeCase(kit.case({"supine": spine, "flexed": spine.shifted(1, 2, 3)}), folder)
        path = folder / "case.json"
        raw = json.loads(path.read_text(encoding="utf-8"))
        if change is not None:
            raw = change(raw) or raw
        path.write_text(json.dumps(raw), encoding="utf-8")
        return Path(folder)

    return write
