"""Make Resources/Screenshots/DynamicSpine.png from the phantom: one low back lying, standing, bent forward and back.

    python Tools/MakeScreenshot.py

Needs about a minute and the packages of `make setup`.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from DynamicSpineLib.Jobs.DemoJob import DEMO_SCENARIO, paintPosition
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Scene.KeyPictures import keyPictures
from DynamicSpineLib.Study.CaseFolder import readCase, writeCase

PROJECT = Path(__file__).parent.parent
EDGE = 480


def main() -> int:
    """Paint, draw and join the pictures."""
    from PIL import Image

    case = phantomCase(DEMO_SCENARIO)
    with tempfile.TemporaryDirectory() as folder:
        paths = {
            item.id: paintPosition(DEMO_SCENARIO, item.id, Path(folder) / item.volume, number)
            for number, item in enumerate(case.positions)
        }
        writeCase(case, Path(folder) / "case", paths)
        pictures = runSteps(keyPictures(readCase(Path(folder) / "case"), Path(folder) / "case", (EDGE, EDGE)))
    strip = Image.new("RGB", (EDGE * len(pictures), EDGE))
    for number, png in enumerate(pictures.values()):
        strip.paste(Image.open(io.BytesIO(png)), (number * EDGE, 0))
    target = PROJECT / "Resources" / "Screenshots" / "DynamicSpine.png"
    target.parent.mkdir(parents=True, exist_ok=True)
    strip.save(target, optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
