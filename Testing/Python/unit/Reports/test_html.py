"""report.html: whole, valid, self-contained, escaped, in the promised order, and honest about what is absent."""

from __future__ import annotations

import builtins
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Errors import JobError
from DynamicSpineLib.Metrics.Measurement import Measurement
from DynamicSpineLib.Reports.Html import renderHtml, writeHtml
from DynamicSpineLib.Reports.ReportModel import ReportInput
from DynamicSpineLib.Study.Case import Case, Numbering
from DynamicSpineLib.Study.Position import Grade, Observation, Symptom

VOID = {"meta", "img", "br", "link", "hr", "input"}
NAMES = ["lumbar", "cervical", "one", "empty", "seven"]


class Reader(HTMLParser):
    """Collects what a browser would see, and complains about tags that do not close in order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.faults, self.ids, self.tags, self.links = [], [], [], [], []
        self.words = []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append((tag, values))
        if len(values) != len(attrs):
            self.faults.append(f"{tag}: an attribute twice")
        if "id" in values:
            self.ids.append(values["id"])
        self.links += [values[name] for name in ("src", "href", "data", "action") if name in values]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> out of order at {self.getpos()}")

    def handle_data(self, data):
        if not self.open or self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self):
        """The words on the page."""
        return re.sub(r"\s+", " ", " ".join(self.words)).replace("\N{NO-BREAK SPACE}", " ")


def read(page):
    """The page as a browser would take it apart."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


@pytest.mark.parametrize("name", NAMES)
def test_every_tag_closes_in_order_and_every_id_is_there_once(pages, name):
    reader = read(pages[name])
    assert reader.faults == []
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_loaded_from_anywhere(pages, name):
    reader = read(pages[name])
    assert {tag for tag, _ in reader.tags}.isdisjoint({"script", "link", "iframe", "object", "embed", "base", "form"})
    assert all(link.startswith(("data:image/png;base64,", "#")) for link in reader.links)
    assert {link[1:] for link in reader.links if link.startswith("#")} <= set(reader.ids)
    assert not re.search(r"@import|url\((?!#)", pages[name])
    assert "http://" not in pages[name]
    assert "https://" not in pages[name]


@pytest.mark.parametrize("name", NAMES)
def test_the_sections_come_in_the_promised_order(pages, name):
    order = ["notExamined", "positions", "levels", "motion", "diagram", "plots", "images", "ranges", "quality",
             "method"]  # fmt: skip
    assert [item for item in read(pages[name]).ids if item in order] == order


@pytest.mark.parametrize("name", NAMES)
def test_the_same_input_gives_the_same_page(everyReport, pages, name):
    assert renderHtml(everyReport[name]) == pages[name]


EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)></style></title><!--&amp;"


def evilReport(report):
    """The case with markup in every free text that it has."""
    first = report.case.positions[0]
    position = replace(
        first, title=EVIL, scanner=EVIL, support=EVIL, notes=EVIL, stoppedBy=EVIL, quality=EVIL, load=EVIL, date=EVIL,
        symptoms=(Symptom(EVIL, EVIL, 3.0, True, EVIL),), grades=(Grade("L4L5", "schizas", EVIL, reader=EVIL),),
        observations=(Observation("L4L5", EVIL, True, EVIL, EVIL, EVIL),),
    )  # fmt: skip
    case = replace(
        report.case, caseId=EVIL, positions=(position, *report.case.positions[1:]), notes=EVIL, sidesVerifiedBy=EVIL,
        numbering=Numbering(EVIL, None, EVIL, EVIL, EVIL, EVIL),
        observations=(Observation("L4", EVIL, True, reader=EVIL),),
    )  # fmt: skip
    texts = {"method": EVIL, "reason": EVIL, "reasonCode": EVIL, "origin": EVIL, "warnings": (EVIL,), "unit": EVIL,
             "sdSource": EVIL, "segmentStatus": EVIL, "side": EVIL, "level": EVIL, "metric": EVIL}
    strange = [replace(item, **texts) for item in report.rows if item.kind == "state"][:5]
    unlike = [replace(item, status="notAvailable", value=None) for item in strange]
    rows = tuple(replace(item, reader=EVIL, reading=EVIL) for item in (*report.rows, *strange, *unlike))
    catalog = {"title": EVIL, "definition": EVIL, "source": EVIL, "evidence": EVIL}
    metrics = tuple(replace(text, **catalog) for text in report.metricTexts)
    return replace(report, case=case, rows=rows, metricTexts=metrics, software=EVIL, notices=(EVIL,), made=EVIL)


def test_markup_in_any_text_of_a_case_stays_text(lumbar):
    page = renderHtml(evilReport(lumbar))
    reader = read(page)
    assert reader.faults == []
    tags = {tag for tag, _ in reader.tags}
    assert "script" not in tags
    assert not any("onerror" in values for _, values in reader.tags)
    assert not any(values.get("src") == "x" for tag, values in reader.tags if tag == "img")
    assert page.count("</style>") == 1
    assert reader.text.count("<script>alert(1)</script>") > 20


def test_text_that_turns_the_reading_direction_or_breaks_the_file_is_cleaned(lumbar):
    position = replace(lumbar.case.positions[0], title="A\u202e5.7\x00\x1b\ud800B")
    case = replace(lumbar.case, positions=(position, *lumbar.case.positions[1:]))
    page = renderHtml(replace(lumbar, case=case))
    assert "A5.7B" in page
    page.encode("utf-8")


