"""The edges on one line across the canal: learned where they are marked, found where they are not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from DynamicSpineLib.Registration.PredictCanal import Line, borders, profilesOn
from DynamicSpineLib.Registration.PredictLayers import LayerFit, LayerModel, fitLayers, thicknessPrior
from DynamicSpineLib.Registration.PredictSheet import STEP_MM
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

Array = NDArray[np.float64]

TEXTURE = 0.15
"""What layers of even signal leave out, SD as a share of fluid's signal."""

ORDER = ("CA", "KA", "KP", "CP", "LP")
"""Edges from front to back."""

THICKNESS_SD = {"KA": (0.6, 0.5), "KP": (0.08, 0.3), "CP": (0.8, 0.6), "LP": (0.4, 0.4)}
"""SD of a layer's thickness in another position: a share of it, and mm added; by the edge behind it."""

SIGNAL_SD = 0.2
"""SD of a layer's gray value in another position, as a share of fluid's, beyond the common gain."""

WALL_SD_MM = 1.0
"""How well the tracked walls tell the ends of a section, before their likeness is looked at."""

BUCKLED_SHARE = 0.6
"""Share of the canal's narrowing by which the ligament behind it may have grown thicker, as an SD of its back."""

FITTED_SHARE = 0.35
"""Share of the layers' own SD that fitted edges show in phantoms: the noise assumed in the fit is that of tissue, which
is mostly the same in the marked position."""

FITTED_SD_MM = 0.1
"""SD of a fitted edge beyond what noise, contrast and blur tell: its course through the slice, uneven tissue."""

DISAGREEMENT_SHARE = 0.5
"""Share of the difference between the tracked and the fitted wall that counts as SD."""

LEAST_EXPLAINED = 0.6
"""A profile of whose variance the layers explain less than this does not show a canal."""


@dataclass(frozen=True)
class CanalLayers:
    """What the marked position teaches of a line.

    codes: its edges. depthMm (E,): where they are found there; offsetMm (E,): marks less edges. signal (B + 1,): gray
    values of the layers between the borders, where fluid's is `fluid`. widthMm: depth of CP.
    """

    codes: tuple[str, ...]
    depthMm: Array
    offsetMm: Array
    signal: Array
    fluid: float
    widthMm: float


@dataclass(frozen=True)
class FoundEdges:
    """Depths of edges on a line by code, with their SDs, mm. isSeen: whether the image shows the canal there."""

    depthMm: Mapping[str, float]
    sdMm: Mapping[str, float]
    isSeen: bool


def learnLayers(volume: GrayVolume, line: Line, depthMm: Mapping[str, float], fluid: float) -> CanalLayers:
    """Gray values of the layers between the marks, and by how much the marks lie off the edges found near them."""
    codes = tuple(code for code in ORDER if code in depthMm)
    position = np.array([depthMm[code] for code in codes])
    placing, shift = borders(codes, depthMm["CP"])
    scale, blur = max(fluid, 1e-6), _blurOf(volume)
    middling = np.full(len(placing) + 1, 0.4 * scale)
    marked = LayerModel(position, np.eye(len(codes)) / 0.05**2, placing, shift, middling, 2.5 * middling, blur)
    signal = _fit(volume, line, marked, scale).signal.mean(axis=0)
    spread = np.full(len(signal), SIGNAL_SD * scale)
    near = LayerModel(position, np.eye(len(codes)) / 0.5**2, placing, shift, signal, spread, blur)
    found = _fit(volume, line, near, scale).positionMm.mean(axis=0)
    return CanalLayers(codes, found, position - found, signal, scale, depthMm["CP"])


