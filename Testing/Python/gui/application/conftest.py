"""Fixtures for the tests of the stand-in, which behaves as seen in the running application."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import pytest
from StandInForm import FORM, Kind


@pytest.fixture
def a_form(a_slicer_application, tmp_path):  # noqa: ARG001
    """The widgets of a .ui file with Slicer's, CTK's and Qt's widgets."""
    import slicer

    (tmp_path / "Form.ui").write_text(FORM)
    widget = slicer.util.loadUI(str(tmp_path / "Form.ui"))
    yield slicer.util.childWidgetVariables(widget)
    widget.deleteLater()


@pytest.fixture
def parameters(a_slicer_application):  # noqa: ARG001
    """A class of parameters and the node that keeps them."""
    import slicer
    from slicer.parameterNodeWrapper import WithinRange, parameterNodeWrapper
    from slicer.ScriptedLoadableModule import ScriptedLoadableModuleLogic

    class Parameters:
        isShown: bool = True
        kind: Kind = Kind.ANGLE
        count: int = 3
        share: Annotated[float, WithinRange(0.0, 1.0)] = 0.25
        title: str = "first"
        levels: list[str]
        marks: slicer.vtkMRMLMarkupsFiducialNode | None

    Parameters.__annotations__ |= {"share": Annotated[float, WithinRange(0.0, 1.0)]}
    Parameters.__annotations__ |= {"marks": slicer.vtkMRMLMarkupsFiducialNode | None}
    return parameterNodeWrapper(Parameters), ScriptedLoadableModuleLogic().getParameterNode()


@pytest.fixture
def three_marks(a_slicer_application):
    """A list of three unset points, being placed in order in a sagittal view of a volume; what it fires is recorded."""
    import slicer

    scene = a_slicer_application.scene
    voxels = np.random.default_rng(0).integers(0, 100, (96, 96, 96)).astype(np.int16)
    slicer.util.setSliceViewerLayers(background=slicer.util.addVolumeFromArray(voxels), fit=True)
    marks = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "Marks")
    marks.CreateDefaultDisplayNodes()
    for label in ("L4_IA", "L4_IP", "L5_SA"):
        marks.UnsetNthControlPointPosition(marks.AddControlPoint(0.0, 0.0, 0.0, label))
    marks.SetFixedNumberOfControlPoints(True)
    logic = slicer.app.applicationLogic()
    logic.GetSelectionNode().SetReferenceActivePlaceNodeClassName("vtkMRMLMarkupsFiducialNode")
    logic.GetSelectionNode().SetActivePlaceNodeID(marks.GetID())
    logic.GetInteractionNode().SetPlaceModePersistence(1)
    logic.GetInteractionNode().SetCurrentInteractionMode(logic.GetInteractionNode().Place)
    a_slicer_application.showPoint("Yellow", (50.0, 40.0, 40.0))
    return marks
