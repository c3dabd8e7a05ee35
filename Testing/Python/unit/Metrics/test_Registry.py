"""The registry against the list of metrics in the design (section 7): nothing missing, and every entry complete."""

from __future__ import annotations

import re

import pytest
from Spines import CERVICAL, LUMBAR

from DynamicSpineLib.Anatomy.DataFiles import packageData
from DynamicSpineLib.Anatomy.Levels import Chain
from DynamicSpineLib.Metrics.Places import placesOf
from DynamicSpineLib.Metrics.Registry import allMetrics

DESIGN = """
state discAngle segmentCobb bodyAngle slip slipPercent slipPercentUpper slipCenter meyerding
state discHeightAnterior discHeightMiddle discHeightPosterior discHeightIndex discBulge canalApDisc cordAp
state spaceAvailable occupationRatio csfReserve ligamentumFlavum mscc mcc facetGap recessDepth
state foramenHeight foramenWidthSuperior foramenWidthMiddle foramenArea duralSacArea cordArea compressionRatio
state interspinousDistance bodyDepth bodyHeight canalApBody torgPavlov
state c2c7Cobb c2c7Tangent ishihara c2c7Sva t1Slope lumbarLordosis kLineMinimum occiputC2
state cxa pbc2 bdi bai adi padi powers chamberlain mcrae mcgregor wackenheim ranawat redlundJohnell tonsil
motion rotation rotationDisc translation translationCorner translationPercent tpdr icrAnterior icrCranial romShare
motion lateralBend lateralTranslation axialRotation occiputC2 regionRotation
"""
UNITS = {"deg", "mm", "mm2", "%", "%/deg", "{ratio}", "{grade}"}
CODE = re.compile(r"(SCT \d+|DCM \d+)?")

DESIGNED = {(kind, item) for kind, *items in map(str.split, DESIGN.strip().splitlines()) for item in items}
ALL = pytest.mark.parametrize("definition", allMetrics(), ids=lambda item: f"{item.kind}-{item.id}")


def test_every_metric_of_the_design_is_registered_with_its_kind():
    assert {(item.kind, item.id) for item in allMetrics()} >= DESIGNED


@ALL
def test_every_metric_says_what_it_is_where_it_comes_from_and_how_sure_that_is(definition):
    assert definition.title
    assert definition.unit in UNITS
    assert definition.definition.endswith(".")
    assert definition.source
    assert definition.evidence in ("V", "V2", "M", "D")
    assert re.fullmatch(r"[0-9](\.[0-9]+)?", definition.section)
    assert definition.method
    assert CODE.fullmatch(definition.code)


@ALL
def test_signed_metrics_state_their_sign_and_others_their_smallest_value(definition):
    assert definition.sign or definition.minimum == 0.0 or definition.id in UNSIGNED


UNSIGNED = {
    "spaceAvailable", "spaceAnterior", "spacePosterior",  # a cord larger than the canal would be below zero
    "csfReserve", "mscc", "mcc", "ranawat", "redlundJohnell",
}  # fmt: skip


def test_what_may_rank_positions_never_builds_on_the_cords_own_size():
    # Clinical review 1.4: a healthy cord gets thinner in flexion, so a thin cord is no worst position.
    ranking = {item.id for item in allMetrics() if item.worst}
    assert not ranking & {"cordAp", "cordArea", "compressionRatio"}
    assert {"canalApDisc", "spaceAvailable", "foramenArea", "duralSacArea", "slip"} <= ranking
    assert {item.worst for item in allMetrics()} <= {"", "smallest", "largest"}


def test_limits_of_the_engine_have_their_sources():
    entries = {item["id"]: item for item in packageData("Metrics", "limits.json")["limits"]}
    assert all(item["source"] and item["text"] for item in entries.values())
    # Reference 1.1, 1.4, 1.5 and 0.3; clinical review 1.7.
    expected = {"leastRotationDeg": 5.0, "leastExcursionC2C7Deg": 30.0, "leastExcursionL1S1Deg": 20.0,
                "offPlaneMm": 2.0, "foramenTiltDeg": 15.0, "cervicalForamenAxisDeg": 45.0}  # fmt: skip
    assert {name: entries[name]["value"] for name in expected} == expected


def placeNames(metricId, levels, kind="state"):
    definition = next(item for item in allMetrics() if (item.kind, item.id) == (kind, metricId))
    return [place for _, place in placesOf(definition, Chain(levels))]


def test_metrics_are_asked_for_where_the_anatomy_has_them():
    assert placeNames("discAngle", CERVICAL)[:3] == ["OcC1", "C1C2", "C2C3"]
    assert placeNames("canalApDisc", CERVICAL)[0] == "C2C3"
    assert placeNames("torgPavlov", CERVICAL) == ["C3", "C4", "C5", "C6", "C7"]
    assert placeNames("bodyHeight", CERVICAL) == ["C3", "C4", "C5", "C6", "C7", "T1"]
    assert placeNames("bodyDepth", CERVICAL)[0] == "C2"
    assert placeNames("cordAp", LUMBAR) == ["L1L2"]
    assert placeNames("slip", LUMBAR) == ["L1L2", "L2L3", "L3L4", "L4L5", "L5S1"]
    assert placeNames("regionRotation", CERVICAL, "motion") == ["OcC2", "C2C7"]
    assert placeNames("romShare", CERVICAL, "motion") == ["C2C3", "C3C4", "C4C5", "C5C6", "C6C7"]
    assert placeNames("cxa", LUMBAR) == []
    assert placeNames("lumbarLordosis", LUMBAR) == ["L1S1"]


def test_an_extra_lumbar_vertebra_gets_its_own_segments():
    levels = ("L4", "L5", "L6", "S1")
    assert placeNames("slip", levels) == ["L4L5", "L5L6", "L6S1"]
    assert placeNames("bodyHeight", levels) == ["L4", "L5", "L6"]


def test_levels_that_are_no_neighbors_make_no_segment():
    assert placeNames("slip", ("C5", "C6", "L4", "L5")) == ["C5C6", "L4L5"]
