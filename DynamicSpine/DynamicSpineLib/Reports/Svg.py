"""Small pieces of SVG. Every text and attribute is escaped by the XML writer."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from DynamicSpineLib.Reports.Styles import Style
from DynamicSpineLib.Wording.Texts import clean

Element = ET.Element
XY = tuple[float, float]
Paint = Mapping[str, str]
NO_PAINT: Paint = MappingProxyType({})


def picture(width: float, height: float, label: str) -> Element:
    """An SVG of a size in px that shrinks with its column; `label` is read aloud and stands for the picture."""
    attributes = {"viewBox": f"0 0 {_digits(width)} {_digits(height)}", "width": _digits(width),
                  "height": _digits(height), "role": "img", "aria-label": clean(label)}
    return Element("svg", attributes)


def written(root: Element) -> str:
    """The SVG as text for an HTML page."""
    return ET.tostring(root, encoding="unicode", short_empty_elements=False)


def group(parent: Element, tooltip: str = "") -> Element:
    """A group of shapes, with a text that shows where the pointer rests on it."""
    element = ET.SubElement(parent, "g")
    if tooltip:
        ET.SubElement(element, "title").text = clean(tooltip)
    return element


def hatchPattern(root: Element, identifier: str, color: str) -> str:
    """Define diagonal hatching under an id that is unique in the page; return the paint that uses it."""
    definitions = ET.SubElement(root, "defs")
    pattern = ET.SubElement(definitions, "pattern", {
        "id": identifier, "width": "5", "height": "5", "patternUnits": "userSpaceOnUse",
        "patternTransform": "rotate(45)",
    })  # fmt: skip
    line(pattern, (0, 0), (0, 5), paint={"stroke": color, "stroke-width": "1"})
    return f"url(#{identifier})"


def line(parent: Element, start: XY, end: XY, css: str = "", paint: Paint = NO_PAINT) -> None:
    """A straight line."""
    _add(parent, "line", css, {"x1": _digits(start[0]), "y1": _digits(start[1]), "x2": _digits(end[0]),
                               "y2": _digits(end[1]), **paint})


def polyline(parent: Element, points: Sequence[XY], paint: Paint, closed: bool = False) -> None:
    """An open or closed chain of straight lines."""
    places = " ".join(f"{_digits(x)},{_digits(y)}" for x, y in points)
    _add(parent, "polygon" if closed else "polyline", "", {"points": places, **paint})


def rectangle(parent: Element, corner: XY, size: XY, css: str = "", paint: Paint = NO_PAINT) -> None:
    """An upright rectangle by its upper left corner and size."""
    _add(parent, "rect", css, {"x": _digits(corner[0]), "y": _digits(corner[1]), "width": _digits(size[0]),
                               "height": _digits(size[1]), **paint})


def circle(parent: Element, center: XY, radius: float, paint: Paint) -> None:
    """A circle."""
    _add(parent, "circle", "", {"cx": _digits(center[0]), "cy": _digits(center[1]), "r": _digits(radius), **paint})


def text(parent: Element, place: XY, content: str, css: str = "", anchor: str = "start") -> None:
    """A line of text at a point; anchor (start, middle, end) says which part of it stands there."""
    where = {} if anchor == "start" else {"text-anchor": anchor}
    element = _add(parent, "text", css, {"x": _digits(place[0]), "y": _digits(place[1]), **where})
    element.text = clean(content)


def strokeOf(style: Style, width: float) -> dict[str, str]:
    """Stroke attributes of a style."""
    dash = {"stroke-dasharray": style.dash} if style.dash else {}
    return {"stroke": style.color, "stroke-width": _digits(width), "fill": "none", **dash}


def marker(parent: Element, place: XY, style: Style, hollow: bool = False, size: float = 4.0) -> None:
    """A plotted point in the style's shape and color; hollow for provisional values."""
    x, y = place
    paint = {"stroke": style.color, "stroke-width": "1.4", "fill": "#ffffff" if hollow else style.color}
    outlines = {
        "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
        "triangle": [(0, -1.15), (1.05, 0.8), (-1.05, 0.8)],
        "triangleDown": [(0, 1.15), (1.05, -0.8), (-1.05, -0.8)],
        "diamond": [(0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)],
        "cross": [(-0.4, -1.1), (0.4, -1.1), (0.4, -0.4), (1.1, -0.4), (1.1, 0.4), (0.4, 0.4), (0.4, 1.1), (-0.4, 1.1),
                  (-0.4, 0.4), (-1.1, 0.4), (-1.1, -0.4), (-0.4, -0.4)],
        "bar": [(-0.5, -1.3), (0.5, -1.3), (0.5, 1.3), (-0.5, 1.3)],
    }  # fmt: skip
    shape = outlines.get(style.marker)
    if shape is None:
        circle(parent, place, size, paint)
    else:
        polyline(parent, [(x + size * dx, y + size * dy) for dx, dy in shape], paint, closed=True)


def _add(parent: Element, tag: str, css: str, attributes: Mapping[str, str]) -> Element:
    named = {"class": css, **attributes} if css else dict(attributes)
    return ET.SubElement(parent, tag, named)


def _digits(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
