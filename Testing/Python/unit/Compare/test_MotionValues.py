"""Values beside a motion's frames: the table's at positions, and between them only with the word for it."""

from __future__ import annotations

import pytest
from PhantomCases import phantomCase

from DynamicSpineLib.Compare.MotionFrames import frameOf
from DynamicSpineLib.Compare.MotionPath import motionPath
from DynamicSpineLib.Compare.MotionValues import MotionValues
from DynamicSpineLib.Metrics.Measurement import NOT_AVAILABLE, Measurement

ORDER = ("ST_E", "SUP_N", "ST_F")


def row(metric, position, value, kind="state", level="L4L5", unit="mm", side="", sd=0.52, **more):
    status = "ok" if value is not None else NOT_AVAILABLE
    return Measurement("case", "", "1", kind, position, "", level, side, metric, value, unit, sd, status=status, **more)


ROWS = (
    row("slip", "ST_E", 4.0), row("slip", "SUP_N", 3.04), row("slip", "ST_F", 7.0, confirmed=False),
    row("slip", "ST_F", 4.0, kind="change"), row("slip", "ST_F", 99.0, level="L3L4"),
    row("discAngle", "ST_E", -10.25, unit="deg"), row("discAngle", "SUP_N", 5.0, unit="deg"),
    row("discAngle", "ST_F", None),
    row("meyerding", "ST_E", 1.0, unit="{grade}"), row("meyerding", "SUP_N", 2.0, unit="{grade}"),
)


def valuesAt(leg, fraction, metrics=()):
    path = motionPath(phantomCase("lumbarSlip"), "L5", ORDER)
    found = MotionValues(path, ROWS, "L4L5", metrics).at(frameOf(path.legs, leg, fraction))
    return {value.metric: value for value in found}


def test_at_positions_values_are_the_rows_own():
    start = valuesAt(0, 0.0)
    assert list(start) == ["slip", "discAngle", "meyerding"]
    assert start["slip"].row is ROWS[0]
    assert start["slip"].text == "4.0 ± 0.5\N{NO-BREAK SPACE}mm"
    assert not start["slip"].isInterpolated
    assert list(valuesAt(1, 1.0)) == ["slip"]
    assert not valuesAt(1, 1.0)["slip"].isConfirmed


def test_between_positions_values_are_on_the_straight_way_without_sd_and_say_so():
    found = valuesAt(0, 0.25)
    assert found["slip"].value == pytest.approx(3.76)
    assert found["slip"].sd is None
    assert found["slip"].text == "3.8\N{NO-BREAK SPACE}mm (interpolated)"
    assert found["discAngle"].text == "\N{MINUS SIGN}6.4° (interpolated)"
    assert valuesAt(1, 0.5)["slip"].isConfirmed is False


def test_where_an_end_has_no_value_and_for_grades_there_is_nothing_between():
    assert "meyerding" not in valuesAt(0, 0.5)
    assert list(valuesAt(1, 0.5)) == ["slip"]


def test_metrics_come_in_the_order_asked_for():
    assert list(valuesAt(0, 0.5, ("discAngle", "slip"))) == ["discAngle", "slip"]
    assert list(valuesAt(0, 0.0, ("meyerding",))) == ["meyerding"]
