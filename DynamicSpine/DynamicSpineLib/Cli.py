"""The command line: dynamicspine demo, validate, propagate, landmarks, measure, compare, report."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from DynamicSpineLib import __version__
from DynamicSpineLib.Errors import DynamicSpineError, InputError
from DynamicSpineLib.Progress import Step, Steps, runSteps

Answer = dict[str, Any]
"""What a command has to say: printed as JSON, or as its "text"."""


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with a command in one sentence."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message} (see '{self.prog} --help')")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns 0 for done, 1 for a job that could not finish, 2 for wrong use or bad input."""
    asJson = "--json" in (sys.argv[1:] if arguments is None else arguments)
    try:
        options = _parser().parse_args(arguments)
        command: Callable[[argparse.Namespace], tuple[int, Answer]] = options.command
        code, answer = command(options)
    except DynamicSpineError as error:
        code, answer = error.exitCode, {"error": str(error)}
        print(f"dynamicspine: {error}", file=sys.stderr)
    except OSError as error:
        code, answer = 1, {"error": f"{error.filename or ''}: {error.strerror or error}"}
        print(f"dynamicspine: {answer['error']}", file=sys.stderr)
    except KeyboardInterrupt:
        print("dynamicspine: stopped; files that were not finished are not there", file=sys.stderr)
        return 130
    if asJson:
        print(json.dumps({"exitCode": code, **{key: item for key, item in answer.items() if key != "text"}}))
    elif "text" in answer:
        print(answer["text"])
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="dynamicspine",
        description="Measure positional spine MRI: how far each level moves and how narrow it becomes, and how sure "
        "each number is. For research use.",
    )
    parser.add_argument("--version", action="version", version=f"dynamicspine {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    _addCommand(commands, "demo", _demo, "make a phantom case and do the whole job on it").add_argument(
        "--out", type=Path, default=Path("dynamicspine-demo"), metavar="DIR", help="folder for the case and the report"
    )
    validate = _addCommand(commands, "validate", _validate, "list every fault of a case; exit code 1 if there is any")
    validate.add_argument("case", type=Path, metavar="CASE", help="case folder, or .mrb or .mrml scene")
    propagate = _addCommand(commands, "propagate", _propagate, "carry the marks of one position to the others")
    propagate.add_argument("case", type=Path, metavar="CASE", help="case folder, or .mrb or .mrml scene, with volumes")
    propagate.add_argument("--from", dest="source", default="", metavar="POS",
                           help="position to carry from (default: where the case was marked)")
    propagate.add_argument("--to", nargs="+", default=[], metavar="POS", help="positions to carry to (default: all)")
    propagate.add_argument("--levels", nargs="+", default=[], metavar="LEVEL", help="levels to carry (default: all)")
    propagate.add_argument("--segmentation", action="append", default=[], type=Path, metavar="FILE",
                           help="label map of the position carried from: its bodies are looked at; repeatable")
    propagate.add_argument("--table", default="", metavar="TABLE", help="who made the segmentation, as for landmarks")
    propagate.add_argument("--names", default="", metavar="LABEL=LEVEL", help="as for landmarks")
    propagate.add_argument("--out", type=Path, metavar="CASE2", help="write a new case here (default: into CASE)")
    _addLandmarks(commands)
    measure = _addCommand(commands, "measure", _measure, "measure a case and write its tables")
    measure.add_argument("case", type=Path, metavar="CASE", help="case folder, or .mrb or .mrml scene")
    measure.add_argument("--out", type=Path, metavar="DIR", help="folder for the tables (default: results in the case)")
    _addCompare(commands)
    report = _addCommand(commands, "report", _report, "measure a case and write its report")
    report.add_argument("case", type=Path, metavar="CASE", help="case folder, or .mrb or .mrml scene")
    report.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder for the report")
    report.add_argument("--format", default="html,csv,json", metavar="LIST", help="any of html,csv,json")
    for command in (measure, report):
        command.add_argument("--draws", type=int, default=1000, metavar="N", help="Monte Carlo draws, 0 for none")
        command.add_argument("--criteria", action="append", default=[], metavar="FILE",
                             help="also judge a rule set: your own JSON file, or the id of one that is off; repeatable")
        command.add_argument("--seed", type=int, default=0, metavar="S", help="seed of the draws")
    return parser


