"""What could not be judged, said first: labels that contradict, too little excursion, absent positions and planes."""

from __future__ import annotations

from collections.abc import Iterator

from DynamicSpineLib.Anatomy.Landmarks import parseLandmarkName
from DynamicSpineLib.Criteria.CaseValues import Sample
from DynamicSpineLib.Criteria.Consistency import bendFrom, neutralFor, samePairs
from DynamicSpineLib.Criteria.Places import isNative, lumbarSegments
from DynamicSpineLib.Findings.Coverage import absentPositions, axialLevels
from DynamicSpineLib.Findings.FindAlignment import excursionWords
from DynamicSpineLib.Findings.Finding import Finding
from DynamicSpineLib.Findings.Speech import levelList, plainValue, positionWords
from DynamicSpineLib.Findings.Story import Story
from DynamicSpineLib.Metrics.Limits import limit
from DynamicSpineLib.Study.Marks import MISSING
from DynamicSpineLib.Study.SeriesDates import DAYS_APART_SAID, daysApart
from DynamicSpineLib.Wording.Codes import code
from DynamicSpineLib.Wording.Texts import inList, levelLabel

SMALL_LIMIT_RANK = 1.0
"""From this rank on a limit is said in its section, and does not lead the case."""


def limitFindings(story: Story) -> list[Finding]:
    """Sentences on everything that limits what the rest may be taken for, the gravest first."""
    return [*_contradictions(story), *_excursions(story), *_flexionReached(story), *_numbering(story),
            *_segments(story), *_positions(story), *_planes(story), *_series(story), *_values(story)]  # fmt: skip


def _contradictions(story: Story) -> Iterator[Finding]:
    for item in story.doubts.levels:
        yield story.say("levelShift", {"position": positionWords(story.case, item)}, positions=(item,), rank=0.0)
    for item in story.doubts.sides:
        yield story.say("sidesExchanged", {"position": positionWords(story.case, item)}, positions=(item,), rank=0.0)
    same = samePairs(story.values)
    for first, second in same:
        blanks = {"first": story.position(first), "second": story.position(second)}
        yield story.say("sameMarks", blanks, positions=(first, second), rank=0.0)
    for doubt in story.doubts.labels:
        rotation = doubt.rotation
        words = excursionWords(rotation.value or 0.0, rotation.lower95, rotation.upper95)
        blanks = {"position": positionWords(story.case, doubt.position), "bend": doubt.bend,
                  "region": levelLabel(doubt.region), "change": words,
                  "neutral": story.position(doubt.neutral)}  # fmt: skip
        template = "labelContradicts" if doubt.contradicts else "bendNotSeen"
        yield story.say(template, blanks, positions=(doubt.position, doubt.neutral),
                        rank=0.0 if doubt.contradicts else 0.5, confirmed=rotation.confirmed)  # fmt: skip


def _excursions(story: Story) -> Iterator[Finding]:
    pair = story.values.motionPair
    for region, found in story.gates.excursions.items():
        if pair is None or found.isEnough:
            continue
        if found.degrees is None:
            reason = code("reasonCode", found.reasonCode).short
            yield story.say("excursionMissing", {"region": levelLabel(region), "reason": reason}, rank=0.6)
            continue
        words = excursionWords(found.degrees, found.lower95, found.upper95)
        blanks = {"first": story.position(pair[0]), "second": story.position(pair[1]), "region": levelLabel(region),
                  "degrees": words, "least": plainValue(found.leastDeg, "deg")}  # fmt: skip
        yield story.say("excursionSmall", blanks, positions=pair, rank=0.2, confirmed=found.confirmed)


def _flexionReached(story: Story) -> Iterator[Finding]:
    """A neck flexed too little to show the dura move forward (Hirayama; clinical review, section 2.2)."""
    least = limit("duralShiftFlexionDeg")
    for item in story.case.positions:
        isDoubted = any(doubt.position == item.id for doubt in story.doubts.labels)
        if item.bend != "flexion" or isDoubted or "C2C7" not in story.values.places("c2c7Cobb"):
            continue
        neutral = neutralFor(story.values, item)
        reached = bendFrom(story.values, "C2C7", neutral, item.id) if neutral else Sample()
        # Half an SD over the limit may still be short of it, and saying so costs less than hiding it.
        short = reached.value is not None and reached.value - 0.5 * (reached.sd or 0.0) < least
        if short and reached.value is not None and neutral is not None:
            words = excursionWords(reached.value, reached.lower95, reached.upper95)
            blanks = {"position": story.position(item.id), "degrees": words, "least": plainValue(least, "deg"),
                      "neutral": story.position(neutral)}  # fmt: skip
            yield story.say("flexionTooSmall", blanks, positions=(neutral, item.id), rank=0.75,
                            confirmed=reached.confirmed)  # fmt: skip


