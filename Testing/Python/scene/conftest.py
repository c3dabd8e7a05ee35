"""A headless Slicer application, and cases with everything a case can hold."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Study.Case import BoneTransform, Case, Numbering, Reading
from DynamicSpineLib.Study.Marks import Contour, Landmark, landmarkSet
from DynamicSpineLib.Study.Position import Grade, Observation, Position, Symptom
from DynamicSpineLib.Study.VolumeFile import readGeometry

LIBRARY_FOLDER = Path(__file__).resolve().parents[3] / "DynamicSpine"
CHAIN = Chain(("L3", "L4", "L5", "S1"))


@pytest.fixture
def scene():
    """The scene of the headless application, empty before and after."""
    pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")
    from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication

    application = headlessApplication()
    application.clear()
    yield application.scene
    application.clear()


@pytest.fixture
def runPython():
    """Run a snippet in a process of its own; return it with its exit code, stdout and stderr."""

    def run(code: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(LIBRARY_FOLDER)!r})\n{code}"]
        return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)

    return run


def awkward(generator, *shape):
    """Numbers that need all their digits."""
    return generator.normal(size=shape) * 100 / 3


def points(generator, count):
    return tuple(tuple(float(number) for number in row) for row in awkward(generator, count, 3))


def someMarks(seed):
    """Points of every status and origin, with notes in several scripts, and curves of every kind."""
    generator = np.random.default_rng(seed)
    names = ("L3_IA", "L3_IP", "L4_SA", "L4_SP", "L4_IA", "L5_SA", "L4L5_CA")
    origins = ("placed", "carried", "predicted", "segmented", "placed", "carried", "placed")
    notes = ("", "über dem Sporn", "頸椎; \"confirmed\"\n second line\tend", "a; b", "", "", "  two spaces")
    landmarks = [
        Landmark(name, point, "defined", origin, bool(index % 2), note)
        for index, (name, point, origin, note) in enumerate(
            zip(names, points(generator, len(names)), origins, notes, strict=True))
    ]
    landmarks += [Landmark("L5_SP", None, "missing", note="artefact"), Landmark("L5_IA", None, "undefined"),
                  Landmark("S1_SA", None, "undefined", "predicted", False)]
    contours = [Contour("L4L5_DS", points(generator, 8)),
                Contour("L3L4_DS", points(generator, 11), True, "segmented", False),
                Contour("L4L5_LF_L", points(generator, 2), False, "carried", True)]
    return landmarkSet(landmarks, contours)


def someBone(seed):
    generator = np.random.default_rng(seed)
    turn, _ = np.linalg.qr(generator.normal(size=(3, 3)))
    turn = turn * np.sign(np.linalg.det(turn))
    upper = np.column_stack([turn, awkward(generator, 3)])
    rows = tuple(tuple(float(item) for item in row) for row in upper)
    root = generator.normal(size=(6, 6)) / 700
    covariance = tuple(tuple(float(item) for item in row) for row in root @ root.T)
    return BoneTransform("L4", "supine", "flexion", (*rows, (0.0, 0.0, 0.0, 1.0)), covariance, (1 / 3, -2 / 3, 1e-7),
                         "good", MappingProxyType({"correlation": 1 / 3, "words": "ähnlich"}))


@pytest.fixture
def fullCase():
    """A case with a value in every field and no volumes."""
    supine = Position(
        "supine", "supine", "neutral", "Rücken, \"頸\" <1> & so", angleReachedDeg=1 / 3, stoppedBy="pain",
        quality="good", date="2025-03-01", scanner="0,6 T", minutesUpright=2.5, support="none",
        landmarksFile="supine.mrk.json", contourFiles=("contours/a.mrk.json",),
        grades=(Grade("L4L5", "schizas", "A2", reader="Q"),),
        observations=(Observation("L4L5", "facetCyst", None),), symptoms=(Symptom("leg", "L", 3.5, True, "böse"),),
        notes="first\nsecond\ttabbed", marks=someMarks(1),
    )  # fmt: skip
    flexion = Position("flexion", "standing", "flexion", load="weightBearing", gravity_RAS=(0.1, 0.0, -1.0),
                       landmarksFile="flexion.mrk.json", marks=someMarks(2))
    extension = Position("extension", "standing", "extension", landmarksFile="extension.mrk.json")
    return Case(
        "Jürgen 7: b;c", CHAIN, (supine, flexion, extension),
        Numbering("sacrum", 24, "Castellvi IIa", "L6", "Dr. Ä", "2025-03-02"), MappingProxyType({"L5S1": "fused"}),
        "supine", "flexion", "Dr. Ä", "F", MappingProxyType({"corner": 1 / 3}), 0.7,
        (Observation("L4L5", "cordContact"),),
        (someBone(3), replace(someBone(4), covariance=None, center_RAS=None, level="L5")),
        (Reading("Ä; b:c", 1, "2025-04-01", marks=MappingProxyType({"supine": someMarks(5), "flexion": someMarks(6)})),
         Reading("Ä; b:c", 2, marks=MappingProxyType({"supine": someMarks(7)})), Reading("Q")), "note",
    )  # fmt: skip


@pytest.fixture
def writeVolume():
    """Write voxels [k, j, i] to a file. axes: columns are the voxel axes in RAS; origin in RAS."""
    sitk = pytest.importorskip("SimpleITK")

    def write(path, voxels, axes=None, spacing=(1.0, 1.0, 1.0), origin=(0.0, 0.0, 0.0)):
        image = sitk.GetImageFromArray(voxels)
        toLPS = np.diag([-1.0, -1.0, 1.0])
        image.SetDirection((toLPS @ (np.eye(3) if axes is None else axes)).ravel().tolist())
        image.SetSpacing(spacing)
        image.SetOrigin((toLPS @ np.array(origin)).tolist())
        sitk.WriteImage(image, str(path), useCompression=True)
        return path

    return write


@pytest.fixture
def oblique():
    """Voxel axes (columns, RAS) of a sagittal stack that is turned about all three axes."""

    def turned(leftHanded=False):
        angles = np.radians([7.0, -11.0, 5.0])
        turn = np.eye(3)
        for axis, angle in enumerate(angles):
            first, second = (axis + 1) % 3, (axis + 2) % 3
            one = np.eye(3)
            one[first, first] = one[second, second] = np.cos(angle)
            one[first, second], one[second, first] = -np.sin(angle), np.sin(angle)
            turn = one @ turn
        sagittal = np.array([[0.0, 0.0, -1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
        if np.linalg.det(sagittal) < 0:
            sagittal[:, 2] *= -1
        axes = turn @ sagittal
        if leftHanded:
            axes[:, 2] *= -1
        return axes

    return turned


@pytest.fixture
def volumeCase(fullCase, writeVolume, oblique, tmp_path):
    """The full case with a volume for each position, and the folder that holds them."""
    folder = tmp_path / "volumes"
    folder.mkdir()
    positions = []
    for index, position in enumerate(fullCase.positions):
        voxels = np.random.default_rng(index).integers(0, 900, (5, 12, 11)).astype(np.int16)
        name = f"{position.id}{('.nrrd', '.nii.gz', '.mha')[index]}"
        path = writeVolume(folder / name, voxels, oblique(index == 1), (0.7, 0.6543, 3.3), (10.123, -55.3, 77.7))
        positions.append(replace(position, volume=name, geometry=readGeometry(path)))
    return replace(fullCase, positions=tuple(positions)), folder


@pytest.fixture
def editedPoint():
    """Move one control point of a list by name."""

    def move(node, name, by):
        index = node.GetControlPointIndexByLabel(name)
        place = np.array(node.GetNthControlPointPosition(index)) + by
        node.SetNthControlPointPosition(index, *place)
        return tuple(float(number) for number in place)

    return move
