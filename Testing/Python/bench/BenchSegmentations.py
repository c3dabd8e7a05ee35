"""Landmarks read from segmentations against the truth: phantom masks on five grids, and the labelled real crop."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
from LabelledPhantoms import GRIDS, cornerErrors, geometryFor, labelledSpine, phantom

from DynamicSpineLib.Phantom.PhantomLandmarks import phantomMarks
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Segmentations.LabelSource import hintsFrom, nameLevels, readLabels
from DynamicSpineLib.Segmentations.ReadMarks import readSpine

TESTS = Path(__file__).resolve().parents[1]
CASES = (("fullCase", "ST_F", "lumbar"), ("fullCase", "ST_E", "cervical"), ("lumbarSlip", "ST_E", None),
         ("scoliosisRotatory", "ST_N", None))  # fmt: skip
CROP = TESTS.parents[2] / "shared" / "data" / "mr_lumbar_labelled_crop"


def segmentationTable():
    """Lines: grid, vertebrae, corner errors in plane, width errors of canal and cord, seconds per spine."""
    for name, grid in GRIDS.items():
        for whole in (False, True):
            yield _line(name, grid, whole)
    if CROP.is_dir():
        yield cropLine()


def _line(name, grid, whole):
    corners, canal, cord, vertebrae, seconds = [], [], [], 0, 0.0
    for number, (scenario, position, region) in enumerate(CASES):
        posed = phantom(scenario, position, region)
        truth = phantomMarks(posed)[0]
        spine = labelledSpine(posed, geometryFor(posed, grid, (0.13 * number, 0.37 * number, 0.61 * number)), whole)
        start = time.perf_counter()
        points = runSteps(readSpine(spine, posed.levels)).points_RAS
        seconds += time.perf_counter() - start
        errors = cornerErrors(points, truth, posed)
        vertebrae += len({corner.split("_")[0] for corner in errors})
        corners += errors.values()
        canal += widthErrors(points, truth, "CA", "CP")
        cord += widthErrors(points, truth, "KA", "KP")
    label = "whole vertebrae" if whole else "bodies and arches"
    return (f"{name:28} {label:17} {vertebrae} vertebrae: corners {shown(corners)} mm; canal width {shown(canal)}; "
            f"cord width {shown(cord)}; {seconds / len(CASES):.1f} s a spine")  # fmt: skip


def widthErrors(points, truth, front, back):
    """Errors of the widths between two codes."""
    places = {name.split("_")[0] for name in points if name.endswith(f"_{front}")}
    pairs = [(f"{place}_{front}", f"{place}_{back}") for place in sorted(places)]
    return [abs(np.linalg.norm(points[a] - points[b]) - np.linalg.norm(truth[a] - truth[b]))
            for a, b in pairs if {a, b} <= truth.keys() and {a, b} <= points.keys()]  # fmt: skip


def shown(errors):
    """Median, 95th percentile and largest of some errors."""
    values = np.array(list(errors))
    return f"{np.median(values):.2f} {np.percentile(values, 95):.2f} {values.max():.2f} (n {len(values)})"


def cropLine():
    """The real crop against corners that were read by eye."""
    files = [CROP / f"sub-mri_seg-{part}_label-6_msk.nii.gz" for part in ("vert", "subreg")]
    levels = ("L2", "L3", "L4")
    spine = nameLevels(readLabels(files, "spineps").spine, hintsFrom("6=L3", "spineps"), levels)
    points = runSteps(readSpine(spine, levels)).points_RAS
    wanted = json.loads((TESTS.parent / "Data" / "lumbarCropCorners.json").read_text(encoding="utf-8"))["corners_RAS"]
    errors = {code: float(np.linalg.norm(points[f"L3_{code}"] - point)) for code, point in wanted.items()}
    listed = ", ".join(f"{code} {error:.2f}" for code, error in errors.items())
    return f"labelled real crop, 1.5 mm     1 vertebra: corners {listed} mm"