def findEdges(
    volume: GrayVolume, line: Line, layers: CanalLayers, widthMm: float, ends: tuple[float, float],
    endSdMm: Sequence[float], fluid: float, bluntedMm: Sequence[float] = (0.0, 0.0),
) -> FoundEdges:  # fmt: skip
    """The edges of a line, from its layers and, for its ends, from the tracked walls together.

    ends: depths of CA and CP as the tracked walls tell them, known to endSdMm. bluntedMm: how much farther
    inside the walls truly reach.
    """
    scale = max(fluid, 1e-6)
    fit = _fit(volume, line, _model(volume, layers, widthMm, scale), scale)
    depths = fit.positionMm.mean(axis=0) + layers.offsetMm
    misfit = max(1.0, float(fit.misfit.mean()))
    own = np.sqrt(np.diagonal(fit.covariance.mean(axis=0))) * misfit
    spread = np.sqrt((FITTED_SHARE * own) ** 2 + fit.positionMm.std(axis=0) ** 2 + FITTED_SD_MM**2)
    for code, end, endSd in zip(("CA", "CP"), ends, endSdMm, strict=True):
        index = layers.codes.index(code)
        depths[index], spread[index] = _together(depths[index], own[index], end, endSd)
        depths[index] += bluntedMm[0] if code == "CA" else -bluntedMm[1]
    if "LP" in layers.codes:
        thinner = max(layers.widthMm - widthMm, 0.0)
        spread[-1] = np.hypot(spread[-1], BUCKLED_SHARE * thinner)
    seen = float(fit.explained.mean()) > LEAST_EXPLAINED and fluid > 0.0
    order = np.maximum.accumulate(depths)
    return FoundEdges(_byCode(layers.codes, order), _byCode(layers.codes, spread), seen)


def _byCode(codes: tuple[str, ...], values: Array) -> dict[str, float]:
    return dict(zip(codes, (float(value) for value in values), strict=True))


def _together(first: float, firstSd: float, second: float, secondSd: float) -> tuple[float, float]:
    """Mean of two estimates by their precision, with its SD, to which their disagreement adds."""
    weights = np.array([firstSd, secondSd]) ** -2.0
    mean = float((weights @ [first, second]) / weights.sum())
    share = float(weights.min() / weights.sum()) * 2.0
    return mean, float(np.sqrt(1.0 / weights.sum() + np.square(DISAGREEMENT_SHARE * share * (first - second))))


def _fit(volume: GrayVolume, line: Line, model: LayerModel, fluid: float) -> LayerFit:
    depth = np.arange(model.positionMm[0] - 3.0, model.positionMm[-1] + 3.0, STEP_MM)
    return fitLayers(depth, profilesOn(volume, line, depth), model, TEXTURE * fluid, 1.0 / volume.geometry.inPlaneMm)


def _blurOf(volume: GrayVolume) -> float:
    """Expected SD of the blur of an edge, mm: that of the band limit and of an edge's course through a thick slice."""
    return 0.75 * volume.geometry.inPlaneMm


def _model(volume: GrayVolume, layers: CanalLayers, widthMm: float, fluid: float) -> LayerModel:
    """What is expected on a section: the reference's layers, those within the canal scaled to its width."""
    codes = layers.codes
    thickness = _scaled(codes, np.diff(layers.depthMm), widthMm)
    spread = np.array([THICKNESS_SD[code][0] * value + THICKNESS_SD[code][1]
                       for code, value in zip(codes[1:], thickness, strict=True)])  # fmt: skip
    precision = thicknessPrior(WALL_SD_MM, spread)
    back = codes.index("CP")
    precision[back, back] += 1.0 / WALL_SD_MM**2
    placing, shift = borders(codes, layers.widthMm)
    signal = layers.signal * (fluid / layers.fluid)
    position = np.concatenate([[0.0], np.cumsum(thickness)])
    signalSd = np.full(len(signal), SIGNAL_SD * fluid)
    return LayerModel(position, precision, placing, shift, signal, signalSd, _blurOf(volume))


def _scaled(codes: tuple[str, ...], thickness: Array, widthMm: float) -> Array:
    """Thicknesses whose sum from CA to CP is the width: fluid gives way or fills; the cord keeps its own if it can."""
    scaled = thickness.copy()
    back = codes.index("CP")
    fluid = [index for index in range(back) if codes[index + 1] != "KP"]
    total = thickness[fluid].sum()
    left = widthMm - (thickness[:back].sum() - total)
    scaled[fluid] = thickness[fluid] * (max(left, 0.0) / total if total > 0 else 0.0)
    if "KP" in codes:
        cord = codes.index("KP") - 1
        scaled[cord] = min(thickness[cord], max(widthMm - scaled[fluid].sum(), 0.0))
    return scaled
