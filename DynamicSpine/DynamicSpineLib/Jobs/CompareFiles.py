"""The files of a comparison: pictures, maps, transforms and figures, all of them or none."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from DynamicSpineLib.Compare.Comparison import Comparison
from DynamicSpineLib.Jobs.CompareMaps import ComparedMaps
from DynamicSpineLib.Jobs.OutputFolder import outputFolder
from DynamicSpineLib.Study.Atomic import StagedFiles


def writeComparison(
    comparison: Comparison, maps: ComparedMaps, figures: Mapping[str, Any], pictures: Mapping[str, bytes], folder: Path
) -> dict[str, Path]:
    """Write <picture>.png, difference.nrrd, displacement.nrrd, held.tfm, unbent.h5 and compare.json, as far as there.

    Returns the files by name. Raises InputError for a folder that cannot be written and JobError for a failed file.
    """
    from DynamicSpineLib.Scene.Overlays.TransformFiles import writeHeldTransform, writeUnbendingTransform

    outputFolder(folder)
    with tempfile.TemporaryDirectory(prefix=".comparing-", dir=folder) as name:
        made = Path(name)
        for picture, png in pictures.items():
            (made / f"{picture}.png").write_bytes(png)
        writeHeldTransform(made / "held.tfm", comparison.anchor.movingToReference)
        if maps.field is not None:
            writeUnbendingTransform(made / "unbent.h5", maps.field)
        for map_, volume in maps.volumes().items():
            volume.write(made / f"{map_}.nrrd")
        text = json.dumps(figures, indent=1, ensure_ascii=False, allow_nan=False)
        (made / "compare.json").write_text(text + "\n", encoding="utf-8")
        return _moved(made, folder)


def _moved(made: Path, folder: Path) -> dict[str, Path]:
    paths = sorted(made.iterdir())
    with StagedFiles() as staged:
        for path in paths:
            staged.addCopy(folder / path.name, path)
        staged.commit()
    return {path.name: folder / path.name for path in paths}
