"""The Slicer module: title, help, widget, logic and self-test. What it does lives in DynamicSpineLib."""

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


class DynamicSpineWidget(ScriptedLoadableModuleWidget):
    """The module's panel."""

    def setup(self) -> None:
        """Build the panel; called once, when the module is opened the first time."""
        import qt

        ScriptedLoadableModuleWidget.setup(self)
        self.logic = DynamicSpineLogic()
        notice = qt.QLabel(
            _(
                "The panel comes with a later version of Dynamic Spine. In version {version} the command line does "
                'the whole job, outside this application: see the <a href="{homepage}">documentation</a>.'
            ).format(version=self.logic.libraryVersion(), homepage=HOMEPAGE)
        )
        notice.wordWrap = True
        notice.openExternalLinks = True
        self.layout.addWidget(notice)
        self.layout.addStretch(1)


class DynamicSpineLogic(ScriptedLoadableModuleLogic):
    """What other modules and scripts reach by slicer.util.getModuleLogic("DynamicSpine")."""

    def libraryVersion(self) -> str:
        """Return the version of DynamicSpineLib."""
        import DynamicSpineLib

        return DynamicSpineLib.__version__


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
