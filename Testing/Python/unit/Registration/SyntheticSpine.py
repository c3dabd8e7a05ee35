"""A small textured spine without soft tissue, sampled exactly anywhere, and thick oblique stacks of it."""

from __future__ import annotations

import numpy as np

from DynamicSpineLib.Geometry.Rigid import applyTransform, inverseRigid, rotationMatrix
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

LEVELS = ("L2", "L3", "L4", "L5")
HEIGHT, DEPTH, GAP = 24.0, 32.0, 10.0


def bodyMarks():
    """Corners of four boxes one above the other, in the plane R = 0, RAS mm."""
    marks = {}
    for index, level in enumerate(LEVELS):
        middle = (1.5 - index) * (HEIGHT + GAP)
        for code, y, z in (("SA", 1, 1), ("SP", -1, 1), ("IA", 1, -1), ("IP", -1, -1)):
            marks[f"{level}_{code}"] = (0.0, 0.5 * DEPTH * y, middle + 0.5 * HEIGHT * z)
    return marks


def signalAt(points, motions):
    """Gray values (N,) of the spine whose bones have moved: textured boxes with a dark rim on a gray ground."""
    values = np.full(len(points), 300.0)
    for index, level in enumerate(LEVELS):
        middle = np.array([0.0, 0.0, (1.5 - index) * (HEIGHT + GAP)])
        local = applyTransform(points, inverseRigid(motions[level])) - middle
        outside = np.max(np.abs(local) - np.array([22.0, 0.5 * DEPTH, 0.5 * HEIGHT]), axis=1)
        share = 1.0 / (1.0 + np.exp(outside / 0.4))
        phase = 1.7 * index
        texture = 500.0 + 120.0 * np.sin(0.35 * local[:, 1] + phase) * np.cos(0.41 * local[:, 2] - phase)
        texture += 60.0 * np.sin(0.3 * local[:, 0] + 0.2 * local[:, 1] + 2 * phase)
        rim = 350.0 * np.exp(-0.5 * (outside / 0.9) ** 2)
        values = (1.0 - share) * values + share * texture - rim
    return values


def stack(motions, tiltDeg=(0.0, 0.0, 0.0), slices=13, sliceMm=3.5, inPlaneMm=1.0, noise=0.0, seed=0, middle=None):
    """A sagittal stack (columns backward, rows downward, slices to the right), tilted."""
    axes = rotationMatrix(np.radians(tiltDeg)) @ np.array([[0.0, 0, 1], [-1, 0, 0], [0, -1, 0]])
    size = (90, 170, slices)
    spacing = (inPlaneMm, inPlaneMm, sliceMm)
    middle = np.zeros(3) if middle is None else middle
    origin = middle - axes @ (0.5 * (np.array(size) - 1) * np.array(spacing))
    columns = tuple(tuple(float(value) for value in axes[:, index]) for index in range(3))
    geometry = VolumeGeometry(size, spacing, tuple(float(value) for value in origin), columns)
    k, j, i = np.meshgrid(*(np.arange(count) for count in size[::-1]), indexing="ij")
    points = np.stack([i, j, k], -1).reshape(-1, 3) @ geometry.ijkToRAS[:3, :3].T + geometry.ijkToRAS[:3, 3]
    voxels = signalAt(points, motions).reshape(size[::-1])
    voxels = np.abs(voxels + np.random.default_rng(seed).normal(0.0, noise, voxels.shape)) if noise else voxels
    return GrayVolume(voxels.astype(np.float32), geometry)


def still():
    """Every bone where it was."""
    return {level: np.eye(4) for level in LEVELS}


def bent(flexionDeg=8.0, slideMm=3.0):
    """Every bone flexed against the next lower one about the middle of its disc; L4 slides forward besides."""
    motions = {"L5": np.eye(4)}
    for index in (2, 1, 0):
        level, below = LEVELS[index], LEVELS[index + 1]
        center = np.array([0.0, 0.0, (1.0 - index) * (HEIGHT + GAP)])
        turn = np.eye(4)
        turn[:3, :3] = rotationMatrix([np.radians(-flexionDeg), 0.0, 0.0])
        turn[:3, 3] = center - turn[:3, :3] @ center
        if level == "L4":
            turn[1, 3] += slideMm
        motions[level] = motions[below] @ turn
    return motions


def worstCornerMm(level, matrix, truth):
    """Largest distance within the plane between a level's corners carried by two motions."""
    corners = np.array([point for name, point in bodyMarks().items() if name.startswith(level)])
    gap = applyTransform(corners, matrix) - applyTransform(corners, truth)
    return float(np.linalg.norm(gap[:, 1:], axis=1).max())