def _numbering(story: Story) -> Iterator[Finding]:
    numbering = story.case.numbering
    if not numbering.isConfirmed:
        statement = numbering.statement()
        yield story.say("numberingNotVerified", {"statement": f"Level names: {statement}"}, rank=0.3)


def _segments(story: Story) -> Iterator[Finding]:
    names = [segment.name for segment in story.case.chain.segments]
    for index, name in enumerate(names):
        if not isNative(story.case, name):
            beside = [item for item in names[max(index - 1, 0) : index + 2] if item != name]
            status = code("segmentStatus", story.case.segmentStatus(name)).short
            blanks = {"level": levelLabel(name), "status": status, "neighbors": levelList(beside)}
            yield story.say("segmentStatus", blanks, level=name, rank=0.7)
    if story.gates.tilted:
        angle = plainValue(max(story.gates.tilted.values()), "deg")
        yield story.say("tilted", {"levels": levelList(list(story.gates.tilted)), "angle": angle}, rank=0.4,
                        level=max(story.gates.tilted, key=lambda name: story.gates.tilted[name]))  # fmt: skip
    hidden = _hiddenPlaces(story)
    if hidden:
        yield story.say("marksHidden", {"places": levelList(list(hidden))}, rank=0.8, level=next(iter(hidden)),
                        positions=tuple(dict.fromkeys(hidden.values())))  # fmt: skip


def _hiddenPlaces(story: Story) -> dict[str, str]:
    """Segments and levels with marks that a reader recorded as not visible, each with a position where they are so.

    Cord marks below the cord are left out.
    """
    found: dict[str, str] = {}
    for item in story.case.positions:
        for name, mark in item.marks.landmarks.items():
            parsed = parseLandmarkName(name)
            if mark.status == MISSING and parsed is not None and parsed.code not in ("KA", "KP"):
                found.setdefault(parsed.place, item.id)
    return found


def _positions(story: Story) -> Iterator[Finding]:
    if len(story.case.positions) == 1:
        yield story.say("onePosition", rank=0.1)
    absent = absentPositions(story.case)
    sideways = [item for item in absent if item.startswith(("side bending", "rotation"))]
    leading = [item for item in absent if item not in sideways]
    if leading:
        yield story.say("positionsAbsent", {"positions": inList(leading)}, rank=0.9)
    if sideways:
        yield story.say("sidewaysAbsent", {"positions": inList(sideways)}, rank=2.0)


def _planes(story: Story) -> Iterator[Finding]:
    assessed = axialLevels(story.case)
    names = [segment.name for segment in story.case.chain.segments]
    covered = [name for name in names if name in assessed]
    if not covered:
        yield story.say("midlineOnly", {"recess": _recessWords(story)}, rank=0.95)
    elif len(covered) < len([name for name in names if not name.startswith(("Oc", "C1"))]):
        yield story.say("midlineElsewhere", {"levels": levelList(covered), "recess": _recessWords(story)}, rank=0.95)
    low = [segment.name for segment in lumbarSegments(story.case)]
    if any(story.values.state("recessDepth", name, item, side).isThere
           for name in low for item in story.values.positionIds for side in ("L", "R")):  # fmt: skip
        yield story.say("recessUpright", rank=2.1)


def _recessWords(story: Story) -> str:
    return ", lateral recesses are not assessed" if lumbarSegments(story.case) else ""


def _series(story: Story) -> Iterator[Finding]:
    poor = [item.id for item in story.case.positions if item.quality in ("limited", "noUse")]
    if poor:
        yield story.say("quality", {"positions": inList([story.position(item) for item in poor])}, rank=0.85,
                        positions=tuple(poor))  # fmt: skip
    days = daysApart(story.case.positions)
    if days > DAYS_APART_SAID:
        yield story.say("datesApart", {"days": days}, rank=0.5)
    scanners = list(dict.fromkeys(item.scanner for item in story.case.positions if item.scanner))
    if len(scanners) > 1:
        yield story.say("scannersDiffer", {"scanners": inList(scanners)}, rank=0.55)


def _values(story: Story) -> Iterator[Finding]:
    if story.values.measured.draws is None:
        yield story.say("noNoise", rank=0.1)
    given = story.values.given()
    provisional = sum(not row.confirmed for row in given)
    if provisional:
        yield story.say("provisional", {"count": provisional, "total": len(given)}, rank=0.35)
