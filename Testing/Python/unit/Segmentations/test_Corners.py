"""Corners of bodies from label maps: against the phantom's truth, the real crop, and shapes made to mislead."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from LabelledPhantoms import GRIDS, cornerErrors, geometryFor, labelledSpine, phantom

from DynamicSpineLib.Phantom.PhantomLandmarks import phantomMarks
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Segmentations.BodySection import bodySection
from DynamicSpineLib.Segmentations.LabelSource import hintsFrom, nameLevels, readLabels
from DynamicSpineLib.Segmentations.MaskField import maskField
from DynamicSpineLib.Segmentations.ReadMarks import readSpine
from DynamicSpineLib.Segmentations.SectionCorners import sectionCorners
from DynamicSpineLib.Segmentations.VertebraFrames import VertebraFrame
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

CROP_CORNERS = Path(__file__).resolve().parents[3] / "Data" / "lumbarCropCorners.json"


def test_lumbar_corners_from_thick_slices_lie_on_the_truth(a_lumbar_phantom, a_lumbar_reading):
    posed, truth = a_lumbar_phantom
    errors = cornerErrors(a_lumbar_reading.points_RAS, truth, posed)
    assert len(errors) == 26  # T12 to L5 with four, S1 with two
    assert max(errors.values()) < 1.0, errors
    assert np.median(list(errors.values())) < 0.35


def test_cervical_corners_and_the_upper_neck_lie_on_the_truth(a_neck_reading):
    posed, truth, read = a_neck_reading
    errors = cornerErrors(read.points_RAS, truth, posed)
    assert max(errors.values()) < 1.0, errors
    others = cornerErrors(read.points_RAS, truth, posed, ("AC", "PC", "AAP", "PAA", "DP", "DT"))
    assert len(others) == 6
    assert max(error for name, error in others.items() if name != "C2_DT") < 1.0, others
    assert others["C2_DT"] < 2.0


def test_the_axis_is_found_in_a_whole_neck_bent_backwards():
    posed = phantom("fullCase", "ST_E", "cervical")
    spine = labelledSpine(posed, geometryFor(posed, GRIDS["1.5 mm"]), whole=True)
    read = runSteps(readSpine(spine, ("C2", "C3")))
    errors = cornerErrors(read.points_RAS, phantomMarks(posed)[0], posed)
    assert len(errors) == 6
    assert max(errors.values()) < 1.3, errors


@pytest.mark.parametrize("name", ["1 mm", "1.5 mm, oblique"])
def test_corners_of_whole_vertebrae_on_other_grids(name):
    posed = phantom("scoliosisRotatory", "ST_N")
    spine = labelledSpine(posed, geometryFor(posed, GRIDS[name], (0.3, 0.6, 0.1)), whole=True)
    read = runSteps(readSpine(spine, posed.levels))
    errors = np.array(list(cornerErrors(read.points_RAS, phantomMarks(posed)[0], posed).values()))
    assert len(errors) == 26
    assert np.percentile(errors, 95) < 1.0
    assert errors.max() < 1.3


def test_the_real_crop_gives_the_corners_that_were_read_by_eye(crop):
    files = [crop / f"sub-mri_seg-{part}_label-6_msk.nii.gz" for part in ("vert", "subreg")]
    source = readLabels(files, "spineps")
    spine = nameLevels(source.spine, hintsFrom("6=L3", "spineps"), ("L2", "L3", "L4"))
    read = runSteps(readSpine(spine, ("L2", "L3", "L4")))
    wanted = json.loads(CROP_CORNERS.read_text(encoding="utf-8"))["corners_RAS"]
    for code, point in wanted.items():
        assert np.linalg.norm(read.points_RAS[f"L3_{code}"] - point) < 1.0, code
    for cut in ("L2_SA", "L2_IP", "L4_IA", "L4_IP"):
        assert "edge of the field" in read.reasons[cut]


def bodyMask(inside, spacing=0.7):
    """A field of a synthetic body whose section is told by inside(u, v); it is 30 mm wide."""
    size = (44, round(70 / spacing), round(70 / spacing))
    geometry = VolumeGeometry(size, (1.0, spacing, spacing), (-22.0, -35.0, -35.0),
                              ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)))  # fmt: skip
    k, j, i = np.meshgrid(*[np.arange(count) for count in size[::-1]], indexing="ij")
    x, u, v = (start + index * step for start, index, step in
               ((-22.0, i, 1.0), (-35.0, j, spacing), (-35.0, k, spacing)))  # fmt: skip
    return maskField(inside(u, v) & (np.abs(x) < 15.0), geometry)


def cornersOf(inside, spacing=0.7):
    frame = VertebraFrame("L4", np.zeros(3), np.array([1.0, 0, 0]), np.array([0, 1.0, 0]), np.array([0, 0, 1.0]))
    field = bodyMask(inside, spacing)
    section = bodySection(field, frame)
    return {code: section.frame.points(np.array(corner.point[0]), np.array(corner.point[1]))[1:]
            for code, corner in sectionCorners(section, field).items() if corner.point is not None}  # fmt: skip


def test_a_turned_body_has_its_own_corners_and_not_those_of_a_box():
    angle = np.radians(25.0)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    def inside(u, v):
        own = np.stack([u, v], axis=-1) @ turn
        return (np.abs(own[..., 0]) < 16.0) & (np.abs(own[..., 1]) < 12.0)

    corners = cornersOf(inside)
    for code, own in {"SA": (16, 12), "SP": (-16, 12), "IA": (16, -12), "IP": (-16, -12)}.items():
        assert np.linalg.norm(corners[code] - turn @ own) < 0.6, code


def test_a_wedged_body_keeps_its_wedge():
    corners = cornersOf(lambda u, v: (np.abs(u) < 16.0) & (np.abs(v) < 11.0 + 0.2 * u))
    assert np.linalg.norm(corners["SA"] - (16.0, 14.2)) < 0.7
    assert np.linalg.norm(corners["SP"] - (-16.0, 7.8)) < 0.7


def test_a_spur_is_not_taken_for_the_corner():
    def inside(u, v):
        body = (np.abs(u) < 16.0) & (np.abs(v) < 12.0)
        return body | ((u >= 15.0) & (u < 20.0) & (v > 9.0) & (v < 12.0))

    corners = cornersOf(inside)
    assert np.linalg.norm(corners["SA"] - (16.0, 12.0)) < 1.0
    assert np.linalg.norm(corners["IA"] - (16.0, -12.0)) < 0.6


def test_a_round_corner_is_marked_on_the_bone():
    def inside(u, v):
        return np.hypot(np.maximum(np.abs(u) - 12.0, 0.0), np.maximum(np.abs(v) - 8.0, 0.0)) < 4.0

    corners = cornersOf(inside)
    tip = 4.0 / np.sqrt(2.0)
    assert np.linalg.norm(corners["SA"] - (12.0 + tip, 8.0 + tip)) < 1.0
