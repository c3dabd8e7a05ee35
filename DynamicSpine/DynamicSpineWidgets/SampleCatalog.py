"""Offering the samples in the Sample Data module, once. Runs when the application starts, so it imports little."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import slicer

from DynamicSpineLib.Anatomy.DataFiles import packageData

CATEGORY = "DynamicSpine"


def registerSamples(icons: str) -> None:
    """Offer two phantoms, made on the spot, and public head positions. icons: the folder of the thumbnails."""
    import SampleData

    known = {source.sampleName for source in getattr(slicer.modules, "sampleDataSources", {}).get(CATEGORY, [])}
    entries = packageData("Study", "samples.json")
    heads = entries["headPositions"]
    files = {
        "uris": [item["url"] for item in heads["positions"]],
        "fileNames": [item["url"].rsplit("/", 1)[1] for item in heads["positions"]],
        "nodeNames": [item["id"] for item in heads["positions"]],
        "checksums": [f"SHA256:{item['sha256']}" for item in heads["positions"]],
    }
    made: dict[str, Any] = {"uris": "", "fileNames": None, "nodeNames": None}
    offered = [(entry, _phantomOpener(entry["id"]), made) for entry in entries["phantoms"]]
    for entry, opener, values in [*offered, (heads, _openHeads, files)]:
        if entry["title"] not in known:
            SampleData.SampleDataLogic.registerCustomSampleDataSource(
                category=CATEGORY, sampleName=entry["title"], customDownloader=opener,
                thumbnailFileName=os.path.join(icons, entry["thumbnail"]), **values,
            )  # fmt: skip


def _phantomOpener(kind: str) -> Callable[[Any], Any]:
    def openSample(_source: Any) -> Any:
        from DynamicSpineWidgets.SampleCases import openPhantom

        return openPhantom(kind)

    return openSample


def _openHeads(source: Any) -> Any:
    from DynamicSpineWidgets.SampleCases import openHeads

    return openHeads(source)
