"""The marks across the canal at one place, a segment or the middle of a body, in another position."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from DynamicSpineLib.Anatomy.Levels import splitSegment
from DynamicSpineLib.Errors import InputError
from DynamicSpineLib.Registration.PredictCanal import Array, Line, lineOf, profilesOn
from DynamicSpineLib.Registration.PredictField import TissueMotion
from DynamicSpineLib.Registration.PredictFrames import Points, segmentCanal
from DynamicSpineLib.Registration.PredictLine import findEdges, learnLayers
from DynamicSpineLib.Registration.PredictSegment import ON_LINE, findSegment, learnSegment
from DynamicSpineLib.Study.VolumeVoxels import GrayVolume

MOVED_SD_MM = {"CA": 0.8, "TA": 0.9, "KA": 1.0, "KP": 1.0, "TP": 1.3, "CP": 1.5, "LP": 1.5}
"""SD of marks that only moved with the bones, for want of an edge: what the canal changes by between positions."""

FILM_SD_MM, FILM_SHARE = 0.15, 0.25
"""SD of the space between a wall and the sac beside it: mm, and a share of what it was."""

BODY_WALL_SD_MM = 0.4
"""How well the bone's motion tells the walls of the canal opposite the middle of its body."""

LEAST_WIDTH_MM = 0.5
"""Marks nearer to each other span no line."""


@dataclass(frozen=True)
class PlacedLine:
    """The marks of one place on a line: depths and SDs by code, and how far each lies off the line (along the canal and
    aside), all in mm. drawn: edges were found for them; else they only moved with the bones."""

    line: Line
    depthMm: Mapping[str, float]
    sdMm: Mapping[str, float]
    offMm: Mapping[str, tuple[float, float]]
    drawn: bool

    def point(self, code: str) -> Array:
        """RAS point of a mark."""
        return self.line.toRAS(np.array([self.depthMm[code], *self.offMm.get(code, (0.0, 0.0))]))


@dataclass(frozen=True)
class LinePair:
    """The marks of one place where they were placed, and where they are predicted."""

    old: PlacedLine
    new: PlacedLine


def placedLine(place: str, points_RAS: Points) -> PlacedLine | None:
    """The marks of a place as a reader set them, on a line across the canal; None where they span none."""
    ends = ("CA", "CP") if splitSegment(place) is not None else ("KA", "KP")
    if any(f"{place}_{code}" not in points_RAS for code in ends):
        return None
    start, end = (np.asarray(points_RAS[f"{place}_{code}"]) for code in ends)
    width = float(np.linalg.norm(end - start))
    if width < LEAST_WIDTH_MM:
        return None
    direction = (end - start) / width
    square = np.eye(3)[int(np.abs(direction).argmin())]
    square = square - (square @ direction) * direction
    return _onLine(place, points_RAS, Line(start, direction, square / np.linalg.norm(square)))


def _onLine(place: str, points_RAS: Points, line: Line) -> PlacedLine:
    local = {code: line.local(points_RAS[f"{place}_{code}"]) for code in ON_LINE if f"{place}_{code}" in points_RAS}
    depths = {code: float(each[0]) for code, each in local.items()}
    off = {code: (float(each[1]), float(each[2])) for code, each in local.items()}
    return PlacedLine(line, depths, dict.fromkeys(depths, 0.0), off, True)


def movedPair(place: str, old: PlacedLine, motion: TissueMotion) -> LinePair:
    """The marks moved with the bones alone: the line goes with the tissue at its front end, its depths stay."""
    start = motion.carry(place, old.line.start_RAS)
    direction = motion.turned(place, old.line.direction_RAS)
    square = motion.turned(place, old.line.square_RAS)
    square = square - (square @ direction) * direction
    line = Line(start, direction, square / np.linalg.norm(square))
    spread = {code: MOVED_SD_MM[code] for code in old.depthMm}
    return LinePair(old, PlacedLine(line, old.depthMm, spread, old.offMm, False))


def foundAtSegment(
    segment: str, source: GrayVolume, target: GrayVolume, points_RAS: Points, motion: TissueMotion
) -> LinePair | None:
    """A segment's marks drawn to their edges, or only moved where the image does not show them.

    None where CA and CP span no line.
    """
    placed = placedLine(segment, points_RAS)
    if placed is None:
        return None
    moved = movedPair(segment, placed, motion)
    try:
        canal = segmentCanal(segment, points_RAS, motion.bones, moved.new.line.start_RAS)
        reference = learnSegment(source, segment, points_RAS)
    except InputError:
        return moved
    if not reference.isShown:
        return moved
    line, edges = findSegment(target, reference, canal, moved.new.line.start_RAS)
    if not edges.isSeen:
        return moved
    depths, spread = dict(edges.depthMm), dict(edges.sdMm)
    _addSac(depths, spread, reference.depthMm)
    old = _onLine(segment, points_RAS, lineOf(reference.canal, reference.section))
    return LinePair(old, PlacedLine(line, depths, spread, old.offMm, True))


