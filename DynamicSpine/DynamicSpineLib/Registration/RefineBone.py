"""Where a bone is to a fraction of a voxel: robust least squares of gray values within its region, from a start nearby.

The model of each step: moved image at T(x) = a0 + a.x + b . reference image at x, with T = start . turn about the
bone's center . shift. Gauss-Newton with the photometric terms solved along and outliers weighted down; it gives the
covariance of the six parameters at the same time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Geometry.Rigid import applyTransform, perturbations
from DynamicSpineLib.Registration.BoneRegion import FADE_MM, RIM_MM, BoneRegion
from DynamicSpineLib.Registration.GrayImage import GrayImage

Array = NDArray[np.float64]

OUTLIER_SCALE = 2.0
"""Residuals of this many robust SDs weigh a quarter."""

CONVERGED_MM, ARM_MM = 0.005, 15.0
"""A step is the last one where it moves the center, and points this far from it, by less."""

DAMPING = 1e-3
LEAST_SEEN = 0.4
"""Share of a region's weight that must lie inside the image for a correlation to tell anything: a planning figure."""


@dataclass(frozen=True)
class Samples:
    """Points of a bone's region in the reference image: RAS (N, 3), about the center (N, 3), gray values and weights.

    blurs (N, B): how the gray values change when the image is blurred within and across its slices.
    """

    points_RAS: Array
    offsets_RAS: Array
    values: Array
    weights: Array
    blurs: Array


@dataclass(frozen=True)
class Refined:
    """A bone's motion (4x4 RAS) with what the fit says of itself.

    covariance (6, 6): of (turn rad, shift mm) in RAS about the center, from the residuals alone. similarity: weighted
    correlation within the region. overlap: share of the region's weight inside the moved image. gain: moved gray values
    per gray value of the reference.
    """

    matrix: Array
    covariance: Array
    similarity: float
    overlap: float
    gain: float


@dataclass(frozen=True)
class Pull:
    """What is known of a motion besides the image: near `matrix`, by an information (6, 6) about the center."""

    matrix: Array
    information: Array


