"""Edges on a line across the canal, found together: layers of even signal, blurred, fitted to the profile.

The layers' order cannot change, so no edge is taken for its neighbor; a layer may become as thin as nothing, as fluid
does where it is pressed away. Every edge has the SD that noise, contrast and blur leave it (Gauss-Markov); where there
is no contrast, the expectation and its own SD are what comes back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ITERATIONS = 25
BLUR_RATIO = 0.3
"""The blur's SD is known to this share."""

_LOGISTIC = 1.702
"""A logistic curve of slope 1.702 is the normal distribution to 0.01."""


@dataclass(frozen=True)
class LayerModel:
    """What is expected on a line, from front to back.

    positionMm (E,): expected edges. precision (E, E): inverse covariance of that expectation, 1/mm2.
    placing (B, E), shiftMm (B,): the borders of the layers as placing @ edges + shift; the borders may be more than the
    edges (a ligament of known thickness, parts of a layer). signal (B + 1,), signalSd (B + 1,): expected gray values.
    blurMm: expected SD of the blur across the borders.
    """

    positionMm: Array
    precision: Array
    placing: Array
    shiftMm: Array
    signal: Array
    signalSd: Array
    blurMm: float


@dataclass(frozen=True)
class LayerFit:
    """Edges (N, E) of N profiles with their covariances (N, E, E), gray values (N, B + 1), the misfit (N,): the root
    mean square of the residual in units of the noise, and the share (N,) of the profile's variance that layers explain:
    0 where it has none."""

    positionMm: Array
    covariance: Array
    signal: Array
    misfit: Array
    explained: Array


def thicknessPrior(startSdMm: float, thicknessSdMm: Array) -> Array:
    """Precision (E, E) of edges whose first is known to startSdMm and whose distances to the next to thicknessSdMm."""
    count = len(thicknessSdMm) + 1
    steps = np.eye(count) - np.eye(count, k=-1)
    weights = 1.0 / np.square(np.concatenate([[startSdMm], np.asarray(thicknessSdMm, dtype=float)]))
    return np.asarray(steps.T @ (weights[:, None] * steps))


def fitLayers(depthMm: Array, profiles: Array, model: LayerModel, noise: float, samplesPerMm: float) -> LayerFit:
    """The edges of profiles (N, M) sampled at depths (M,), each fitted on its own.

    noise: SD of a gray value, with what the layers leave out (texture). samplesPerMm: how many independent values a mm
    holds. Samples that are not finite do not count.
    """
    known = np.isfinite(profiles)
    values = np.where(known, profiles, 0.0)
    stepMm = float(np.median(np.diff(depthMm)))
    weight = known * np.sqrt(min(stepMm * samplesPerMm, 1.0)) / noise
    fit = _Fit(depthMm, values, weight, model).run()
    return replace(fit, misfit=fit.misfit / np.sqrt(min(stepMm * samplesPerMm, 1.0)))


