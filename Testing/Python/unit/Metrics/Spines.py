"""Spines of rectangular bodies in RAS millimeters for the tests of the metrics, written without the engine's code.

In the upright, straight spine anterior is +A, cranial +S and left -R, so a point of the midsagittal plane at
(anterior u, cranial v) is (-left, u, v) in RAS. Bones are carried by 4 x 4 matrices; any pose may follow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
from Measured import Rows as Rows
from Measured import measured as measured
from Measured import rowsOf as rowsOf
from numpy.typing import NDArray

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.Marks import Contour, Landmark, LandmarkSet, landmarkSet
from DynamicSpineLib.Study.Position import Position
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

Array = NDArray[np.float64]
Points = dict[str, Array]

LEFT, ANTERIOR, CRANIAL = np.array([-1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])
STILL = np.eye(4)
CERVICAL = ("Oc", "C1", "C2", "C3", "C4", "C5", "C6", "C7", "T1")
LUMBAR = ("L1", "L2", "L3", "L4", "L5", "S1")


def at(anterior: float, cranial: float, left: float = 0.0) -> Array:
    """RAS point of the straight spine from its distances to the front, up and to the left."""
    return np.array([-left, anterior, cranial], dtype=float)


def turnAbout(axis: Array, angleDeg: float, center: Array | None = None) -> Array:
    """4 x 4 matrix of a right-handed turn about an axis through a point (Rodrigues)."""
    x, y, z = np.asarray(axis, dtype=float) / np.linalg.norm(axis)
    generator = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = math.radians(angleDeg)
    rotation = np.eye(3) + math.sin(angle) * generator + (1 - math.cos(angle)) * generator @ generator
    matrix = np.eye(4)
    matrix[:3, :3] = rotation
    if center is not None:
        matrix[:3, 3] = center - rotation @ center
    return matrix


def flexionAbout(center: Array, angleDeg: float) -> Array:
    """Turn in flexion: the cranial end goes forward."""
    return turnAbout(LEFT, angleDeg, center)


def shiftBy(anterior: float = 0.0, cranial: float = 0.0, left: float = 0.0) -> Array:
    """4 x 4 matrix of a shift along the straight spine's axes."""
    matrix = np.eye(4)
    matrix[:3, 3] = at(anterior, cranial, left)
    return matrix


def moved(point: Array, matrix: Array) -> Array:
    """Points (..., 3) carried by a 4 x 4 matrix."""
    return np.asarray(point) @ matrix[:3, :3].T + matrix[:3, 3]


def anyPose(seed: int = 5) -> Array:
    """A rigid motion of the whole patient far from the axes, the same for a seed."""
    random = np.random.default_rng(seed)
    pose = turnAbout(random.normal(size=3), random.uniform(40.0, 170.0))
    pose[:3, 3] = random.uniform(-150.0, 150.0, 3)
    return pose


def body(level: str, center: tuple[float, float], depth: float, height: float, tiltDeg: float = 0.0) -> Points:
    """Four corners of a rectangle; tilt in extension positive (front end of the endplates up)."""
    angle = math.radians(tiltDeg)
    along, up = np.array([math.cos(angle), math.sin(angle)]), np.array([-math.sin(angle), math.cos(angle)])
    corners = {}
    for code, (a, c) in {"SA": (1, 1), "SP": (-1, 1), "IA": (1, -1), "IP": (-1, -1)}.items():
        u, v = np.array(center) + 0.5 * a * depth * along + 0.5 * c * height * up
        corners[f"{level}_{code}"] = at(u, v)
    return corners


def ellipse(center: Array, first: Array, second: Array, halfAxes: tuple[float, float], count: int = 12) -> Array:
    """Control points (N, 3) on an ellipse; the first one lies on the first axis."""
    angles = 2 * np.pi * np.arange(count) / count
    return center + np.outer(np.cos(angles), first) * halfAxes[0] + np.outer(np.sin(angles), second) * halfAxes[1]


@dataclass(frozen=True)
class Spine:
    """Marks of one position: points by name (3,), curves by name (N, 3), in RAS mm."""

    levels: tuple[str, ...]
    points: Points
    curves: dict[str, Array] = field(default_factory=dict)

    def carried(self, matrices: Mapping[str, Array]) -> Spine:
        """Each mark carried with its bone; marks of a segment go with its lower bone."""
        return Spine(
            self.levels,
            {name: moved(point, matrices[self._bone(name)]) for name, point in self.points.items()},
            {name: moved(curve, matrices[self._bone(name)]) for name, curve in self.curves.items()},
        )

    def posed(self, pose: Array) -> Spine:
        """The whole patient moved."""
        return self.carried(dict.fromkeys(self.levels, pose))

    def mapped(self, change: Callable[[Array], Array], rename: Callable[[str], str] = str) -> Spine:
        """Every point changed by a function of (..., 3), every name by another."""
        return Spine(
            self.levels,
            {rename(name): change(point) for name, point in self.points.items()},
            {rename(name): change(curve) for name, curve in self.curves.items()},
        )

    def without(self, *names: str) -> Spine:
        """The spine with some marks left out."""
        return Spine(
            self.levels,
            {name: point for name, point in self.points.items() if name not in names},
            {name: curve for name, curve in self.curves.items() if name not in names},
        )

    def having(self, **points: Array) -> Spine:
        """The spine with some points set."""
        return replace(self, points={**self.points, **points})

    def _bone(self, name: str) -> str:
        place = name.split("_")[0]
        return place if place in self.levels else next(level for level in self.levels if place.endswith(level))


