"""A drawn vertebra on which the mark that is asked for stands out: SVG text for any background.

The outlines and the places of the marks are data (Data/Protocols/schematics.json). Front is on the left in sagittal
drawings, and the patient's right on the left in axial and coronal ones, as in Slicer's slice views. Only shapes and
attributes of SVG Tiny are used, which Qt renders.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from DynamicSpineLib.Anatomy.Landmarks import definitionAt
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Session.Guide import NOT_VISIBLE, OPEN, PLACED, UNCONFIRMED
from DynamicSpineLib.Session.MarkNames import markTitle
from DynamicSpineLib.Session.SchematicPlaces import LOWER, SEGMENT, UPPER, Placement, placementOf
from DynamicSpineLib.Wording.Texts import clean, levelLabel, sideWord

_NOTHING: Mapping[str, str] = MappingProxyType({})
_FONT = "sans-serif"
_MARK_RADIUS, _NEIGHBOR_RADIUS, _ASKED_RADIUS, _RING_RADIUS = 4.5, 3.0, 6.0, 11.0
_FADED = 0.45
_BESIDE = "beside"

Paint = dict[str, str]


@dataclass(frozen=True)
class SchematicColors:
    """Colors as SVG knows them (#rrggbb). line: outlines and words; fill: bone; highlight: the mark asked for."""

    line: str
    fill: str
    highlight: str


def schematic(
    name: str, chain: Chain, colors: SchematicColors, statuses: Mapping[str, str] = _NOTHING
) -> str:  # fmt: skip
    """The drawing for a mark, as SVG text without a background; empty for a name that no drawing shows.

    statuses: of other marks by name (see Guide). Circles of placed ones are filled, of unconfirmed ones dotted, of
    those that a reader said to be not visible crossed.
    """
    placement = placementOf(name, chain)
    return "" if placement is None else _Picture(placement, name, colors, statuses).text()


class _Picture:
    """Draws one placement."""

    def __init__(self, placement: Placement, name: str, colors: SchematicColors, statuses: Mapping[str, str]) -> None:
        self._placement, self._drawing, self._name = placement, placement.drawing, name
        self._colors, self._statuses = colors, statuses
        width, height = str(self._drawing["width"]), str(self._drawing["height"])
        self._root = ET.Element("svg", {
            "xmlns": "http://www.w3.org/2000/svg", "version": "1.2", "baseProfile": "tiny", "width": width,
            "height": height, "viewBox": f"0 0 {width} {height}",
        })  # fmt: skip

    def text(self) -> str:
        """The SVG."""
        ET.SubElement(self._root, "title").text = clean(markTitle(self._name))
        for shape in self._drawing["shapes"]:
            if shape.get("where", self._tissue) == self._tissue:
                self._path(shape["path"], self._paint(shape["role"], self._isAside(shape.get("part", ""))))
        self._writeWords()
        asked = list(self._drawnMarks())
        for slot, place, name, shape in asked:
            if name != self._name:
                self._drawMark(shape, name, self._isAside(slot) or place != self._placement.place(slot))
        for _, _, name, shape in asked:
            if name == self._name:
                self._drawAsked(shape)
        return ET.tostring(self._root, encoding="unicode")

    @property
    def _tissue(self) -> str:
        """What fills the canal here: cord, or cauda below it."""
        levels = self._placement.levels
        place = self._placement.place(SEGMENT) if set(levels) == {UPPER, LOWER} else next(iter(levels.values()))
        return "cauda" if definitionAt(place, "KA") is None else "cord"

    def _isAside(self, part: str) -> bool:
        """True for what belongs to another bone than the mark."""
        if part == _BESIDE:
            return True
        return bool(part) and self._placement.slot != SEGMENT and part not in (self._placement.slot, SEGMENT)

    def _paint(self, role: str, isAside: bool) -> Paint:
        line, fill = self._colors.line, self._colors.fill
        strength = _FADED if isAside else 1.0
        if role == "bone":
            return {"fill": fill, "fill-opacity": _digits(strength), "fill-rule": "evenodd", "stroke": line,
                    "stroke-width": "2", "stroke-opacity": _digits(strength),
                    "stroke-linejoin": "round"}  # fmt: skip
        if role in ("dura", "edge", "behind"):
            dash = {"stroke-dasharray": "4 3"} if role == "behind" else {}
            return {"fill": "none", "stroke": line, "stroke-width": "1.2", "stroke-opacity": "0.5", **dash}
        faint = {"disc": ("fill", 0.4, 0.55), "cord": ("line", 0.2, 0.0), "ligament": ("line", 0.3, 0.0),
                 "soft": ("line", 0.1, 0.25), "joint": ("line", 0.0, 0.8)}[role]  # fmt: skip
        color = fill if faint[0] == "fill" else line
        return {"fill": color, "fill-opacity": _digits(faint[1] * strength), "stroke": line, "stroke-width": "1.2",
                "stroke-opacity": _digits(faint[2] * strength), "stroke-linejoin": "round"}  # fmt: skip

    def _writeWords(self) -> None:
        for word in self._drawing["words"]:
            self._text(word["text"], word["at"], word["anchor"], 13.0, 0.85)
        names = self._drawing["names"]
        wanted = [SEGMENT] if SEGMENT in names and self._placement.slot == SEGMENT else self._placement.levels
        for slot in wanted:
            if slot in names:
                size, strength = (14.0, 0.6) if self._isAside(slot) else (20.0, 1.0)
                words = levelLabel(self._placement.place(slot))
                self._text(words, names[slot], "middle", size, strength, "bold")
        if self._placement.side and "sideAt" in self._drawing:
            words = f"{sideWord(self._placement.side)} side"
            self._text(words, self._drawing["sideAt"], "middle", 13.0, 0.85)

    def _drawnMarks(self) -> Iterator[tuple[str, str, str, Any]]:
        """(slot, place, name, point or path) of every mark of the same protocol that this drawing shows."""
        protocol = self._protocolOf(self._name)
        for group in ("curves", "marks"):
            for slot, shapes in self._drawing.get(group, {}).items():
                place = self._placement.place(slot)
                for key, shape in shapes.items():
                    name = self._nameOf(place, key)
                    if self._protocolOf(name) == protocol:
                        yield slot, place, name, shape

    def _nameOf(self, place: str, key: str) -> str:
        """The mark's name; a drawing of one side stands for either."""
        definition = definitionAt(place, key.split("_")[0])
        isSided = definition is not None and definition.sides and "_" not in key
        return f"{place}_{key}_{self._placement.side}" if isSided else f"{place}_{key}"

    def _protocolOf(self, name: str) -> str:
        place, code = name.split("_")[:2]
        definition = definitionAt(place, code)
        return "" if definition is None else definition.protocol

    def _drawMark(self, shape: str | Sequence[float], name: str, isAside: bool) -> None:
        strength, line = (0.6 if isAside else 1.0), self._colors.line
        if isinstance(shape, str):
            self._path(shape, {"fill": "none", "stroke": line, "stroke-width": "1.6", "stroke-dasharray": "2 3",
                               "stroke-opacity": _digits(strength), "stroke-linecap": "round"})  # fmt: skip
            return
        status, radius = self._statuses.get(name, OPEN), _NEIGHBOR_RADIUS if isAside else _MARK_RADIUS
        self._circle(shape, radius, {
            "fill": line if status == PLACED else self._colors.fill, "stroke": line, "stroke-width": "1.5",
            "stroke-opacity": _digits(strength), "fill-opacity": _digits(strength),
        })  # fmt: skip
        if status == UNCONFIRMED:
            self._circle(shape, 0.4 * radius, {"fill": line})
        elif status == NOT_VISIBLE:
            x, y, reach = shape[0], shape[1], 0.7 * radius
            self._path(f"M{_digits(x - reach)} {_digits(y - reach)}L{_digits(x + reach)} {_digits(y + reach)}"
                       f"M{_digits(x - reach)} {_digits(y + reach)}L{_digits(x + reach)} {_digits(y - reach)}",
                       {"fill": "none", "stroke": line, "stroke-width": "1.5"})  # fmt: skip

    def _drawAsked(self, shape: str | Sequence[float]) -> None:
        """The mark asked for: larger, filled and ringed; a curve thick and whole."""
        highlight = self._colors.highlight
        if isinstance(shape, str):
            self._path(shape, {"fill": highlight, "fill-opacity": "0.25", "stroke": highlight, "stroke-width": "4",
                               "stroke-linecap": "round", "stroke-linejoin": "round"})  # fmt: skip
            return
        self._circle(shape, _RING_RADIUS, {"fill": "none", "stroke": highlight, "stroke-width": "2.5"})
        self._circle(shape, _ASKED_RADIUS, {"fill": highlight, "stroke": self._colors.line, "stroke-width": "1.5"})

    def _path(self, path: str, paint: Paint) -> None:
        ET.SubElement(self._root, "path", {"d": path, **paint})

    def _circle(self, center: Sequence[float], radius: float, paint: Paint) -> None:
        where = {"cx": _digits(center[0]), "cy": _digits(center[1]), "r": _digits(radius)}
        ET.SubElement(self._root, "circle", {**where, **paint})

    def _text(
        self, text: str, place: Sequence[float], anchor: str, size: float, strength: float, weight: str = "normal"
    ) -> None:
        element = ET.SubElement(self._root, "text", {
            "x": _digits(place[0]), "y": _digits(place[1]), "text-anchor": anchor, "font-family": _FONT,
            "font-size": _digits(size), "font-weight": weight, "fill": self._colors.line,
            "fill-opacity": _digits(strength),
        })  # fmt: skip
        element.text = clean(text)


def _digits(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
