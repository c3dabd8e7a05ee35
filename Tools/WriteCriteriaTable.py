"""Write the table of rule sets into docs/Criteria.md, between its two markers, from the sets themselves.

    python Tools/WriteCriteriaTable.py
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parent.parent
FOLDER = PROJECT / "DynamicSpine" / "DynamicSpineLib" / "Data" / "Criteria"
START, END = "<!-- rule sets: written by Tools/WriteCriteriaTable.py -->", "<!-- end of rule sets -->"


def shareText(rules: list[dict[str, Any]]) -> str:
    """Rule id and smallest to largest healthy share of the first rule that has one."""
    for rule in rules:
        percents = [share["percent"] for share in rule["healthyShares"]]
        if percents:
            low, high = f"{min(percents):g}", f"{max(percents):g}"
            return f"`{rule['id']}`: {low if low == high else f'{low} to {high}'} %"
    return "not known"


def criteriaTable() -> str:
    """The table in Markdown, the sets that are on first."""
    paths = [path for path in FOLDER.glob("*.json") if not path.name.endswith(".schema.json")]
    sets = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    heads = ("set", "content", "on", "region", "rules", "evidence", "source of the first rule", "healthy who meet it")
    lines = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    for item in sorted(sets, key=lambda item: (not item["on"], item["id"])):
        tags = ", ".join(tag for tag in ("V", "V2", "M", "D") if any(r["evidence"] == tag for r in item["rules"]))
        cells = (f"`{item['id']}`", item["title"], "on" if item["on"] else "off", item["region"],
                 str(len(item["rules"])), tags, item["rules"][0]["source"], shareText(item["rules"]))
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return "\n".join(lines)


def withTable(text: str) -> str:
    """The page with its table replaced. Raises ValueError where the markers are missing."""
    before, after = text.index(START) + len(START), text.index(END)
    return f"{text[:before]}\n{criteriaTable()}\n{text[after:]}"


def main() -> int:
    """Rewrite docs/Criteria.md."""
    page = PROJECT / "docs" / "Criteria.md"
    page.write_text(withTable(page.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
