"""Small cases of boxes that make the program say what no scenario of the phantom makes it say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from JudgedCases import VERIFIED
from PhantomCases import phantomCase
from Spines import (
    CERVICAL,
    LUMBAR,
    WITHOUT_SLICES,
    Spine,
    at,
    case,
    cervicalSpine,
    chainMatrices,
    flexionAbout,
    lumbarSpine,
    position,
    shiftBy,
    volume,
)

from DynamicSpineLib.Study.Case import BoneTransform, Numbering
from DynamicSpineLib.Study.Marks import landmarkSet
from DynamicSpineLib.Study.Position import Grade, Observation, Symptom

THIN = volume(WITHOUT_SLICES)
CORNERS = ("SA", "SP", "IA", "IP")


def bare(spine, *codes):
    """The spine with points of some codes only, without curves."""
    return Spine(spine.levels, {name: p for name, p in spine.points.items() if name.split("_")[1] in codes})


def lowBack(*bends, degrees=25.0, slipMm=3.0, sdMm=0.02, **fields):
    """A low back with the same slip of L4 in every position; L1 flexes by so many degrees from extension to flexion.

    bends: (id, posture, bend) of each position.
    """
    items = []
    for name, posture, bend in bends:
        angle = {"flexion": 0.6 * degrees, "extension": -0.4 * degrees}.get(bend, 0.0)
        joints = {"L1": flexionAbout(at(0.0, 153.0), angle), "L4": shiftBy(slipMm)}
        spine = bare(lumbarSpine(), *CORNERS).carried(chainMatrices(LUMBAR, joints))
        items.append(position(name, spine, posture, bend, geometry=THIN))
    stated = {"levels": LUMBAR, "landmarkSdMm": sdMm, "numbering": VERIFIED, **fields}
    return case(*items, **stated)


USUAL = (("SUP", "supine", "neutral"), ("ST", "standing", "neutral"), ("F", "standing", "flexion"),
         ("E", "standing", "extension"))  # fmt: skip


def neckSeries(grades=None, scheme="kang", observations=(), **fields):
    """A motionless neck, supine, flexed and extended, with grades of C5-C6 by position id."""
    spine = bare(cervicalSpine(), *CORNERS)
    items = []
    usual = (("SUP", "supine", "neutral"), ("F", "sitting", "flexion"), ("E", "sitting", "extension"))
    for name, posture, bend in usual:
        value = (grades or {}).get(name)
        given = (Grade("C5C6", scheme, value, reader="R"),) if value is not None else ()
        items.append(position(name, spine, posture, bend, geometry=THIN, grades=given))
    stated = {"levels": CERVICAL, "numbering": Numbering("C2", confirmedBy="R"), **fields}
    return case(*items, observations=observations, **stated)


def narrowedWithoutRoutine():
    """Standing flexion and extension only; the canal of L3-L4 is 5 mm narrower in extension."""
    spine = bare(lumbarSpine(), *CORNERS, "CA", "CP")
    pinched = spine.having(L3L4_CP=spine.points["L3L4_CP"] + at(5.0, 0.0))
    return case(position("F", spine, bend="flexion", geometry=THIN),
                position("E", pinched, bend="extension", geometry=THIN), levels=LUMBAR,
                numbering=VERIFIED, landmarkSdMm=0.2)  # fmt: skip


def predicted(study):
    """The same case with every mark predicted and accepted by nobody."""
    items = []
    for item in study.positions:
        found = [replace(mark, origin="predicted", confirmed=False) for mark in item.marks.landmarks.values()]
        items.append(replace(item, marks=landmarkSet(found, list(item.marks.contours.values()))))
    return replace(study, positions=tuple(items))


def carriedInto(study, verdict):
    """The case with L4 carried to its second position with a verdict, and without marks there where it failed."""
    start, end = study.positions[:2]
    bone = BoneTransform("L4", start.id, end.id, tuple(map(tuple, np.eye(4).tolist())), verdict=verdict)
    marks = [replace(mark, origin="carried", confirmed=False) if mark.name.startswith("L4_") else mark
             for mark in end.marks.landmarks.values()
             if verdict != "failed" or not mark.name.startswith("L4_")]  # fmt: skip
    moved = replace(end, marks=landmarkSet(marks, list(end.marks.contours.values())))
    return replace(study, positions=(start, moved, *study.positions[2:]), bones=(bone,))


def foramenGraded(value):
    """Supine and standing low backs whose left foramen L4-L5 is graded 0, then `value`."""
    grades = [(Grade("L4L5", "leeForamen", text, side="L", reader="R"),) for text in ("0", value)]
    study = lowBack(*USUAL[:2])
    items = [replace(item, grades=given) for item, given in zip(study.positions, grades, strict=True)]
    return replace(study, positions=tuple(items))


def feeling(study, *symptoms):
    """The case with one symptom per position, in order."""
    items = [replace(item, symptoms=(symptom,)) for item, symptom in zip(study.positions, symptoms, strict=True)]
    return replace(study, positions=tuple(items))


def smallCases():
    """By the template that it is for: (case, draws)."""
    t2 = (Observation("C5C6", "t2Signal", reader="R"),)
    unbent = lowBack(*USUAL)
    headless = tuple(replace(item, marks=landmarkSet([mark for mark in item.marks.landmarks.values()
                                                      if not mark.name.startswith("L1")], []))
                     for item in unbent.positions)  # fmt: skip
    none = Symptom("none", score=0.0)
    return {
        "slipFixed": (unbent, 100), "onePosition": (lowBack(USUAL[0]), 60), "slipAlone": (lowBack(USUAL[0]), 60),
        "noNoise": (unbent, 0),
        "midlineOnly": (unbent, 60), "provisional": (predicted(unbent), 60),
        "carriedToCheck": (carriedInto(unbent, "check"), 60), "notCarried": (carriedInto(unbent, "failed"), 60),
        "t2Signal": (neckSeries(observations=t2), 60),
        "excursionMissing": (replace(unbent, positions=headless), 60),
        "symptomNone": (feeling(unbent, *[none] * 4), 60),
        "gradeInFlexion": (neckSeries({"SUP": "0", "F": "1", "E": "0"}), 60),
        "cordContactNone": (neckSeries({"SUP": "0", "F": "0", "E": "1"}), 60),
        "foramenClear": (replace(phantomCase("cervicalNarrowing"), landmarkSdMm=0.1), 60),
        "slipChangesCenters": (phantomCase("isthmicSlip"), 60),
        "foramenGrade": (foramenGraded("2"), 60), "narrowedBetween": (narrowedWithoutRoutine(), 60),
    }  # fmt: skip
