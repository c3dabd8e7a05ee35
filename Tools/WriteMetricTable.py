"""Write the table of metrics into README.md, between its two markers, from the registry.

    python Tools/WriteMetricTable.py
"""

from __future__ import annotations

import sys
from pathlib import Path

from DynamicSpineLib.Metrics.Registry import allMetrics

PROJECT = Path(__file__).parent.parent
START, END = "<!-- metrics: written by Tools/WriteMetricTable.py -->", "<!-- end of metrics -->"


def metricTable() -> str:
    """The table in Markdown: id, what it is, unit, sign, source with its evidence tag."""
    lines = ["| metric | what | unit | sign | source |", "| --- | --- | --- | --- | --- |"]
    for item in allMetrics():
        cells = (f"`{item.id}`", item.title, item.unit.strip("{}"), item.sign, f"{item.source} [{item.evidence}]")
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return "\n".join(lines)


def withTable(text: str) -> str:
    """The README with its table replaced. Raises ValueError where the markers are missing."""
    before, after = text.index(START) + len(START), text.index(END)
    return f"{text[:before]}\n{metricTable()}\n{text[after:]}"


def main() -> int:
    """Rewrite README.md."""
    readme = PROJECT / "README.md"
    readme.write_text(withTable(readme.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
