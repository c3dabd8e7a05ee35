"""Neural contact as readers graded it, and grades that differ from the routine series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Roots import CERVICAL, LUMBAR, rootOf
from DynamicSpineLib.Criteria.GradeSteps import GradeStep, gradeStep, schemesOf
from DynamicSpineLib.Findings.Family import partOf
from DynamicSpineLib.Findings.Finding import Finding
from DynamicSpineLib.Findings.FindNarrowing import NarrowingWords
from DynamicSpineLib.Findings.Speech import levelList
from DynamicSpineLib.Findings.Story import Story
from DynamicSpineLib.Study.Grades import gradeRank, gradeSchemes, showsContact
from DynamicSpineLib.Study.Position import Grade, Position
from DynamicSpineLib.Wording.Texts import inList, levelLabel, placeLabel, sideWord

_CONTACT_KINDS = ("cordContact",)
_FORAMEN_SCHEMES = ("leeForamen", "park")


def contactFindings(story: Story) -> list[Finding]:
    """Cord contact and central grades per position; what was seen once for the case."""
    return [*_cordContact(story), *_rootContact(story), *_observed(story), *_dorsalDura(story), *_lumbarGrades(story)]


def _cordContact(story: Story) -> Iterator[Finding]:
    looked = {item.id: _contactLevels(story, item) for item in story.case.positions if _isJudged(item)}
    if not looked:
        return
    if not any(looked.values()):
        yield story.say("cordContactNone", {"positions": inList([story.position(item) for item in looked])},
                        positions=tuple(looked))  # fmt: skip
        return
    some = inList([f"{levelList(levels)} in {story.position(item)}" for item, levels in looked.items() if levels])
    none = [item for item, levels in looked.items() if not levels]
    routine = story.values.routine
    named = [story.position(item) + (" (routine)" if item == routine else "") for item in none]
    noneWords = f"; none seen in {inList(named)}" if none else ""
    base = packageData("Findings", "watched.json")["contactBaseRate"]["text"]
    most = max(looked, key=lambda item: len(looked[item]))
    yield story.say("cordContact", {"some": some, "none": noneWords, "baseRate": base},
                    isHeadline=any(_isSure(story, item, level) for item, levels in looked.items() for level in levels),
                    rank=1.0, level=looked[most][0], positions=(most,))  # fmt: skip
    yield from _contactMissed(story, looked)


def _contactMissed(story: Story, looked: dict[str, list[str]]) -> Iterator[Finding]:
    """Levels with contact in some position and none in the routine series, by position."""
    routine = story.values.routine
    if routine not in looked:
        return
    for item, levels in looked.items():
        fresh = [level for level in levels if level not in looked[routine] and _isSure(story, item, level)]
        if fresh:
            # Where the routine series shows no contact at all, the sentence on contact has said it already.
            yield story.say("contactMissed", {"levels": levelList(fresh), "position": story.position(item),
                                              "routine": story.position(routine)},
                            isHeadline=bool(looked[routine]), rank=1.1, level=fresh[0],
                            positions=(routine, item))  # fmt: skip


def _isSure(story: Story, position: str, level: str) -> bool:
    """True for contact that does not rest on a one-step grade change of a single reading."""
    item = story.case.position(position)
    if item is not None and any(seen.kind in _CONTACT_KINDS and seen.present and seen.level == level
                                for seen in item.observations):  # fmt: skip
        return True
    step = gradeStep(story.case, schemesOf(partOf(level)), level, story.values.routine, position)
    return step is None or not step.standsAlone


def _rootContact(story: Story) -> Iterator[Finding]:
    """Roots that a reader saw touched, by place and position."""
    seen = [(item.id, touch) for item in story.case.positions for touch in item.observations
            if touch.kind == "rootContact" and touch.present]  # fmt: skip
    if seen:
        places = [f"{placeLabel(touch.level, touch.side)} in {story.position(position)}" for position, touch in seen]
        yield story.say("rootContact", {"places": inList(places)}, isHeadline=True, rank=1.3, level=seen[0][1].level,
                        side=seen[0][1].side, positions=(seen[0][0],))  # fmt: skip


def _isJudged(position: Position) -> bool:
    """True where a reader judged the cord at some level of a position."""
    graded = any(grade.scheme in ("kang", "muhle") for grade in position.grades)
    return graded or any(seen.kind in _CONTACT_KINDS and seen.present is not None for seen in position.observations)


def _contactLevels(story: Story, position: Position) -> list[str]:
    """Levels with cord contact: seen as such, or graded as cord deformed or impinged on."""
    names = [segment.name for segment in story.case.chain.segments]
    seen = {item.level for item in position.observations if item.kind in _CONTACT_KINDS and item.present}
    seen |= {grade.level for grade in position.grades if showsContact(grade)}
    return [name for name in names if name in seen]


def _observed(story: Story) -> Iterator[Finding]:
    """What stands on record for the case or its positions: T2 signal, pars defects, facet effusions."""
    every = [*story.case.observations, *(seen for item in story.case.positions for seen in item.observations)]
    for kind, template in (("t2Signal", "t2Signal"), ("parsDefect", "parsDefect"), ("facetEffusion", "effusion")):
        levels = dict.fromkeys(seen.level for seen in every if seen.kind == kind and seen.present)
        if levels:
            where = tuple(item.id for item in story.case.positions
                          if any(seen.kind == kind and seen.present for seen in item.observations))  # fmt: skip
            yield story.say(template, {"levels": levelList(list(levels))}, level=next(iter(levels)), positions=where)


def _dorsalDura(story: Story) -> Iterator[Finding]:
    for item in story.case.positions:
        levels = [seen.level for seen in item.observations if seen.kind == "dorsalDuralDetachment" and seen.present]
        if levels:
            yield story.say("dorsalDura", {"levels": levelList(levels), "position": story.position(item.id)},
                            isHeadline=True, rank=1.2, level=levels[0], positions=(item.id,))  # fmt: skip


def _lumbarGrades(story: Story) -> Iterator[Finding]:
    for scheme in schemesOf(LUMBAR):
        graded = {item.id: [grade for grade in item.grades if grade.scheme == scheme] for item in story.case.positions}
        levels = list(dict.fromkeys(grade.level for grades in graded.values() for grade in grades))
        if not levels:
            continue
        title = gradeSchemes()[scheme]["title"]
        classes, largest = [], {item: max(grades, key=_rankOf) for item, grades in graded.items() if grades}
        for position, worst in largest.items():
            at = f" ({levelLabel(worst.level)})" if len(levels) > 1 else ""
            classes.append(f"{worst.value} in {story.position(position)}{at}")
        most = max(largest, key=lambda item: _rankOf(largest[item]))
        which = f"{title} at {levelLabel(levels[0])}" if len(levels) == 1 else f"{title}, largest class per position"
        yield story.say("lumbarGrade", {"which": which, "classes": inList(classes)}, level=largest[most].level,
                        positions=(most,))  # fmt: skip


def _rankOf(grade: Grade) -> int:
    return gradeRank(grade) or 0


def gradeFindings(story: Story, narrowed: Mapping[tuple[str, str], NarrowingWords]) -> list[Finding]:
    """Central and foraminal grades higher in a position than in the routine series, one sentence per level.

    narrowed: by (level, position), the words of a measured narrowing there that passes the case-wise limit.
    """
    if not story.values.routine:
        return []
    found = []
    for segment in story.case.chain.segments:
        steps = list(_stepsUp(story, segment.name))
        if steps:
            found.append(_gradeFinding(story, max(steps, key=lambda item: (item.steps, item.readings)), narrowed))
    return found + _foramenGrades(story)


def _stepsUp(story: Story, level: str) -> Iterator[GradeStep]:
    for item in story.case.positions:
        if {item.id, story.values.routine} & set(story.doubts.levels):
            continue
        step = gradeStep(story.case, schemesOf(partOf(level)), level, story.values.routine, item.id)
        if step is not None and step.steps > 0:
            yield step


def _gradeFinding(
    story: Story, step: GradeStep, narrowed: Mapping[tuple[str, str], NarrowingWords]
) -> Finding:
    position = story.case.position(step.position)
    words = narrowed.get((step.level, step.position))
    number = words.text if words is not None else ""
    blanks = {"level": levelLabel(step.level), "next": story.nextTo(step.level), "scheme": _title(step),
              "first": step.first, "second": step.second, "position": story.position(step.position),
              "routine": story.position(step.fromPosition), "readings": step.readings,
              "number": (f"; {number}" if number else "") + story.apart(step.fromPosition, step.position)}  # fmt: skip
    facts = {"level": step.level, "positions": (step.fromPosition, step.position),
             "confirmed": words is None or words.confirmed}  # fmt: skip
    inFlexion = position is not None and position.bend == "flexion" and partOf(step.level) == CERVICAL
    if inFlexion and (step.first, step.second) == ("0", "1"):
        return story.say("gradeInFlexion", blanks, **facts)
    if step.standsAlone and not number:
        return story.say("gradeOneReading", blanks, **facts)
    template = "gradeAgreed" if step.readings > 1 else "gradeMissed"
    return story.say(template, blanks, isHeadline=True, rank=2.0 - 0.1 * step.steps, **facts)


def _title(step: GradeStep) -> str:
    title: str = gradeSchemes()[step.scheme]["title"]
    return title


def _foramenGrades(story: Story) -> list[Finding]:
    found = []
    for segment in story.case.chain.segments:
        for side in ("L", "R"):
            steps = [step for item in story.case.positions if (step := gradeStep(
                story.case, _FORAMEN_SCHEMES, segment.name, story.values.routine, item.id, side))]
            worst = max((step for step in steps if step.steps > 0), key=lambda item: item.steps, default=None)
            if worst is not None:
                blanks = {"level": levelLabel(worst.level), "side": sideWord(side), "scheme": _title(worst),
                          "first": worst.first, "second": worst.second, "position": story.position(worst.position),
                          "routine": story.position(worst.fromPosition), "root": rootWords(story, worst.level)}
                found.append(story.say("foramenGrade", blanks, isHeadline=not worst.standsAlone, rank=5.0,
                                       level=worst.level, side=side,
                                       positions=(worst.fromPosition, worst.position)))  # fmt: skip
    return found


def rootWords(story: Story, level: str, root: str = "") -> str:
    """", C6 root"; empty where the level names are not verified, since the root follows from them."""
    name = root or rootOf(level)
    return f", {name} root" if name and story.case.numbering.isConfirmed else ""

