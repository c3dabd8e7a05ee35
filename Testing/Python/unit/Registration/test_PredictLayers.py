"""Edges of layers on a line: found where they are, in their order, with the SD that the image leaves them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr

from DynamicSpineLib.Registration.PredictLayers import LayerModel, fitLayers, thicknessPrior

DEPTH = np.arange(-4.0, 18.0, 0.2)
SIGNAL = np.array([100.0, 1000.0, 400.0, 1000.0, 100.0])
EXPECTED = np.array([0.0, 2.0, 9.5, 12.0])
BLUR, NOISE = 0.5, 40.0


def model(expected=EXPECTED, sdMm=1.0):
    layers = thicknessPrior(sdMm, np.full(3, sdMm))
    return LayerModel(expected, layers, np.eye(4), np.zeros(4), SIGNAL, np.full(5, 150.0), BLUR)


def profile(edges, signal=SIGNAL):
    steps = ndtr((DEPTH[:, None] - np.asarray(edges)) / BLUR)
    return signal[0] + steps @ np.diff(signal)


def fit(profiles, noise=NOISE, **fields):
    return fitLayers(DEPTH, np.atleast_2d(profiles), model(**fields), noise, 1.4)


@pytest.mark.parametrize("edges", [(0.0, 2.0, 9.5, 12.0), (0.7, 2.2, 9.4, 11.0), (-0.9, 0.6, 8.3, 12.6)])
def test_edges_are_found_below_the_width_of_a_sample(edges):
    found = fit(profile(edges)).positionMm[0]
    assert found == pytest.approx(edges, abs=0.08)


@pytest.mark.parametrize("edges", [(0.5, 0.5, 8.0, 8.0), (0.0, 0.1, 7.4, 10.0)])
def test_fluid_that_is_pressed_away_leaves_cord_and_wall_in_place(edges):
    found = fit(profile(edges), sdMm=2.0).positionMm[0]
    assert found == pytest.approx(edges, abs=0.35)
    assert np.all(np.diff(found) >= 0.0)


def test_a_profile_without_contrast_leaves_the_expectation_and_its_sd():
    found = fit(np.full(len(DEPTH), 400.0), noise=4000.0)
    assert found.positionMm[0] == pytest.approx(EXPECTED, abs=0.1)
    assert np.sqrt(found.covariance[0, 0, 0]) == pytest.approx(1.0, rel=0.1)


def test_more_noise_and_less_contrast_make_the_sd_larger():
    weak = np.array([100.0, 250.0, 150.0, 250.0, 100.0])
    sd = [np.sqrt(fit(profile(EXPECTED, signal), noise).covariance[0, 0, 0])
          for signal, noise in ((SIGNAL, 20.0), (SIGNAL, 80.0))]  # fmt: skip
    faint = LayerModel(EXPECTED, model().precision, np.eye(4), np.zeros(4), weak, np.full(5, 20.0), BLUR)
    sd.append(np.sqrt(fitLayers(DEPTH, profile(EXPECTED, weak)[None], faint, 80.0, 1.4).covariance[0, 0, 0]))
    assert sd[0] < sd[1] < sd[2]


def test_noise_spreads_edges_as_their_sd_says():
    random = np.random.default_rng(1)
    noisy = profile(EXPECTED) + NOISE * random.standard_normal((300, len(DEPTH)))
    found = fitLayers(DEPTH, noisy, model(), NOISE, 5.0)
    stated = np.sqrt(np.diagonal(found.covariance, axis1=1, axis2=2).mean(axis=0))
    assert found.positionMm.std(axis=0) == pytest.approx(stated, rel=0.25)
    assert found.misfit.mean() == pytest.approx(1.0, rel=0.1)


def test_samples_that_are_not_known_do_not_count():
    holed = profile((0.3, 2.2, 9.0, 11.5))
    holed[20:24] = np.nan
    assert fit(holed).positionMm[0] == pytest.approx((0.3, 2.2, 9.0, 11.5), abs=0.1)
    assert fit(np.full(len(DEPTH), np.nan)).positionMm[0] == pytest.approx(EXPECTED, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1500.0, 3000.0), min_size=len(DEPTH), max_size=len(DEPTH)))
def test_edges_never_pass_each_other_whatever_the_image_shows(values):
    found = fit(np.array(values))
    assert np.all(np.diff(found.positionMm[0]) >= 0.0)
    assert np.isfinite(found.covariance).all()
