"""The gray values of a volume that is shown for the first time."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Scene.Views.WindowLevel import prepareLook, robustWindow


def window(volume):
    display = volume.GetDisplayNode()
    return display.GetWindowLevelMin(), display.GetWindowLevelMax()


def test_few_very_bright_pixels_and_the_air_around_do_not_matter():
    voxels = np.zeros((10, 100, 100), dtype=np.int16)
    voxels[:, :60] = np.linspace(100, 300, 60)[None, :, None]
    plain = robustWindow(voxels)
    voxels[0, 0, :90] = 30000
    assert robustWindow(voxels) == pytest.approx(plain, abs=6)
    assert plain == pytest.approx((101, 297), abs=4)


def test_a_uniform_or_empty_volume_has_a_window_too():
    for value in (0, 7):
        low, high = robustWindow(np.full((3, 3, 3), value))
        assert low < high


def test_a_large_volume_is_judged_by_a_sample_that_says_the_same():
    voxels = np.random.default_rng(1).gamma(4.0, 100.0, (40, 300, 300)).astype(np.float32)
    assert robustWindow(voxels) == pytest.approx(tuple(np.percentile(voxels, (1.0, 98.5))), rel=0.02)


def test_the_window_is_set_once_and_then_the_users(openCase):
    volume = openCase.volume("SUP_N")
    assert volume.GetDisplayNode().GetAutoWindowLevel()
    assert prepareLook(volume)
    low, high = window(volume)
    assert low <= 60
    assert high >= 900
    volume.GetDisplayNode().SetWindowLevelMinMax(10, 20)
    assert not prepareLook(volume)
    assert window(volume) == (10, 20)
    volume.GetDisplayNode().SetAutoWindowLevel(True)  # the user's wish as well
    assert not prepareLook(volume)


def test_a_window_from_the_dicom_header_stays(openCase):
    volume = openCase.volume("ST_F")
    volume.GetDisplayNode().SetAutoWindowLevel(False)
    volume.GetDisplayNode().SetWindowLevelMinMax(33, 44)
    assert not prepareLook(volume)
    assert window(volume) == (33, 44)


def test_a_volume_without_a_color_table_is_drawn_gray(viewed, openCase):
    from DynamicSpineLib.Scene.Views.ViewNodes import showVolume

    volume, view = openCase.volume("ST_E"), viewed.view("DynamicSpineSagittal")
    volume.GetDisplayNode().SetAndObserveColorNodeID("")
    assert showVolume(view, volume)
    view.SetOrientation("Sagittal")
    view.JumpSliceByCentering(*openCase.case.position("ST_E").marks.point("L3_SP"))
    assert viewed.pixels("DynamicSpineSagittal").max() > 40
