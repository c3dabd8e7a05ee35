"""Time to paint the phantom's volumes."""

from __future__ import annotations

import time

from DynamicSpineLib.Phantom.Acquisition import usualAcquisition
from DynamicSpineLib.Phantom.PhantomVolume import paintVolume
from DynamicSpineLib.Phantom.PosedPhantom import posedSpine
from DynamicSpineLib.Phantom.Scenario import loadScenario


def picturesTable() -> list[str]:
    """Wall time of painting each position of two scenarios, which has to stay under 6 s a volume."""
    lines = [f"{'volume':34}{'voxels':>16}{'s':>8}{'limit':>8}"]
    for name in ("lumbarSlip", "cervicalNarrowing"):
        scenario = loadScenario(name)
        for number, positionId in enumerate(scenario.positionIds):
            posed = posedSpine(scenario, positionId)
            series = usualAcquisition(scenario.state(scenario.regions[0], positionId).posture)
            start = time.perf_counter()
            array, _ = paintVolume(posed, series, number)
            size = "x".join(str(count) for count in array.shape[::-1])
            lines.append(f"{f'{name} {positionId}':34}{size:>16}{time.perf_counter() - start:>8.1f}{6:>8}")
    return lines
