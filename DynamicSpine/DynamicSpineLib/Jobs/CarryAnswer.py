"""What `propagate` says: one object per vertebra and position for machines, a small table per position for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from DynamicSpineLib.Anatomy.Landmarks import boneOfMark
from DynamicSpineLib.Jobs.CarryCase import CarriedPosition
from DynamicSpineLib.Jobs.PropagateJob import Propagated
from DynamicSpineLib.Registration.CarriedBone import CarriedBone
from DynamicSpineLib.Registration.CarryMarks import pointsByName
from DynamicSpineLib.Registration.ExpectedError import expectedErrorMm
from DynamicSpineLib.Registration.Reasons import plainValue, reasonSentence, reasonShort, withoutReasons
from DynamicSpineLib.Study.CarryState import CHECK, FAILED, GOOD
from DynamicSpineLib.Study.Marks import Point
from DynamicSpineLib.Wording.Numbers import shownNumber
from DynamicSpineLib.Wording.Texts import inList

_ROW = "{:6} {:8} {:>9}  {:17} {}"
_COUNTED = {GOOD: "carried as good", CHECK: "to be looked at", FAILED: "not carried"}
_ENDING = "Carried marks are provisional until a reader accepts them. Research use."


def carryAnswer(done: Propagated) -> dict[str, Any]:
    """The members of the JSON object, with the text for people under "text"."""
    source = _sourcePoints(done)
    positions = [_position(item, source) for item in done.carried.positions]
    return {
        "case": None if done.path is None else str(done.path.resolve()), "from": done.carried.fromPosition,
        "positions": positions, "warnings": list(done.notices), "text": _text(done, positions),
    }  # fmt: skip


def carriedSummary(done: Propagated) -> str:
    """One line: where the marks were placed, and how many bones were carried with which verdict."""
    verdicts = Counter(bone.verdict for item in done.carried.positions for bone in item.bones)
    counts = [f"{verdicts[verdict]} {words}" for verdict, words in _COUNTED.items() if verdicts[verdict]]
    return f"Marked once, in {done.carried.fromPosition}; bones of the other positions: {inList(counts)}."


def _sourcePoints(done: Propagated) -> dict[str, Point]:
    source = done.carried.case.position(done.carried.fromPosition)
    return {} if source is None else pointsByName(source.marks)


def _position(item: CarriedPosition, source: Mapping[str, Point]) -> dict[str, Any]:
    return {
        "position": item.positionId, "bones": [_bone(bone, item, source) for bone in item.bones],
        "marksCarried": len(item.merged.carried), "marksKept": len(item.merged.kept),
        "marksRemoved": len(item.merged.removed), "notPredicted": dict(item.notPredicted),
    }  # fmt: skip


def _bone(bone: CarriedBone, item: CarriedPosition, source: Mapping[str, Point]) -> dict[str, Any]:
    transform = bone.transform if bone.verdict != FAILED else None
    names = {"carried": item.merged.carried, "kept": item.merged.kept}
    counts = {key: sum(boneOfMark(name) == bone.level for name in found) for key, found in names.items()}
    return {
        "level": bone.level, "verdict": bone.verdict,
        "reasons": [{"code": reason.code, "sentence": reasonSentence(reason), "short": reasonShort(reason),
                     "numbers": {name: plainValue(value) for name, value in reason.numbers.items()}}
                    for reason in bone.reasons],
        "quality": {} if bone.transform is None else
                   {key: plainValue(value) for key, value in withoutReasons(bone.transform.quality).items()},
        "expectedErrorMm": None if transform is None else _rounded(expectedErrorMm(transform, source)),
        "transform": None if transform is None else [list(row) for row in transform.matrix],
        "marksCarried": counts["carried"], "marksKept": counts["kept"], "seconds": round(bone.seconds, 3),
    }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _text(done: Propagated, positions: list[dict[str, Any]]) -> str:
    case = done.carried.case
    lines = [f"{case.caseId}: marks of {done.carried.fromPosition}"]
    for item in positions:
        position = case.position(item["position"])
        title = f" ({position.shownTitle})" if position is not None else ""
        lines += ["", f"to {item['position']}{title}", _ROW.format("level", "verdict", "error, mm", "marks", "why")]
        lines += [_line(bone) for bone in item["bones"]]
    return "\n".join([*lines, "", *_ending(done, positions)])


def _line(bone: Mapping[str, Any]) -> str:
    error = bone["expectedErrorMm"]
    shown = "-" if error is None else shownNumber(error, "mm", 2)
    parts = [f"{bone['marksCarried']} carried"] * bool(bone["marksCarried"])
    parts += [f"{bone['marksKept']} kept"] * bool(bone["marksKept"])
    why = " ".join(reason["sentence"] for reason in bone["reasons"])
    return _ROW.format(bone["level"], bone["verdict"], shown, ", ".join(parts) or "-", why).rstrip()


def _ending(done: Propagated, positions: list[dict[str, Any]]) -> list[str]:
    bones = [(item["position"], bone["verdict"]) for item in positions for bone in item["bones"]]
    if done.path is None:
        return ["Nothing could be carried; the case is as it was."]
    doubts = []
    for verdict in (CHECK, FAILED):
        places = [place for place, found in bones if found == verdict]
        if places:
            where = inList(list(dict.fromkeys(places)))
            doubts.append(f"{len(places)} {_COUNTED[verdict]} (in {where})")
    allGood = f"All {len(bones)} bones were carried with the verdict good."
    summary = f"Of {len(bones)} bones, {inList(doubts)}." if doubts else allGood
    kept, removed = (sum(item[key] for item in positions) for key in ("marksKept", "marksRemoved"))
    others = [f"{kept} marks that a user placed, accepted or said to be missing stayed as they were."] * bool(kept)
    others += [f"{removed} marks of an earlier run were taken back."] * bool(removed)
    return [summary, *others, _ENDING, f"Case: {done.path.resolve()}"]
