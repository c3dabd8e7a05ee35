"""The stand-in behaves as seen in the running application, so that tests of the panel in it mean something."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import numpy as np
import pytest

MODULE = Path(__file__).resolve().parents[3] / "DynamicSpine" / "DynamicSpine.py"
ONE_BIG_VIEW = """
<layout type="horizontal" split="true">
 <item splitSize="750"><view class="vtkMRMLSliceNode" singletontag="Big">
  <property name="orientation" action="default">Sagittal</property>
  <property name="viewlabel" action="default">B</property></view></item>
 <item splitSize="250"><layout type="vertical">
  <item><view class="vtkMRMLSliceNode" singletontag="Red"/></item>
  <item><view class="vtkMRMLPlotViewNode" singletontag="Chart"/></item></layout></item>
</layout>"""
FORM = """<ui version="4.0"><class>Form</class><widget class="qMRMLWidget" name="Form">
 <layout class="QVBoxLayout"><item><widget class="ctkCollapsibleButton" name="box">
  <property name="text"><string>Marks</string></property><property name="collapsed"><bool>true</bool></property>
  <layout class="QFormLayout">
   <item row="0" column="0"><widget class="QCheckBox" name="isShown">
    <property name="SlicerParameterName" stdset="0"><string>isShown</string></property></widget></item>
   <item row="1" column="0"><widget class="QComboBox" name="kind">
    <property name="SlicerParameterName" stdset="0"><string>kind</string></property></widget></item>
   <item row="2" column="0"><widget class="QSpinBox" name="count">
    <property name="SlicerParameterName" stdset="0"><string>count</string></property></widget></item>
   <item row="3" column="0"><widget class="ctkSliderWidget" name="share">
    <property name="SlicerParameterName" stdset="0"><string>share</string></property></widget></item>
   <item row="4" column="0"><widget class="QLineEdit" name="title">
    <property name="SlicerParameterName" stdset="0"><string>title</string></property></widget></item>
   <item row="5" column="0"><widget class="qMRMLNodeComboBox" name="marks">
    <property name="noneEnabled"><bool>true</bool></property>
    <property name="SlicerParameterName" stdset="0"><string>marks</string></property></widget></item>
  </layout></widget></item></layout></widget></ui>"""


class Kind(enum.Enum):
    """What a combo box offers."""

    SLIP = "s"
    ANGLE = "a"


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


@pytest.fixture
def fired(three_marks):
    """The names of the events of the marks, in order."""
    names = []
    for name in ("PointModifiedEvent", "PointPositionDefinedEvent"):
        three_marks.AddObserver(getattr(three_marks, name), lambda *_, name=name: names.append(name))
    return names


def statuses(marks):
    return [marks.GetNthControlPointPositionStatus(index) for index in range(marks.GetNumberOfControlPoints())]


def interactionMode():
    import slicer

    return slicer.app.applicationLogic().GetInteractionNode().GetCurrentInteractionMode()


def fillAll(application, marks):
    places = [(50.0, 30.0 + 10.0 * index, 40.0) for index in range(marks.GetNumberOfControlPoints())]
    for place in places:
        application.mouse.click("Yellow", place)
    return places


# Qt


def test_properties_are_attributes_that_cannot_be_called(a_slicer_application):  # noqa: ARG001
    import qt

    button, table, combo = qt.QPushButton("Skip"), qt.QTableWidget(), qt.QComboBox()
    button.enabled = False
    table.rowCount = 3
    combo.addItem("L4", 4)
    assert (button.text, button.enabled, table.rowCount, table.item(0, 0)) == ("Skip", False, 3, None)
    assert (combo.count, combo.currentIndex, combo.currentText, combo.currentData) == (1, 0, "L4", 4)
    with pytest.raises(TypeError, match="not callable"):
        button.text()


def test_setters_and_questions_are_methods_as_well(a_slicer_application):  # noqa: ARG001
    import ctk
    import qt

    for button in (qt.QPushButton(), ctk.ctkCollapsibleButton()):
        button.setText("Skip")
        button.setVisible(False)
        button.setEnabled(False)
        button.setObjectName("skipButton")
        assert (button.text, button.isEnabled(), button.name) == ("Skip", False, "skipButton")
    layout = qt.QVBoxLayout()
    layout.setContentsMargins(1, 2, 3, 4)
    assert layout.contentsMargins.bottom() == 4


def test_signals_pass_what_the_slot_takes(a_slicer_application):  # noqa: ARG001
    import qt

    heard, button = [], qt.QPushButton()
    button.checkable = True
    button.toggled.connect(heard.append)
    button.clicked.connect(lambda: heard.append("clicked"))
    button.click()
    assert heard == [True, "clicked"]


def test_a_timer_is_made_to_fire_once_by_its_setter_and_by_the_function_of_the_class(a_slicer_application):
    import qt

    heard, timer = [], qt.QTimer()
    timer.setSingleShot(True)
    timer.interval = 0
    with pytest.raises(AttributeError):
        timer.singleShot = True
    timer.timeout.connect(lambda: heard.append("timer"))
    timer.start()
    qt.QTimer.singleShot(0, lambda: heard.append("function"))
    for _ in range(5):
        a_slicer_application.app.processEvents()
    assert (timer.active, sorted(heard)) == (False, ["function", "timer"])


def test_an_attribute_set_on_a_widget_is_found(a_slicer_application):
    from standin.PropertyStyle import strayAttributes

    label = a_slicer_application.mainWindow.statusBar()
    assert strayAttributes() == []
    label.level = "L4"
    found = strayAttributes()
    del label.level
    assert found == ["QStatusBar: level"]


def test_an_error_in_a_slot_or_an_observer_is_kept_for_the_test(a_slicer_application):
    import qt

    node = a_slicer_application.scene.AddNewNodeByClass("vtkMRMLTextNode")
    node.AddObserver("ModifiedEvent", lambda *_: 1 / 0)
    node.Modified()
    timer = qt.QTimer()
    timer.timeout.connect(lambda: {}["gone"])
    timer.start(0)
    a_slicer_application.app.processEvents()
    kinds = {type(error) for error in a_slicer_application.errors}
    timer.stop()
    a_slicer_application.errors.clear()
    assert kinds == {ZeroDivisionError, KeyError}


def test_what_the_application_has_not_is_refused(a_slicer_application):
    import ctk
    import slicer

    for place, name in ((slicer.app, "noSuchThing"), (ctk, "ctkNothing"), (slicer.modules, "nothing"),
                        (a_slicer_application.layoutManager, "threeDWidget"), (slicer, "qMRMLNothing")):  # fmt: skip
        with pytest.raises(AttributeError):
            getattr(place, name)


def test_a_ui_file_with_a_widget_that_is_not_here_is_found(a_slicer_application, tmp_path):
    import slicer

    (tmp_path / "Form.ui").write_text(FORM.replace("ctkSliderWidget", "ctkNoSuchWidget"))
    slicer.util.loadUI(str(tmp_path / "Form.ui")).deleteLater()
    errors = [str(error) for error in a_slicer_application.errors]
    a_slicer_application.errors.clear()
    assert len(errors) == 1
    assert "ctkNoSuchWidget" in errors[0]


def test_a_collapsed_box_hides_its_contents_and_opens_by_a_click(a_slicer_application, a_form):
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtTest import QTest

    a_form.box.window().show()
    a_slicer_application.app.processEvents()
    assert (a_form.box.text, a_form.box.collapsed, a_form.title.visible) == ("Marks", True, False)
    closed = a_form.box.sizeHint.height()
    QTest.mouseClick(a_form.box, Qt.LeftButton, pos=QPoint(30, 10))
    assert (a_form.box.collapsed, a_form.title.visible) == (False, True)
    assert a_form.box.sizeHint.height() > closed + a_form.title.height


def test_a_box_that_is_opened_shows_all_but_what_the_panel_has_hidden(a_slicer_application):
    import ctk
    import qt

    window, box = qt.QWidget(), ctk.ctkCollapsibleButton("Marks")
    shown, hidden, late = (qt.QLabel(text) for text in ("shown", "hidden", "late"))
    qt.QVBoxLayout(window).addWidget(box)
    layout = qt.QVBoxLayout(box)
    layout.addWidget(shown)
    layout.addWidget(hidden)
    hidden.hide()
    box.collapsed = True
    window.show()
    layout.addWidget(late)
    a_slicer_application.app.processEvents()
    before = [label.visible for label in (shown, hidden, late)]
    box.collapsed = False
    after = [label.visible for label in (shown, hidden, late)]
    window.deleteLater()
    assert (before, after) == ([False] * 3, [True, False, True])


def test_an_error_that_vtk_prints_fails_the_test(a_slicer_application):
    a_slicer_application.scene.AddNewNodeByClass("vtkMRMLNoSuchNode")
    problems = a_slicer_application.uninstall()
    a_slicer_application.install(__name__)
    assert "vtkMRMLNoSuchNode" in str(problems)


# Parameter node


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


# Layouts and views


def test_the_application_starts_with_three_slice_views_in_four_parts(a_slicer_application):
    manager = a_slicer_application.layoutManager
    assert {"Red", "Green", "Yellow"} == set(manager.shownViews()) & set(manager.sliceViewNames())
    sizes = {(place.width(), place.height()) for place in manager.shownViews().values()}
    assert (len(manager.shownViews()), sizes) == (4, {(600, 400)})
    orientations = [manager.sliceWidget(name).mrmlSliceNode().GetOrientation() for name in ("Red", "Green", "Yellow")]
    assert orientations == ["Axial", "Coronal", "Sagittal"]


def test_a_layout_of_its_own_makes_and_shows_its_views_and_the_old_layout_comes_back(a_slicer_application):
    manager = a_slicer_application.layoutManager
    node = a_slicer_application.scene.GetFirstNodeByClass("vtkMRMLLayoutNode")
    before = node.GetViewArrangement()
    if not node.IsLayoutDescription(7001):
        node.AddLayoutDescription(7001, ONE_BIG_VIEW)
    node.SetViewArrangement(7001)
    big, red, yellow = (manager.sliceWidget(name).mrmlSliceNode() for name in ("Big", "Red", "Yellow"))
    assert (big.GetOrientation(), big.GetLayoutLabel()) == ("Sagittal", "B")
    assert [view.IsMappedInLayout() for view in (big, red, yellow)] == [True, True, False]
    assert (big.GetDimensions()[0], red.GetDimensions()[0]) == (900, 300)
    assert a_slicer_application.view("Big").pixels().shape[1] == 900
    node.SetViewArrangement(before)
    assert [view.IsMappedInLayout() for view in (big, red, yellow)] == [False, True, True]
    assert manager.sliceWidget("Big").mrmlSliceNode() is big


def test_a_view_draws_the_volume_that_its_composite_node_names(three_marks, a_slicer_application):  # noqa: ARG001
    composite = a_slicer_application.layoutManager.sliceWidget("Yellow").mrmlSliceCompositeNode()
    shown = a_slicer_application.view("Yellow").pixels()
    composite.SetBackgroundVolumeID(None)
    empty = a_slicer_application.view("Yellow").pixels()
    assert shown.std() > 10 > empty.std()


def test_a_mark_is_drawn_at_the_pixel_where_it_was_placed(three_marks, a_slicer_application):
    view = a_slicer_application.view("Yellow")
    before = view.pixels().astype(int)
    a_slicer_application.mouse.click("Yellow", (50.0, 40.0, 40.0))
    x, y = view.displayPlace(three_marks.GetNthControlPointPosition(0))
    changed = np.abs(view.pixels().astype(int) - before).max(axis=2) > 60
    height = before.shape[0]
    assert changed[height - 1 - y - 4:height - 1 - y + 5, x - 4:x + 5].any()


def test_the_wheel_scrolls_the_slice(three_marks, a_slicer_application):  # noqa: ARG001
    node = a_slicer_application.layoutManager.sliceWidget("Yellow").mrmlSliceNode()
    before = node.GetSliceOffset()
    a_slicer_application.mouse.wheel("Yellow", (50.0, 40.0, 40.0), 2)
    assert abs(node.GetSliceOffset() - before) == pytest.approx(2.0)


def test_the_mouse_goes_to_no_point_off_the_slice_or_outside_the_view(three_marks, a_slicer_application):  # noqa: ARG001
    for point in ((20.0, 40.0, 40.0), (50.0, 4000.0, 40.0)):
        with pytest.raises(ValueError, match="not in the view Yellow"):
            a_slicer_application.mouse.move("Yellow", point)


# Marks


def test_clicks_fill_unset_points_in_order_and_the_last_one_ends_placing(three_marks, a_slicer_application, fired):
    places = fillAll(a_slicer_application, three_marks)
    assert statuses(three_marks) == [2, 2, 2]
    assert interactionMode() == 2  # ViewTransform
    labels = [three_marks.GetNthControlPointLabel(index) for index in range(3)]
    assert labels == ["L4_IA", "L4_IP", "L5_SA"]
    for index, place in enumerate(places):
        assert three_marks.GetNthControlPointPosition(index) == pytest.approx(place, abs=1.0)
    assert fired.count("PointPositionDefinedEvent") == 3


def test_hovering_makes_a_preview_point_and_one_event_for_each_move(three_marks, a_slicer_application, fired):
    a_slicer_application.mouse.move("Yellow", (50.0, 40.0, 40.0))
    a_slicer_application.mouse.move("Yellow", (50.0, 41.0, 40.0))
    assert statuses(three_marks) == [1, 0, 0]
    assert fired == ["PointModifiedEvent"] * 2


def test_a_click_fills_the_point_that_was_chosen(three_marks, a_slicer_application):
    three_marks.SetControlPointPlacementStartIndex(2)
    a_slicer_application.mouse.click("Yellow", (50.0, 40.0, 40.0))
    assert statuses(three_marks) == [0, 0, 2]


def test_dragging_a_point_moves_it_and_tells_at_every_step(three_marks, a_slicer_application, fired):
    places = fillAll(a_slicer_application, three_marks)
    fired.clear()
    a_slicer_application.mouse.drag("Yellow", places[1], (50.0, 48.0, 55.0), steps=6)
    assert three_marks.GetNthControlPointPosition(1) == pytest.approx((50.0, 48.0, 55.0), abs=1.0)
    assert three_marks.GetNthControlPointPosition(0) == pytest.approx(places[0], abs=1.0)
    assert fired.count("PointModifiedEvent") >= 6


# The module and the scene


def test_closing_the_scene_tells_so_keeps_the_views_and_removes_the_rest(three_marks, a_slicer_application):
    scene, heard = a_slicer_application.scene, []
    tags = [scene.AddObserver(getattr(scene, name), lambda *_, name=name: heard.append(name))
            for name in ("StartCloseEvent", "EndCloseEvent")]  # fmt: skip
    names = a_slicer_application.layoutManager.sliceViewNames()
    markID = three_marks.GetID()
    scene.Clear(0)
    for tag in tags:
        scene.RemoveObserver(tag)
    assert heard == ["StartCloseEvent", "EndCloseEvent"]
    assert scene.GetNodeByID(markID) is None
    assert a_slicer_application.layoutManager.sliceViewNames() == names
    composite = a_slicer_application.layoutManager.sliceWidget("Yellow").mrmlSliceCompositeNode()
    assert composite.GetBackgroundVolumeID() is None


def test_a_saved_scene_is_loaded_with_its_marks(three_marks, a_slicer_application, tmp_path):
    import slicer

    fillAll(a_slicer_application, three_marks)
    assert a_slicer_application.scene.WriteToMRB(str(tmp_path / "case.mrb"))
    a_slicer_application.scene.Clear(0)
    slicer.util.loadScene(str(tmp_path / "case.mrb"))
    assert statuses(slicer.util.getNode("Marks")) == [2, 2, 2]


@pytest.fixture
def a_small_module(a_slicer_application, tmp_path):
    """A scripted module that writes down what the application does with it."""
    (tmp_path / "SmallModule.py").write_text(
        "from slicer.ScriptedLoadableModule import *\n"
        "import slicer, qt, SampleData\n"
        "from slicer.i18n import tr as _\n"
        "calls = []\n"
        "class SmallModule(ScriptedLoadableModule):\n"
        "    def __init__(self, parent):\n"
        "        ScriptedLoadableModule.__init__(self, parent)\n"
        "        parent.title = _('Small')\n"
        "        slicer.app.startupCompleted.connect(lambda: calls.append('started'))\n"
        "        SampleData.SampleDataLogic.registerCustomSampleDataSource(category='C', sampleName='S', uris='', "
        "fileNames='', nodeNames='', customDownloader=lambda source: calls.append(source.sampleName))\n"
        "class SmallModuleWidget(ScriptedLoadableModuleWidget):\n"
        "    def setup(self):\n"
        "        ScriptedLoadableModuleWidget.setup(self)\n"
        "        self.logic = SmallModuleLogic()\n"
        "        self.layout.addWidget(qt.QLabel('small'))\n"
        "        calls.append('setup')\n"
        "    def enter(self): calls.append('enter')\n"
        "    def exit(self): calls.append('exit')\n"
        "    def cleanup(self): calls.append('cleanup')\n"
        "class SmallModuleLogic(ScriptedLoadableModuleLogic):\n"
        "    pass\n"
        "class SmallModuleTest(ScriptedLoadableModuleTest):\n"
        "    def setUp(self): calls.append('setUp')\n"
        "    def test_it(self): calls.append('test')\n"
        "class SmallModuleFileReader:\n"
        "    def __init__(self, parent): self.parent = parent\n"
        "    def fileType(self): return 'Small'\n"
        "    def canLoadFileConfidence(self, path): return 0.9 * path.endswith('.small')\n"
        "    def load(self, properties):\n"
        "        self.parent.loadedNodes = [properties['fileName']]\n"
        "        return True\n"
    )  # fmt: skip
    import sys

    a_slicer_application.addModule(tmp_path / "SmallModule.py")
    yield sys.modules["SmallModule"].calls
    sys.path.remove(str(tmp_path))
    del sys.modules["SmallModule"]


def test_a_module_is_entered_exited_reloaded_and_cleaned_up(a_slicer_application, a_small_module):
    import sys

    import qt
    import slicer

    assert a_small_module == ["started"]
    a_slicer_application.openModule("SmallModule")
    a_slicer_application.openModule("")
    a_slicer_application.openModule("SmallModule")
    assert a_small_module == ["started", "setup", "enter", "exit", "enter"]
    slicer.util.reloadScriptedModule("SmallModule")
    assert a_small_module[-1] == "cleanup"  # of the old code; the new one has a list of its own
    assert sys.modules["SmallModule"].calls == ["setup"]
    assert slicer.util.getModuleLogic("SmallModule").moduleName == "SmallModule"
    slicer.app.processEvents()
    labels = slicer.modules.smallmodule.widgetRepresentation().findChildren(qt.QLabel)
    assert sorted(label.isHidden() for label in labels) == [False, True]  # the old one is hidden


def test_a_module_finds_its_test_its_sample_and_its_file(a_slicer_application, a_small_module, tmp_path):
    import slicer

    slicer.selfTests["SmallModule"]()
    a_slicer_application.clickSample("S")
    assert a_small_module == ["started", "setUp", "test", "S"]
    assert a_slicer_application.loadFile(tmp_path / "a.small") == [str(tmp_path / "a.small")]
    with pytest.raises(AssertionError, match="no module reads"):
        a_slicer_application.loadFile(tmp_path / "a.other")


def test_sample_files_are_downloaded_and_wrong_ones_are_gone(a_slicer_application, tmp_path):  # noqa: ARG001
    import hashlib

    import SampleData
    import slicer

    sums, names = [], ["good.txt", "other.txt"]
    for name in names:
        (tmp_path / name).write_text(name)
        sums.append(f"SHA256:{hashlib.sha256(name.encode()).hexdigest()}")
    (tmp_path / "other.txt").write_text("changed")
    SampleData.SampleDataLogic.registerCustomSampleDataSource(
        category="C", sampleName="S", uris=[(tmp_path / name).as_uri() for name in names], fileNames=names,
        nodeNames=names, checksums=sums)  # fmt: skip
    [source] = slicer.modules.sampleDataSources["C"]
    paths = SampleData.SampleDataLogic(print).downloadSourceIntoCache(source)
    assert [Path(path).exists() for path in paths] == [True, False]
    source.uris[1] = (tmp_path / "nowhere.txt").as_uri()
    with pytest.raises(ValueError, match="Failed to download"):
        SampleData.SampleDataLogic(print).downloadSourceIntoCache(source)


def test_messages_questions_and_files_are_answered_by_the_test(a_slicer_application):
    import qt
    import slicer

    a_slicer_application.answers += [True, False, "/a/case.json"]
    answers = [slicer.util.confirmYesNoDisplay("Sure?"), slicer.util.confirmOkCancelDisplay("Really?")]
    assert answers == [True, False]
    assert qt.QFileDialog.getOpenFileName(None, "Open", "") == "/a/case.json"
    with pytest.raises(ZeroDivisionError), slicer.util.tryWithErrorDisplay("Not measured."):
        1 / 0  # noqa: B018
    slicer.util.showStatusMessage("Saved", 1000)
    kinds = [kind for kind, _text in a_slicer_application.messages]
    assert kinds == ["question", "question", "error", "status"]
    with pytest.raises(AssertionError, match="does not expect"):
        slicer.util.confirmYesNoDisplay("Delete all?")


def test_the_utilities_that_the_panel_uses_run(three_marks, a_slicer_application):
    import qt
    import slicer

    events, views = [], a_slicer_application.layoutManager
    node = views.sliceWidget("Red").mrmlSliceNode()
    node.SetFieldOfView(10.0, 10.0, 1.0)
    with slicer.util.WaitCursor(), slicer.util.RenderBlocker(), slicer.util.NodeModify(three_marks):
        cursor = qt.QApplication.overrideCursor().shape()
        slicer.util.resetSliceViews()
    assert (cursor, qt.QApplication.overrideCursor()) == (qt.Qt.WaitCursor, None)
    assert min(node.GetFieldOfView()[:2]) >= 95.0
    assert Path(slicer.util.tempDirectory()).is_dir()
    slicer.util.delayDisplay("Working", 0)
    assert slicer.util.mainWindow() is a_slicer_application.mainWindow
    mixin = slicer.util.VTKObservationMixin()
    mixin.addObserver(three_marks, three_marks.PointModifiedEvent, lambda *_: events.append("moved"))
    three_marks.SetNthControlPointPosition(0, 1.0, 2.0, 3.0)
    mixin.removeObservers()
    three_marks.SetNthControlPointPosition(0, 3.0, 2.0, 1.0)
    assert set(events) == {"moved"}
    assert slicer.util.arrayFromMarkupsControlPoints(three_marks)[0].tolist() == [3.0, 2.0, 1.0]


def test_settings_are_this_test_s_own_and_the_names_go_with_the_application(a_slicer_application):
    import slicer

    slicer.app.settings().setValue("DynamicSpine/Key", "7")
    assert slicer.util.settingsValue("DynamicSpine/Key", 0, converter=int) == 7
    a_slicer_application.uninstall()
    try:
        assert not any(hasattr(slicer, name) for name in ("app", "mrmlScene", "modules", "i18n"))
    finally:
        a_slicer_application.install(__name__)
    assert slicer.util.settingsValue("DynamicSpine/Key", 0, converter=int) == 0


def test_a_widget_is_pictured_at_twice_the_resolution_and_in_the_dark(a_slicer_application, a_form, tmp_path):
    import qt

    widget = a_form.box.window()
    widget.resize(380, 300)
    pictures = {}
    for isDark in (False, True):
        a_slicer_application.useDarkTheme(isDark)
        a_slicer_application.grab(widget, tmp_path / "form.png", 2.0)
        pictures[isDark] = qt.QImage(str(tmp_path / "form.png"))
    a_slicer_application.useDarkTheme(False)
    assert (pictures[True].width(), pictures[True].height()) == (760, 600)
    assert pictures[False].pixelColor(700, 590).lightness() > 200 > 80 > pictures[True].pixelColor(700, 590).lightness()


def test_keys_reach_the_shortcuts_of_the_main_window(a_slicer_application):
    import qt
    from PySide6.QtTest import QTest

    pressed, window = [], a_slicer_application.mainWindow
    shortcut = qt.QShortcut(qt.QKeySequence("N"), window)
    shortcut.activated.connect(lambda: pressed.append("N"))
    window.activateWindow()
    a_slicer_application.app.processEvents()
    QTest.keyClick(window, qt.Qt.Key_N)
    shortcut.enabled = False
    QTest.keyClick(window, qt.Qt.Key_N)
    shortcut.deleteLater()
    assert pressed == ["N"]


def test_the_real_module_opens_and_closes(a_slicer_application):
    a_slicer_application.addModule(MODULE)
    assert a_slicer_application.openModule("DynamicSpine").layout.count() > 0
    a_slicer_application.openModule("")
