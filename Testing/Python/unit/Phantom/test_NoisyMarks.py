"""Phantom cases as a reader marks them: the stated noise, the same for the same seed, and errors that hang together."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.Curves import closedCurve, signedArea
from DynamicSpineLib.Phantom.NoisyMarks import biasedCase, noisyCase
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Study.Marks import LandmarkSet
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

SEEDS = 300
PLACES = ("Oc", "C2", "C3", "C4", "C5", "C5C6")


def _parts(position):
    """A position with the marks of some places only: quicker to draw again and again."""
    kept = [{name: mark for name, mark in marks.items() if name.split("_")[0] in PLACES}
            for marks in (position.marks.landmarks, position.marks.contours)]  # fmt: skip
    return replace(position, marks=LandmarkSet(*kept))


_WHOLE = phantomCase("healthyCervical", ["UP_N", "UP_E"])
TRUE = replace(_WHOLE, positions=tuple(_parts(item) for item in _WHOLE.positions))
GRID = VolumeGeometry(
    (11, 256, 256), (4.0, 0.7, 0.7), (-20.0, -90.0, -90.0), ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
)


def _errors(make, name, position=0):
    """(SEEDS, 3) errors of one point over the seeds."""
    true = np.array(TRUE.positions[position].marks.point(name))
    return np.array([case.positions[position].marks.point(name) for case in make]) - true


@pytest.fixture(scope="module")
def drawn():
    return [noisyCase(TRUE, seed) for seed in range(SEEDS)]


@pytest.mark.parametrize(("name", "sd"), [("C5_SA", 0.5), ("C3_IP", 0.5), ("Oc_BA", 0.8), ("C2_DT", 0.8)])
def test_points_err_in_their_slice_by_the_sd_of_their_class(drawn, name, sd) -> None:
    errors = _errors(drawn, name)
    assert errors[:, 1:].std(axis=0) == pytest.approx([sd, sd], rel=0.13)
    assert abs(errors.mean(axis=0)).max() < 0.2
    assert errors[:, 0].std() == pytest.approx(1.15, rel=0.1)
    assert abs(errors[:, 0]).max() <= 1.15 * np.sqrt(3.0)


@pytest.mark.parametrize(("name", "partner"), [("C5C6_CA", "C5C6_CP"), ("C5C6_KP", "C5C6_KA")])
def test_edge_points_err_across_their_edge_only(drawn, name, partner) -> None:
    marks = TRUE.positions[0].marks
    across = np.array(marks.point(partner)) - np.array(marks.point(name))
    across[0] = 0.0
    across /= np.linalg.norm(across)
    along = np.cross(across, [1.0, 0.0, 0.0])
    errors = _errors(drawn, name)
    assert (errors @ across).std() == pytest.approx(0.3, rel=0.13)
    assert abs(errors @ along).max() < 1e-9


def test_points_of_oblique_planes_err_across_their_edge_in_space(drawn) -> None:
    errors = _errors(drawn, "C5C6_FA_L")
    assert np.linalg.norm(errors, axis=1).std() > 0.0
    assert np.sqrt((errors**2).sum(axis=1).mean()) == pytest.approx(0.3, rel=0.13)
    assert np.linalg.matrix_rank(errors, tol=1e-9) == 1


def test_lines_err_at_both_ends_and_outlines_in_width(drawn) -> None:
    lengths, radii = [], []
    for case in drawn:
        curves = case.positions[0].marks.contours
        lengths.append(np.linalg.norm(np.subtract(*curves["C5C6_LF_L"].points_RAS)))
        radii.append(np.sqrt(_area(curves["C5C6_DS"]) / np.pi))
    assert np.std(lengths) == pytest.approx(0.3 * np.sqrt(2.0), rel=0.13)
    outline = np.array(TRUE.positions[0].marks.contours["C5C6_DS"].points_RAS)
    circumference = np.linalg.norm(outline - np.roll(outline, 1, axis=0), axis=1).sum()
    perMm = circumference / (2.0 * np.pi * np.mean(radii))
    assert np.std(radii) == pytest.approx(0.3 * perMm, rel=0.15)


def _area(curve) -> float:
    points = np.array(curve.points_RAS)
    spokes = points - points.mean(axis=0)
    axes = np.linalg.svd(spokes)[2][:2]
    return float(abs(signedArea(closedCurve((spokes @ axes.T)[None]))[0]))


def test_positions_and_points_err_independently(drawn) -> None:
    first, second = (_errors(drawn, "C5_SA", position)[:, 1] for position in (0, 1))
    other = _errors(drawn, "C5_SP")[:, 1]
    assert abs(np.corrcoef([first, second, other]) - np.eye(3)).max() < 0.2


def test_the_same_seed_gives_the_same_case_marked_by_hand() -> None:
    assert noisyCase(TRUE, 5) == noisyCase(TRUE, 5)
    assert noisyCase(TRUE, 5) != noisyCase(TRUE, 6)
    assert biasedCase(TRUE, 5) == biasedCase(TRUE, 5)
    assert noisyCase(TRUE, 5).bones == ()
    still = noisyCase(TRUE, 5, factor=0.0)
    for before, after in zip(TRUE.positions, still.positions, strict=True):
        for name, mark in before.marks.landmarks.items():
            np.testing.assert_allclose(after.marks.point(name), mark.point_RAS, atol=1e-12)


def test_a_case_states_its_own_noise_and_its_own_slices() -> None:
    stated = replace(TRUE, noise={"corner": 1.0})
    errors = _errors([noisyCase(stated, seed, 2.0) for seed in range(100)], "C5_SA")
    assert errors[:, 1:].std() == pytest.approx(2.0, rel=0.15)
    sliced = replace(TRUE, positions=tuple(replace(item, geometry=GRID) for item in TRUE.positions))
    errors = _errors([noisyCase(sliced, seed) for seed in range(100)], "C5_SA")
    assert abs(errors[:, 0]).max() <= 2.0
    assert errors[:, 0].std() == pytest.approx(4.0 / np.sqrt(12.0), rel=0.2)


def test_a_biased_reader_errs_alike_in_all_positions() -> None:
    cases = [biasedCase(TRUE, seed, offSliceMm=0.0) for seed in range(SEEDS)]
    first, second = (_errors(cases, "C5_SA", position)[:, 1] for position in (0, 1))
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0.5, abs=0.12)
    assert first.std() == pytest.approx(0.5 * np.sqrt(2.0), rel=0.13)


def test_one_position_is_marked_on_a_slice_beside_the_middle() -> None:
    off = biasedCase(TRUE, 1, factor=0.0, offPosition="UP_E")
    aside = _errors([off], "C5_SA", 1)[0]
    np.testing.assert_allclose(aside, [3.0, 0.0, 0.0], atol=1e-9)
    np.testing.assert_allclose(_errors([off], "C5_SA", 0)[0], 0.0, atol=1e-9)
    depths = [np.linalg.norm(np.subtract(case.positions[1].marks.point("C5C6_KA"),
                                         case.positions[1].marks.point("C5C6_KP"))) for case in (TRUE, off)]
    assert 0.7 < depths[1] / depths[0] < 0.95
    moved = [[abs(a - b).max() > 2.0 for a, b in zip(*(np.array([item.marks.point("C4_SA") for item in case.positions])
              for case in (TRUE, biasedCase(TRUE, seed, factor=0.0))), strict=True)] for seed in range(12)]  # fmt: skip
    assert all(sum(row) == 1 for row in moved)
    assert len({tuple(row) for row in moved}) == 2


def test_a_whole_neck_is_marked_in_a_tenth_of_a_second() -> None:
    case = phantomCase("healthyCervical")
    noisyCase(case, 0)
    times = []
    for seed in range(5):
        start = time.perf_counter()
        noisyCase(case, seed)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.1


def test_wrong_requests_are_refused_in_one_sentence() -> None:
    with pytest.raises(InputError, match="has no position 'ST_N'"):
        biasedCase(TRUE, 0, offPosition="ST_N")
    with pytest.raises(InputError, match="must not be negative"):
        noisyCase(TRUE, 0, factor=-1.0)
