"""The leading level in two positions laid on each other, as the page shows it."""

from __future__ import annotations

import html
import re
import struct
from dataclasses import replace

import pytest
from PhantomCases import phantomCase

from DynamicSpineLib.Errors import JobError
from DynamicSpineLib.Jobs.MeasureJob import MeasureOptions
from DynamicSpineLib.Jobs.ReportJob import reportInput
from DynamicSpineLib.Jobs.Told import chosenRuleSets, tellMeasurement
from DynamicSpineLib.Metrics.MeasureCase import measureCase
from DynamicSpineLib.Progress import runSteps
from DynamicSpineLib.Reports.Html import renderHtml
from DynamicSpineLib.Scene.CasePictures import CasePictures


def png(width, height):
    """The beginning of a PNG file, which is all that a page needs to know of one."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIB", 13, b"IHDR", width, height, 8)


LOAD, MOTION = ("SUP_N", "ST_N"), ("ST_E", "ST_F")
PICTURES = {LOAD: png(640, 480), MOTION: png(320, 320), ("ST_F", "ST_E"): png(1, 1), ("x", "y"): png(2, 2)}


@pytest.fixture(scope="module")
def report():
    """The slip phantom, whose leading level is L4-L5, with pictures of its pairs and two that are none."""
    ruleSets, measured = chosenRuleSets(), runSteps(measureCase(phantomCase("lumbarSlip"), 0, 0))
    told = tellMeasurement(measured, ruleSets)
    pictures = CasePictures(compared=PICTURES, notices=("No picture shows this.",))
    return reportInput(measured, told, ruleSets, pictures, pictures.notices, MeasureOptions(0))


def sectionOf(page):
    found = re.search(r'<section id="compared">.*?</section>', page, re.DOTALL)
    return found.group(0) if found else ""


def wordsOf(markup):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", markup)))


def test_each_declared_pair_has_its_picture_and_says_what_is_what(report):
    section = sectionOf(renderHtml(report))
    sizes = {tuple(map(int, found)) for found in re.findall(r'width="(\d+)" height="(\d+)"', section)}
    assert sizes == {(640, 480), (320, 320)}
    words = wordsOf(section)
    assert "Load L4\N{NON-BREAKING HYPHEN}L5, L5 held still, half of each image." in words
    assert "Blue outlines: Supine neutral. Dashed orange: Standing neutral." in words
    assert "Blue outlines: Standing extension. Dashed orange: Standing flexion." in words
    assert "Levels counted on a whole-spine localizer" in words


def test_what_could_not_be_held_is_said_on_the_page(report):
    assert "No picture shows this." in wordsOf(renderHtml(report))


@pytest.mark.parametrize("changes", [{"compared": {}}, {"findings": None}])
def test_a_page_without_such_pictures_has_no_place_for_them(report, changes):
    page = renderHtml(replace(report, **changes))
    assert sectionOf(page) == ""
    assert 'id="images"' in page


def test_a_title_with_markup_stays_text(report):
    positions = tuple(replace(item, title='<b>"') if item.id == "SUP_N" else item for item in report.case.positions)
    section = sectionOf(renderHtml(replace(report, case=replace(report.case, positions=positions))))
    assert '<b>"' not in section
    assert section.count("&lt;b&gt;&#34;") == 2  # below the picture, and in place of it


def test_what_is_no_picture_is_named(report):
    with pytest.raises(JobError, match="ST_N on SUP_N"):
        renderHtml(replace(report, compared={LOAD: b"GIF89a"}))
