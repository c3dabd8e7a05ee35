"""How often the told sentences are right when the phantom is marked again and again by hand, as tables.

Whole sweeps take half an hour: python Testing/Python/bench/BenchFindings.py 200
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from BenchMetrics import FULL_CASE, medianMs

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "Findings"))

from SaidSentences import Told, faultsOf, markedAgain, toldOf

from DynamicSpineLib.Criteria.RuleReader import shippedRuleSets
from DynamicSpineLib.Findings.Tell import tellSteps
from DynamicSpineLib.Metrics.Extremes import SEPARABLE_SHARE
from DynamicSpineLib.Metrics.Measurement import CHANGE, OK, STATE
from DynamicSpineLib.Phantom.NoisyMarks import biasedCase, noisyCase
from DynamicSpineLib.Phantom.PhantomCase import phantomCase
from DynamicSpineLib.Phantom.Scenario import loadScenario, scenarioIds
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Study.Case import Case

SEEDS = 20
"""Seeds of a sweep where nobody asks for more."""

DRAWS = 400
NULLS = {
    "nullCervical": ("SUP_N", "UP_F", "UP_E", "UP_N", "ST_N"),
    "nullLumbar": ("SUP_N", "ST_F", "ST_E", "ST_N", "SIT_N"),
}
HEALTHY = ("healthyCervical", "healthyLumbar")
CONTRADICTIONS = ("levelShift", "sidesExchanged", "sameMarks", "labelContradicts")
FALSE_DOUBTS = ("forbidden: sentence look exchanged", "forbidden: sentence named one off")
COVERED = ("lumbarSlip", "cervicalNarrowing", "healthyLumbar", "healthyCervical")
SPOKEN = ("canalApDisc", "spaceAvailable", "duralSacArea", "foramenArea")


def share(part: int, whole: int) -> str:
    """A share in percent with its counts."""
    return f"{100.0 * part / whole:.1f} % ({part} of {whole})" if whole else "none"


def nullTable(seeds: int = SEEDS) -> list[str]:
    """Motionless spines with 3, 4 and 5 positions: cases with any headline, and levels beyond their noise limit."""
    lines = [f"{'scenario':16}{'positions':>10}  {'with a headline':26}{'levels beyond noiseLimit95':32}headlines"]
    for scenario, order in NULLS.items():
        for count in (3, 4, 5):
            withHeadline, beyond, ranges, kinds = 0, 0, 0, Counter[str]()
            for seed in range(seeds):
                told = toldOf(markedAgain(scenario, seed, order[:count]), DRAWS)
                withHeadline += bool(told.findings.headlines)
                kinds.update(item.id for item in told.findings.headlines)
                found = [item for item in told.measurement.ranges[0] if item.exceedsNoise is not None]
                ranges += len(found)
                beyond += sum(bool(item.exceedsNoise) for item in found)
            shares = f"{share(withHeadline, seeds):26}{share(beyond, ranges):32}"
            lines.append(f"{scenario:16}{count:>10}  {shares}{dict(kinds)}")
    return lines


def healthyTable(seeds: int = SEEDS) -> list[str]:
    """Healthy spines that move: cases with a headline on narrowing, on slip, or on anything."""
    lines = [f"{'scenario':18}{'narrowing':24}{'slip':24}{'any':24}headlines"]
    for scenario in HEALTHY:
        hits, kinds = Counter[str](), Counter[str]()
        for seed in range(seeds):
            headlines = toldOf(markedAgain(scenario, seed), DRAWS).findings.headlines
            hits.update({item.section for item in headlines} | ({"any"} if headlines else set()))
            kinds.update(item.id for item in headlines)
        lines.append(f"{scenario:18}" + "".join(f"{share(hits[key], seeds):24}" for key in ("missed", "slip", "any"))
                     + f"{dict(kinds)}")  # fmt: skip
    return lines


def sentencesTable(seeds: int = SEEDS, scenarios: Iterable[str] = ()) -> list[str]:
    """Of every scenario: seeds whose report has all it must say and nothing it must not, each fault, and doubts raised.

    The doubts are those on levels, sides, labels and doubled series, with the positions they name. undoubted: of the
    seeds without a forbidden doubt on levels or sides, which is a fault of its own, those that are right.
    """
    lines = [f"{'scenario':26}{'right':22}{'undoubted':22}doubts raised"]
    for scenario in tuple(scenarios) or scenarioIds():
        right, undoubted, faults, doubts = 0, 0, defaultdict(list), Counter[str]()
        wanted = loadScenario(scenario).data["sentences"]
        for seed in range(seeds):
            findings = toldOf(markedAgain(scenario, seed), DRAWS).findings
            wrong = list(faultsOf(findings, wanted, False))
            right += not wrong
            undoubted += not any(text.startswith(FALSE_DOUBTS) for text in wrong)
            for text in wrong:
                faults[": ".join(text.split(": ")[:2])].append(seed)
            doubts.update({f"{item.id} {' '.join(item.positions)}" for item in findings.findings
                           if item.id in CONTRADICTIONS})  # fmt: skip
        lines.append(f"{scenario:26}{share(right, seeds):22}{share(right, undoubted):22}{dict(doubts) or ''}")
        lines += [f"    {len(found):>3} {text}; seeds {found[:5]}" for text, found in faults.items()]
    return lines


MARKINGS: dict[str, Callable[[Case, int], Case]] = {"noisyCase": noisyCase, "biasedCase": biasedCase}


def coverageTable(seeds: int = SEEDS) -> list[str]:
    """How often the truth lies within the stated 95 % interval, ranges of nothing beyond their limit, and worst places.

    Truth: the same case marked exactly. Worst places: named with a measurement certainty of 80 % or more.
    """
    lines = []
    for name, marking in MARKINGS.items():
        inside = {kind: [0, 0] for kind in (STATE, CHANGE)}
        extremes = {kind: [0, 0] for kind in ("range over positions", "value of the worst place")}
        byMetric: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        worst = {metric: [0, 0, 0.0] for metric in ("all", *SPOKEN)}
        for scenario in COVERED:
            exact = toldOf(phantomCase(scenario), 2)
            for seed in range(seeds):
                told = toldOf(marking(phantomCase(scenario), seed), DRAWS)
                _countInside(told, exact, inside, byMetric)
                _countWorst(told, exact, worst)
                _countExtremes(told, exact, extremes)
        lines += [f"{name}: {kind} within 95 %: {share(*found)}" for kind, found in inside.items()]
        lines += [f"{name}: {kind} within 95 %: {share(*found)}" for kind, found in extremes.items()]
        lines += [f"    {kind} {metric}: {share(*found)}" for (kind, metric), found in _lowest(byMetric)]
        lines += [f"{name}: worst place, {metric}: true {share(found[0], found[1])}, stated "
                  f"{100.0 * found[2] / max(found[1], 1):.1f} %" for metric, found in worst.items()]  # fmt: skip
        lines += [f"{name}: motionless {metric} beyond noiseLimit95: {share(*found)}"
                  for metric, found in _beyondLimit(marking, seeds).items()]  # fmt: skip
    return lines


def _lowest(byMetric: dict[tuple[str, str], list[int]]) -> list[tuple[tuple[str, str], list[int]]]:
    """The metrics of every kind whose interval holds the truth least often."""
    ordered = sorted(byMetric.items(), key=lambda item: item[1][0] / item[1][1])
    return [item for kind in (STATE, CHANGE) for item in [each for each in ordered if each[0][0] == kind][:6]]


def _countInside(
    told: Told, exact: Told, inside: dict[str, list[int]], byMetric: dict[tuple[str, str], list[int]]
) -> None:
    def keyOf(row: object) -> tuple[object, ...]:
        return tuple(getattr(row, name) for name in ("kind", "metric", "level", "side", "fromPosition", "position"))

    truth = {keyOf(row): row.value for row in exact.measurement.rows if row.status == OK}
    for row in told.measurement.rows:
        true = truth.get(keyOf(row))
        isCounted = row.kind in inside and row.status == OK and row.unit != "{grade}" and true is not None
        if not isCounted or row.lower95 is None or row.upper95 is None:
            continue
        for found in (inside[row.kind], byMetric[row.kind, row.metric]):
            found[0] += row.lower95 <= true <= row.upper95
            found[1] += 1


def _countExtremes(told: Told, exact: Told, extremes: dict[str, list[int]]) -> None:
    """Hold the intervals of ranges and of the worst places' values against the true ones."""
    ranges = {(item.metric, item.level, item.side): item.value for item in exact.measurement.ranges[0]}
    states = {(row.metric, row.level, row.side, row.position): row.value
              for row in exact.measurement.rows if row.kind == STATE and row.status == OK}  # fmt: skip
    pairs = [("range over positions", item, ranges.get((item.metric, item.level, item.side)))
             for item in told.measurement.ranges[0]]  # fmt: skip
    pairs += [("value of the worst place", item, states.get((item.metric, item.level, item.side, item.position)))
              for item in told.measurement.rankedPlaces[0]]  # fmt: skip
    for kind, item, true in pairs:
        if true is not None and item.lower95 is not None and item.upper95 is not None:
            extremes[kind][0] += item.lower95 - 0.01 <= true <= item.upper95 + 0.01
            extremes[kind][1] += 1


