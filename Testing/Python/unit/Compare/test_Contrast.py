"""CT and MR told apart by their gray values."""

from __future__ import annotations

import numpy as np
import pytest

from DynamicSpineLib.Compare.Contrast import isCtBesideMr, isHounsfield

SHAPE = (12, 90, 80)


def ct(seed=0, air=0.3, padding=None):
    """Tissues of a trunk in Hounsfield units (Bushberg, The Essential Physics of Medical Imaging): air -1000, fat -100,
    muscle 50, cancellous bone 200, cortex 1000; noise of 25 HU."""
    generator = np.random.default_rng(seed)
    shares = np.array([air, *np.array([0.3, 0.45, 0.2, 0.05]) * (1.0 - air)])
    tissue = generator.choice([-1000.0, -100.0, 50.0, 200.0, 1000.0], SHAPE, p=shares)
    voxels = tissue + generator.normal(0.0, 25.0, SHAPE)
    if padding is not None:
        voxels[:, :8] = padding
    return voxels


def mr(seed=0):
    """Magnitudes: Rician noise, tissue, fluid."""
    generator = np.random.default_rng(seed)
    tissue = generator.choice([0.0, 200.0, 400.0, 1000.0], SHAPE)
    return np.hypot(tissue + generator.normal(0.0, 30.0, SHAPE), generator.normal(0.0, 30.0, SHAPE))


@pytest.mark.parametrize("voxels", [ct(), ct(1, air=0.02), ct(2, padding=-3024.0), ct(3).clip(-1024).astype(np.int16)])
def test_hounsfield_units_are_known_by_their_air(voxels):
    assert isHounsfield(voxels)


@pytest.mark.parametrize("voxels", [
    mr(), mr().astype(np.int16), mr() - mr().mean(), (mr() - mr().mean()) / mr().std(),
    *(np.random.default_rng(4).normal(0.0, sd, SHAPE) for sd in (1.0, 300.0, 1000.0, 4000.0, 30000.0)),
    np.zeros(SHAPE), np.full(SHAPE, np.nan), np.full(SHAPE, -500.0), np.zeros((0, 0, 0)),
])  # fmt: skip
def test_magnitudes_and_signed_images_are_no_ct(voxels):
    assert not isHounsfield(voxels)


def test_a_single_slice_or_its_pixels_in_a_row_are_enough():
    assert isHounsfield(ct()[3])
    assert isHounsfield(ct()[3].ravel())
    assert not isHounsfield(mr()[3].ravel())


def test_values_that_are_not_finite_do_not_hide_a_ct():
    voxels = ct()
    voxels[0] = np.nan
    voxels[1] = -np.inf
    assert isHounsfield(voxels)


def test_only_one_of_each_is_a_ct_beside_an_mr():
    assert isCtBesideMr(ct(), mr())
    assert isCtBesideMr(mr(), ct())
    assert not isCtBesideMr(ct(), ct(1))
    assert not isCtBesideMr(mr(), mr(1))
