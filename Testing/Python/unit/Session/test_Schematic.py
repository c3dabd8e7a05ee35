"""The drawn vertebrae: every mark is on one, in the right place among the others, and only the asked one stands out."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from itertools import combinations
from pathlib import Path

import pytest

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Landmarks import definitionAt, namesFor, parseLandmarkName
from DynamicSpineLib.Anatomy.Levels import CANONICAL_LEVELS, Chain
from DynamicSpineLib.Session.Schematic import SchematicColors, schematic
from DynamicSpineLib.Session.SchematicPlaces import placementOf

LIBRARY_FOLDER = Path(__file__).resolve().parents[4] / "DynamicSpine"
EVERYONE = Chain(CANONICAL_LEVELS)
USUAL = Chain(tuple(level for level in CANONICAL_LEVELS if level not in ("T13", "L6")))
SIX_LUMBAR = Chain((*(f"L{i}" for i in range(1, 7)), "S1"))
COLORS = SchematicColors("#123456", "#abcdef", "#ff8800")
DRAWINGS = {item["id"]: item for item in packageData("Protocols", "schematics.json")["drawings"]}
SVG = "{http://www.w3.org/2000/svg}"
RING, DOT = "11", "6"


def drawn(name, chain=USUAL, **more):
    return ET.fromstring(schematic(name, chain, COLORS, **more))


def texts(root):
    return [item.text for item in root.iter(f"{SVG}text")]


def circles(root, radius=None):
    return [item for item in root.iter(f"{SVG}circle") if radius is None or item.get("r") == radius]


def place(drawing, slot, code):
    return DRAWINGS[drawing]["marks"][slot][code]


@pytest.mark.parametrize("chain", [EVERYONE, USUAL, SIX_LUMBAR, Chain(("L3", "L4", "S1")), Chain(("C5", "C6"))])
def test_every_mark_of_every_protocol_is_on_a_drawing_at_every_level(chain):
    for name in namesFor(chain):
        placement, parsed = placementOf(name, chain), parseLandmarkName(name)
        assert placement is not None, name
        assert placement.place(placement.slot) == parsed.place, name
        assert placement.side == parsed.side
        assert definitionAt(parsed.place, parsed.code).protocol in placement.drawing["protocols"]


def test_the_mark_asked_for_is_the_only_one_that_stands_out():
    for name in namesFor(USUAL):
        root = drawn(name)
        if definitionAt(*name.split("_")[:2]).kind == "point":
            (ring,), (dot,) = circles(root, RING), circles(root, DOT)
            assert (ring.get("stroke"), dot.get("fill")) == (COLORS.highlight,) * 2
            assert (ring.get("cx"), ring.get("cy")) == (dot.get("cx"), dot.get("cy"))
            marked = [item for item in root.iter() if COLORS.highlight in (item.get("fill"), item.get("stroke"))]
            assert len(marked) == 2, name
        else:
            (path,) = (item for item in root.iter(f"{SVG}path") if item.get("stroke") == COLORS.highlight)
            assert path.get("stroke-width") == "4", name


def test_the_other_marks_of_the_protocol_are_open_circles():
    root = drawn("C5_SA")
    others = [item for item in circles(root) if item.get("r") not in (RING, DOT)]
    assert len(others) == 7  # three corners of C5 and four of C6
    assert {item.get("fill") for item in others} == {COLORS.fill}
    assert len({item.get("r") for item in others}) == 2


@pytest.mark.parametrize(("status", "fill", "extra"), [("open", COLORS.fill, 0), ("skipped", COLORS.fill, 0),
                                                      ("placed", COLORS.line, 0), ("unconfirmed", COLORS.fill, 1),
                                                      ("notVisible", COLORS.fill, 1)])  # fmt: skip
def test_other_marks_tell_by_their_shape_where_they_stand(status, fill, extra):
    before, after = drawn("C5_SA"), drawn("C5_SA", statuses={"C5_SP": status})
    (x, y) = (str(number) for number in place("sagittalCervical", "upper", "SP"))
    (mark, *_) = (item for item in circles(after) if (item.get("cx"), item.get("cy")) == (x, y))
    assert mark.get("fill") == fill
    assert len(list(after.iter())) - len(list(before.iter())) == extra


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("C5_SA", {"front", "back", "C5", "C6"}), ("T12_IA", {"front", "back", "T12", "L1"}),
        ("L5_IA", {"front", "back", "L5", "S1"}), ("S1_SP", {"front", "back", "L5", "S1"}),
        ("C2_IP", {"front", "back", "C2", "C3"}), ("Oc_BA", {"front", "back", "Oc", "C1", "C2"}),
        ("C5C6_FS_L", {"front", "back", "C5", "C6", "left side"}),
        ("L4L5_FP_R", {"front", "back", "L4", "L5", "right side"}),
        ("L4_AX0", {"front", "back", "left", "right", "L4"}), ("C1_AX1", {"front", "back", "left", "right", "C1"}),
        ("L4L5_DS", {"front", "back", "left", "right", "L4\u2011L5"}), ("L4_CSL", {"left", "right", "L4", "L5"}),
    ],
)
def test_a_drawing_names_its_levels_and_directions(name, words):
    assert set(texts(drawn(name))) == words


def test_levels_are_those_of_the_patient():
    assert {"L5", "L6"} < set(texts(drawn("L5_IA", SIX_LUMBAR)))
    assert {"L6", "S1"} < set(texts(drawn("L6_IA", SIX_LUMBAR)))
    assert {"L6", "S1"} < set(texts(drawn("S1_SA", SIX_LUMBAR)))
    assert {"L4", "S1"} < set(texts(drawn("L4_IA", Chain(("L3", "L4", "S1")))))
    assert {"L5", "S1"} < set(texts(drawn("L5_IA", Chain(("L4", "L5")))))
    assert {"C7", "T1"} < set(texts(drawn("C7_IA", Chain(("C6", "C7")))))


def test_cord_and_nerve_roots_are_where_they_belong():
    def hasCord(name):
        return any(item.get("fill-opacity") == "0.2" for item in drawn(name).iter(f"{SVG}path"))

    assert hasCord("C5_SA")
    assert hasCord("L1L2_CA")
    assert not hasCord("L3L4_CA")
    assert not hasCord("L5S1_CA")


def test_a_name_that_no_protocol_has_is_on_no_drawing():
    assert schematic("L4_XX", USUAL, COLORS) == ""
    assert placementOf("heart", USUAL) is None


# Order from front to back, as the codes are defined in the protocol.
FRONT_TO_BACK = [("SA", "SP"), ("IA", "IP"), ("SP", "SL"), ("SL", "SPU"), ("SL", "SPL"), ("KA", "KP"), ("IP", "KA"),
                 ("CA", "TA"), ("TA", "KA"), ("KP", "TP"), ("TP", "CP"), ("CP", "LP"), ("FA", "FP"), ("FAS", "FPS"),
                 ("HP", "CL"), ("CL", "BA"), ("BA", "VD"), ("VD", "TT"), ("TT", "OP"), ("OP", "OL"), ("AC", "AAP"),
                 ("AAP", "PAA"), ("PAA", "PC"), ("DA", "DQ"), ("DA", "DP"), ("DA", "DT")]  # fmt: skip
TOP_TO_BOTTOM = [("SA", "IA"), ("SP", "IP"), ("SPU", "SPL"), ("FS", "FI"), ("FS", "FAS"), ("FAS", "FA"), ("FA", "FI"),
                 ("FPS", "FP"), ("CL", "BA"), ("DT", "DP"), ("DP", "DQ"), ("DQ", "PD"), ("BA", "OL"), ("CSL", "CIL"),
                 ("CSR", "CIR")]  # fmt: skip


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_marks_lie_in_the_order_of_the_anatomy(drawing):
    isSagittal = DRAWINGS[drawing]["plane"].endswith("sagittal")
    across = FRONT_TO_BACK if isSagittal else [("CSR", "CSL"), ("CIR", "CIL")]
    for marks in DRAWINGS[drawing]["marks"].values():
        for axis, pairs in ((0, across), (1, [*TOP_TO_BOTTOM, ("AX0", "AX1")])):
            for first, second in pairs:
                if first in marks and second in marks:
                    assert marks[first][axis] < marks[second][axis], (first, second)


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_the_upper_bone_lies_above_the_lower_one(drawing):
    marks = DRAWINGS[drawing]["marks"]
    for code in set(marks.get("upper", {})) & set(marks.get("lower", {})):
        assert marks["upper"][code][1] < marks["lower"][code][1]


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_both_sides_are_on_their_sides(drawing):
    for curves in DRAWINGS[drawing].get("curves", {}).values():
        for code in {key[:-2] for key in curves if key.endswith("_L")}:
            left, right = (mean(numbersOf(curves[f"{code}_{side}"])[::2]) for side in "LR")
            assert right < DRAWINGS[drawing]["width"] / 2 < left


def mean(values):
    return sum(values) / len(values)


def numbersOf(path):
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_marks_of_one_protocol_can_be_told_apart(drawing):
    """Circles of two marks touch at most; a mark in the ring of another would look like that one."""
    found = []
    for slot, marks in DRAWINGS[drawing]["marks"].items():
        for code, point in marks.items():
            level = {"segment": "C5C6"}.get(slot, DRAWINGS[drawing]["slots"].get(slot, [""])[0])
            definition = definitionAt(level, code)
            found.append((definition.protocol if definition else code, point, (slot, code)))
    for (protocol, first, one), (other, second, two) in combinations(found, 2):
        if protocol == other:
            assert math.dist(first, second) >= 9.0, (one, two)


def verticesOf(shapes):
    return [point for shape in shapes for point in zip(*[iter(numbersOf(shape["path"]))] * 2, strict=True)]


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_corners_lie_on_the_outline_of_their_bone(drawing):
    """A rounded corner has its corner point as a control point of its outline."""
    for slot, marks in DRAWINGS[drawing]["marks"].items():
        outline = verticesOf([item for item in DRAWINGS[drawing]["shapes"] if item.get("part") == slot])
        for code in {"SA", "SP", "IA", "IP", "BA", "OP", "CSL", "CSR", "CIL", "CIR", "DT"} & set(marks):
            assert min(math.dist(marks[code], vertex) for vertex in outline) <= 10.0, (slot, code)


@pytest.mark.parametrize("drawing", DRAWINGS)
def test_a_drawing_stays_within_its_borders(drawing):
    data = DRAWINGS[drawing]
    size = (data["width"], data["height"])
    paths = [*(item["path"] for item in data["shapes"]),
             *(path for curves in data.get("curves", {}).values() for path in curves.values())]  # fmt: skip
    for path in paths:
        numbers = numbersOf(path)
        assert len(numbers) % 2 == 0
        assert all(-4 <= number <= size[index % 2] + 4 for index, number in enumerate(numbers))
    for point in (point for marks in data["marks"].values() for point in marks.values()):
        assert all(12 <= number <= limit - 12 for number, limit in zip(point, size, strict=True)), point


def test_only_basic_elements_and_the_given_colors_are_used():
    allowed = {"svg", "title", "path", "circle", "text"}
    for name in namesFor(USUAL):
        root = drawn(name)
        assert {item.tag.removeprefix(SVG) for item in root.iter()} <= allowed
        for item in root.iter():
            assert {"class", "style", "id"}.isdisjoint(item.attrib)
            for paint in ("fill", "stroke"):
                assert item.get(paint, "none") in ("none", COLORS.line, COLORS.fill, COLORS.highlight)


RENDER = """
import json, os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QByteArray
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Session.Schematic import SchematicColors, schematic
application = QGuiApplication([])
chain, found = Chain(tuple(json.loads(sys.argv[1]))), {}
for name in json.loads(sys.argv[2]):
    text = schematic(name, chain, SchematicColors("#123456", "#abcdef", "#ff8800"))
    renderer = QSvgRenderer(QByteArray(text.encode()))
    image = QImage(renderer.defaultSize(), QImage.Format.Format_ARGB32)
    image.fill(QColor("#ffffff"))
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    marked = [(x, y) for x in range(image.width()) for y in range(image.height())
              if image.pixelColor(x, y) == QColor("#ff8800")]
    found[name] = [renderer.isValid(), len(marked), sum(x for x, _ in marked) / max(len(marked), 1),
                   sum(y for _, y in marked) / max(len(marked), 1)]
print(json.dumps(found))
"""


def test_qt_draws_every_drawing_with_the_mark_where_it_is():
    pytest.importorskip("PySide6.QtSvg", reason="Qt is not installed")
    names = {placementOf(name, USUAL).drawing["id"]: name for name in namesFor(USUAL)
             if definitionAt(*name.split("_")[:2]).kind == "point"}  # fmt: skip
    assert set(names) == set(DRAWINGS)
    code = f"import sys; sys.path.insert(0, {str(LIBRARY_FOLDER)!r})\n{RENDER}"
    command = [sys.executable, "-c", code, json.dumps(USUAL.levels), json.dumps(list(names.values()))]
    run = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert run.returncode == 0, run.stderr
    assert "svg" not in run.stderr.lower(), run.stderr
    for drawing, name in names.items():
        isValid, count, x, y = json.loads(run.stdout)[name]
        placement = placementOf(name, USUAL)
        wanted = DRAWINGS[drawing]["marks"][placement.slot][parseLandmarkName(name).code]
        assert isValid
        assert count > 100
        assert math.dist((x, y), wanted) < 1.5, name
