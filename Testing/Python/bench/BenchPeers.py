"""Our last fit of a bone beside other engines': same images, same mask, same start, in the same run.

SimpleITK's rigid registration by correlation always runs; itk-elastix where it is installed.
"""

from __future__ import annotations

import os
import time
from importlib.util import find_spec

import numpy as np
from BenchCarry import made

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Geometry.Rigid import applyTransform, perturbations, rigid
from DynamicSpineLib.Registration.BoneRegion import boneRegions
from DynamicSpineLib.Registration.CarryImages import carryImages
from DynamicSpineLib.Registration.FinalFit import FINE_RIM_MM
from DynamicSpineLib.Registration.FitChain import fitFrom, outOfPlanePull, unfitted
from DynamicSpineLib.Registration.RefineBone import refineBone, regionSamples

PAIRS = int(os.environ.get("CARRY_PEER_PAIRS", "3"))
START_DEG, START_MM = 2.0, 1.0
MARGIN_MM = 8.0
RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def peerTable():
    """Yield one line per engine: in-plane error of the worst mark, share within 1 mm, and seconds per bone."""
    engines = {"DynamicSpine": _ours, "SimpleITK correlation": _simpleItk}
    if find_spec("itk") is not None:
        engines["itk-elastix"] = _elastix
    else:
        yield "itk-elastix is not installed: pip install itk-elastix, to have it beside the others"
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in engines}
    for region in ("cervical", "lumbar"):
        for seed in range(300, 300 + PAIRS):
            for name, row in _caseRows(made("phantom", region, seed), seed, engines):
                found[name].append(row)
    ours = np.median([seconds for _, seconds in found["DynamicSpine"]])
    for name, rows in found.items():
        errors, seconds = np.array(rows).T
        yield (f"{name}: {len(errors)} bones, median {np.median(errors):.2f} mm, 95th percentile "
               f"{np.quantile(errors, 0.95):.2f}, within 1 mm {100 * np.mean(errors < 1.0):.0f} %, "
               f"{np.median(seconds):.2f} s a bone, {np.median(seconds) / ours:.1f} times ours")


def _caseRows(case, seed, engines):
    chain, geometry = Chain(tuple(case.motions)), case.reference.geometry
    images, random = carryImages(case.reference, case.moved), np.random.default_rng(seed)
    for level, region in boneRegions(case.marks_RAS, chain, geometry.through_RAS).items():
        if level in ("Oc", "C1"):
            continue
        truth = case.motions[level]
        away = np.concatenate([random.normal(0.0, np.radians(START_DEG), 3), random.normal(0.0, START_MM, 3)])
        start = truth @ perturbations(away, region.center_RAS)
        for name, engine in engines.items():
            begun = time.perf_counter()
            matrix = engine(case, region, images, start)
            seconds = time.perf_counter() - begun
            gap = applyTransform(region.points_RAS, matrix) - applyTransform(region.points_RAS, truth)
            left = truth[:3, :3] @ region.axes[0]
            gap -= np.outer(gap @ left, left)
            yield name, (float(np.linalg.norm(gap, axis=1).max()), seconds)


def _ours(_, region, images, start):
    rough = fitFrom(unfitted(region, images.coarse[0]), images.coarse[1], [start]).refined
    pull = outOfPlanePull(region, rough.matrix, 4.0, 3.0)
    samples = regionSamples(images.fine[0], region, 6000, FINE_RIM_MM)
    return refineBone(samples, images.fine[1], region.center_RAS, rough.matrix, [pull]).matrix


def _cropped(case, region):
    """The reference around the bone, its mask, and the moved image, as SimpleITK images."""
    import SimpleITK as sitk

    geometry = case.reference.geometry
    middle = geometry.indices(region.center_RAS)
    reach = (region.reachMm + MARGIN_MM) / np.array(geometry.spacingMm)
    low = np.maximum(np.floor(middle - reach), 0).astype(int)
    high = np.minimum(np.ceil(middle + reach), np.array(geometry.size) - 1).astype(int) + 1
    cut = tuple(slice(start, stop) for start, stop in zip(low[::-1], high[::-1], strict=True))
    k, j, i = np.meshgrid(*(np.arange(item.start, item.stop) for item in cut), indexing="ij")
    points = np.stack([i, j, k], -1).reshape(-1, 3) @ geometry.ijkToRAS[:3, :3].T + geometry.ijkToRAS[:3, 3]
    mask = (region.weights(region.local(points), FINE_RIM_MM, 1.0) > 0.5).reshape(k.shape).astype(np.uint8)
    fixed = _image(case.reference.voxels[cut], geometry, low)
    stencil = sitk.GetImageFromArray(mask)
    stencil.CopyInformation(fixed)
    return fixed, stencil, _image(case.moved.voxels, case.moved.geometry, np.zeros(3))


