"""Make pictures of the phantom for the README, in Resources/Screenshots.

    python Tools/MakeScreenshot.py

DynamicSpine.png: one low back lying, standing, bent forward and back, with every mark placed.
Carried.png: a low back and a neck, marked lying and carried to the other positions.
Compare.png: flexion on the lying position with L5 held, in four ways.

Needs some minutes and the packages of `make setup`.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path
from typing import Any

from DynamicSpineLib.Jobs.CarryPlan import CarryOptions
from DynamicSpineLib.Jobs.CompareJob import CompareRequest, compareToFolder
from DynamicSpineLib.Jobs.DemoJob import DEMO_SCENARIO, paintPosition
from DynamicSpineLib.Jobs.PropagateJob import propagate
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Scene.KeyPictures import keyPictures
from DynamicSpineLib.Study.Case import Case
from DynamicSpineLib.Study.CaseFolder import readCase, writeCase
from DynamicSpineLib.Study.EditMarks import markedOnce

PROJECT = Path(__file__).parent.parent
EDGE = 480
CARRIED_SCENARIOS = (DEMO_SCENARIO, "healthyCervical")
COMPARED, HELD = ("SUP_N", "ST_F"), "L5"
COMPARED_WAYS = (("blend", "arrows"), ("difference", "unbentDifference"))


def main() -> int:
    """Paint, carry, draw and join the pictures."""
    case = phantomCase(DEMO_SCENARIO)
    with tempfile.TemporaryDirectory() as folder:
        paths = painted(DEMO_SCENARIO, case, Path(folder))
        writeCase(case, Path(folder) / "case", paths)
        save([pictures(Path(folder) / "case")], "DynamicSpine.png")
    save([carriedPictures(scenario) for scenario in CARRIED_SCENARIOS], "Carried.png")
    save(comparedPictures(), "Compare.png")
    return 0


def painted(scenario: str, case: Case, folder: Path) -> dict[str, Path]:
    """The volume of every position, by its id."""
    return {item.id: paintPosition(scenario, item.id, folder / item.volume, number)
            for number, item in enumerate(case.positions)}  # fmt: skip


def carriedPictures(scenario: str) -> list[bytes]:
    """A picture of every position of a scenario that was marked in one of them."""
    case = phantomCase(scenario)
    case = markedOnce(case, case.markedIn)
    with tempfile.TemporaryDirectory() as folder:
        writeCase(case, Path(folder) / "case", painted(scenario, case, Path(folder)))
        runSteps(propagate(Path(folder) / "case", CarryOptions()))
        return pictures(Path(folder) / "case")


def comparedPictures() -> list[list[bytes]]:
    """Two rows of pictures of one position laid on another, its marks carried."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        case = phantomCase(DEMO_SCENARIO, COMPARED)
        case = markedOnce(case, case.markedIn)
        writeCase(case, folder / "case", painted(DEMO_SCENARIO, case, folder))
        runSteps(propagate(folder / "case", CarryOptions()))
        runSteps(compareToFolder(CompareRequest(folder / "case", *COMPARED, HELD), folder / "compared"))
        return [[(folder / "compared" / f"{name}.png").read_bytes() for name in row] for row in COMPARED_WAYS]


def pictures(folder: Path) -> list[bytes]:
    """The key picture of every position of a case folder, as PNG."""
    return list(runSteps(keyPictures(readCase(folder), folder, (EDGE, EDGE))).values())


def save(rows: list[list[bytes]], name: str) -> None:
    """Join rows of square pictures and save them."""
    from PIL import Image

    opened: list[list[Any]] = [[Image.open(io.BytesIO(png)) for png in row] for row in rows]
    edge = opened[0][0].width
    sheet = Image.new("RGB", (edge * max(map(len, opened)), edge * len(opened)))
    for line, row in enumerate(opened):
        for column, picture in enumerate(row):
            sheet.paste(picture, (column * edge, line * edge))
    target = PROJECT / "Resources" / "Screenshots" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(target, optimize=True)


if __name__ == "__main__":
    sys.exit(main())