def regionSamples(
    image: GrayImage, region: BoneRegion, most: int, rimMm: float = RIM_MM, fadeMm: float = FADE_MM
) -> Samples:
    """The reference image's own voxels in a region, thinned evenly to at most about `most`.

    Along each voxel axis they lie within the region's reach, also where the rim would go beyond.
    Where a region has no outer rim, a segmented body takes what lies outside of it away.
    """
    geometry = image.geometry
    i, j, k = _voxelsAround(image, region, rimMm + fadeMm)
    points = np.stack([i, j, k], axis=-1) @ geometry.ijkToRAS[:3, :3].T + geometry.ijkToRAS[:3, 3]
    weights = region.weights(region.local(points), rimMm, fadeMm)
    if region.body is not None and rimMm <= 0.0:
        weights = weights * region.body[k, j, i]
    chosen = np.flatnonzero(weights > 0.02)
    if len(chosen) > most:
        step = int(np.ceil(len(chosen) / most))
        # A checkerboard-like pattern in the slice keeps the thinned points even.
        keep = (i[chosen] + j[chosen] * (1 + step // 2) + k[chosen]) % step == 0
        chosen = chosen[keep]
    values = image.voxels[k[chosen], j[chosen], i[chosen]].astype(float)
    indices = k[chosen], j[chosen], i[chosen]
    blurs = _blurs(image, indices)
    return Samples(points[chosen], points[chosen] - region.center_RAS, values, weights[chosen], blurs)


def _voxelsAround(image: GrayImage, region: BoneRegion, beyondMm: float) -> tuple[NDArray[np.intp], ...]:
    """Indices (i, j, k) of the voxels within a region's reach that lie in its box, which most of them do not."""
    geometry = image.geometry
    middle = geometry.indices(region.center_RAS)
    radius = region.reachMm / np.array(geometry.spacingMm)
    low = np.maximum(np.floor(middle - radius), 0).astype(int)
    high = np.minimum(np.ceil(middle + radius), np.array(geometry.size) - 1).astype(int)
    ranges = np.ix_(*(np.arange(start, stop + 1) for start, stop in zip(low, high, strict=True)))
    inside = np.ones([part.size for part in ranges], dtype=bool)
    steps, origin = region.axes @ geometry.ijkToRAS[:3, :3], region.local(geometry.ijkToRAS[:3, 3])
    for step, start, bounds in zip(steps, origin, region.box(beyondMm), strict=True):
        local = start + step[0] * ranges[0] + step[1] * ranges[1] + step[2] * ranges[2]
        inside &= (local >= bounds[0]) & (local <= bounds[1])
    return tuple(found + start for found, start in zip(np.nonzero(inside), low, strict=True))


def _blurs(image: GrayImage, indices: tuple[NDArray[np.intp], ...]) -> Array:
    """Second differences (N, 2) of the image at voxels (k, j, i): within the slices, and across them.

    Two scanners blur alike only by chance; a thin dark cortex between bright marrow and brighter fluid then seems to
    move, unless the blur is fitted along.
    """
    through = 2 - image.geometry.sliceAxis()
    spacing = image.geometry.spacingMm[::-1]
    center = image.voxels[indices].astype(float)
    second = []
    for axis in range(3):
        last = image.voxels.shape[axis] - 1
        ends = [image.voxels[tuple(np.clip(index + way, 0, last) if item == axis else index
                                   for item, index in enumerate(indices))] for way in (-1, 1)]  # fmt: skip
        second.append((ends[0] + ends[1] - 2.0 * center) / spacing[axis] ** 2)
    inPlane = sum(second[axis] for axis in range(3) if axis != through)
    return np.stack([inPlane, second[through]], axis=-1)


def refineBone(
    samples: Samples, image: GrayImage, center_RAS: Array, start: Array, pulls: Sequence[Pull] = (), most: int = 30,
) -> Refined:  # fmt: skip
    """Refine one bone's motion from a start (4x4 RAS). Never fails: the result says how well it fits."""
    matrix = np.array(start, dtype=float)
    basis = _photometric(samples)
    for _ in range(most):
        state = _state(samples, image, matrix, basis)
        normal, slope = _equations(state, matrix, pulls, center_RAS)
        step = -np.linalg.solve(normal + DAMPING * np.diag(np.diag(normal)), slope)
        matrix = matrix @ perturbations(step, center_RAS)
        if np.abs(step[3:]).max() < CONVERGED_MM and np.abs(step[:3]).max() * ARM_MM < CONVERGED_MM:
            break
    state = _state(samples, image, matrix, basis)
    normal, _ = _equations(state, matrix, pulls, center_RAS)
    held = state.scale**4 * sum((pull.information for pull in pulls), np.zeros((6, 6)))
    covariance = _covariance(samples, state, normal, held)
    return Refined(matrix, covariance, state.similarity, state.overlap, state.gain)


@dataclass(frozen=True)
class _State:
    jacobian: Array
    residual: Array
    weights: Array
    scale: float
    similarity: float
    overlap: float
    gain: float


def _photometric(samples: Samples) -> Array:
    """Columns (N, 7) that the moved gray values are made of: a constant, the reference's, a slope, and its blurs."""
    reach = max(float(np.abs(samples.offsets_RAS).max(initial=0.0)), 1.0)
    size = max(float(np.abs(samples.values).max(initial=0.0)), 1e-6)
    ones = np.ones(len(samples.values))
    return np.column_stack([ones, samples.values / size, samples.offsets_RAS / reach, samples.blurs / size])


def _state(samples: Samples, image: GrayImage, matrix: Array, basis: Array) -> _State:
    seen = image.sampled(applyTransform(samples.points_RAS, matrix))
    slopes = seen.slopes_RAS @ matrix[:3, :3]
    jacobian = np.concatenate([np.cross(samples.offsets_RAS, slopes), slopes], axis=1)
    weights = samples.weights * seen.inside
    overlap = float(weights.sum() / samples.weights.sum())
    robust = weights
    for _ in range(3):
        terms = _solved(basis, robust, seen.values)
        residual = seen.values - basis @ terms
        scale = _robustScale(residual, weights)
        robust = weights / (1.0 + (residual / (OUTLIER_SCALE * scale)) ** 2) ** 2
    # The photometric terms are fitted along: their directions are taken out of the Jacobian.
    taken = _solved(basis, robust, jacobian)
    similarity = _correlation(samples.values, seen.values, weights)
    gain = _gain(samples, float(terms[1]))
    return _State(jacobian - basis @ taken, residual, robust, scale, similarity, overlap, gain)


def _solved(basis: Array, weights: Array, values: Array) -> Array:
    """Weighted least squares of values (N, ...) on a few basis columns (N, B), by their normal equations."""
    weighted = (basis * weights[:, None]).T
    normal = weighted @ basis
    normal[np.diag_indices_from(normal)] *= 1.0 + 1e-9
    normal[np.diag_indices_from(normal)] += 1e-9
    return np.asarray(np.linalg.solve(normal, weighted @ values))


def _gain(samples: Samples, term: float) -> float:
    """Moved gray values per gray value of the reference."""
    return term / max(float(np.abs(samples.values).max(initial=0.0)), 1e-6)


def similarityAt(samples: Samples, image: GrayImage, matrix: Array) -> float:
    """Weighted correlation at a motion, without fitting; 0 where less than LEAST_SEEN of the region is inside."""
    seen = image.sampled(applyTransform(samples.points_RAS, matrix))
    weights = samples.weights * seen.inside
    if float(weights.sum()) < LEAST_SEEN * float(samples.weights.sum()):
        return 0.0
    return _correlation(samples.values, seen.values, weights)


def voidShare(samples: Samples, image: GrayImage, refined: Refined) -> float:
    """Share of a bone's weight where the moved image has next to no signal though the reference has some."""
    seen = image.sampled(applyTransform(samples.points_RAS, refined.matrix))
    expected = samples.values * abs(refined.gain)
    usual = float(np.median(expected)) if len(expected) else 0.0
    empty = (seen.values < VOID_SIGNAL * usual) & (expected > 0.5 * usual) & seen.inside
    return float(samples.weights[empty].sum() / max(float(samples.weights.sum()), 1e-9))


BLOCK_MM = 5.0
VOID_SIGNAL = 0.15


def _covariance(samples: Samples, state: _State, normal: Array, held: Array) -> Array:
    """Covariance (6, 6) of the step from the residuals themselves, as they hang together over blocks of a few mm.

    Neighboring voxels err alike (partial volume, tissue that moves otherwise), so their scores are summed over blocks
    before they are squared (White, Econometrica 1980;48:817; in clusters: Liang and Zeger, Biometrika 1986;73:13).
    held: what the pulls, being as uncertain as they say, add to them.
    """
    blocks = np.floor(samples.offsets_RAS / BLOCK_MM).astype(int)
    _, owner = np.unique(blocks, axis=0, return_inverse=True)
    scores = state.jacobian * (state.weights * state.residual)[:, None]
    sums = np.stack([np.bincount(owner.ravel(), scores[:, column]) for column in range(6)], axis=1)
    inverse = np.linalg.inv(normal)
    return np.asarray(inverse @ (sums.T @ sums + held) @ inverse)


def _robustScale(residual: Array, weights: Array) -> float:
    used = np.abs(residual[weights > 0.3])
    return max(1.4826 * float(np.median(used)), 1e-6) if len(used) else 1.0


def _correlation(first: Array, second: Array, weights: Array) -> float:
    total = weights.sum()
    if total <= 0:
        return 0.0
    a, b = first - (weights @ first) / total, second - (weights @ second) / total
    size = float((weights @ (a * a)) * (weights @ (b * b)))
    return float(weights @ (a * b)) / np.sqrt(size) if size > 0 else 0.0


def _equations(state: _State, matrix: Array, pulls: Sequence[Pull], center: Array) -> tuple[Array, Array]:
    """Normal matrix (6, 6) and slope (6,) of the step, the image's in units of its residual variance."""
    weighted = state.jacobian * state.weights[:, None]
    normal = weighted.T @ state.jacobian
    slope = weighted.T @ state.residual
    for pull in pulls:
        offset = _offset(pull.matrix, matrix, center)
        normal = normal + state.scale**2 * pull.information
        slope = slope + state.scale**2 * pull.information @ offset
    normal = normal + 1e-9 * np.trace(normal) * np.eye(6)
    return normal, slope


def _offset(fromMatrix: Array, toMatrix: Array, center: Array) -> Array:
    """(turn, shift) about the center that leads from one motion to another: to = from . offset."""
    from DynamicSpineLib.Geometry.Rigid import inverseRigid, rotationVector

    between = inverseRigid(fromMatrix) @ toMatrix
    shift = between[:3, :3] @ center + between[:3, 3] - center
    return np.concatenate([rotationVector(between[:3, :3]), shift])