def _image(voxels, geometry, low):
    import SimpleITK as sitk

    image = sitk.GetImageFromArray(np.ascontiguousarray(voxels, dtype=np.float32))
    origin = geometry.ijkToRAS[:3, :3] @ low + geometry.ijkToRAS[:3, 3]
    image.SetSpacing(geometry.spacingMm)
    image.SetOrigin([float(value) for value in origin * np.array([-1.0, -1.0, 1.0])])
    directions = np.array(geometry.directions_RAS).T * np.array([-1.0, -1.0, 1.0])[:, None]
    image.SetDirection([float(value) for value in directions.ravel()])
    return image


def _simpleItk(case, region, _, start):
    import SimpleITK as sitk

    fixed, mask, moving = _cropped(case, region)
    lps = RAS_TO_LPS @ start @ RAS_TO_LPS
    transform = sitk.Euler3DTransform()
    transform.SetCenter([float(value) for value in region.center_RAS * np.array([-1.0, -1.0, 1.0])])
    transform.SetMatrix([float(value) for value in lps[:3, :3].ravel()], 1e-6)
    center = np.array(transform.GetCenter())
    transform.SetTranslation([float(value) for value in lps[:3, :3] @ center + lps[:3, 3] - center])
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsCorrelation()
    method.SetMetricFixedMask(mask)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(1.0, 1e-3, 200, relaxationFactor=0.6)
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel([1, 1])
    method.SetSmoothingSigmasPerLevel([1.5, 0.5])
    method.SmoothingSigmasAreSpecifiedInPhysicalUnitsOn()
    method.SetInitialTransform(transform, inPlace=True)
    method.Execute(fixed, moving)
    turn = np.array(transform.GetMatrix()).reshape(3, 3)
    shift = np.array(transform.GetTranslation()) + center - turn @ center
    return RAS_TO_LPS @ rigid(turn, shift) @ RAS_TO_LPS


def _elastix(case, region, _, start):
    """itk-elastix's rigid default on the moved image, laid out beforehand by the start; RAS 4x4."""
    import itk
    import SimpleITK as sitk

    fixed, mask, moving = _cropped(case, region)
    lps = RAS_TO_LPS @ start @ RAS_TO_LPS
    begin = sitk.AffineTransform(3)
    begin.SetMatrix([float(value) for value in lps[:3, :3].ravel()])
    begin.SetTranslation([float(value) for value in lps[:3, 3]])
    laid = sitk.Resample(moving, fixed, begin, sitk.sitkLinear, 0.0)
    parameters = itk.ParameterObject.New()
    parameters.AddParameterMap(parameters.GetDefaultParameterMap("rigid", 2))
    _, result = itk.elastix_registration_method(
        _itkImage(fixed), _itkImage(laid), parameter_object=parameters, fixed_mask=_itkImage(mask), log_to_console=False
    )
    found = result.GetParameterMap(0)
    angles = [float(value) for value in found["TransformParameters"]]
    step = sitk.Euler3DTransform([float(v) for v in found["CenterOfRotationPoint"]], *angles[:3], angles[3:])
    turn, center = np.array(step.GetMatrix()).reshape(3, 3), np.array(step.GetCenter())
    small = rigid(turn, np.array(step.GetTranslation()) + center - turn @ center)
    return start @ RAS_TO_LPS @ small @ RAS_TO_LPS


def _itkImage(image):
    import itk
    import SimpleITK as sitk

    made = itk.image_from_array(sitk.GetArrayFromImage(image))
    made.SetSpacing(image.GetSpacing())
    made.SetOrigin(image.GetOrigin())
    made.SetDirection(np.array(image.GetDirection()).reshape(3, 3))
    return made
