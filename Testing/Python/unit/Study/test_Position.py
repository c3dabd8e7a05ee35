"""What a position and a numbering say of themselves."""

from __future__ import annotations

import pytest

from DynamicSpineLib.Study.Case import Numbering
from DynamicSpineLib.Study.Position import Position


@pytest.mark.parametrize(
    ("posture", "gravity"),
    [("supine", (0, -1, 0)), ("prone", (0, 1, 0)), ("sitting", (0, 0, -1)), ("standing", (0, 0, -1)), ("other", None)],
)
def test_gravity_follows_from_the_posture(posture, gravity):
    assert Position("a", posture, "neutral").gravityDirection_RAS == gravity


def test_stated_gravity_comes_first_and_as_a_unit_vector():
    position = Position("a", "supine", "neutral", gravity_RAS=(0.0, -3.0, -4.0))
    assert position.gravityDirection_RAS == pytest.approx((0, -0.6, -0.8))


def test_the_numbering_statement_says_who_verified_it_or_that_nobody_did():
    assert Numbering().statement() == "source of the level names not stated, not verified"
    stated = Numbering("sacrum", 24, "Castellvi IIa", "L6", "A. Reader")
    assert stated.statement() == (
        "levels counted from the sacrum, verified by A. Reader; transitional: Castellvi IIa; also called L6"
    )