class _Fit:
    """Levenberg-Marquardt on edges, gray values and the logarithm of the blur, for all profiles at once."""

    def __init__(self, depthMm: Array, values: Array, weight: Array, model: LayerModel) -> None:
        self.depth, self.values, self.weight, self.model = depthMm, values, weight, model
        self.edges, self.layers = len(model.positionMm), len(model.signal)
        count = self.edges + self.layers + 1
        self.expected = np.concatenate([model.positionMm, model.signal, [np.log(model.blurMm)]])
        self.precision = np.zeros((count, count))
        self.precision[: self.edges, : self.edges] = model.precision
        signal = np.arange(self.edges, self.edges + self.layers)
        self.precision[signal, signal] = 1.0 / np.square(model.signalSd)
        self.precision[-1, -1] = 1.0 / BLUR_RATIO**2

    def run(self) -> LayerFit:
        """The fit after a fixed number of steps; a step that does not lower the cost is not taken."""
        parameters = np.repeat(self.expected[None], len(self.values), axis=0)
        damping = np.full(len(parameters), 1e-2)
        cost, gradient, normal = self._linearized(parameters)
        for _ in range(ITERATIONS):
            scaled = normal + damping[:, None, None] * np.eye(normal.shape[-1]) * np.maximum(
                np.diagonal(normal, axis1=1, axis2=2)[:, None, :], 1e-12
            )
            tried = self._inOrder(parameters - np.linalg.solve(scaled, gradient[..., None])[..., 0])
            triedCost, triedGradient, triedNormal = self._linearized(tried)
            better = triedCost < cost
            damping = np.where(better, damping * 0.3, damping * 5.0)
            parameters = np.where(better[:, None], tried, parameters)
            cost = np.where(better, triedCost, cost)
            gradient = np.where(better[:, None], triedGradient, gradient)
            normal = np.where(better[:, None, None], triedNormal, normal)
        return self._result(parameters, normal)

    def _inOrder(self, parameters: Array) -> Array:
        """The same parameters with edges that do not pass each other, and a blur within reach."""
        ordered = parameters.copy()
        ordered[:, : self.edges] = np.maximum.accumulate(parameters[:, : self.edges], axis=1)
        ordered[:, -1] = np.clip(parameters[:, -1], self.expected[-1] - 1.0, self.expected[-1] + 1.0)
        return ordered

    def _linearized(self, parameters: Array) -> tuple[Array, Array, Array]:
        """Cost (N,), gradient (N, P) and normal matrix (N, P, P)."""
        residual, slopes = self._residual(parameters)
        off = parameters - self.expected
        cost = (residual**2).sum(axis=1) + np.einsum("np,pq,nq->n", off, self.precision, off)
        gradient = np.einsum("nmp,nm->np", slopes, residual) + off @ self.precision
        return cost, gradient, np.matmul(slopes.transpose(0, 2, 1), slopes) + self.precision

    def _residual(self, parameters: Array) -> tuple[Array, Array]:
        """Weighted residual (N, M) and its slopes (N, M, P)."""
        edges, signal = parameters[:, : self.edges], parameters[:, self.edges : -1]
        blur = np.exp(parameters[:, -1])[:, None, None]
        borders = edges @ self.model.placing.T + self.model.shiftMm
        along = (self.depth[None, :, None] - borders[:, None, :]) / blur
        step = 1.0 / (1.0 + np.exp(-np.clip(_LOGISTIC * along, -40.0, 40.0)))
        density = _LOGISTIC * step * (1.0 - step)
        contrast = np.diff(signal, axis=1)[:, None, :]
        ones = np.ones_like(step[..., :1])
        shares = np.concatenate([ones, step], axis=2) - np.concatenate([step, 0.0 * ones], axis=2)
        modeled = np.einsum("nml,nl->nm", shares, signal)
        byBorder = -contrast * density / blur
        byBlur = -(contrast * density * along).sum(axis=2, keepdims=True)
        slopes = np.concatenate([byBorder @ self.model.placing, shares, byBlur], axis=2)
        return (modeled - self.values) * self.weight, slopes * self.weight[..., None]

    def _result(self, parameters: Array, normal: Array) -> LayerFit:
        residual, _ = self._residual(parameters)
        known = np.maximum((self.weight > 0).sum(axis=1), 1)
        left = (residual**2).sum(axis=1)
        mean = (self.weight * self.values).sum(axis=1) / np.maximum(self.weight.sum(axis=1), 1e-12)
        spread = (np.square(self.weight * (self.values - mean[:, None]))).sum(axis=1)
        explained = np.where(spread > 0.01 * known, 1.0 - left / np.maximum(spread, 1e-12), 0.0)
        covariance = np.linalg.inv(normal)[:, : self.edges, : self.edges]
        found = parameters[:, : self.edges]
        signal = parameters[:, self.edges : -1]
        return LayerFit(found, np.asarray(covariance, dtype=float), signal, np.sqrt(left / known), explained)