def test_the_numbering_stands_on_title_footer_pictures_and_unverified_tables(pages, everyReport):
    statement = everyReport["lumbar"].case.numbering.statement()
    text = read(pages["lumbar"]).text.lower()
    tables = len(re.findall(r'<table class="values(?: motion)?">', pages["lumbar"]))
    assert text.count(statement) > tables / 2 + len(everyReport["lumbar"].pictures)
    assert statement.replace(",", "\\2c ").lower() in pages["lumbar"].lower()
    verified = read(pages["cervical"]).text
    count = 1 + len(everyReport["cervical"].pictures)
    assert verified.count("Levels counted from C2, verified by Dr. A. Reader.") == count


def test_a_change_within_its_noise_is_too_imprecise_and_keeps_its_interval(pages):
    text = read(pages["lumbar"]).text
    interval = r"\( ?between 0\.1 more backward and 4\.1 more forward ?\)"
    assert re.search(rf"2\.0 mm more forward {interval} ?too imprecise", text)
    assert re.search(r"4\.0 mm more forward \( ?1\.9 to 6\.1 ?\)", text)
    assert not re.search(r"no change", text, re.IGNORECASE)


def test_unaccepted_marks_are_hatched_and_counted(pages, lumbar):
    provisional = [row for row in lumbar.rows if not row.confirmed and row.value is not None]
    assert pages["lumbar"].count('class="cell provisional') > 20
    assert f"{len(provisional)} of" in read(pages["lumbar"]).text
    assert 'class="cell provisional' not in pages["cervical"]


def test_operated_segments_and_their_neighbors_are_named(pages):
    text = read(pages["lumbar"]).text
    assert "L5\N{NON-BREAKING HYPHEN}S1 status: fused" in text
    assert "L4\N{NON-BREAKING HYPHEN}L5 next to an operated level" in text
    assert "L3\N{NON-BREAKING HYPHEN}L4 next to" not in text
    assert "next to a block" in read(pages["seven"]).text


def test_grades_of_readers_that_differ_are_both_shown(pages):
    text = read(pages["lumbar"]).text
    assert "C / B" in text
    assert "readings differ (reader A: C; reader B: B)" in text
    assert "one reading" in text


def test_what_a_position_lacks_is_said_with_its_reason(pages):
    text = read(pages["lumbar"]).text
    assert "The segment rotated by less than 5 degrees, too little for this measure." in text
    assert "Marks that the measure needs have not been placed." in text


def test_a_missing_value_says_why_and_a_missing_row_says_not_defined(lumbar):
    slips = [row for row in lumbar.rows if (row.kind, row.metric, row.level) == ("state", "slip", "L1L2")]
    absent = replace(slips[1], value=None, status="notAvailable", reasonCode="artefact")
    rows = [row for row in lumbar.rows if row not in slips[1:3]]
    text = read(renderHtml(replace(lumbar, rows=(*rows, absent)))).text
    assert "\N{EN DASH} artefact" in text
    assert "\N{EN DASH} not defined here" in text


def test_root_names_wait_for_verified_levels(cervical):
    area = Measurement("c", "reader A", "1", "state", "neutral", "", "C5C6", "L", "foramenArea", 40.0, "mm2", sd=2.0,
                       lower95=36.0, upper95=44.0)  # fmt: skip
    named = replace(cervical, rows=(*cervical.rows, area))
    assert "foramen: C6 root" in read(renderHtml(named)).text
    unverified = replace(named, case=replace(named.case, numbering=Numbering("C2")))
    text = read(renderHtml(unverified)).text
    assert "foramen: C6 root" not in text
    assert "Root names are left out because the level names are not verified." in text


def test_another_reading_is_named_and_not_mixed_in(lumbar):
    other = tuple(replace(row, reader="reader B", reading="2", value=99.0) for row in lumbar.rows if row.value)
    text = read(renderHtml(replace(lumbar, rows=(*lumbar.rows, *other)))).text
    assert "Shown: reader reader A reading 1." in text
    assert "Other readings are in measurements.csv: reader reader B reading 2." in text
    assert "99.0" not in text


def test_a_picture_that_is_no_png_is_one_sentence(lumbar):
    with pytest.raises(JobError, match="'supine' is not a PNG"):
        renderHtml(replace(lumbar, pictures={"supine": b"GIF89a"}))


def test_the_page_is_written_whole(cervical, pages, tmp_path):
    path = writeHtml(cervical, tmp_path / "out" / "report.html")
    assert path.read_text(encoding="utf-8") == pages["cervical"]
    assert [item.name for item in path.parent.iterdir()] == ["report.html"]


def test_without_jinja2_the_report_says_what_to_install(cervical, monkeypatch):
    realImport = builtins.__import__

    def withoutJinja(name, *arguments, **options):
        if name == "jinja2":
            raise ImportError(name)
        return realImport(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", withoutJinja)
    with pytest.raises(JobError, match="pip install jinja2"):
        renderHtml(cervical)


def test_a_case_without_positions_makes_a_page():
    reader = read(renderHtml(ReportInput(Case("X", Chain(("L4", "L5")), ()), (), ())))
    assert reader.faults == []
    assert "The case holds no position." in reader.text


def test_dates_far_apart_are_said_beside_changes_and_pairs(pages):
    text = read(pages["lumbar"]).text
    assert "The series are 63 days apart: time may play a part in every change." in text
    assert text.count("The two series are 63 days apart") == 3
    assert "days apart" not in read(pages["cervical"]).text


def test_side_bent_positions_are_marked_and_left_out_of_the_diagram(pages):
    text = read(pages["seven"]).text
    assert "side-bent or rotated: values local to each segment" in text
    assert "Not drawn: Linksneigung and Rotation à droite" in text