def scattered(spine: Spine, sdMm: float, seed: int = 0) -> Spine:
    """The spine made irregular in all directions, as real bones are; the same for a seed."""
    random = np.random.default_rng(seed)
    return spine.mapped(lambda points: points + sdMm * random.normal(size=np.shape(points)))


def chainMatrices(levels: tuple[str, ...], joints: Mapping[str, Array]) -> dict[str, Array]:
    """Matrix of each bone when each joint (keyed by its upper level) moves all that lies above it."""
    matrices, carried = {}, np.eye(4)
    for level in reversed(levels):
        carried = carried @ joints.get(level, np.eye(4))
        matrices[level] = carried
    return matrices


def _segmentMarks(name: str, middle: float, front: float, sideMm: float) -> Points:
    """Canal, sac, cord and ligament at one disc, `front` being the posterior wall's place."""
    canal = {"CA": -1.0, "CP": -13.0, "TA": -2.0, "TP": -12.5, "KA": -4.0, "KP": -11.0, "LP": -16.5}
    points = {f"{name}_{code}": at(front + u, middle) for code, u in canal.items()}
    axis = {side: (ANTERIOR + sign * LEFT) / math.sqrt(2.0) for side, sign in (("L", 1.0), ("R", -1.0))}
    for side, sign in (("L", 1.0), ("R", -1.0)):
        along = np.cross(CRANIAL, axis[side]) * (-sign) if name[0] == "C" else ANTERIOR
        center = at(front - 4.0, middle, sign * sideMm)
        for code, (a, c) in {"FS": (0.0, 5.0), "FI": (0.5, -6.0), "FA": (3.0, 0.0), "FP": (-2.5, 0.5),
                             "FAS": (3.5, 2.5), "FPS": (-1.5, 2.0)}.items():  # fmt: skip
            points[f"{name}_{code}_{side}"] = center + a * along + c * CRANIAL
    return points


def _segmentCurves(name: str, middle: float, front: float, sideMm: float) -> dict[str, Array]:
    center = at(front - 7.0, middle)
    curves = {
        f"{name}_DS": ellipse(center, LEFT, ANTERIOR, (9.0, 5.0)),
        f"{name}_KC": ellipse(center, LEFT, ANTERIOR, (6.5, 3.5)),
    }
    for side, sign in (("L", 1.0), ("R", -1.0)):
        place = at(front - 4.0, middle, sign * sideMm)
        along = np.cross(CRANIAL, ANTERIOR + sign * LEFT) * (-sign) / math.sqrt(2.0) if name[0] == "C" else ANTERIOR
        curves[f"{name}_FC_{side}"] = ellipse(place, CRANIAL, along, (5.0, 3.0))
        for code, end in {"LF": 3.5, "FG": 1.5, "LR": 4.5}.items():
            curves[f"{name}_{code}_{side}"] = np.array([place, place + end * ANTERIOR])
    return curves


def _levelMarks(level: str, center: float, half: float, height: float) -> Points:
    """Spinolaminar line, cord at mid-body, spinous edges, coronal corners and axial midline of one level."""
    points = {f"{level}_SL": at(-half - 14.0, center), f"{level}_SPU": at(-half - 35.0, center + 2.0),
              f"{level}_SPL": at(-half - 37.0, center - 6.0), f"{level}_AX0": at(0.0, center),
              f"{level}_AX1": at(-half - 16.0, center)}  # fmt: skip
    if level[0] in "CT":
        points.update({f"{level}_KA": at(-half - 4.0, center), f"{level}_KP": at(-half - 11.5, center)})
    for code, up in (("CS", 0.5), ("CI", -0.5)):
        for side, sign in (("L", 1.0), ("R", -1.0)):
            points[f"{level}_{code}{side}"] = at(0.0, center + up * height, sign * half)
    return points


