"""What the tests of Compare do with its section, and how they read scene and views."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import numpy as np
import slicer
from PhantomCases import phantomCase, posedSpine
from PlacedMarks import withFewOutlines
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from DynamicSpineLib.Anatomy.BodyCorners import CORNER_CODES
from DynamicSpineLib.Scene.CaseRoles import landmarkNode, volumeNode
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry
from DynamicSpineLib.Study.VolumeVoxels import writeVolume

TAG, UPPER_EDGE = "DynamicSpineCompare", 7
SCENARIO, POSITIONS = "lumbarSlip", ("SUP_N", "ST_E", "ST_F")
BODIES = ("L1", "L2", "L3", "L4", "L5", "S1")
BODY, AROUND, NOISE = 800, 200, 12.0
SIZE, SPACING_MM, SLICE_MM, SLICES = (105, 150), 2.0, 9.0, 5


@lru_cache(maxsize=8)
def painted(positionId):
    """Voxels (k, j, i) that are bright and striped inside the phantom's bodies in a position, and their grid."""
    spine = posedSpine(SCENARIO, positionId)
    middle = spine.boneToRAS["L3"][:3, 3]
    extentMm = np.array([(SLICES - 1) * SLICE_MM, SIZE[0] * SPACING_MM, SIZE[1] * SPACING_MM])
    origin = middle + 0.5 * extentMm * [-1.0, 1.0, 1.0]
    grid = VolumeGeometry((*SIZE, SLICES), (SPACING_MM, SPACING_MM, SLICE_MM), tuple(map(float, origin)),
                          ((0.0, -1.0, 0.0), (0.0, 0.0, -1.0), (1.0, 0.0, 0.0)), True)  # fmt: skip
    k, j, i = np.meshgrid(np.arange(SLICES), np.arange(SIZE[1]), np.arange(SIZE[0]), indexing="ij")
    places = np.stack([i, j, k], axis=-1) @ grid.ijkToRAS[:3, :3].T + grid.ijkToRAS[:3, 3]
    voxels = np.random.default_rng(len(positionId) + ord(positionId[-1])).normal(AROUND, NOISE, places.shape[:-1])
    for level in BODIES:
        back = np.linalg.inv(spine.boneToRAS[level])
        own = places @ back[:3, :3].T + back[:3, 3]
        inside = (np.abs(own[..., 1]) < 17.0) & (np.abs(own[..., 2]) < 13.0)
        voxels[inside] += BODY - AROUND + 80.0 * np.sin(own[inside][:, 1] / 3.0)
    return np.rint(voxels).astype(np.int16), grid


def openVolumes(panel, case=None):
    """Show a case whose positions have painted volumes; nothing is measured yet."""
    case = case or withFewOutlines(phantomCase(SCENARIO, POSITIONS), ("L4L5",))
    for position in case.positions:
        path = Path(_folder().name) / position.volume
        if not path.is_file():
            writeVolume(path, *painted(position.id))
    node = writeCaseToScene(case, slicer.mrmlScene, Path(_folder().name))
    session = panel.context.workspace.session(node)
    for key, volume in session.volumes().items():
        volume.SetName(f"{key} image")
    session.settle()
    panel.showSession(session)
    return session


@lru_cache(maxsize=1)
def _folder():
    """The volumes' files, for as long as the process lives."""
    return TemporaryDirectory()


def compare(panel, reference="SUP_N", moving="ST_F", level="L5", **options):
    """Open Compare and show two positions; returns the section."""
    section = panel.sections["compare"]
    if panel.context.parameters.section != "compare" or not section.desk.isOn:
        panel.openSection("compare")
    section.see(replace(section.desk.choice, reference=reference, moving=moving, level=level, **options))
    panel.context.runner.runToEnd()
    return section


def show(section, **changes):
    """Change what is shown, and wait for what that computes."""
    section.change(**changes)
    section.context.runner.runToEnd()


def worldPoint(session, positionId, name):
    """Where a mark lies in the world now."""
    node = landmarkNode(session.caseNode, positionId)
    labels = [node.GetNthControlPointLabel(index) for index in range(node.GetNumberOfControlPoints())]
    point = [0.0, 0.0, 0.0]
    node.GetNthControlPointPositionWorld(labels.index(name), point)
    return np.array(point)


