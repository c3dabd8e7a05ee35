"""Prints every benchmark as a table: python Testing/Python/bench/RunBenchmarks.py"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

from BenchCarry import carryTable, faultTable, turnTable
from BenchCompare import compareSpeedTable, differenceTable, fieldTable
from BenchFindings import coverageTable, healthyTable, nullTable, sentencesTable, tellingTable
from BenchLive import dragTable, followingTable
from BenchMetrics import accuracyTable, growthTable, speedTable
from BenchMotion import motionTable
from BenchPanelCompare import panelCompareTable
from BenchPanelDrag import panelDragTable
from BenchPanelOpen import panelOpenTable
from BenchPeers import peerTable
from BenchPictures import picturesTable
from BenchPredict import predictionTable
from BenchSegmentations import segmentationTable


def main() -> None:
    """Run all benchmarks and print them as they finish."""
    for title, table in (
        ("Accuracy against the phantom's truth, zero noise (mm, degrees, %, mm2)", accuracyTable),
        ("Speed", speedTable),
        ("Growth", growthTable),
        ("A drag's event: values moved and cells of the shown table made again (CPU ms)", dragTable),
        ("What follows an edit of the full case", followingTable),
        ("One step of a drag in the open panel (CPU ms)", panelDragTable),
        ("Opening the panel and a case in it (CPU), and memory", panelOpenTable),
        ("Another held vertebra or mode in the open panel (CPU ms)", panelCompareTable),
        ("Telling a case (CPU ms, limit)", tellingTable),
        ("Motionless spines marked by hand", nullTable),
        ("Healthy spines marked by hand", healthyTable),
        ("Stated against true uncertainty", coverageTable),
        ("Scenarios marked by hand: sentences that must and must not be said", sentencesTable),
        ("Bones carried without a mark in the moving position", carryTable),
        ("Bones carried to side bends, turns and in scoliosis", turnTable),
        ("Bones carried in faulty images", faultTable),
        ("One bone fitted from the same start: other engines", peerTable),
        ("Canal and cord predicted in other positions, phantoms with noise", predictionTable),
        ("Phantom volumes and pictures", picturesTable),
        ("Two positions of 5 degrees a joint: rims of bodies in the difference map", differenceTable),
        ("The field of displacements as it is shown, over 15 x 512 x 512 voxels", fieldTable),
        ("Maps and fields of 15 x 512 x 512 voxels", compareSpeedTable),
        ("Playing from position to position", motionTable),
        ("Landmarks from segmentations: median, 95th percentile, largest error (mm)", segmentationTable),
    ):
        print(f"\n{title}")
        for line in table():
            print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
