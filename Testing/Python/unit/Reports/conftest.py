"""A made-up case for the reports: bodies are boxes, and every row follows from the numbers it was made of."""

from __future__ import annotations

import math
import struct
import zlib
from dataclasses import dataclass, field, replace

import pytest

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Jobs.MetricTexts import metricTexts
from DynamicSpineLib.Metrics.Measurement import Measurement
from DynamicSpineLib.Reports.Html import renderHtml
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Study.Case import Case, Numbering
from DynamicSpineLib.Study.Marks import Landmark, landmarkSet
from DynamicSpineLib.Study.Position import Grade, Observation, Position, Symptom
from DynamicSpineLib.Study.Roles import comparedPosition, orderedPairs

SOFTWARE = "DynamicSpine 0.1.0"

SD = {
    "discAngle": 1.63, "slip": 0.74, "slipPercent": 2.1, "discHeightMiddle": 0.5, "canalApDisc": 0.42,
    "spaceAvailable": 0.6, "cordAp": 0.42, "lumbarLordosis": 1.7, "c2c7Cobb": 2.6, "bodyDepth": 0.5, "rotation": 1.27,
    "translation": 0.7, "tpdr": 0.13, "regionRotation": 1.6,
}  # fmt: skip

# What a row without a value has in place of its numbers.
NO_VALUE = {"value": None, "sd": None, "sdc95": None, "lower95": None, "upper95": None, "exceedsNoise": None,
            "status": "notAvailable"}  # fmt: skip


@dataclass(frozen=True)
class Pose:
    """A position and its numbers by segment: lordosis in degrees, slip, canal and cord width in mm."""

    position: Position
    lordosisDeg: dict[str, float]
    slipMm: dict[str, float] = field(default_factory=dict)
    canalMm: dict[str, float] = field(default_factory=dict)
    cordMm: dict[str, float] = field(default_factory=dict)
    discMm: float = 9.0


@dataclass(frozen=True)
class Build:
    """Sizes of the bodies and what is measured."""

    chain: Chain
    depthMm: float
    heightMm: float
    region: str


def marksOf(pose: Pose, build: Build, confirmed: bool = True) -> list[Landmark]:
    """Corners, canal and cord of a column of boxes that starts with the lowest level at the origin."""
    marks, place, angle = [], (0.0, 0.0), 0.0
    lowest = build.chain.levels[-1]
    depth, height = build.depthMm, build.heightMm

    def add(name: str, forward: float, up: float, origin: tuple[float, float], turn: float) -> None:
        cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        point = (2.0, origin[0] + cosine * forward - sine * up, origin[1] + sine * forward + cosine * up)
        marks.append(Landmark(name, point, confirmed=confirmed))

    add(f"{lowest}_SP", 0.0, 0.0, place, angle)
    add(f"{lowest}_SA", depth, 0.0, place, angle)
    for segment in reversed(build.chain.segments):
        slip, disc = pose.slipMm.get(segment.name, 0.0), pose.discMm
        canal, cord = pose.canalMm.get(segment.name, 0.0), pose.cordMm.get(segment.name, 0.0)
        if canal:
            add(f"{segment.name}_CA", -1.0, disc / 2, place, angle)
            add(f"{segment.name}_CP", -1.0 - canal, disc / 2, place, angle)
        if cord:
            add(f"{segment.name}_KA", -1.0 - (canal - cord) / 2, disc / 2, place, angle)
            add(f"{segment.name}_KP", -1.0 - (canal + cord) / 2, disc / 2, place, angle)
        cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
        place = (place[0] + cosine * slip - sine * disc, place[1] + sine * slip + cosine * disc)
        angle += pose.lordosisDeg[segment.name]
        for code, forward, up in (("IP", 0, 0), ("IA", depth, 0), ("SP", 0, height), ("SA", depth - 1, height)):
            if segment.upper not in ("C2",) or code.startswith("I"):
                add(f"{segment.upper}_{code}", forward, up, place, angle)
        place = (place[0] - math.sin(math.radians(angle)) * height, place[1] + math.cos(math.radians(angle)) * height)
        if segment.upper == "C2":
            for code, forward, up in (("DP", 2, 1.4 * height), ("DT", 5, 2.1 * height), ("DA", 9, 1.5 * height)):
                add(f"C2_{code}", forward, up - height, place, angle)
    return marks


