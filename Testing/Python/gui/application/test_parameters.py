"""Parameters of a module in the stand-in, and the widgets that show them."""

from __future__ import annotations

import pytest
from StandInForm import Kind


def test_parameters_start_with_their_defaults_and_are_kept_as_the_application_writes_them(parameters):
    kind, node = parameters
    first = kind(node)
    first.levels = ["L4", "L5"]
    first.kind, first.share, first.count = Kind.SLIP, 0.5, 7
    again = kind(node)
    assert (again.isShown, again.kind, again.count, again.share, again.title) == (True, Kind.SLIP, 7, 0.5, "first")
    assert list(again.levels) == ["L4", "L5"]
    assert not isinstance(again.levels, list)
    texts = {name: node.GetParameter(name) for name in ("isShown", "kind", "share", "levels.len", "levels.1")}
    assert texts == {"isShown": "True", "kind": "SLIP", "share": "0.5", "levels.len": "2", "levels.1": "L5"}


def test_parameters_refuse_other_types_and_values_out_of_range(parameters):
    wrapper = parameters[0](parameters[1])
    for name, value, problem in (("count", "7", TypeError), ("kind", "SLIP", TypeError), ("share", 1.5, ValueError),
                                 ("levels", [4], TypeError), ("marks", "node", TypeError)):  # fmt: skip
        with pytest.raises(problem):
            setattr(wrapper, name, value)
    assert (wrapper.count, wrapper.kind, wrapper.share, list(wrapper.levels)) == (3, Kind.ANGLE, 0.25, [])


def test_a_node_parameter_is_empty_after_its_node_is_gone(parameters, a_slicer_application):
    wrapper, scene = parameters[0](parameters[1]), a_slicer_application.scene
    wrapper.marks = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode")
    assert wrapper.marks.GetClassName() == "vtkMRMLMarkupsFiducialNode"
    scene.RemoveNode(wrapper.marks)
    assert wrapper.marks is None


def test_connected_widgets_follow_the_parameters_and_the_other_way_round(parameters, a_form, a_slicer_application):
    wrapper, scene = parameters[0](parameters[1]), a_slicer_application.scene
    a_form.marks.setMRMLScene(scene)
    tag = wrapper.connectGui(a_form)
    assert (a_form.isShown.checked, a_form.kind.currentText, a_form.share.value) == (True, "ANGLE", 0.25)
    wrapper.count, wrapper.kind = 9, Kind.SLIP
    assert (a_form.count.value, a_form.kind.currentText) == (9, "SLIP")
    marks = scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", "Marks")
    a_form.title.text, a_form.isShown.checked, a_form.kind.currentIndex = "typed", False, 1
    a_form.marks.setCurrentNode(marks)
    assert (wrapper.title, wrapper.isShown, wrapper.kind, wrapper.marks) == ("typed", False, Kind.ANGLE, marks)
    wrapper.disconnectGui(tag)
    a_form.title.text = "not heard"
    wrapper.count = 1
    assert (wrapper.title, a_form.count.value) == ("typed", 9)


def test_the_node_selector_lists_visible_nodes_and_takes_another_when_its_own_goes(a_form, a_slicer_application):
    scene, chosen = a_slicer_application.scene, []
    a_form.marks.nodeTypes = ["vtkMRMLMarkupsFiducialNode"]
    a_form.marks.setMRMLScene(scene)
    a_form.marks.currentNodeChanged.connect(chosen.append)
    node, hidden = (scene.AddNewNodeByClass("vtkMRMLMarkupsFiducialNode", name) for name in ("Shown", "Hidden"))
    hidden.SetHideFromEditors(True)
    scene.AddNewNodeByClass("vtkMRMLTextNode", "Other")
    assert [a_form.marks.itemText(row) for row in range(a_form.marks.count)] == ["None", "Shown"]
    a_form.marks.setCurrentNode(node)
    scene.RemoveNode(node)
    assert chosen == [node, None]
