"""Modules in the stand-in: entered, reloaded, tested, with samples, files, messages and settings."""

from __future__ import annotations

from pathlib import Path

import pytest

MODULE = Path(__file__).resolve().parents[4] / "DynamicSpine" / "DynamicSpine.py"


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


def test_the_real_module_opens_and_closes(a_slicer_application):
    a_slicer_application.addModule(MODULE)
    assert a_slicer_application.openModule("DynamicSpine").layout.count() > 0
    a_slicer_application.openModule("")
