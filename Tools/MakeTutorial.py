"""Make the pictures of the README's tutorial, in Resources/Screenshots: the panel beside its views, step by step.

    python Tools/MakeTutorial.py

Runs the panel under the tests' stand-in of the application, on the lumbar phantom. Needs some minutes and the packages
of `make setup`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parent.parent
SCREENSHOTS = PROJECT / "Resources" / "Screenshots"
MODULE = PROJECT / "DynamicSpine" / "DynamicSpine.py"
PANEL_WIDTH, PANEL_HEIGHT = 420, 900
BAR_COLOR = (70, 70, 70)
TEXT_COLOR = (255, 255, 255)


def main() -> int:
    """Make the sample, mark, carry, review and read it, with a picture of each."""
    application = startedApplication()
    application.addModule(MODULE)
    application.openModule("DynamicSpine")
    application.mainWindow.resize(PANEL_WIDTH, PANEL_HEIGHT)
    from DynamicSpineWidgets.SelfTest import WorkflowTest

    workflow = WorkflowTest()
    workflow.openSample()
    panel = workflow.panel
    panel.openSection("landmarks")
    panel.context.selection.choose(position=workflow.session.case.markedIn, mark="L2_SA")
    save(application, panel, "TutorialMark.png")
    workflow.markByClicks()
    workflow.carry()
    panel.rest.runToEnd()
    panel.sections["landmarks"].ui.tabs.setCurrentIndex(2)
    save(application, panel, "TutorialCarry.png")
    panel.openSection("review")
    panel.context.selection.choose(position=workflow.session.case.positions[2].id, place="L4L5")
    save(application, panel, "TutorialReview.png")
    panel.openSection("results")
    panel.context.selection.choose(place="L4L5")
    save(application, panel, "TutorialResults.png")
    lying, _standing, flexed, _extended = (item.id for item in workflow.session.case.positions)
    panel.context.selection.choose(position=flexed, place="L4L5", compared=lying)
    panel.openSection("compare")
    panel.sections["compare"].change(withOutlines=True, withArrows=True)
    panel.context.runner.runToEnd()
    save(application, panel, "TutorialCompare.png")
    application.uninstall()
    return 0


def startedApplication() -> Any:
    """The stand-in, with this file in the application's style of Python."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(PROJECT / "Testing" / "Python" / "gui"))
    from standin.PropertyStyle import laySlicerStyleOverQt

    laySlicerStyleOverQt()
    from standin.Application import StandInApplication

    application = StandInApplication()
    application.install(__name__)
    sys.excepthook = sys.__excepthook__  # the stand-in keeps errors for tests to look at
    return application


def save(application: Any, panel: Any, name: str) -> None:
    """Join the panel and the views of the layout as a window shows them, and save them."""
    from PIL import Image, ImageDraw

    for _round in range(6):  # a layout asks its parents again for room
        application.app.processEvents()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "panel.png"
        application.grab(panel.widget, path)
        grabbed = Image.open(path).convert("RGB")
    views = application.layoutManager.shownViews().items()  # the stand-in draws no 3-D view
    shown = {tag: box for tag, box in views if application.scene.GetSingletonNode(tag, "vtkMRMLSliceNode")}
    width = max(box.x() + box.width() for box in shown.values())
    height = max(box.y() + box.height() for box in shown.values())
    picture = Image.new("RGB", (grabbed.width + width, height), (239, 239, 239))
    picture.paste(grabbed.crop((0, 0, grabbed.width, height)), (0, 0))
    draw = ImageDraw.Draw(picture)
    for tag, box in shown.items():
        pixels = application.view(tag).pixels()
        bar = box.height() - pixels.shape[0]
        left, top = grabbed.width + box.x(), box.y()
        draw.rectangle([left, top, left + box.width() - 2, top + bar - 1], fill=BAR_COLOR)
        draw.text((left + 8, top + 6), labelOf(application, tag), fill=TEXT_COLOR)
        picture.paste(Image.fromarray(pixels).crop((0, 0, box.width() - 2, pixels.shape[0] - 2)), (left, top + bar))
    picture.save(SCREENSHOTS / name, optimize=True)  # all colors: those of the vertebrae mean something
    sys.stdout.write(f"{name}: {picture.width} x {picture.height}\n")


def labelOf(application: Any, tag: str) -> str:
    """What the application writes into a view's bar."""
    node = application.scene.GetSingletonNode(tag, "vtkMRMLSliceNode")
    return node.GetLayoutLabel() if node is not None else tag


if __name__ == "__main__":
    sys.exit(main())
