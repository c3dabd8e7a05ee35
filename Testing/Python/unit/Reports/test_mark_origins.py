"""The section on where marks come from: origin, verdict, reason, expected error, and who accepted them."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from ForbiddenWords import forbiddenIn

from DynamicSpineLib.Registration.CarriedBone import Reason
from DynamicSpineLib.Registration.Reasons import qualityOfReasons
from DynamicSpineLib.Reports.Html import renderHtml
from DynamicSpineLib.Reports.Json import reportObject
from DynamicSpineLib.Reports.MarkOrigins import originRemarks, originTables
from DynamicSpineLib.Study.Case import BoneTransform
from DynamicSpineLib.Study.Marks import UNDEFINED, Landmark, LandmarkSet

COVARIANCE = tuple(map(tuple, np.diag([math.radians(0.3) ** 2] * 3 + [0.2**2] * 3).tolist()))
STILL = tuple(map(tuple, np.eye(4).tolist()))
REASON = Reason("restartsDisagree", {"spreadMm": 2.5})


def bone(level, verdict, reasons=(), covariance=COVARIANCE):
    quality = qualityOfReasons(reasons)
    return BoneTransform(level, "supine", "flexion", STILL, covariance, verdict=verdict, quality=quality)


@pytest.fixture(scope="module")
def report(lumbar):
    """The slip's report with its flexion carried: L2 good, L3 to be looked at, L4 not found, L5 placed by hand."""

    def changed(mark):
        level = mark.name.split("_")[0]
        if level in ("L2", "L3"):
            return replace(mark, origin="carried", confirmed=mark.name == "L2_SA")
        if level == "L4":
            return Landmark(mark.name, None, UNDEFINED)
        if level in ("L4L5", "L5S1"):
            return replace(mark, origin="predicted", confirmed=False, quality="edge spread 0.2 mm")
        return replace(mark, confirmed=True)

    positions = []
    for position in lumbar.case.positions:
        marks = {name: replace(mark, confirmed=True) for name, mark in position.marks.landmarks.items()}
        if position.id == "flexion":
            marks = {name: changed(mark) for name, mark in marks.items()}
        positions.append(replace(position, marks=LandmarkSet(MappingProxyType(marks))))
    bones = (bone("L2", "good"), bone("L3", "check", (REASON,)), bone("L4", "failed", (Reason("notFound"),), None),
             bone("L5", "failed", (Reason("notFound"),), None), bone("L1", "good"))  # fmt: skip
    return replace(lumbar, case=replace(lumbar.case, positions=tuple(positions), bones=bones))


def test_each_level_says_origin_verdict_reason_error_and_acceptance(report):
    (table,) = originTables(report)
    assert (table.positionId, table.title) == ("flexion", "Standing flexion")
    lines = {line.label.replace("\N{NON-BREAKING HYPHEN}", "-"): line for line in table.lines}
    assert set(lines) == {"L2", "L3", "L4", "L4-L5, L5-S1"}  # L1 and L5 were placed there, whatever was carried
    assert (lines["L2"].origin, lines["L2"].verdict) == ("4 carried from Supine neutral", "good")
    assert (lines["L2"].accepted, lines["L3"].accepted) == ("1 of 4", "not yet")
    assert lines["L3"].reasons == "Searches from different starts ended up to 2.5 mm apart."
    assert re.fullmatch(r"0\.3\d mm", lines["L3"].error)
    assert (lines["L4"].origin, lines["L4"].verdict, lines["L4"].error) == ("not carried", "failed", "")
    assert "not found in this image" in lines["L4"].reasons
    assert (lines["L4-L5, L5-S1"].origin, lines["L4-L5, L5-S1"].reasons) == ("2 predicted", "edge spread 0.2 mm")


def test_what_verdicts_mean_is_said_once_and_that_shared_marks_are_not_independent(report):
    remarks = originRemarks(report)
    assert remarks[0] == "good: Carried; the checks found nothing against it."
    assert any("look at it before its values are used" in remark for remark in remarks)
    assert "not independent" in remarks[-1]


def test_the_page_shows_the_section_and_says_nothing_that_it_may_not(report):
    page = renderHtml(report).split('id="origins"')[1].split("</section>")[0]
    assert "Searches from different starts" in page
    assert '<td class="doubt">check</td>' in page
    assert [word for text in re.findall(r">([^<]+)<", page) for word in forbiddenIn(text)] == []


def test_where_everything_was_placed_there_is_no_section(cervical):
    assert originTables(cervical) == []
    assert originRemarks(cervical) == []
    assert 'id="origins"' not in renderHtml(cervical)


def test_the_json_report_holds_the_same(report):
    (table,) = reportObject(report)["markOrigins"]
    assert [line["verdict"] for line in table["lines"]] == ["good", "check", "failed", ""]
