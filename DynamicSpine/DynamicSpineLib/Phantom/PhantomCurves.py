"""The phantom's curves: outlines of sac, cord and foramina, and the two-point lines of the axial protocol."""

from __future__ import annotations

import math

import numpy as np

from DynamicSpineLib.Phantom.Pose import toRAS
from DynamicSpineLib.Phantom.PosedSpine import Array, CanalSection, DiscShape, PosedSpine

CONTROL_POINTS = 12

_RECESS_AT = 0.72
_FACET_NORMAL_DEG = {"cervical": 80.0, "lumbar": 40.0}


def sectionPoint(section: CanalSection, depthMm: float) -> Array:
    """RAS point on a section's midline, that far behind the canal's front wall."""
    point: Array = section.point_RAS + depthMm * section.posterior_RAS
    return point


def sectionEllipse(section: CanalSection, frontMm: float, apMm: float, transverseMm: float) -> Array:
    """(12, 3) control points of an ellipse in the section's plane, from its front clockwise; front at depth frontMm."""
    turn = np.arange(CONTROL_POINTS) * (2.0 * math.pi / CONTROL_POINTS)
    center = sectionPoint(section, frontMm + 0.5 * apMm)
    ellipse: Array = (
        center
        - np.outer(0.5 * apMm * np.cos(turn), section.posterior_RAS)
        + np.outer(0.5 * transverseMm * np.sin(turn), section.right_RAS)
    )
    return ellipse


def _flavumLine(section: CanalSection, sign: float, thicknessMm: float) -> Array:
    """Through the flavum beside the midline, first end on the canal."""
    outward = math.sqrt(0.5) * (section.posterior_RAS + sign * section.right_RAS)
    inner = (
        sectionPoint(section, 0.5 * section.canalAp * (1.0 + math.sqrt(0.5)))
        + sign * math.sqrt(0.5) * 0.5 * section.canalTransverse * section.right_RAS
    )
    return np.array([inner, inner + thicknessMm * outward])


def _facetLine(posed: PosedSpine, disc: DiscShape, section: CanalSection, sign: float, gapMm: float) -> Array:
    """Across the facet joint, square to it and in the section's plane."""
    x, y, z = posed.bones[disc.upper].facet
    center = toRAS(posed.boneToRAS[disc.upper], np.array([sign * x, y, z]))
    turn = math.radians(_FACET_NORMAL_DEG[posed.region])
    across = math.cos(turn) * sign * section.right_RAS - math.sin(turn) * section.posterior_RAS
    return np.array([center - 0.5 * gapMm * across, center + 0.5 * gapMm * across])


def _recessLine(section: CanalSection, sign: float, depthMm: float) -> Array:
    """From the back of disc or body to the superior articular process, at the side of the canal."""
    start = section.point_RAS + sign * _RECESS_AT * 0.5 * section.canalTransverse * section.right_RAS
    return np.array([start, start + depthMm * section.posterior_RAS])


def segmentCurves(posed: PosedSpine, name: str) -> dict[str, Array]:
    """Every curve of one segment, by its protocol code with the side (DS, KC, LF_L, ...)."""
    section, disc = posed.sections[name], posed.discs[name]
    curves = {"DS": sectionEllipse(section, section.epiduralVentral, section.sacAp, section.sacTransverse)}
    if section.cordAp > 0.0:
        front = section.epiduralVentral + section.csfVentral
        curves["KC"] = sectionEllipse(section, front, section.cordAp, section.cordTransverse)
    for side, sign in (("L", -1.0), ("R", 1.0)):
        curves[f"FC_{side}"] = posed.foramina[f"{name}_{side}"].outline_RAS
        curves[f"LF_{side}"] = _flavumLine(section, sign, disc.lateralFlavumMm[side])
        curves[f"FG_{side}"] = _facetLine(posed, disc, section, sign, disc.facetGapMm[side])
        curves[f"LR_{side}"] = _recessLine(section, sign, disc.recessDepthMm[side])
    return curves
