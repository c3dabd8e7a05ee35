"""Painted borders lie on the phantom's landmarks: half-maximum edges, on a fine grid without coil and noise."""

from __future__ import annotations

import numpy as np
import pytest
from PaintedTissue import tissueOf

from DynamicSpineLib.Phantom.PhantomLandmarks import phantomMarks
from DynamicSpineLib.Phantom.PosedPhantom import posedSpine
from DynamicSpineLib.Study.VolumeGeometry import VolumeGeometry

STEP_MM = 0.1
TOLERANCE_MM = 0.15
DARK, MARROW = 0.03, 0.25
LEAST_FLUID_MM = 0.5


def unit(vector):
    """The vector with length 1."""
    return vector / np.linalg.norm(vector)


class FinePatch:
    """A square of fine pixels in a sagittal plane: columns run forward, rows upward, around a center in RAS."""

    def __init__(self, posed, center, forward, up, halfMm):
        right = unit(np.cross(forward, up))
        axes = np.column_stack([unit(forward), np.cross(right, unit(forward)), right])
        count = round(2 * halfMm / STEP_MM) + 1
        origin = center - axes[:, :2] @ np.full(2, 0.5 * (count - 1) * STEP_MM)
        directions = tuple(tuple(map(float, axis)) for axis in axes.T)
        spacing = (STEP_MM, STEP_MM, 0.3)
        self.geometry = VolumeGeometry((count, count, 1), spacing, tuple(map(float, origin)), directions)
        self.image = tissueOf(posed, self.geometry, 1)[0]

    def profile(self, start, direction, places):
        """Signal at mm along a direction, linear between pixels."""
        i, j, _ = self.geometry.indices(start + np.outer(places, direction)).T
        column, row = np.floor(i).astype(int), np.floor(j).astype(int)
        u, v = i - column, j - row
        near = self.image[row, column] * (1 - u) + self.image[row, column + 1] * u
        far = self.image[row + 1, column] * (1 - u) + self.image[row + 1, column + 1] * u
        return near * (1 - v) + far * v

    def edge(self, start, direction, level, reachMm=1.5):
        """Mm from `start` to the nearest place where the signal passes the level, either way."""
        places = np.arange(-reachMm, reachMm + 1e-9, 0.01)
        signal = self.profile(start, direction, places) - level
        crossings = np.flatnonzero(signal[:-1] * signal[1:] <= 0.0)
        assert len(crossings), "the profile does not pass its half maximum"
        return float(places[crossings[np.argmin(np.abs(places[crossings]))]])

    def halfMaximum(self, start, direction, insideMm, outsideMm):
        """The edge at the half of the signals at two places on its two sides."""
        ends = self.profile(start, direction, np.array([-outsideMm, insideMm]))
        assert abs(ends[1] - ends[0]) > 0.1, "there is no edge to measure"
        return self.edge(start, direction, float(ends.mean()))


SPINES = [("healthyLumbar", "SUP_N"), ("lumbarSlip", "ST_F"), ("cervicalNarrowing", "UP_E")]


@pytest.fixture(scope="module", params=SPINES)
def a_posed_spine(request):
    return posedSpine(*request.param)


def sectionsToMeasure(posed):
    """The chain's own disc levels, and half of its bodies."""
    segments = [name for name in posed.sections if name in posed.discs]
    return segments[2:7:2] + [level for level in posed.levels[3::3] if level in posed.sections]


def test_borders_of_canal_and_cord_lie_on_their_landmarks(a_posed_spine):
    worst = {}
    for place in sectionsToMeasure(a_posed_spine):
        section = a_posed_spine.sections[place]
        back = section.posterior_RAS
        middle = section.point_RAS + 0.5 * section.canalAp * back
        patch = FinePatch(a_posed_spine, middle, -back, section.cranial_RAS, 0.5 * section.canalAp + 3.0)
        front = section.epiduralVentral + section.csfVentral
        ends = {"CA": patch.halfMaximum(section.point_RAS, back, 0.25, 0.3)}
        ends["CP"] = patch.halfMaximum(section.point_RAS + section.canalAp * back, -back, 0.25, 0.3)
        if section.cordAp > 0.0 and min(section.csfVentral, section.csfDorsal) > LEAST_FLUID_MM:
            ends["KA"] = patch.halfMaximum(section.point_RAS + front * back, back, 0.3, 0.3)
            ends["KP"] = patch.halfMaximum(section.point_RAS + (front + section.cordAp) * back, -back, 0.3, 0.3)
        worst.update({f"{place}_{code}": error for code, error in ends.items() if abs(error) > TOLERANCE_MM})
    assert not worst


def test_marks_measured_here_are_the_marks_that_the_case_ships():
    posed = posedSpine("cervicalNarrowing", "UP_E")
    points, _ = phantomMarks(posed)
    section = posed.sections["C4C5"]
    np.testing.assert_allclose(points["C4C5_CA"], section.point_RAS, atol=1e-9)
    np.testing.assert_allclose(
        points["C4C5_KP"] - points["C4C5_KA"], section.cordAp * section.posterior_RAS, atol=1e-9
    )


def cornerErrors(posed, level, code):
    """Mm between a corner and where the marrow's edges along endplate and front wall meet it (wall: front only)."""
    bone, pose = posed.bones[level], posed.boneToRAS[level]
    corner = np.array(bone.corners[code])
    alongEnd = unit(np.array(bone.corners[code[0] + ("P" if code[1] == "A" else "A")]) - corner)
    alongWall = unit(np.array(bone.corners[("I" if code[0] == "S" else "S") + code[1]]) - corner)

    def inRAS(vector):
        return pose[:3, 1:3] @ vector

    patch = FinePatch(posed, pose[:3, 3] + inRAS(corner), pose[:3, 1], pose[:3, 2], 9.0)
    errors = []
    for along, other in [(alongEnd, alongWall)] + ([(alongWall, alongEnd)] if code[1] == "A" else []):
        inward = unit(other - (other @ along) * along)
        places = np.array([1.5, 3.0, 4.5, 6.0])
        edges = []
        for place in places:
            start = pose[:3, 3] + inRAS(corner + place * along)
            distances = np.arange(-1.0, 2.0, 0.01)
            signal = patch.profile(start, inRAS(inward), distances)
            darkest = int(np.argmin(signal))
            edges.append(distances[darkest + np.argmax(signal[darkest:] >= 0.5 * (DARK + MARROW))])
        # Endplates and walls are parabolas: their fit through the measured edges gives the edge at the corner.
        errors.append(float(np.polyval(np.polyfit(places, edges, 2), 0.0)))
    return errors


@pytest.mark.parametrize(
    ("scenario", "position", "level"), [("healthyLumbar", "SUP_N", "L4"), ("cervicalNarrowing", "UP_E", "C5")]
)
@pytest.mark.parametrize("code", ["SA", "SP", "IA", "IP"])
def test_corners_of_painted_bodies_lie_on_their_landmarks(scenario, position, level, code):
    errors = cornerErrors(posedSpine(scenario, position), level, code)
    assert max(np.abs(errors)) < TOLERANCE_MM