def _countWorst(told: Told, exact: Told, worst: dict[str, list[float]]) -> None:
    """Hold the worst places of a case of one region, named with certainty, against the true ones."""
    truth = {item.metric: item for item in exact.measurement.rankedPlaces[0]}
    for item in told.measurement.rankedPlaces[0]:
        true = truth.get(item.metric)
        if item.share < SEPARABLE_SHARE or true is None:
            continue
        for key in ("all", item.metric):
            if key in worst:
                worst[key][0] += (item.level, item.position, item.side) == (true.level, true.position, true.side)
                worst[key][1] += 1
                worst[key][2] += item.share


def _beyondLimit(marking: Callable[[Case, int], Case], seeds: int) -> dict[str, list[int]]:
    """Ranges of motionless levels beyond their noise limit, of all metrics and of the slip."""
    found = {"ranges of all metrics": [0, 0], "slip ranges": [0, 0], "canal width ranges": [0, 0]}
    for scenario, order in NULLS.items():
        for seed in range(seeds):
            told = toldOf(marking(phantomCase(scenario, order[:4]), seed), DRAWS)
            for item in told.measurement.ranges[0]:
                names = {"slip": "slip ranges", "canalApDisc": "canal width ranges"}
                for key in ("ranges of all metrics", names.get(item.metric, "")):
                    if key:
                        found[key][0] += bool(item.exceedsNoise)
                        found[key][1] += 1
    return found


def tellingTable() -> list[str]:
    """Processor time of telling the full case, which has to stay under 500 ms."""
    told = toldOf(phantomCase(FULL_CASE))
    rules = [item for item in shippedRuleSets() if item.on]
    measured = told.measurement
    given = (measured.readings[0], measured.rows, measured.rankedPlaces[0], rules)
    ms = medianMs(lambda: runSteps(tellSteps(*given)), runs=5)
    return [f"{'telling the full case, 1,000 draws':44}{ms:>10.0f}{500:>10}"]


def main(arguments: Sequence[str]) -> None:
    """Run the sweeps with the wanted number of seeds; further arguments name the tables wanted."""
    seeds, wanted = int(arguments[0]) if arguments else SEEDS, arguments[1:]
    tables = {"null": nullTable, "healthy": healthyTable, "coverage": coverageTable, "sentences": sentencesTable}
    for name, table in tables.items():
        if not wanted or name in wanted:
            print(f"\n{name}, {seeds} seeds")
            for line in table(seeds):
                print(f"  {line}", flush=True)
    print(tellingTable()[0])


if __name__ == "__main__":
    main(sys.argv[1:])
