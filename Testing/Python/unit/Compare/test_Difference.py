"""The difference map: silent without motion, loud where a bone moved, deaf to gain, and honest of other contrasts."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest
from ComparedPairs import Phantom, gridAbout, movedGrid, spineOf, stacks
from scipy.ndimage import map_coordinates

from DynamicSpineLib.Anatomy.BoneRegions import rigidBodies
from DynamicSpineLib.Compare.Difference import differenceMap
from DynamicSpineLib.Compare.DifferenceRegions import bodyDifferences
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Geometry.PolyrigidField import PolyrigidField, withSkin
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

HELD = [
    ("phantom", "lumbar", "L3"), ("phantom", "cervical", "C5"), ("real", "lumbar", "L4"), ("real", "cervical", "C5"),
]  # fmt: skip
FLEXION_DEG = 5.0


@lru_cache(maxsize=32)
def heldMaps(kind, region, held):
    """The map without motion, in the same two stacks, and the map of the bent spine with one vertebra held."""
    reference, moved, still = stacks(kind, region, held, FLEXION_DEG)
    spine = spineOf(kind, region, FLEXION_DEG)
    points = np.array(list(spine.corners[held].values()))
    return (differenceMap(reference, still, np.eye(4), points),
            differenceMap(reference, moved, spine.motions[held], points))  # fmt: skip


@pytest.mark.parametrize(("kind", "region", "held"), HELD)
def test_without_motion_the_unit_is_the_spread_of_the_difference(kind, region, held):
    still, _ = heldMaps(kind, region, held)
    values = still.values[still.mask]
    assert 0.75 < np.sqrt(np.mean(values**2)) < 1.15
    assert np.mean(np.abs(values) > still.withinNoise) < 0.015
    assert abs(np.mean(values)) < 0.1
    assert still.warnings == ()


@pytest.mark.parametrize(("kind", "region", "held"), HELD)
def test_the_held_vertebra_stays_as_silent_as_without_motion(kind, region, held):
    spine = spineOf(kind, region, FLEXION_DEG)
    still, moved = (bodyDifferences(map_, spine.corners) for map_ in heldMaps(kind, region, held))
    assert moved[held].grayValue < 1.2 * still[held].grayValue
    assert moved[held].noiseUnits < 1.2 * still[held].noiseUnits


@pytest.mark.parametrize(("kind", "region", "held"), HELD)
def test_its_neighbors_show_their_motion(kind, region, held):
    spine = spineOf(kind, region, FLEXION_DEG)
    _, moved = heldMaps(kind, region, held)
    found = bodyDifferences(moved, spine.corners)
    others = {level: found[level].grayValue / found[held].grayValue for level in found if level != held}
    # One endplate alone may slide along itself: it is louder than the held body, and no more is asked of it.
    single = [others.pop(level) for level in list(others) if len(spine.corners[level]) < 4]
    assert all(ratio > 1.2 for ratio in single), single
    if (kind, region) == ("real", "cervical"):
        # Its bodies have little contrast and their neighbors go 1 mm: this shows less at once, and more farther away.
        assert min(others.values()) > 1.2
        assert np.mean(list(others.values())) > 2.5
    else:
        assert len(others) >= 2
        assert min(others.values()) > 2.5, others


def test_holding_another_vertebra_swaps_the_silent_and_the_loud_one():
    spine = spineOf("phantom", "lumbar", FLEXION_DEG)
    reference, moved, _ = stacks("phantom", "lumbar", "L3", FLEXION_DEG)
    found = {held: bodyDifferences(differenceMap(reference, moved, spine.motions[held]), spine.corners)
             for held in ("L3", "L4")}  # fmt: skip
    assert found["L3"]["L4"].grayValue > 2.5 * found["L3"]["L3"].grayValue
    assert found["L4"]["L3"].grayValue > 2.5 * found["L4"]["L4"].grayValue
    assert found["L3"]["L3"].grayValue == pytest.approx(found["L4"]["L4"].grayValue, rel=0.3)


def smoothGain(shape):
    """A gain that varies by a factor of four over the field, as that of a coil at the skin."""
    k, j, i = np.meshgrid(*(np.linspace(-1.0, 1.0, count) for count in shape), indexing="ij")
    return np.exp(0.5 * i + 0.3 * j**2 - 0.2 * k)


CHANGES = {
    "gain": lambda voxels: voxels * smoothGain(voxels.shape),
    "window scale": lambda voxels: 3.7 * voxels + 500.0,
    "echo time": lambda voxels: 1000.0 * (voxels / 1000.0) ** 0.7,
    "signed numbers": lambda voxels: 0.02 * voxels - 7.0,
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", ["phantom", "real"])
def test_gain_scale_and_echo_time_make_no_difference(kind, change):
    reference, _, still = stacks(kind, "lumbar", "L3" if kind == "phantom" else "L4", FLEXION_DEG)
    changed = GrayVolume(CHANGES[change](still.voxels).astype(np.float32), still.geometry)
    before, after = differenceMap(reference, still, np.eye(4)), differenceMap(reference, changed, np.eye(4))
    values = after.values[after.mask]
    assert np.mean(np.abs(values) > after.withinNoise) < 0.025
    assert np.abs(after.grayValues[after.mask]).mean() < 1.25 * np.abs(before.grayValues[before.mask]).mean()


@pytest.mark.parametrize("kind", ["phantom", "real"])
def test_a_lesion_is_not_explained_away(kind):
    reference, _, still = stacks(kind, "lumbar", "L3" if kind == "phantom" else "L4", FLEXION_DEG)
    changed = still.voxels.copy()
    middle = [count // 2 for count in changed.shape]
    part = np.s_[middle[0] - 1 : middle[0] + 2, middle[1] - 12 : middle[1] + 12, middle[2] - 12 : middle[2] + 12]
    changed[part] += 0.5 * np.percentile(reference.voxels, 98)
    map_ = differenceMap(reference, GrayVolume(changed, still.geometry), np.eye(4))
    without = differenceMap(reference, still, np.eye(4))
    center = still.geometry.ijkToRAS @ [middle[2] - 0.5, middle[1] - 0.5, middle[0], 1.0]
    i, j, k = np.round(reference.geometry.indices(center[:3])).astype(int)
    inner = np.s_[k, j - 4 : j + 5, i - 4 : i + 5]
    rise = map_.grayValues[inner].mean() - without.grayValues[inner].mean()
    assert rise == pytest.approx(0.5 * np.percentile(reference.voxels, 98), rel=0.15)
    assert map_.values[inner].min() > map_.withinNoise


def readableWidthMm(map_, marks, segment, reference):
    """Change of the canal's width that the difference shows along its line: gray values over the fluid's contrast."""
    front, back = marks[f"{segment}_CA"], marks[f"{segment}_CP"]
    width = np.linalg.norm(back - front)
    line = front + np.arange(-4.0, width + 4.0, 0.25)[:, None] * (back - front) / width
    at = map_.geometry.indices(line)[:, ::-1].T
    fluid = map_coordinates(reference.voxels, at, order=1)
    change = map_coordinates(map_.grayValues, at, order=1).sum() * 0.25
    return change / (np.quantile(fluid, 0.9) - np.quantile(fluid, 0.1))


@lru_cache(maxsize=1)
def narrowedCanal():
    """A spine whose canal narrows at L4-L5 where it is bent, and its two images."""
    spine = Phantom("lumbar", FLEXION_DEG, {"L4L5": {"bulgeMm": 5.0, "bucklingMm": 3.0}})
    middle = np.mean(list(spine.corners["L4"].values()), axis=0)
    first = gridAbout(middle, "lumbar", [1.5, -1.0, 2.0], 0.7, 3.3)
    second = movedGrid(gridAbout(middle + 2.0, "lumbar", [-2.0, 2.5, -1.5], 0.7, 3.6), spine.motions["L4"])
    return spine, (spine.image(False, first, 1), spine.image(True, second, 2))


@pytest.mark.parametrize("narrowsWhenBent", [True, False])
def test_a_narrowed_canal_shows_with_its_sign_when_all_bones_are_held(narrowsWhenBent):
    spine, images = narrowedCanal()
    # Seen from the neutral position the canal narrows, seen from the bent one it widens.
    if narrowsWhenBent:
        corners, motions, marks = spine.corners, spine.motions, spine.marks
        reference, moving = images
    else:
        corners = {level: {code: motion[:3, :3] @ point + motion[:3, 3] for code, point in spine.corners[level].items()}
                   for level, motion in spine.motions.items()}  # fmt: skip
        motions = {level: np.linalg.inv(motion) for level, motion in spine.motions.items()}
        marks, (moving, reference) = spine.marks[::-1], images
    field = PolyrigidField(withSkin(rigidBodies(corners, motions))).displacementGrid(reference.geometry)
    map_ = differenceMap(reference, moving, field)
    widths = [np.linalg.norm(own["L4L5_CP"] - own["L4L5_CA"]) for own in marks]
    trueMm = widths[1] - widths[0]
    assert abs(trueMm) > 4.0
    readable = readableWidthMm(map_, marks[0], "L4L5", reference)
    assert np.sign(readable) == np.sign(trueMm)
    assert 0.4 < readable / trueMm < 1.3
    assert abs(readableWidthMm(map_, marks[0], "L3L4", reference)) < 0.25 * abs(trueMm)
    bodies = bodyDifferences(map_, corners)
    assert {"L3", "L4", "L5"} <= bodies.keys()
    assert max(body.noiseUnits for body in bodies.values()) < 1.1
    assert map_.warnings == ()


def likeCT(voxels):
    """Bone bright, fat darkest, fluid between: a CT's gray values given to a T2-weighted image, in HU."""
    share = voxels / np.percentile(voxels, 99.5)
    known = [0.0, 0.02, 0.035, 0.1, 0.27, 0.4, 0.52, 0.6, 1.0]
    return np.interp(share, known, [-1000, -500, 700, 50, 250, 40, -100, -50, 0])