def _addSac(depths: dict[str, float], spread: dict[str, float], old: Mapping[str, float]) -> None:
    """The sac's borders: a film of fat and veins parts them from the walls; they keep their distance while they can."""
    front = depths["KA"] if "KA" in depths else 0.5 * (depths["CA"] + depths["CP"])
    back = depths["KP"] if "KP" in depths else 0.5 * (depths["CA"] + depths["CP"])
    width, oldWidth = depths["CP"] - depths["CA"], old["CP"] - old["CA"]
    if "TA" in old:
        film = old["TA"] - old["CA"]
        depths["TA"] = min(depths["CA"] + film, front)
        spread["TA"] = float(np.hypot(spread["CA"], FILM_SD_MM + FILM_SHARE * film))
    if "TP" in old:
        film = old["CP"] - old["TP"]
        # Spare width is fat behind the sac, and it is the first to go.
        kept = min(max(film + 0.5 * (width - oldWidth), 0.3 * film), 1.5 * film)
        depths["TP"] = max(depths["CP"] - kept, back)
        spread["TP"] = float(np.hypot(spread["CP"], FILM_SD_MM + FILM_SHARE * film))


def foundAtBody(
    level: str, source: GrayVolume, target: GrayVolume, points_RAS: Points, motion: TissueMotion
) -> LinePair | None:
    """The cord's marks opposite the middle of a body, drawn to their edges, or only moved where that cannot be.

    The canal's walls there move with the bone. None where KA and KP span no line.
    """
    placed = placedLine(level, points_RAS)
    if placed is None:
        return None
    moved = movedPair(level, placed, motion)
    walls = _bodyWalls(level, points_RAS, placed)
    if walls is None:
        return moved
    depths = {"CA": 0.0, "KA": -walls[0], "KP": placed.depthMm["KP"] - walls[0], "CP": walls[1] - walls[0]}
    start, goal = (_started(line.line, walls[0]) for line in (placed, moved.new))
    fluid, found = _fluidOn(source, start, depths), _fluidOn(target, goal, depths)
    layers = learnLayers(source, start, depths, fluid)
    ends = (0.0, depths["CP"])
    edges = findEdges(target, goal, layers, depths["CP"], ends, (BODY_WALL_SD_MM, BODY_WALL_SD_MM), found)
    if not edges.isSeen or fluid <= 0.0:
        return moved
    own = {code: edges.depthMm[code] + walls[0] for code in ("KA", "KP")}
    spread = {code: edges.sdMm[code] for code in own}
    return LinePair(placed, PlacedLine(moved.new.line, own, spread, placed.offMm, True))


def _bodyWalls(level: str, points_RAS: Points, placed: PlacedLine) -> tuple[float, float] | None:
    """Depths, on the cord's line, of the body's back and of the lamina; None where the body's back is not marked.

    Where the lamina is not marked, as much fluid is taken behind the cord as in front of it.
    """
    backs = [points_RAS[f"{level}_{code}"] for code in ("SP", "IP") if f"{level}_{code}" in points_RAS]
    if len(backs) < 2:
        return None
    front, cord = float(placed.line.local(np.mean(backs, axis=0))[0]), placed.depthMm["KP"]
    lamina = points_RAS.get(f"{level}_SL")
    back = cord - front if lamina is None else float(placed.line.local(lamina)[0])
    return (front, back) if front < 0.0 < cord < back else None


def _started(line: Line, depthMm: float) -> Line:
    """The same line, begun at another depth."""
    return Line(line.start_RAS + depthMm * line.direction_RAS, line.direction_RAS, line.square_RAS)


def _fluidOn(volume: GrayVolume, line: Line, depthMm: Mapping[str, float]) -> float:
    """Brightness of the fluid on a line; 0 where the image does not reach."""
    values = profilesOn(volume, line, np.arange(depthMm["CA"], depthMm["CP"], 0.3))
    values = values[np.isfinite(values)]
    return float(np.percentile(values, 92.0)) if len(values) else 0.0
