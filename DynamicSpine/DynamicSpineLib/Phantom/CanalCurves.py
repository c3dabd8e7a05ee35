"""The canal, sac and cord as curves: sections joined smoothly and sampled about every millimeter."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from DynamicSpineLib.Phantom.PosedSpine import Array, CanalSection, CanalStations

_STEP_MM = 1.0
_LEAST_FAT_MM = 0.15
_CROWDED_MM = 2.0


@dataclass(frozen=True)
class WallKey:
    """A further place where the canal's wall is known: the rim of a body, with the lamina or flavum behind it."""

    anterior_RAS: Array
    posterior_RAS: Array
    flavumMm: float


def _sacMiddle(section: CanalSection) -> Array:
    front = section.epiduralVentral + 0.5 * section.sacAp
    middle: Array = section.point_RAS + front * section.posterior_RAS
    return middle


def _parameters(points: Array) -> Array:
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])


def _sampleParameters(knots: Array) -> Array:
    """Every knot, and between two knots steps of about a millimeter."""
    pieces = [
        np.linspace(start, end, max(1, math.ceil((end - start) / _STEP_MM)), endpoint=False)
        for start, end in pairwise(knots)
    ]
    return np.concatenate([*pieces, knots[-1:]])


def canalStations(
    sections: Sequence[CanalSection],
    rims: Sequence[WallKey],
    cordEndMm: float | None = None,
) -> CanalStations:
    """The canal through sections given cranial to caudal, with the walls also through the rims.

    cordEndMm: how far beyond the last section that holds a cord the conus ends; None where the cord runs on.
    """
    from scipy.interpolate import CubicSpline, PchipInterpolator

    middles = np.array([_sacMiddle(section) for section in sections])
    knots = _parameters(middles)
    curve = CubicSpline(knots, middles, bc_type="natural")
    at = _sampleParameters(knots)
    center, tangent = curve(at), _unit(curve(at, 1))
    posterior = _unit(PchipInterpolator(knots, np.array([section.posterior_RAS for section in sections]))(at))
    half = {
        name: PchipInterpolator(knots, np.array([getter(section) for section in sections]))(at)
        for name, getter in _OFFSETS.items()
    }
    walls = _wallOffsets(sections, rims, knots, curve, at)
    if cordEndMm is not None:
        _endCord(sections, knots, at, half, cordEndMm)
    on = {name: center + offset[:, None] * posterior for name, offset in _ordered(half, walls).items()}
    return CanalStations(
        center_RAS=center,
        tangent_RAS=tangent,
        right_RAS=_unit(np.cross(tangent, posterior)),
        anteriorWall_RAS=on["wallFront"],
        posteriorWall_RAS=on["wallBack"],
        duraAnterior_RAS=on["sacFront"],
        duraPosterior_RAS=on["sacBack"],
        cordAnterior_RAS=on["cordFront"],
        cordPosterior_RAS=on["cordBack"],
        canalHalfWidthMm=half["canalTransverse"],
        duraHalfWidthMm=half["sacTransverse"],
        cordHalfWidthMm=half["cordTransverse"],
        flavumMm=np.maximum(walls["flavum"], 0.0),
    )


# Offsets from the middle of the sac, backwards positive, and half widths, all in mm.
_OFFSETS = {
    "sacFront": lambda section: -0.5 * section.sacAp,
    "sacBack": lambda section: 0.5 * section.sacAp,
    "cordFront": lambda section: -0.5 * section.sacAp + section.csfVentral,
    "cordBack": lambda section: 0.5 * section.sacAp - section.csfDorsal,
    "canalTransverse": lambda section: 0.5 * section.canalTransverse,
    "sacTransverse": lambda section: 0.5 * section.sacTransverse,
    "cordTransverse": lambda section: 0.5 * section.cordTransverse,
}


def _wallOffsets(
    sections: Sequence[CanalSection], rims: Sequence[WallKey], knots: Array, curve: object, at: Array
) -> dict[str, Array]:
    """Front and back wall and flavum thickness at the samples, through sections and rims."""
    from scipy.interpolate import PchipInterpolator

    keys = [
        (float(knot), -0.5 * item.sacAp - item.epiduralVentral, 0.5 * item.sacAp + item.epiduralDorsal, item.flavum)
        for knot, item in zip(knots, sections, strict=True)
    ]
    samples, directions = curve(at), _unit(curve(at, 1))  # type: ignore[operator]
    for rim in rims:
        where = int(
            np.argmin(
                np.abs(np.einsum("ij,ij->i", rim.anterior_RAS - samples, directions))
                + 0.02 * np.linalg.norm(rim.anterior_RAS - samples, axis=1)
            )
        )
        place = float(at[where])
        if min(abs(place - key[0]) for key in keys) >= _CROWDED_MM:
            front = np.linalg.norm(rim.anterior_RAS - samples[where])
            back = np.linalg.norm(rim.posterior_RAS - samples[where])
            keys.append((place, -float(front), float(back), rim.flavumMm))
    keys.sort()
    table = np.array(keys)
    return {
        name: PchipInterpolator(table[:, 0], table[:, column])(at)
        for column, name in enumerate(("wallFront", "wallBack", "flavum"), start=1)
    }


def _unit(vectors: Array) -> Array:
    unit: Array = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit


def _endCord(sections: Sequence[CanalSection], knots: Array, at: Array, half: dict[str, Array], endMm: float) -> None:
    """Tapers the cord like an ellipse from the last section that holds it to nothing `endMm` further down."""
    last = max(index for index, section in enumerate(sections) if section.cordAp > 0.0)
    beyond = np.clip((at - knots[last]) / endMm, 0.0, 1.0)
    share = np.sqrt(1.0 - beyond**2)
    below = at > knots[last]
    section = sections[last]
    middle = 0.5 * (section.csfVentral - section.csfDorsal)
    radius = 0.5 * section.cordAp * share
    half["cordFront"][below] = (middle * share - radius)[below]
    half["cordBack"][below] = (middle * share + radius)[below]
    half["cordTransverse"][below] = (0.5 * section.cordTransverse * share)[below]


def _ordered(half: dict[str, Array], walls: dict[str, Array]) -> dict[str, Array]:
    """The six offsets kept in order, so that nothing leaves the canal between the sections."""
    sacFront = np.maximum(half["sacFront"], walls["wallFront"] + _LEAST_FAT_MM)
    sacBack = np.minimum(half["sacBack"], walls["wallBack"] - _LEAST_FAT_MM)
    return {
        "wallFront": walls["wallFront"],
        "wallBack": walls["wallBack"],
        "sacFront": sacFront,
        "sacBack": sacBack,
        "cordFront": np.maximum(half["cordFront"], sacFront),
        "cordBack": np.minimum(half["cordBack"], sacBack),
    }