def fluidDark(voxels):
    """Fluid dark and fat bright, roughly as in a T1-weighted image."""
    share = np.clip(voxels / np.percentile(voxels, 98), 0.0, 1.3)
    return np.where(share < 0.55, 1.3 * share, np.maximum(0.715 - 1.1 * (share - 0.55), 0.08)) * 500.0


# Fluid that is dark and all else as before is noticed about 9 of 10 vertebrae, a CT about every one.
@pytest.mark.parametrize(
    ("kind", "region", "held", "change"),
    [*((*held, likeCT) for held in HELD), *((*held, fluidDark) for held in HELD[:-1])],
)
def test_another_contrast_is_said_and_never_silently_shown(kind, region, held, change):
    reference, moved, _ = stacks(kind, region, held, FLEXION_DEG)
    spine = spineOf(kind, region, FLEXION_DEG)
    points = np.array(list(spine.corners[held].values()))
    changed = GrayVolume(change(moved.voxels).astype(np.float32), moved.geometry)
    map_ = differenceMap(reference, changed, spine.motions[held], points)
    assert len(map_.warnings) == 1
    assert "not anatomy" in map_.warnings[0]
    assert "not alike" in map_.warnings[0] or change is fluidDark
    assert heldMaps(kind, region, held)[1].warnings == ()