def _addCommand(commands: Any, name: str, run: Callable[..., Any], words: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
    command.add_argument("--json", action="store_true", help="print one machine-readable object")
    command.set_defaults(command=run)
    return command


def _addLandmarks(commands: Any) -> None:
    landmarks = _addCommand(commands, "landmarks", _landmarks, "read a position's landmarks from a segmentation")
    landmarks.add_argument("case", type=Path, metavar="CASE", help="case folder")
    landmarks.add_argument("--from-segmentation", dest="files", action="append", required=True, type=Path,
                           metavar="FILE", help="label map, .seg.nrrd or TPTBox point file (.json); repeatable")
    landmarks.add_argument("--table", required=True, metavar="TABLE",
                           help="who made it: totalspineseg, totalsegmentator, spineps or slicer")
    landmarks.add_argument("--position", required=True, metavar="POS", help="the position that it belongs to")
    landmarks.add_argument("--names", default="", metavar="LABEL=LEVEL",
                           help="where the tool counted otherwise: for example C6=L3; the neighbors follow")
    landmarks.add_argument("--out", type=Path, metavar="CASE2", help="write a new case (default: CASE itself)")


def _addCompare(commands: Any) -> None:
    compare = _addCommand(commands, "compare", _compare, "lay one position on another with one vertebra held still")
    compare.add_argument("case", type=Path, metavar="CASE", help="case folder, or .mrb or .mrml scene, with volumes")
    compare.add_argument("--reference", required=True, metavar="POS", help="the position that stays")
    compare.add_argument("--moving", required=True, metavar="POS", help="the position that is laid on it")
    compare.add_argument("--anchor", required=True, metavar="LEVEL", help="the vertebra held still, for example L5")
    compare.add_argument("--out", type=Path, required=True, metavar="DIR",
                         help="folder for pictures, maps, transforms and compare.json")


def _show() -> Callable[[Step], None] | None:
    """Shows progress on a terminal, and nothing in a pipe."""
    if not sys.stderr.isatty():
        return None

    def show(step: Step) -> None:
        print(f"\r\033[K{step.fraction:4.0%} {step.message}", end="", file=sys.stderr, flush=True)
        if step.fraction >= 1.0 and step.message.startswith("writing"):
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    return show


def _finish(steps: Steps[Any]) -> Any:
    return runSteps(steps, _show())


def _demo(options: argparse.Namespace) -> tuple[int, Answer]:
    from DynamicSpineLib.Compare.Statements import heldText, laidOnText
    from DynamicSpineLib.Jobs.CarryAnswer import carriedSummary
    from DynamicSpineLib.Jobs.DemoJob import demoToFolder
    from DynamicSpineLib.Jobs.MeasureJob import MeasureOptions
    from DynamicSpineLib.Jobs.Summary import summaryText

    done = _finish(demoToFolder(options.out, MeasureOptions()))
    made = done.report
    report, case, findings = made.files["html"].resolve(), (options.out / "case").resolve(), made.told[0].findings
    compared, laidOn = (options.out / "compare").resolve(), laidOnText(done.compared.comparison)
    headlines = [item.text for item in findings.headlines]
    ending = [*headlines, f"Numbering: {findings.numbering}. For research use."]
    tables = f"{carriedSummary(done.carried)}\n{summaryText(made.measured)}"
    held = f"{laidOn}, {heldText(done.compared.comparison.anchor)}; see blend.png, outlines.png and flicker.png"
    places = f"Report:  {report}\nCase:    {case}\nCompare: {compared}\n         {held}"
    text = f"{tables}\n\n{places}\n\n" + "\n".join(ending)
    return 0, {"report": str(report), "case": str(case), "compare": str(compared), "headlines": headlines,
               "numbering": findings.numbering, "text": text}  # fmt: skip


def _validate(options: argparse.Namespace) -> tuple[int, Answer]:
    from DynamicSpineLib.Jobs.OpenSource import lookedAt

    faults = lookedAt(options.case)[1]
    errors = [fault for fault in faults if fault.severity == "error"]
    lines = [f"{fault.severity}: {fault.sentence()}" for fault in faults]
    lines.append(f"{len(errors)} errors, {len(faults) - len(errors)} warnings")
    listed = [{"severity": item.severity, "sentence": item.sentence(), "file": item.file, "position": item.position,
               "landmark": item.landmark} for item in faults]  # fmt: skip
    return (1 if errors else 0), {"faults": listed, "text": "\n".join(lines)}


def _propagate(options: argparse.Namespace) -> tuple[int, Answer]:
    from DynamicSpineLib.Jobs.CarryAnswer import carryAnswer
    from DynamicSpineLib.Jobs.CarryBodies import BodyLabels
    from DynamicSpineLib.Jobs.CarryPlan import CarryOptions
    from DynamicSpineLib.Jobs.PropagateJob import propagate

    labels = tuple(options.segmentation)
    bodies = BodyLabels(labels, options.table, options.names) if labels else None
    wanted = CarryOptions(options.source, tuple(options.to), tuple(options.levels), bodies)
    done = _finish(propagate(options.case, wanted, options.out))
    _sayNotices(done.notices)
    return (1 if done.path is None else 0), carryAnswer(done)


def _measure(options: argparse.Namespace) -> tuple[int, Answer]:
    from DynamicSpineLib.Jobs.MeasureJob import MeasureOptions, measureToFolder
    from DynamicSpineLib.Jobs.OpenSource import openSource
    from DynamicSpineLib.Jobs.OutputFolder import besides

    wanted = MeasureOptions(options.draws, options.seed, tuple(options.criteria))
    source = openSource(options.case)
    folder = options.out or besides(options.case)
    measured, told = _finish(measureToFolder(source.case, folder, wanted))
    _sayNotices(source.notices)
    given = sum(row.status == "ok" for row in measured.rows)
    text = f"{given} values, {len(measured.rows) - given} not available: {(folder / 'measurements.csv').resolve()}"
    return 0, {"folder": str(folder.resolve()), "values": given, "notAvailable": len(measured.rows) - given,
               "warnings": list(source.notices), **_toldAnswer(told[0]), "text": text}  # fmt: skip


def _landmarks(options: argparse.Namespace) -> tuple[int, Answer]:
    from DynamicSpineLib.Jobs.LandmarksJob import LandmarksRequest, landmarksFromSegmentation

    request = LandmarksRequest(options.case, tuple(options.files), options.table, options.position, options.names,
                               options.out)  # fmt: skip
    read = _finish(landmarksFromSegmentation(request))
    _sayNotices(read.notices)
    merged = read.merged
    return 0, {"case": str(read.folder.resolve()), "position": read.position, "added": list(merged.added),
               "replaced": list(merged.replaced), "kept": list(merged.kept), "reasons": dict(read.reasons),
               "warnings": list(read.notices), "text": read.text()}  # fmt: skip


def _toldAnswer(told: Any) -> Answer:
    """What the first reading says, for --json."""
    from DynamicSpineLib.Criteria.Results import RESULTS

    counts = {result: sum(item.result == result for item in told.results) for result in RESULTS}
    headlines = [item.text for item in told.findings.headlines]
    return {"headlines": headlines, "numbering": told.findings.numbering, "rules": counts}


def _report(options: argparse.Namespace) -> tuple[int, Answer]:
    from DynamicSpineLib.Jobs.MeasureJob import MeasureOptions
    from DynamicSpineLib.Jobs.OpenSource import openSource
    from DynamicSpineLib.Jobs.ReportJob import formatsFrom, reportToFolder

    formats, wanted = formatsFrom(options.format), MeasureOptions(options.draws, options.seed, tuple(options.criteria))
    source = openSource(options.case)
    made = _finish(reportToFolder(source, options.out, wanted, formats))
    _sayNotices(source.notices)
    paths = {name: str(path.resolve()) for name, path in made.files.items()}
    return 0, {"files": paths, "warnings": list(source.notices), **_toldAnswer(made.told[0]),
               "text": "\n".join(paths.values())}  # fmt: skip


def _compare(options: argparse.Namespace) -> tuple[int, Answer]:
    from DynamicSpineLib.Compare.Statements import heldText, laidOnText
    from DynamicSpineLib.Jobs.CompareJob import CompareRequest, compareToFolder

    request = CompareRequest(options.case, options.reference, options.moving, options.anchor)
    made = _finish(compareToFolder(request, options.out))
    _sayNotices(made.notices)
    comparison, warnings = made.comparison, made.figures["anchor"]["warnings"]
    lines = [f"{laidOnText(comparison)}: {heldText(comparison.anchor)}", *warnings, *made.figures["unavailable"],
             f"{len(made.files)} files: {options.out.resolve()}"]  # fmt: skip
    paths = {name: str(path.resolve()) for name, path in made.files.items()}
    return 0, {"files": paths, "warnings": [*made.notices, *warnings, *made.figures["unavailable"]],
               "heldBy": comparison.anchor.heldBy, "text": "\n".join(lines)}  # fmt: skip


def _sayNotices(notices: Sequence[str]) -> None:
    for notice in notices:
        print(f"dynamicspine: {notice}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
