"""The Slicer module: title, help, widget, logic and self-test. What it does lives in DynamicSpineLib and the panel."""

import slicer
from slicer.i18n import tr as _
from slicer.i18n import translate
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleLogic,
    ScriptedLoadableModuleTest,
    ScriptedLoadableModuleWidget,
)

HOMEPAGE = "https://github.com/DynamicSpine/SlicerDynamicSpine"


class DynamicSpine(ScriptedLoadableModule):
    """What the application shows about the module before it is opened."""

    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        self.parent.title = _("Dynamic Spine")
        self.parent.categories = [translate("qSlicerAbstractCoreModule", "Quantification")]
        self.parent.dependencies = []
        self.parent.contributors = ["DynamicSpine contributors"]
        self.parent.helpText = _(
            "Measurements on positional (dynamic) spine MRI: how far each segment moves, whether it slips, and how "
            "narrow canal and foramina become, each number with its uncertainty. For research use. "
            'See the <a href="{homepage}">documentation</a>.'
        ).format(homepage=HOMEPAGE)
        self.parent.acknowledgementText = _(
            "Written by the DynamicSpine contributors on top of 3D Slicer. Sources of the methods are listed with "
            "each measurement."
        )
        slicer.app.startupCompleted.connect(prepareApplication)


def prepareApplication() -> None:
    """When the application has started: offer the samples, and know the layouts that saved scenes may be in."""
    import os

    from DynamicSpineWidgets.SampleCatalog import registerSamples

    from DynamicSpineLib.Scene.Views.Layouts import registerLayouts

    registerSamples(os.path.join(os.path.dirname(__file__), "Resources", "Icons"))
    tellOfUnsavedEdits()
    if slicer.app.layoutManager() is not None:  # an application without a window has none
        registerLayouts(slicer.app.layoutManager().layoutLogic().GetLayoutNode())


def tellOfUnsavedEdits() -> None:
    """Say in the status bar that a killed application left edits; the panel offers them when it is opened."""
    from pathlib import Path

    from DynamicSpineLib.Session.JournalPlaces import findJournals

    if not findJournals(Path(slicer.app.temporaryPath)):
        return
    from DynamicSpineLib.Session.JournalNews import journalNews

    if journalNews(Path(slicer.app.temporaryPath)).offers:
        message = _("Dynamic Spine: edits that were not saved can be brought back. Open the module to see them.")
        slicer.util.showStatusMessage(message, 15000)


class DynamicSpineFileReader:
    """Opens case.json by drag and drop and by Add Data. The application finds it by its name."""

    def __init__(self, parent) -> None:
        self.parent = parent

    def description(self) -> str:
        """What the kind of file is called in the Add Data window."""
        return _("DynamicSpine case")

    def fileType(self) -> str:
        """The name of the kind of file in scripts; never translated."""
        return "DynamicSpineCaseFile"

    def extensions(self) -> list[str]:
        """The one file name that is ours."""
        return [_("DynamicSpine case") + " (*case.json)"]

    def canLoadFileConfidence(self, filePath: str) -> float:
        """How sure it is that a file is ours; asked of every file, so that others cost nothing."""
        import os
        from pathlib import Path

        if os.path.basename(filePath).lower() != "case.json":
            return 0.0
        from DynamicSpineLib.Session.CasePath import caseFileConfidence

        return caseFileConfidence(Path(filePath))

    def load(self, properties) -> bool:
        """Open the case and show it in the panel."""
        from pathlib import Path

        import vtk
        from DynamicSpineWidgets.SampleCases import showCase

        from DynamicSpineLib.Errors import DynamicSpineError
        from DynamicSpineLib.Session.CasePath import casePath

        try:
            session = slicer.util.getModuleLogic("DynamicSpine").openCase(casePath(Path(properties["fileName"])).path)
        except DynamicSpineError as error:
            self.parent.userMessages().AddMessage(vtk.vtkCommand.ErrorEvent, str(error))
            return False
        self.parent.loadedNodes = [session.caseNode.GetID()]
        showCase(session)
        return True


class DynamicSpineWidget(ScriptedLoadableModuleWidget):
    """The module's panel: the application's moments, handed on to DynamicSpineWidgets.Panel."""

    def __init__(self, parent=None) -> None:
        self.logic = self.panel = None
        ScriptedLoadableModuleWidget.__init__(self, parent)

    def setup(self) -> None:
        """Build the panel; called once, when the module is opened the first time."""
        from DynamicSpineWidgets.Panel import Panel

        ScriptedLoadableModuleWidget.setup(self)
        self.logic = DynamicSpineLogic()
        self.panel = Panel(self.logic.workspace, self.resourcePath, self.layout, self.logic.parameters)

    def enter(self) -> None:
        """The user opened the module."""
        self.panel.enter()

    def exit(self) -> None:
        """The user went to another module."""
        self.panel.exit()

    def cleanup(self) -> None:
        """The module is unloaded, or the application ends."""
        if self.panel is not None:
            self.panel.cleanup()
            self.logic.cleanup()

    def onReload(self) -> None:
        """Reload the module with its packages (developer mode)."""
        from DynamicSpineWidgets.Reload import forgetPackages

        self.cleanup()
        forgetPackages()
        slicer.util.reloadScriptedModule(self.moduleName)