def apart(session, level, first="SUP_N", second="ST_F"):
    """The largest distance in the world, mm, of a vertebra's corners in two positions."""
    names = [f"{level}_{code}" for code in CORNER_CODES
             if all(session.case.position(key).marks.point(f"{level}_{code}") is not None for key in (first, second))]
    return max(float(np.linalg.norm(worldPoint(session, first, name) - worldPoint(session, second, name)))
               for name in names)  # fmt: skip


def middleOf(session, positionId, level):
    """The middle of a body's corners, in the frame of its position."""
    marks = session.case.position(positionId).marks
    points = [marks.point(f"{level}_{code}") for code in CORNER_CODES]
    return np.mean([point for point in points if point is not None], axis=0)


def viewState(panel):
    """What the one large view shows: place, direction, zoom and pan, in nine digits after the point.

    Slicer sets the depth of the field anew whenever it lays out a view, and rounds its other sides.
    """
    node = panel.context.views.views.compare.view(TAG)
    parts = (node.GetSliceToRAS().GetData(), node.GetFieldOfView()[:2], node.GetXYZOrigin())
    return tuple(tuple(round(number, 9) for number in part) for part in parts)


def layers(application):
    """Which positions the large view shows, below and above, and how opaque the upper one is."""
    composite = application.view(TAG).mrmlSliceCompositeNode()
    names = []
    for layer in ("Background", "Foreground"):
        node = slicer.mrmlScene.GetNodeByID(getattr(composite, f"Get{layer}VolumeID")() or "")
        names.append(node.GetName().removesuffix(" image") if node is not None else "")
    return (*names, composite.GetForegroundOpacity())


def caption(application):
    """What is written in the large view, in one line."""
    return " ".join(application.view(TAG).cornerAnnotation().GetText(UPPER_EDGE).split())


def countedNodes():
    """How many nodes of each class the scene has."""
    scene = slicer.mrmlScene
    return Counter(scene.GetNthNode(index).GetClassName() for index in range(scene.GetNumberOfNodes()))


def countedOf(*classes):
    """How many nodes there are of some classes, by class."""
    found = countedNodes()
    return {name: found[name] for name in classes}


def parents(session):
    """The transform above each position's volume and marks, by its id."""
    return {(item.id, kind): node.GetTransformNodeID() for item in session.case.positions
            for kind, node in (("volume", volumeNode(session.caseNode, item.id)),
                               ("marks", landmarkNode(session.caseNode, item.id)))}  # fmt: skip


def linear(name, matrix, parentId=None):
    """A transform of a user's own."""
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode", name)
    setMatrix(node, matrix)
    node.SetAndObserveTransformNodeID(parentId)
    return node


def setMatrix(node, matrix):
    values = vtkMatrix4x4()
    values.DeepCopy(np.asarray(matrix, dtype=float).ravel().tolist())
    node.SetMatrixTransformToParent(values)


def matrixOf(node):
    matrix = vtkMatrix4x4()
    node.GetMatrixTransformToParent(matrix)
    return np.reshape(matrix.GetData(), (4, 4))


def putBelow(session, positionId, node):
    """Put volume and marks of a position below a user's transform."""
    volumeNode(session.caseNode, positionId).SetAndObserveTransformNodeID(node.GetID())
    landmarkNode(session.caseNode, positionId).SetAndObserveTransformNodeID(node.GetID())


def carried(case, positionId, verdicts):
    """The case with the marks of a position carried and not accepted; verdicts: of the carried bones, by level."""
    position = case.position(positionId)
    marks = {name: replace(mark, origin="carried", confirmed=False) for name, mark in position.marks.landmarks.items()}
    marked = replace(position, marks=replace(position.marks, landmarks=MappingProxyType(marks)))
    bones = tuple(replace(bone, verdict=verdicts.get(bone.level, bone.verdict)) for bone in case.bones)
    positions = tuple(marked if item is position else item for item in case.positions)
    return replace(case, positions=positions, bones=bones)


def errorsSaid(application):
    return [text for kind, text in application.messages if kind in ("error", "warning")]