def cervicalSpine() -> Spine:
    """Straight neck, Oc to T1: bodies 16 x 13 mm, discs 5 mm, T1 with four corners, every mark of every protocol."""
    points: Points = {}
    curves: dict[str, Array] = {}
    for number, level in enumerate(reversed(CERVICAL[3:])):
        points.update(body(level, (0.0, 18.0 * number), 16.0, 13.0))
        points.update(_levelMarks(level, 18.0 * number, 8.0, 13.0))
    skull = {"C2_IA": (8, 101.5), "C2_IP": (-8, 101.5), "C2_DP": (-6, 130), "C2_DT": (-1, 138), "C2_DA": (4, 128),
             "C2_DQ": (-6.5, 127), "C2_PD": (-4, 112), "C1_AAP": (6, 128), "C1_PAA": (-28, 126), "C1_AC": (9, 128),
             "C1_PC": (-32, 126), "Oc_BA": (1, 144), "Oc_OP": (-35, 141), "Oc_CL": (12, 160), "Oc_HP": (45, 134),
             "Oc_OL": (-45, 131), "Oc_VD": (-9, 135), "Oc_TT": (-22, 139), "C2_SPU": (-45, 118), "C2_SPL": (-47, 103),
             "C2_KA": (-12, 112), "C2_KP": (-20, 112)}  # fmt: skip
    points.update({name: at(*place) for name, place in skull.items()})
    points.update({"C2_AX0": at(0, 110), "C2_AX1": at(-22, 110), "C1_AX0": at(9, 127), "C1_AX1": at(-32, 127)})
    points.update({"C2_CIL": at(0, 101.5, 8), "C2_CIR": at(0, 101.5, -8)})
    for upper, lower in pairwise(CERVICAL[2:]):
        middle = 9.0 + 18.0 * CERVICAL[::-1].index(lower)
        points.update(_segmentMarks(upper + lower, middle, -8.0, 12.0))
        curves.update(_segmentCurves(upper + lower, middle, -8.0, 12.0))
    return Spine(CERVICAL, points, curves)


def lumbarSpine() -> Spine:
    """Straight lumbar spine, L1 to the endplate of S1: bodies 35 x 27 mm, discs 10 mm, every mark but the cord's."""
    points: Points = {"S1_SA": at(17.5, 0.0), "S1_SP": at(-17.5, 0.0)}
    points.update({"S1_SPU": at(-52.0, -8.0), "S1_CSL": at(0.0, 0.0, 17.5), "S1_CSR": at(0.0, 0.0, -17.5)})
    curves: dict[str, Array] = {}
    for number, level in enumerate(reversed(LUMBAR[:-1])):
        center = 23.5 + 37.0 * number
        points.update(body(level, (0.0, center), 35.0, 27.0))
        points.update(_levelMarks(level, center, 17.5, 27.0))
    for number, (upper, lower) in enumerate(zip(LUMBAR[-2::-1], LUMBAR[:0:-1], strict=True)):
        marks = _segmentMarks(upper + lower, 5.0 + 37.0 * number, -17.5, 15.0)
        hasCord = upper == "L1"
        points.update({name: point for name, point in marks.items() if hasCord or not name.endswith(("_KA", "_KP"))})
        drawn = _segmentCurves(upper + lower, 5.0 + 37.0 * number, -17.5, 15.0)
        curves.update({name: curve for name, curve in drawn.items() if hasCord or not name.endswith("_KC")})
    return Spine(LUMBAR, points, curves)


def flexed(spine: Spine, degreesBySegment: Mapping[str, float]) -> dict[str, Array]:
    """Matrices of all bones when the segments (keyed by upper level) flex about the middle of the disc below."""
    joints = {}
    for level, angle in degreesBySegment.items():
        lower = spine.levels[spine.levels.index(level) + 1]
        ends = [spine.points.get(name) for name in (f"{lower}_SA", f"{lower}_SP")]
        center = at(0.0, 120.0) if ends[0] is None or ends[1] is None else 0.5 * (ends[0] + ends[1])
        joints[level] = flexionAbout(center, angle)
    return chainMatrices(spine.levels, joints)


def volume(
    spacing: tuple[float, float, float] = (4.0, 0.7, 0.7), pose: Array | None = None, reverse: bool = False
) -> VolumeGeometry:
    """Geometry of a sagittal series (first axis through the slices), moved with the patient."""
    turn = np.eye(3) if pose is None else pose[:3, :3]
    axes = [tuple(turn @ axis) for axis in (-LEFT, ANTERIOR, CRANIAL)]
    if reverse:
        axes, spacing = [tuple(-np.array(axis)) for axis in axes[::-1]], spacing[::-1]
    return VolumeGeometry((64, 512, 512), spacing, (-300.0, -300.0, -300.0), tuple(axes))


WITHOUT_SLICES = (1e-6, 1e-6, 1e-6)
"""Spacing of a volume whose slices are so thin that marks have no error through them."""


def marks(spine: Spine, **fields: Mapping[str, object]) -> LandmarkSet:
    """The spine's marks as a reader places them; fields by landmark name replace attributes (status, origin, ...)."""
    landmarks = [Landmark(name, tuple(map(float, point))) for name, point in spine.points.items()]
    landmarks = [replace(mark, **fields.get(mark.name, {})) for mark in landmarks]
    contours = [
        Contour(name, tuple(tuple(map(float, row)) for row in curve), closed=len(curve) > 2)
        for name, curve in spine.curves.items()
    ]
    return landmarkSet(landmarks, contours)


def position(id: str, spine: Spine, posture: str = "standing", bend: str = "neutral", **fields: object) -> Position:
    """One position with a spine's marks."""
    return Position(id, posture, bend, marks=marks(spine), **fields)  # type: ignore[arg-type]


def case(*positions: Position, levels: tuple[str, ...], **fields: object) -> Case:
    """A case of these positions."""
    return Case("case", Chain(levels), positions, **fields)  # type: ignore[arg-type]