def stateValues(pose: Pose, build: Build) -> list[tuple[str, str, float, str]]:
    """Metric, level, value and unit of every state of a pose."""
    values = []
    for segment in build.chain.segments:
        name, slip = segment.name, pose.slipMm.get(segment.name, 0.0)
        values += [("discAngle", name, pose.lordosisDeg[name], "deg"), ("slip", name, slip, "mm"),
                   ("slipPercent", name, 100 * slip / build.depthMm, "%"),
                   ("discHeightMiddle", name, pose.discMm, "mm")]  # fmt: skip
        if name in pose.canalMm:
            values.append(("canalApDisc", name, pose.canalMm[name], "mm"))
        if name in pose.cordMm:
            values += [("spaceAvailable", name, pose.canalMm[name] - pose.cordMm[name], "mm"),
                       ("cordAp", name, pose.cordMm[name], "mm")]
    region, metric = ("L1S1", "lumbarLordosis") if build.region == "lumbar" else ("C2C7", "c2c7Cobb")
    values.append((metric, region, sum(pose.lordosisDeg.values()), "deg"))
    values += [("bodyDepth", level, build.depthMm, "mm") for level in build.chain.levels[1:]]
    return values


def row(kind: str, metric: str, level: str, position: str, fromPosition: str, value: float, unit: str,
        case: Case, **other: object) -> Measurement:  # fmt: skip
    """A row with the metric's standard noise."""
    sd = SD.get(metric, 0.5) * (math.sqrt(2.0) if kind == "change" else 1.0)
    sdc = 1.96 * sd * (math.sqrt(2.0) if kind == "state" else 1.0)
    return Measurement(
        case=case.caseId, reader="reader A", reading="1", kind=kind, position=position, fromPosition=fromPosition,
        level=level, side="", metric=metric, value=value, unit=unit, sd=sd, sdc95=sdc, lower95=value - 1.96 * sd,
        upper95=value + 1.96 * sd, exceedsNoise=None if kind == "state" else abs(value) > sdc, origin="placed",
        method=metric, sdSource="assumed", segmentStatus=case.segmentStatus(level),
        numbering=case.numbering.statement(), points=(f"{level}_CA", f"{level}_CP"), software=SOFTWARE, **other,
    )  # fmt: skip


def rowsOf(case: Case, poses: list[Pose], build: Build) -> list[Measurement]:
    """State, change and motion rows of a case; canal and cord rows name what is not marked."""
    rows, states = [], {}
    for pose in poses:
        for metric, level, value, unit in stateValues(pose, build):
            states[metric, level, pose.position.id] = (value, unit)
            rows.append(row("state", metric, level, pose.position.id, "", value, unit, case))
        lacking = row("state", "ligamentumFlavum", build.chain.segments[0].name, pose.position.id, "", 0.0, "mm", case)
        rows.append(replace(lacking, **NO_VALUE, reasonCode="notMarked", reason="A point is not marked."))
    compared = comparedPosition(case)
    for (metric, level, name), (value, unit) in states.items():
        before = states.get((metric, level, compared.id)) if compared else None
        if before is not None and name != compared.id:
            rows.append(row("change", metric, level, name, compared.id, value - before[0], unit, case))
    byId = {pose.position.id: pose for pose in poses}
    for pair in orderedPairs(case):
        start, end = byId[pair.fromPosition], byId[pair.toPosition]
        rows += _motionRows(case, build, start, end)
    return rows


def _motionRows(case: Case, build: Build, start: Pose, end: Pose) -> list[Measurement]:
    names, rows = (end.position.id, start.position.id), []
    for segment in build.chain.segments:
        level = segment.name
        turn = start.lordosisDeg[level] - end.lordosisDeg[level]
        shift = end.slipMm.get(level, 0.0) - start.slipMm.get(level, 0.0)
        rows += [row("motion", "rotation", level, *names, turn, "deg", case),
                 row("motion", "translation", level, *names, shift, "mm", case)]
        tpdr = row("motion", "tpdr", level, *names, shift / turn if turn else 0.0, "mm/deg", case)
        small = replace(tpdr, **NO_VALUE, reasonCode="belowRotation", reason="Rotation below 5 degrees.")
        rows.append(tpdr if abs(turn) >= 5 else small)
    turn = sum(start.lordosisDeg.values()) - sum(end.lordosisDeg.values())
    region = "L1S1" if build.region == "lumbar" else "C2C7"
    return [*rows, row("motion", "regionRotation", region, *names, turn, "deg", case)]