class DynamicSpineLogic(ScriptedLoadableModuleLogic):
    """What scripts and other modules reach by slicer.util.getModuleLogic("DynamicSpine").

    A worked example, in the application's Python console:

        logic = slicer.util.getModuleLogic("DynamicSpine")
        case = logic.openCase("/data/case42")                 # a folder with case.json
        logic.carry(case)                                     # the marks of one position to all others
        rows, told = logic.measure(case)                      # every value with its uncertainty; findings in words
        print(told.findings.dictation)
        logic.report(case, "/data/report42")                  # report.html, tables and json

    Each verb takes the session that openCase or newCase returned (None: the scene's only case), raises
    DynamicSpineLib.Errors.InputError with one sentence for what it cannot do, and makes edits that can be undone.
    """

    def __init__(self, parent=None) -> None:
        ScriptedLoadableModuleLogic.__init__(self, parent)
        self._workspace = self._parameters = None

    @property
    def workspace(self):
        """The cases of the application's scene and their sessions."""
        if self._workspace is None:
            from DynamicSpineLib.Session.Workspace import Workspace

            self._workspace = Workspace(slicer.mrmlScene)
        return self._workspace

    def parameters(self):
        """The panel's choices that are saved with the scene."""
        from DynamicSpineWidgets.ParameterNode import DynamicSpineParameterNode

        node = self.getParameterNode()
        if self._parameters is None or self._parameters.parameterNode is not node:
            self._parameters = DynamicSpineParameterNode(node)
        return self._parameters

    def openCase(self, folder):
        """Open a case folder in the scene, with its volumes; return its session."""
        from pathlib import Path

        return self.workspace.openFolder(Path(folder))

    def newCase(self, caseId: str, levels):
        """Make a case of levels such as ["C2", "C3", "C4"], without positions; return its session."""
        return self.workspace.newCase(caseId, tuple(levels))

    def addPosition(self, volumeNode, posture: str, bend: str, load: str = "", session=None):
        """Add a loaded volume as a position, such as ("standing", "flexion"); return it. load: empty is the usual."""
        from DynamicSpineLib.Session.AddPositions import NewPosition, addPositions

        added = NewPosition(volumeNode, posture, bend, load)
        return addPositions(session or self.workspace.onlySession(), [added])[0]

    def carry(self, session=None, fromPosition: str = "", toPositions=(), levels=()):
        """Carry the marks of one position to the others; return what was carried, with a verdict for each bone."""
        from DynamicSpineLib.Jobs.CarryPlan import CarryOptions
        from DynamicSpineLib.Progress import runSteps
        from DynamicSpineLib.Session import CaseVerbs

        options = CarryOptions(fromPosition, tuple(toPositions), tuple(levels))
        return runSteps(CaseVerbs.carrySteps(session or self.workspace.onlySession(), options))

    def measure(self, session=None, draws: int = 1000, ruleSets=()):
        """Measure the case as it is now; return every row of the first reading's case, and what that reading says."""
        from DynamicSpineLib.Progress import runSteps
        from DynamicSpineLib.Session import CaseVerbs

        steps = CaseVerbs.measureSteps(session or self.workspace.onlySession(), draws, criteria=tuple(ruleSets))
        measured, told = runSteps(steps)
        return measured.rows, told[0]

    def compare(self, level: str, reference: str, moving: str, session=None):
        """Lay the moving position on the reference with one vertebra held still, by a transform on its nodes.

        Returns the transform's node; DynamicSpineLib.Scene.Overlays.HeldTransform.letGo takes it away again. What
        holds the vertebra (a carried bone or its marks) is the node's attribute "DynamicSpine.HeldBy".
        """
        from DynamicSpineLib.Session.HoldBone import holdBone

        return holdBone(session or self.workspace.onlySession(), level, reference, moving)

    def report(self, session=None, folder=".", draws: int = 1000):
        """Write the report and the tables of the case as it is now; return the paths by format."""
        from pathlib import Path

        from DynamicSpineLib.Progress import runSteps
        from DynamicSpineLib.Session import CaseVerbs

        return runSteps(CaseVerbs.reportSteps(session or self.workspace.onlySession(), Path(folder), draws)).files

    def libraryVersion(self) -> str:
        """Return the version of DynamicSpineLib."""
        import DynamicSpineLib

        return DynamicSpineLib.__version__

    def cleanup(self) -> None:
        """Stop watching the scene; its nodes stay as they are."""
        if self._workspace is not None:
            self._workspace.close()
            self._workspace = None


class DynamicSpineTest(ScriptedLoadableModuleTest):
    """Run by CTest and by "Reload and Test" in the application."""

    def test_every_file_of_the_library_imports_with_what_the_application_has(self) -> None:
        """The application brings numpy, scipy, SimpleITK, vtk and pydicom; nothing may need more at import."""
        import importlib
        import pkgutil

        import DynamicSpineLib

        found = [module.name for module in pkgutil.walk_packages(DynamicSpineLib.__path__, "DynamicSpineLib.")]
        self.assertIn("DynamicSpineLib.Metrics", found)
        for name in found:
            importlib.import_module(name)

    def test_the_logic_reads_the_version_of_the_library(self) -> None:
        """A wrong folder on the path would give another library, or none."""
        self.assertRegex(DynamicSpineLogic().libraryVersion(), r"^\d+\.\d+\.\d+$")

    def test_the_workflow_from_the_sample_to_a_held_vertebra(self) -> None:
        """Sample, marks by clicks, carry, values against the phantom's truth, drag, save, reopen, compare."""
        from DynamicSpineWidgets.SelfTest import WorkflowTest

        WorkflowTest().run()
