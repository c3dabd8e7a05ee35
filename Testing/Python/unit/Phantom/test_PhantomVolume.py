"""Volumes of the phantom: their grid, repeatability, noise, and what is painted where."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from PaintedTissue import tissueOf

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Phantom.Acquisition import acquisition, seriesGeometry, usualAcquisition
from DynamicSpineLib.Phantom.PaintShapes import boxyDistance, ellipseDistance, polygonDistance
from DynamicSpineLib.Phantom.PhantomLandmarks import phantomMarks
from DynamicSpineLib.Phantom.PhantomVolume import paintVolume
from DynamicSpineLib.Phantom.PosedPhantom import posedSpine
from DynamicSpineLib.Phantom.Scenario import loadScenario
from DynamicSpineLib.Phantom.SignalTissues import palette
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import writeVolume


@pytest.fixture(scope="module")
def an_upright_neck():
    return posedSpine("healthyCervical", "UP_N")


@pytest.fixture(scope="module")
def a_volume(an_upright_neck):
    return paintVolume(an_upright_neck, usualAcquisition("sitting"), 7)


def gridAround(bone, count, stepMm, sliceMm, slices):
    """A grid whose axes are those of a bone frame, around its origin."""
    size = np.array([count, count, slices])
    spacing = np.array([stepMm, stepMm, sliceMm])
    axes = bone[:3, [1, 2, 0]]
    origin = bone[:3, 3] - axes @ (0.5 * (size - 1) * spacing)
    return VolumeGeometry(
        tuple(map(int, size)), tuple(map(float, spacing)), tuple(map(float, origin)),
        tuple(tuple(map(float, axis)) for axis in axes.T),
    )


def test_the_same_seed_gives_the_same_voxels(an_upright_neck, a_volume):
    array, geometry = paintVolume(an_upright_neck, usualAcquisition("sitting"), 7)
    assert geometry == a_volume[1]
    np.testing.assert_array_equal(array, a_volume[0])


def test_another_seed_gives_another_grid(an_upright_neck, a_volume):
    other = seriesGeometry(an_upright_neck, usualAcquisition("sitting"), 8)
    assert other.directions_RAS != a_volume[1].directions_RAS


@pytest.mark.parametrize("region", ["cervical", "lumbar"])
def test_marks_of_the_midline_lie_inside_every_positions_volume(region):
    scenario = loadScenario("fullCase")
    outside = []
    for positionId in scenario.positionIds:
        posed = posedSpine(scenario, positionId, region)
        geometry = seriesGeometry(posed, usualAcquisition(posed.posture), 3)
        points, _ = phantomMarks(posed)
        ends = ("_SA", "_SP", "_IA", "_IP", "_CA", "_CP", "_BA", "_OP", "_SL")
        names = [name for name in points if name.endswith(ends)]
        inside = geometry.contains(np.array([points[name] for name in names]))
        outside += [f"{positionId} {name}" for name, isInside in zip(names, inside, strict=True) if not isInside]
    assert not outside


def test_each_series_is_oblique_by_a_few_degrees(an_upright_neck):
    for seed in range(5):
        directions = np.array(seriesGeometry(an_upright_neck, usualAcquisition("sitting"), seed).directions_RAS)
        np.testing.assert_allclose(directions @ directions.T, np.eye(3), atol=1e-12)
        tilt = np.degrees(np.arccos(np.clip(directions[2] @ [1.0, 0.0, 0.0], -1.0, 1.0)))
        assert 0.2 < tilt < 10.0


@pytest.mark.parametrize("name", ["supine15T", "upright06T"])
def test_noise_in_air_is_rayleigh_distributed_with_the_acquisitions_strength(name):
    series = dataclasses.replace(acquisition(name), slices=3, subSlices=1)
    array, _ = paintVolume(posedSpine("healthyLumbar", "SUP_N"), series, 1)
    behindTheBack = array[:, 20:120, -25:]
    air = behindTheBack.astype(float)
    assert air.std() == pytest.approx(1000.0 * series.noise * np.sqrt(2.0 - np.pi / 2.0), rel=0.12)
    assert air.mean() == pytest.approx(1000.0 * series.noise * np.sqrt(np.pi / 2.0), rel=0.12)


def test_fluid_is_brighter_than_cord_and_cord_than_marrow(an_upright_neck, a_volume):
    array, geometry = a_volume
    section = an_upright_neck.sections["C5"]
    depths = {"fluid": section.epiduralVentral + 0.5 * section.csfVentral,
              "cord": section.epiduralVentral + section.csfVentral + 0.5 * section.cordAp, "marrow": -8.0}
    means = {}
    for name, depth in depths.items():
        along = np.linspace(-3.0, 3.0, 7)[:, None] * section.cranial_RAS
        indices = np.rint(geometry.indices(section.point_RAS + depth * section.posterior_RAS + along)).astype(int)
        means[name] = array[indices[:, 2], indices[:, 1], indices[:, 0]].mean()
    assert means["fluid"] > 1.6 * means["cord"] > 1.6 * 1.2 * means["marrow"]


def test_marrow_has_the_same_texture_in_every_position():
    patches = []
    for positionId in ("SUP_N", "ST_F"):
        posed = posedSpine("healthyLumbar", positionId)
        patches.append(tissueOf(posed, gridAround(posed.boneToRAS["L3"], 21, 0.5, 1.0, 1), 1)[0])
    assert patches[0].std() > 0.005
    np.testing.assert_allclose(patches[0], patches[1], atol=2e-3)


def test_a_thick_slice_is_the_mean_of_the_thin_slices_in_it():
    posed = posedSpine("healthyLumbar", "SUP_N")
    at = posed.boneToRAS["L3"].copy()
    at[:3, 3] += 10.0 * at[:3, 0]
    thick = tissueOf(posed, gridAround(at, 31, 0.6, 4.0, 1), 4)[0]
    thin = tissueOf(posed, gridAround(at, 31, 0.6, 1.0, 4), 1).mean(axis=0)
    np.testing.assert_allclose(thick, thin, atol=5e-3)


def test_a_degenerated_disc_is_darker():
    def signal(scenario):
        posed = posedSpine(scenario, "SUP_N")
        disc = posed.discs["L4L5"].outline_RAS
        frame = posed.boneToRAS["L5"].copy()
        frame[:3, 3] = 0.5 * (disc.min(axis=0) + disc.max(axis=0))
        return tissueOf(posed, gridAround(frame, 5, 0.6, 1.0, 1), 1).mean()

    assert signal("lumbarSlip") < 0.5 * signal("healthyLumbar")


def test_a_written_volume_lies_where_its_geometry_says(tmp_path, a_volume):
    sitk = pytest.importorskip("SimpleITK")
    array, geometry = a_volume
    writeVolume(tmp_path / "neck.nrrd", array, geometry)
    image = sitk.ReadImage(str(tmp_path / "neck.nrrd"))
    np.testing.assert_array_equal(sitk.GetArrayFromImage(image), array)
    index = (11, 200, 5)
    lps = np.array(image.TransformIndexToPhysicalPoint(index))
    np.testing.assert_allclose(lps * [-1, -1, 1], (geometry.ijkToRAS @ [*index, 1.0])[:3], atol=1e-6)


def test_an_unknown_acquisition_is_named_with_those_that_exist():
    with pytest.raises(InputError, match=r"no acquisition 'ct' \(it has supine15T, upright06T\)"):
        acquisition("ct")


def test_a_region_without_a_field_of_view_is_refused(an_upright_neck):
    series = dataclasses.replace(acquisition("supine15T"), fields={})
    with pytest.raises(InputError, match="no field of view for the region 'cervical'"):
        seriesGeometry(an_upright_neck, series, 1)


@pytest.mark.parametrize("region", ["cervical", "lumbar"])
def test_every_layer_names_a_tissue_that_has_a_signal(region):
    tissues = palette(region)
    layers = packageData("Phantom", "tissues.json")["surroundings"][region]
    assert [layer["tissue"] for layer in layers if layer["tissue"] not in tissues.signals] == []


def test_distances_to_a_square_are_signed_and_exact():
    square = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])
    points = np.array([[1.0, 1.0], [3.0, 1.0], [1.0, 0.5], [-3.0, -4.0], [1.0, 2.5]])
    np.testing.assert_allclose(polygonDistance(points, square), [-1.0, 1.0, -0.5, 5.0, 0.5], atol=1e-6)


@pytest.mark.parametrize("distance", [ellipseDistance, boxyDistance])
def test_distances_to_a_rounded_section_are_exact_on_its_axes(distance):
    u, v = np.array([7.0, 6.0, 0.0, 0.0], dtype=np.float32), np.array([0.0, 0.0, 4.0, 3.5], dtype=np.float32)
    np.testing.assert_allclose(distance(u, v, 6.0, 3.0)[1:], [0.0, 1.0, 0.5], atol=0.12)
    assert distance(np.float32([6.0]), np.float32([0.0]), 6.0, 3.0)[0] == pytest.approx(0.0, abs=1e-5)
