"""One vertebra's body as voxels: what registration may look at."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Segmentations.MaskField import centersOf
from DynamicSpineLib.Segmentations.SpineLabels import Mask, SpineLabels
from DynamicSpineLib.Segmentations.VertebraFrames import vertebraFrames
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

BEHIND_CENTER = 1.15
"""Where body and arch are one label, bone farther behind the body's center than this many times its front is arch."""

FARTHEST_FRONT = 97.0
"""The front of a body is this percentile of its bone's reach forwards, so that a spur does not count."""


def bodyVoxels(spine: SpineLabels, level: str, onto: VolumeGeometry | None = None) -> Mask:
    """Voxels (k, j, i) of a level's body, on the labels' own grid or on another volume's.

    Where the labels do not tell body from arch, the bone is cut square to the body behind its back wall. On another
    grid a voxel counts where its center lies in the body. Raises InputError where the labels have no such level.
    """
    if level not in spine.levels:
        raise InputError(f"the segmentation has no vertebra {level} (it has {', '.join(spine.levels)})")
    body = spine.mask("body", level=level) if spine.hasParts(level) else _withoutArch(spine, level)
    return body if onto is None else _onGrid(body, spine.geometry, onto)


def _withoutArch(spine: SpineLabels, level: str) -> Mask:
    """The whole bone less what lies behind the back wall, as far behind the center as the front lies before it."""
    bone, frame = spine.bone(level), vertebraFrames(spine).get(level)
    if frame is None:
        return bone
    forward = frame.local(centersOf(bone, spine.geometry))[:, 1]
    front = float(np.percentile(forward[forward > 0.0], FARTHEST_FRONT)) if np.any(forward > 0.0) else 0.0
    body = bone.copy()
    body[bone] = forward > -BEHIND_CENTER * front
    return body


def _onGrid(mask: Mask, geometry: VolumeGeometry, onto: VolumeGeometry) -> Mask:
    """A mask looked up at the voxel centers of another grid."""
    columns, rows, slices = onto.size
    matrix = onto.ijkToRAS
    i, j = np.meshgrid(np.arange(columns), np.arange(rows))
    plane = np.stack([i, j, np.zeros_like(i)], axis=-1)
    found = np.zeros((slices, rows, columns), dtype=bool)
    for k in range(slices):
        centers = (plane + np.array([0, 0, k])) @ matrix[:3, :3].T + matrix[:3, 3]
        indices = np.rint(geometry.indices(centers)).astype(int)
        inside = np.all((indices >= 0) & (indices < np.array(geometry.size)), axis=-1)
        kept = indices[inside]
        found[k][inside] = mask[kept[:, 2], kept[:, 1], kept[:, 0]]
    return found
