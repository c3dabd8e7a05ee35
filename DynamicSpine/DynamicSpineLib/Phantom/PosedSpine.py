"""The phantom's exact geometry: rigid bones, and the soft tissue between them in one position.

Bone frame: x right, y anterior, z cranial, mm. Origin: the middle of the body (mean of its four corners; C2: half
a body height above its inferior endplate); S1: middle of the superior endplate; C1: middle between the arches; Oc:
basion. y runs along the body's mid-plane (C2 and S1: their endplate; C1: the line of its arches; Oc: opisthion to
basion). World is RAS, mm. Everything is mirror-symmetric in the bone frame; sides L and R are the patient's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Point2 = tuple[float, float]


def _noPoints() -> Array:
    return np.zeros((0, 2))


@dataclass(frozen=True)
class BonePart:
    """A piece of bone outside the body: a (y, z) polygon drawn out along x on both sides.

    name: spinousProcess, lamina, pedicle, articularPillar, superiorArticularProcess, dens, anteriorArch, posteriorArch,
    lateralMass, clivus, occiput, condyle, palate, sacrum.
    outline: (N, 2) closed polygon of (y, z) in the bone frame at |x| = xFromMm.
    The part fills xFromMm <= |x| <= xToMm; the outline shifts by yPerX and zPerX mm for each mm of |x| beyond xFromMm.
    rounded: the part thins towards |x| = xToMm like an ellipse (dens, spinous process).
    """

    name: str
    outline: Array
    xFromMm: float
    xToMm: float
    yPerX: float = 0.0
    zPerX: float = 0.0
    rounded: bool = False


@dataclass(frozen=True)
class BoneShape:
    """One bone in its own frame. kind: body, C2, C1, Oc or S1.

    corners: code -> (y, z) of the endplate corners SA, SP, IA, IP that the bone has.
    points: other named midsagittal points (y, z), by landmark code (SL, SPU, SPL, DT, DP, AAP, BA, ...) and LS, LI:
    upper and lower front edge of the lamina in the midline.
    coronal: landmark code (CSL, CSR, CIL, CIR) -> (x, y, z).
    bodyOutline: (N, 2) closed midsagittal polygon of the body with waist and endplate concavity; empty for C1 and Oc.
    softOutlines: midsagittal polygons of soft tissue carried by this bone (Oc: cerebellum, brainstem, tonsil).
    canalHalfWidthMm: half the bony canal's width between the pedicles.
    pedicle: center (x, y, z) of the right pedicle; pedicleHeightMm and pedicleWidthMm its size.
    facet: center (x, y, z) of the right facet joint with the bone below.
    inFieldOnly: True for bones that are drawn beyond the chain and carry no landmarks.
    """

    level: str
    kind: str
    corners: Mapping[str, Point2]
    points: Mapping[str, Point2]
    widthMm: float
    waistMm: float = 0.0
    backWaistMm: float = 0.0
    endplateConcavityMm: tuple[float, float] = (0.0, 0.0)
    bodyOutline: Array = field(default_factory=_noPoints)
    parts: tuple[BonePart, ...] = ()
    softOutlines: Mapping[str, Array] = field(default_factory=lambda: MappingProxyType({}))
    coronal: Mapping[str, tuple[float, float, float]] = field(default_factory=lambda: MappingProxyType({}))
    canalHalfWidthMm: float = 0.0
    pedicle: tuple[float, float, float] = (0.0, 0.0, 0.0)
    pedicleHeightMm: float = 0.0
    pedicleWidthMm: float = 0.0
    facet: tuple[float, float, float] = (0.0, 0.0, 0.0)
    inFieldOnly: bool = False


@dataclass(frozen=True)
class CanalSection:
    """The canal cut square to its axis at one place (a segment's narrowest section, or the middle of a body).

    Lengths in mm, front to back: epiduralVentral, csfVentral, cordAp, csfDorsal, epiduralDorsal; they add up to
    canalAp. point_RAS is the front wall in the midline, posterior_RAS the unit direction to the back wall, cranial_RAS
    the canal's axis, right_RAS the third axis. flavum: thickness behind the back wall (0 on bone). alongDisc: 0 at the
    lower back corner of the upper body, 1 at the upper back corner of the lower body (NaN at a body). leanDeg: from
    square to the line between the canal's middles opposite the two bodies, back end upwards positive.
    """

    place: str
    point_RAS: Array
    posterior_RAS: Array
    cranial_RAS: Array
    right_RAS: Array
    canalAp: float
    epiduralVentral: float
    csfVentral: float
    cordAp: float
    csfDorsal: float
    epiduralDorsal: float
    canalTransverse: float
    sacTransverse: float
    cordTransverse: float
    flavum: float
    bulge: float
    alongDisc: float
    leanDeg: float = 0.0

    @property
    def sacAp(self) -> float:
        """Front to back width of the dural sac in mm."""
        return self.csfVentral + self.cordAp + self.csfDorsal


@dataclass(frozen=True)
class CanalStations:
    """The canal sampled about every millimeter, cranial to caudal; (N, 3) arrays in RAS, (N,) in mm.

    At every station the six wall points lie on one line: anteriorWall, duraAnterior, cordAnterior, cordPosterior,
    duraPosterior, posteriorWall; right_RAS is square to that line and to the tangent (which points caudally).
    Beyond the conus the cord's half width is 0; beyond the end of the sac the dura's is 0.
    """

    center_RAS: Array
    tangent_RAS: Array
    right_RAS: Array
    anteriorWall_RAS: Array
    posteriorWall_RAS: Array
    duraAnterior_RAS: Array
    duraPosterior_RAS: Array
    cordAnterior_RAS: Array
    cordPosterior_RAS: Array
    canalHalfWidthMm: Array
    duraHalfWidthMm: Array
    cordHalfWidthMm: Array
    flavumMm: Array


@dataclass(frozen=True)
class DiscShape:
    """The disc of one segment in one position.

    outline_RAS: (N, 3) closed midsagittal outline between the posed endplates, with both bulges.
    degeneration: 0 (bright nucleus) to 1 (black disc). facetGapMm, recessDepthMm, lateralFlavumMm: by side.
    flavumBucklingMm: how far the flavum folds into the canal beyond its thickness at rest (included in the section's
    flavum).
    """

    segment: str
    upper: str
    lower: str
    outline_RAS: Array
    widthMm: float
    anteriorHeightMm: float
    posteriorHeightMm: float
    anteriorBulgeMm: float
    posteriorBulgeMm: float
    degeneration: float
    flavumMm: float
    flavumBucklingMm: float
    facetGapMm: Mapping[str, float]
    recessDepthMm: Mapping[str, float]
    lateralFlavumMm: Mapping[str, float]


@dataclass(frozen=True)
class ForamenShape:
    """One foramen in its own plane, which holds its axis (inferior to superior border) and `posterior_RAS`.

    points_RAS: FS, FI, FA, FP, FAS, FPS. outline_RAS: (12, 3) control points of its closed outline, which is the
    periodic cubic spline through them. through_RAS: unit direction of the canal that the root leaves by (away from the
    midline).
    """

    segment: str
    side: str
    points_RAS: Mapping[str, Array]
    posterior_RAS: Array
    through_RAS: Array
    outline_RAS: Array
    heightMm: float
    widthMiddleMm: float
    widthSuperiorMm: float


@dataclass(frozen=True)
class PosedSpine:
    """A region of the spine in one position. Levels, bones and segments run cranial to caudal.

    levels: the chain that carries landmarks; bones also holds bones that are only in the field of view (inFieldOnly).
    boneToRAS: level -> 4x4. sections: by segment (its narrowest section) and by level (mid-body).
    points_RAS: soft-tissue landmarks that belong to no single bone (VD and TT).
    cordEndLevel: where the conus ends ("" where the cord runs on); the cauda equina fills the sac below it.
    """

    region: str
    positionId: str
    posture: str
    bend: str
    levels: tuple[str, ...]
    bones: Mapping[str, BoneShape]
    boneToRAS: Mapping[str, Array]
    stations: CanalStations
    sections: Mapping[str, CanalSection]
    discs: Mapping[str, DiscShape]
    foramina: Mapping[str, ForamenShape]
    points_RAS: Mapping[str, Array]
    cordEndLevel: str = ""
