"""Carrying marks in a Slicer scene."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("trame_slicer", reason="needs the packages of the extra 'slicer'")

from PhantomCases import phantomCase
from TrueCarry import SCENARIO, engine, markedOnce, writeTrueCase

from DynamicSpineLib.Cli import main
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Jobs.CarryPlan import CarryOptions
from DynamicSpineLib.Jobs.PropagateJob import propagate
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Scene.CaseRoles import landmarkNode, onlyCaseNode, volumeNode
from DynamicSpineLib.Scene.CaseScene import writeCaseToScene
from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication
from DynamicSpineLib.Scene.OpenCase import openCase
from DynamicSpineLib.Scene.SceneFiles import saveScene
from DynamicSpineLib.Study.CaseFolder import readCase
from DynamicSpineLib.Study.VolumeVoxels import readVolume


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return writeTrueCase(tmp_path_factory.mktemp("scene") / "case", markedOnce(phantomCase(SCENARIO), "SUP_N"))


@pytest.fixture
def scenePath(folder, tmp_path):
    """A scene of the case, with its volumes; in one position volume and marks lie below a transform."""
    headlessApplication().clear()
    scene = headlessApplication().scene
    caseNode = writeCaseToScene(readCase(folder), scene, folder)
    turned = scene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "Anchor")
    from vtkmodules.vtkCommonMath import vtkMatrix4x4

    matrix = vtkMatrix4x4()
    matrix.SetElement(1, 3, 25.0)
    turned.SetMatrixTransformToParent(matrix)
    for node in (volumeNode(caseNode, "ST_F"), landmarkNode(caseNode, "ST_F")):
        node.SetAndObserveTransformNodeID(turned.GetID())
    saveScene(scene, tmp_path / "case.mrb")
    headlessApplication().clear()
    yield tmp_path / "case.mrb"
    headlessApplication().clear()


def test_a_scene_gets_its_marks_in_the_frame_of_each_volume_and_keeps_its_volumes(scenePath, folder):
    log = []
    done = runSteps(propagate(scenePath, CarryOptions(), None, engine(log=log)))
    assert done.path == scenePath
    for _, target, _ in log:
        voxels = readVolume(folder / f"{target.positionId}.nrrd").voxels
        assert np.array_equal(np.sort(target.volume.voxels.ravel()), np.sort(voxels.ravel()))
    case, truth = openCase(scenePath), phantomCase(SCENARIO)
    for position in case.positions:
        marks = truth.position(position.id).marks
        assert np.allclose(position.marks.point("L4_SA"), marks.point("L4_SA"), atol=1e-5), position.id
        assert volumeNode(onlyCaseNode(headlessApplication().scene), position.id) is not None
    assert case.position("ST_F").marks.landmarks["L4_SA"].quality.startswith("good")
    assert len(case.bones) == len(truth.bones)


def test_another_scene_can_be_written_and_the_first_stays(scenePath, tmp_path):
    before = scenePath.read_bytes()
    runSteps(propagate(scenePath, CarryOptions(toPositions=("ST_F",)), tmp_path / "second.mrb", engine()))
    assert scenePath.read_bytes() == before
    assert openCase(tmp_path / "second.mrb").position("ST_F").marks.point("L4_SA") is not None


def test_a_scene_is_written_as_one_bundle(scenePath, tmp_path, capsys):
    with pytest.raises(InputError, match=r"written as one \.mrb file"):
        next(propagate(scenePath, CarryOptions(), tmp_path / "folder", engine()))
    assert main(["propagate", str(tmp_path / "case.mrml")]) == 2
    assert "written as one .mrb file" in capsys.readouterr().err


def test_a_scene_without_a_volume_says_so(folder, tmp_path):
    headlessApplication().clear()
    scene = headlessApplication().scene
    writeCaseToScene(readCase(folder), scene)
    saveScene(scene, tmp_path / "bare.mrb")
    with pytest.raises(InputError, match=r"position 'SUP_N': its volume is not in the scene"):
        runSteps(propagate(tmp_path / "bare.mrb", CarryOptions(), None, engine()))
    headlessApplication().clear()
