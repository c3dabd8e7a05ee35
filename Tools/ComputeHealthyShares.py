"""Compute which percent of healthy people meet each rule, and write it into the rule sets.

    python Tools/ComputeHealthyShares.py [--check] [FILE ...]

The share follows from the mean and SD that the rule quotes, taken as a Gaussian distribution, against the first
condition of the rule's first clause. Without FILE all sets of the package are taken. With --check nothing is written:
every stored percent that differs is named, and the exit code is 1 if there is one.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent.parent / "DynamicSpine" / "DynamicSpineLib" / "Data" / "Criteria"
STORED = re.compile(r'("percent":\s*)(-?\d+(?:\.\d+)?)(?=,\s*"population")')


def below(limit: float, mean: float, sd: float) -> float:
    """Share of a Gaussian distribution below a limit, 0 to 1."""
    return 0.5 * (1.0 + math.erf((limit - mean) / (sd * math.sqrt(2.0))))


def healthySharePercent(condition: dict[str, Any], share: dict[str, Any]) -> float:
    """Percent, rounded to 0.1, of people with the share's mean and SD who meet the condition.

    The operator decides the tail; of a size both tails count. Raises ValueError where one mean and SD cannot answer.
    """
    if "metric" not in condition or "at" in condition or condition.get("atLeastAnywhere"):
        raise ValueError("the first condition is a grade, a crossing or of any position: no share follows from a mean")
    if condition["unit"] != share["unit"]:
        raise ValueError(f"the mean is in {share['unit']}, the limit in {condition['unit']}")
    limit, mean, sd = condition["value"], share["mean"], share["sd"]
    under, over = below(limit, mean, sd), 1.0 - below(limit, mean, sd)
    if condition.get("of", "value") == "size":
        inside = below(limit, mean, sd) - below(-limit, mean, sd)
        under, over = inside, 1.0 - inside
    return round(100.0 * (over if condition["operator"] in (">", ">=") else under), 1)


def sharesOf(ruleSet: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Rule id, first condition and share, in the order of the file."""
    for rule in ruleSet["rules"]:
        for share in rule["healthyShares"]:
            yield rule["id"], rule["clauses"][0]["conditions"][0], share


def faultsOf(path: Path) -> list[str]:
    """One sentence for every stored percent that differs from the computed one."""
    found = []
    for ruleId, condition, share in sharesOf(json.loads(path.read_text(encoding="utf-8"))):
        place = f"{path.name}: rule {ruleId}, {', '.join(share['levels']) or 'all levels'}"
        try:
            percent = healthySharePercent(condition, share)
        except ValueError as fault:
            found.append(f"{place}: {fault}.")
            continue
        if abs(percent - share["percent"]) > 1e-9:
            found.append(f"{place}: {share['percent']} % is stored, {percent} % follows from mean and SD.")
    return found


def write(path: Path) -> None:
    """Put the computed percents into the file, leaving its form as it is. Raises ValueError naming the rule."""
    text = path.read_text(encoding="utf-8")
    percents = [healthySharePercent(condition, share) for _, condition, share in sharesOf(json.loads(text))]
    if len(STORED.findall(text)) != len(percents):
        raise ValueError("write `percent` directly before `population` in every share")
    following = iter(percents)
    path.write_text(STORED.sub(lambda stored: f"{stored[1]}{next(following)}", text), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write or check. Returns 1 where a stored share differs or cannot be computed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="rule sets; all of the package if none")
    parser.add_argument("--check", action="store_true", help="write nothing, name every share that differs")
    options = parser.parse_args(arguments)
    faults: list[str] = []
    for path in options.files or sorted(p for p in FOLDER.glob("*.json") if not p.name.endswith(".schema.json")):
        try:
            if not options.check:
                write(path)
            faults += faultsOf(path)
        except ValueError as fault:
            faults.append(f"{path.name}: {fault}.")
    print("\n".join(faults), end="\n" if faults else "", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
