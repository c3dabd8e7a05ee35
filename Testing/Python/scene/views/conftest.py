"""A Slicer scene with slice views that draw off screen, as the application has them, and a case to show in them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

SIZES = {"DynamicSpineSagittal": (360, 420), "DynamicSpineAxial": (240, 240), "DynamicSpineCoronal": (240, 240),
         "DynamicSpine1": (300, 300), "DynamicSpine2": (360, 300), "DynamicSpine3": (300, 240), "Red": (240, 240)}


@cache
def applicationWithViews():
    """One application and its views for all tests of this process: each view keeps some megabytes for good."""
    from DynamicSpineLib.Scene.HeadlessApplication import startSlicer

    application = startSlicer()
    return SimpleNamespace(scene=application.scene, application=application, views={})


@cache
def applicationWithLayout():
    """An application whose layout logic makes the nodes of the views that a layout names."""
    from slicer import vtkMRMLLayoutLogic

    from DynamicSpineLib.Scene.HeadlessApplication import startSlicer

    application = startSlicer()
    logic = vtkMRMLLayoutLogic()
    logic.SetMRMLScene(application.scene)
    return SimpleNamespace(scene=application.scene, logic=logic, application=application)


@pytest.fixture
def laidOut():
    """A scene with Slicer's layout logic, empty before and after."""
    pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")
    made = applicationWithLayout()
    made.scene.Clear(False)
    made.scene.GetFirstNodeByClass("vtkMRMLLayoutNode").SetViewArrangement(3)
    yield made.scene
    made.scene.Clear(False)


@pytest.fixture
def viewed():
    """A scene whose slice views are asked for by tag: `viewed.view(tag)`; empty before and after.

    `viewed.pixels(tag)` is what a view shows, `viewed.interactor(tag)` takes the mouse, `viewed.logic` is Slicer's;
    `viewed.derived()` are the nodes of outlines and names.
    """
    pytest.importorskip("trame_slicer", reason="3D Slicer's Python packages are not installed")
    made = applicationWithViews()
    made.scene.Clear(False)
    yield SimpleNamespace(scene=made.scene, view=lambda tag: sliceView(made, tag), pixels=lambda tag: pixels(made, tag),
                          interactor=lambda tag: made.views[tag].interactor(), logic=made.application.app_logic,
                          derived=lambda: derivedNodes(made.scene))
    made.scene.Clear(False)


def derivedNodes(scene):
    """The nodes that only show what a case holds."""
    from DynamicSpineLib.Scene.Views.DerivedNodes import DERIVED_ATTRIBUTE

    nodes = [scene.GetNthNode(index) for index in range(scene.GetNumberOfNodes())]
    return [node for node in nodes if node.GetAttribute(DERIVED_ATTRIBUTE)]


def sliceView(made, tag):
    """The node of the slice view with a tag, made at the first call."""
    if tag not in made.views:
        from trame_slicer.views import NoScheduleRendering, SliceView

        view = SliceView(made.scene, made.application.app_logic, tag,
                         scheduled_render_strategy=NoScheduleRendering())
        made.views[tag] = view
    view, size = made.views[tag], SIZES[tag]
    view.render_window().SetSize(*size)
    view.interactor().UpdateSize(*size)
    view._logic.ResizeSliceNode(*size)
    return view.get_view_node()


def pixels(made, tag):
    """What a view shows, (rows, columns, 3), top row first."""
    from DynamicSpineLib.Scene.PictureCapture import capture

    view = made.views[tag]
    view.interactor().Render()
    return capture(view.render_window(), SIZES[tag]).pixels


@pytest.fixture
def slipCase(writeVolume, tmp_path):
    """Three positions of the phantom whose L4 slips, with a small dark sagittal stack for each, and their folder."""
    from PhantomCases import phantomCase

    from DynamicSpineLib.Study.Marks import landmarkSet
    from DynamicSpineLib.Study.VolumeFile import readGeometry

    case = phantomCase("lumbarSlip")
    axes = np.array([[0.0, 0.0, -1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
    positions = []
    for position in (case.position(key) for key in ("SUP_N", "ST_F", "ST_E")):
        middle = np.array(position.marks.point("L3_SP"))
        origin = middle - axes @ (np.array([59.5, 59.5, 5.0]) * (2.5, 2.5, 4.0))
        voxels = np.full((11, 120, 120), 60, dtype=np.int16)
        voxels[:, :6] = 900
        path = writeVolume(tmp_path / f"{position.id}.nrrd", voxels, axes, (2.5, 2.5, 4.0), tuple(origin))
        curves = [position.marks.contours[name] for name in ("L4L5_DS", "L4L5_FC_L")]  # all 55 take a second to show
        marks = landmarkSet(list(position.marks.landmarks.values()), curves)
        positions.append(replace(position, volume=path.name, geometry=readGeometry(path), marks=marks))
    return replace(case, positions=tuple(positions)), tmp_path


@pytest.fixture
def openCase(viewed, slipCase):
    """The phantom's case as nodes of the viewed scene."""
    from DynamicSpineLib.Scene.CaseRoles import landmarkNode, volumeNode
    from DynamicSpineLib.Scene.CaseScene import writeCaseToScene

    case, folder = slipCase
    node = writeCaseToScene(case, viewed.scene, folder)
    return SimpleNamespace(case=case, chain=case.chain, node=node, volume=lambda key: volumeNode(node, key),
                           points=lambda key: landmarkNode(node, key))


@pytest.fixture
def putUnder(viewed):
    """Put nodes below a new linear transform with this 4x4 matrix."""

    def put(matrix, *nodes):
        from vtkmodules.vtkCommonMath import vtkMatrix4x4

        transform = viewed.scene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "moved by the user")
        values = vtkMatrix4x4()
        values.DeepCopy(np.asarray(matrix, dtype=float).ravel().tolist())
        transform.SetMatrixTransformToParent(values)
        for node in nodes:
            node.SetAndObserveTransformNodeID(transform.GetID())
        return transform

    return put