def test_a_sagittal_and_an_axial_stack_of_one_spine_do_not_differ():
    spine = spineOf("real", "lumbar", FLEXION_DEG)
    middle = np.mean(list(spine.corners["L4"].values()), axis=0)
    sagittal = gridAbout(middle, "lumbar", [1.5, -1.0, 2.0], 0.7, 3.3)
    k = np.array([[1.0, 0, 0], [0, 1.0, 0], [0, 0, 1.0]])
    size, spacing = (90, 110, 14), (0.8, 0.8, 4.0)
    origin = middle - k @ (0.5 * (np.array(size) - 1) * spacing)
    axial = replace(sagittal, size=size, spacingMm=spacing, origin_RAS=tuple(map(float, origin)),
                    directions_RAS=tuple(map(tuple, k.tolist())))  # fmt: skip
    images = spine.image(False, sagittal, 1), spine.image(False, axial, 2)
    for reference, moving in (images, images[::-1]):
        map_ = differenceMap(reference, moving, np.eye(4), middle[None])
        assert 0.05 < map_.mask.mean() < 0.95
        values = map_.values[map_.mask]
        assert np.sqrt(np.mean(values**2)) < 1.5
        assert np.mean(np.abs(values) > map_.withinNoise) < 0.04
        assert map_.warnings == ()


def test_an_image_of_one_gray_value_is_refused():
    reference, moved, _ = stacks("phantom", "lumbar", "L3", FLEXION_DEG)
    flat = GrayVolume(np.full_like(moved.voxels, 7.0), moved.geometry)
    with pytest.raises(InputError, match="one gray value"):
        differenceMap(reference, flat, np.eye(4))


def test_the_same_image_without_noise_has_no_difference():
    reference, _, _ = stacks("phantom", "lumbar", "L3", FLEXION_DEG)
    map_ = differenceMap(reference, reference, np.eye(4))
    assert map_.mask.all()
    assert (map_.noise > 0).all()
    assert np.abs(map_.values).max() < 0.5
    assert map_.values.dtype == np.float32
    assert map_.values.shape == reference.voxels.shape
