"""Cases whose bones were carried from one position to others by transforms with known errors."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from Spines import Spine, case, marks, position, volume

from DynamicSpineLib.Study.Case import BoneTransform

TURN, SHIFT = math.radians(0.25), 0.15
USUAL = np.diag([TURN**2] * 3 + [SHIFT**2] * 3)
FIXED_PLANE = volume((1e-6, 1e-6, 1e-6))


def bone(level, matrix, covariance=USUAL, target="b", source="a", **fields):
    rows = None if covariance is None else tuple(map(tuple, np.asarray(covariance, dtype=float)))
    return BoneTransform(level, source, target, tuple(map(tuple, matrix)), rows, **fields)


def carriedCase(spine, levels, targets, covariance=USUAL, **fields):
    """A placed position and others carried from it by matrices per bone: {id: matrices}."""
    positions, bones = [position("a", spine, "supine", geometry=FIXED_PLANE)], []
    for name, matrices in targets.items():
        held = spine.carried(matrices)
        origins = {mark: {"origin": "carried"} for mark in held.points}
        carried = position(name, held, "standing", "flexion", geometry=FIXED_PLANE)
        positions.append(replace(carried, marks=marks(held, **origins)))
        bones += [bone(level, matrices[level], covariance, name) for level in levels]
    return case(*positions, levels=levels, bones=tuple(bones), **fields)


def pure(spine):
    """The spine with its corners only, so that a bone's center is that of its corners."""
    return Spine(
        spine.levels, {name: point for name, point in spine.points.items() if name[-2:] in ("SA", "SP", "IA", "IP")}
    )