def gradientPicture(width: int, height: int) -> bytes:
    """A gray PNG that stands for a rendered slice."""
    lines = b"".join(b"\x00" + bytes((40 + 160 * x // width + 40 * y // height) % 256 for x in range(width))
                     for y in range(height))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


LUMBAR = Build(Chain(("L1", "L2", "L3", "L4", "L5", "S1")), 35.0, 27.0, "lumbar")
CERVICAL = Build(Chain(("C2", "C3", "C4", "C5", "C6", "C7", "T1")), 16.0, 13.0, "cervical")
LUMBAR_SEGMENTS = [segment.name for segment in LUMBAR.chain.segments]
CERVICAL_SEGMENTS = [segment.name for segment in CERVICAL.chain.segments]


def lumbarPose(position: Position, lordosisDeg: float, slipMm: float, narrowing: float) -> Pose:
    """Lordosis over all segments, slip at L4-L5, canal narrowed by a share there."""
    weights = dict(zip(LUMBAR_SEGMENTS, (0.1, 0.15, 0.2, 0.25, 0.3), strict=True))
    canal = {"L1L2": 16.0, "L2L3": 15.2, "L3L4": 14.1, "L4L5": 12.4 * (1 - narrowing), "L5S1": 13.6}
    lordosis = {name: lordosisDeg * weights[name] for name in LUMBAR_SEGMENTS}
    return Pose(position, lordosis, {"L4L5": slipMm, "L3L4": 0.4}, canal)


def cervicalPose(position: Position, lordosisDeg: float, narrowing: float) -> Pose:
    """Lordosis over all segments; canal narrowed at C5-C6; a cord of about 6.5 mm."""
    canal = {name: 12.0 - 0.25 * index for index, name in enumerate(CERVICAL_SEGMENTS)}
    canal["C5C6"] = 10.2 * (1 - narrowing)
    cord = {name: min(6.8 - 0.1 * index, canal[name] - 0.6) for index, name in enumerate(CERVICAL_SEGMENTS)}
    lordosis = dict.fromkeys(CERVICAL_SEGMENTS, lordosisDeg / 6)
    return Pose(position, lordosis, {"C3C4": -0.04 * lordosisDeg}, canal, cord, discMm=5.0)


def makeReport(caseId: str, build: Build, poses: list[Pose], confirmed: bool = True, **caseFields: object,
               ) -> ReportInput:  # fmt: skip
    """A report's input from poses; `confirmed` False leaves the marks of the last position unaccepted."""
    last = poses[-1].position.id
    marked = [replace(pose.position, marks=landmarkSet(marksOf(pose, build, confirmed or pose.position.id != last)))
              for pose in poses]
    case = Case(caseId, build.chain, tuple(marked), **caseFields)
    rows = rowsOf(case, poses, build)
    if not confirmed:
        rows = [replace(item, confirmed=False, origin="predicted") if last in (item.position, item.fromPosition)
                else item for item in rows]
    images = {pose.position.id: gradientPicture(210, 310) for pose in poses}
    return ReportInput(case, tuple(rows), metricTexts(), pictures=images, software=SOFTWARE, draws=1000, seed=7)


def lumbarReport() -> ReportInput:
    """A slip at L4-L5: 3 mm supine, 4 extension, 5 standing, 7 standing flexion; level names not verified."""
    upright = {"posture": "standing", "load": "weightBearing", "date": "2026-05-04", "scanner": "0.6 T upright"}
    symptoms = (Symptom("leg", "L", 7.0, True),)
    graded = (Grade("L4L5", "schizas", "C", reader="reader A"), Grade("L4L5", "schizas", "B", reader="reader B"))
    contact = (Observation("L4L5", "rootContact", True, "L", reader="reader A"),)
    supine = Position("supine", "supine", "neutral", "Supine neutral", quality="good", date="2026-03-02",
                      scanner="1.5 T", grades=(Grade("L4L5", "schizas", "B", reader="reader A"),),
                      symptoms=(Symptom("none"),))  # fmt: skip
    standing = Position("standing", bend="neutral", title="Standing neutral", quality="limited", minutesUpright=12.0,
                        grades=graded, symptoms=symptoms, observations=contact, **upright)  # fmt: skip
    flexion = Position("flexion", bend="flexion", title="Standing flexion", angleReachedDeg=42.0, stoppedBy="pain",
                       **upright)  # fmt: skip
    extension = Position("extension", bend="extension", title="Standing extension", symptoms=symptoms, **upright)
    poses = [lumbarPose(supine, 44.0, 3.0, 0.0), lumbarPose(standing, 41.0, 5.0, 0.1),
             lumbarPose(flexion, 14.0, 7.0, 0.05), lumbarPose(extension, 53.0, 4.0, 0.28)]  # fmt: skip
    report = makeReport("LUMBAR-014", LUMBAR, poses, confirmed=False, segments={"L5S1": "fused"}, markedIn="supine",
                        numbering=Numbering(countedFrom="sacrum"))  # fmt: skip
    rows = tuple(replace(item, warnings=("offPlane", "differentDates"))
                 if item.level == "L2L3" and item.kind == "motion" else item for item in report.rows)
    notices = ("Standing flexion: the depth of L3 differs by 27 % from supine neutral.",)
    return replace(report, rows=rows, notices=notices)


def cervicalReport() -> ReportInput:
    """Narrowing at C5-C6 in extension; verified level names."""
    grades = {"neutral": "1", "flexion": "0", "extension": "2b"}
    poses = []
    for bend, lordosis, narrowing in (("neutral", 14.0, 0.05), ("flexion", -18.0, 0.0), ("extension", 34.0, 0.32)):
        grade = Grade("C5C6", "kang", grades[bend], reader="reader A")
        contact = Observation("C5C6", "cordContact", bend == "extension", reader="reader A")
        position = Position(bend, "supine", bend, f"Supine {bend}", grades=(grade,), observations=(contact,))
        poses.append(cervicalPose(position, lordosis, narrowing))
    return makeReport("NECK-3", CERVICAL, poses, numbering=Numbering("C2", confirmedBy="Dr. A. Reader"),
                      markedIn="neutral", sidesVerifiedBy="Dr. A. Reader")  # fmt: skip


def onePositionReport() -> ReportInput:
    """A case with one position and no pictures."""
    cervical = cervicalReport()
    case = replace(cervical.case, positions=cervical.case.positions[:1])
    rows = tuple(item for item in cervical.rows if item.kind == "state" and item.position == "neutral")
    return replace(cervical, case=case, rows=rows, pictures={})


def nothingMarkedReport() -> ReportInput:
    """Two positions, no mark, no row, no picture."""
    positions = (Position("a", "sitting", "neutral"), Position("b", "sitting", "flexion"))
    return ReportInput(Case("EMPTY", LUMBAR.chain, positions), (), metricTexts(), software=SOFTWARE)


def sevenPositionsReport() -> ReportInput:
    """Seven positions with long titles in several scripts, two of them sideways."""
    specs = [
        ("p1", "supine", "neutral", "Rückenlage, neutral (Kniepolster, Kopfstütze, 25 Minuten Ruhe), Serie 4", 44, 3.0),
        ("p2", "standing", "neutral", "立位中立位、荷重あり、十五分後", 40, 5.0),
        ("p3", "standing", "flexion", "Antéflexion debout, arrêtée par la douleur à 42 degrés", 14, 7.0),
        ("p4", "standing", "extension", "وقوف مع بسط الظهر", 53, 4.0),
        ("p5", "sitting", "neutral", "Sitting_neutral_with_a_name_that_has_no_place_to_break_at_all", 30, 5.5),
        ("p6", "standing", "leftBend", "Linksneigung", 40, 5.0),
        ("p7", "standing", "rightRotation", "Rotation à droite", 40, 5.0),
    ]  # fmt: skip
    poses = [lumbarPose(Position(name, posture, bend, title), lordosis, slip, 0.1 * (bend == "extension"))
             for name, posture, bend, title, lordosis, slip in specs]
    numbering = Numbering("L5nerve", transitional="Castellvi IIa", confirmedBy="Dr. Müller")
    return makeReport("Fallstudie „Überlänge“, 症例 №7, mit einem sehr langen Namen", LUMBAR, poses,
                      segments={"L2L3": "block"}, numbering=numbering)  # fmt: skip


@pytest.fixture(scope="session")
def lumbar() -> ReportInput:
    """A slip and a narrowing at L4-L5, with unaccepted marks in one position."""
    return lumbarReport()


@pytest.fixture(scope="session")
def cervical() -> ReportInput:
    """A narrowing at C5-C6 in extension."""
    return cervicalReport()


@pytest.fixture(scope="session")
def everyReport(lumbar: ReportInput, cervical: ReportInput) -> dict[str, ReportInput]:
    """Reports of every kind of case, by name."""
    return {"lumbar": lumbar, "cervical": cervical, "one": onePositionReport(), "empty": nothingMarkedReport(),
            "seven": sevenPositionsReport()}  # fmt: skip


@pytest.fixture(scope="session")
def pages(everyReport: dict[str, ReportInput]) -> dict[str, str]:
    """The HTML of every report, by name."""
    return {name: renderHtml(report) for name, report in everyReport.items()}
