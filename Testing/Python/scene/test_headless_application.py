"""One silent application per process, and one plain sentence where it cannot start."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")

from DynamicSpineLib.Errors import JobError
from DynamicSpineLib.Scene import HeadlessApplication
from DynamicSpineLib.Scene.HeadlessApplication import explainImport, headlessApplication, requireDrawing


def test_one_application_serves_the_whole_process(scene):
    assert headlessApplication() is headlessApplication()
    assert headlessApplication().scene is scene


def test_clearing_keeps_the_scene_able_to_store_markups(scene):
    headlessApplication().clear()
    node = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode")
    assert node.CreateDefaultStorageNode() is not None


@pytest.mark.parametrize("kind", [
    "vtkMRMLMarkupsClosedCurveNode", "vtkMRMLSequenceBrowserNode", "vtkMRMLTableNode", "vtkMRMLPlotChartNode",
    "vtkMRMLSegmentationNode", "vtkMRMLTextNode", "vtkMRMLModelNode", "vtkMRMLLinearTransformNode",
])  # fmt: skip
def test_the_scene_knows_the_nodes_of_every_module_that_a_study_needs(scene, kind):
    assert scene.AddNewNodeByClass(kind) is not None


def test_starting_loading_saving_and_drawing_print_nothing(runPython, writeVolume, tmp_path):
    import numpy as np

    path = writeVolume(tmp_path / "a.nrrd", np.arange(60, dtype=np.int16).reshape(3, 4, 5))
    done = runPython(f"""
from pathlib import Path
from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication
scene = headlessApplication().scene
from DynamicSpineLib.Scene.Volumes import loadVolume
from DynamicSpineLib.Scene.PictureContent import PictureCaption, SlicePicture
from DynamicSpineLib.Scene.PicturePlane import sagittalPlane
from DynamicSpineLib.Scene.SlicePictures import renderSlice
from DynamicSpineLib.Scene.SceneFiles import saveScene
node = loadVolume(scene, Path({str(path)!r}))
renderSlice(node, SlicePicture(sagittalPlane((0, 0, 0), (0, 1, 0), (0, 0, 1)), PictureCaption("a $1$ b", "c")))
saveScene(scene, Path({str(tmp_path / "a.mrb")!r}))
""")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "a.mrb").is_file()


def test_without_slicer_one_sentence_names_what_to_install(runPython):
    done = runPython("""
sys.modules["trame_slicer"] = None
from DynamicSpineLib.Errors import JobError
from DynamicSpineLib.Scene.HeadlessApplication import headlessApplication
try:
    headlessApplication()
except JobError as error:
    print(error)
""")
    assert "pip install 'dynamicspine[slicer]'" in done.stdout
    assert done.stdout.count("\n") == 1


def test_a_missing_system_library_is_named_with_its_packages():
    problem = ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
    text = explainImport(problem)
    assert "libEGL.so.1" in text
    assert "libegl1" in text
    assert "mesa-libEGL" in text
    assert "pip install" not in text


def test_drawing_is_refused_before_the_process_would_end(monkeypatch):
    def missing(name):
        raise OSError(name)

    monkeypatch.setattr(HeadlessApplication.ctypes, "CDLL", missing)
    monkeypatch.setattr(HeadlessApplication.sys, "platform", "linux")
    with pytest.raises(JobError, match=r"libEGL\.so\.1 is missing.*libegl1"):
        requireDrawing()


def test_the_named_packages_are_those_of_the_set_up():
    path = Path(__file__).resolve().parents[3] / "Tools" / "SetUp.py"
    specification = importlib.util.spec_from_file_location("SetUp", path)
    setUp = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(setUp)
    for library, packages in setUp.DRAWING_LIBRARIES.items():
        for system, package in packages.items():
            assert f"{system} {package}" in HeadlessApplication.DRAWING_LIBRARIES[library]


def test_a_program_without_a_terminal_is_left_alone(runPython, tmp_path):
    done = runPython(f"""
import os
from pathlib import Path
from DynamicSpineLib.Scene.Quiet import quietTerminal
os.close(1)
sys.stdout = None
with quietTerminal():
    os.write(2, b"hidden")
os.write(2, b"shown")
Path({str(tmp_path / "done")!r}).touch()
""")
    assert done.stderr == "shown"
    assert (tmp_path / "done").is_file()
