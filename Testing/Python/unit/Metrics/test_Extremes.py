"""The range over positions with its own noise, and the worst place with the share of draws in which it is worst."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from Spines import (
    CERVICAL,
    LUMBAR,
    WITHOUT_SLICES,
    Spine,
    at,
    case,
    cervicalSpine,
    lumbarSpine,
    marks,
    measured,
    position,
    shiftBy,
    volume,
)

DRAWS = 2000
# Upper 5 % points of the range of k independent normal values in units of their SD (Tukey's q with infinitely many
# degrees of freedom; Pearson and Hartley, Biometrika Tables for Statisticians).
TUKEY = {2: 2.772, 3: 3.314, 4: 3.633, 5: 3.858}


def result(*spines, draws=DRAWS, **fields):
    """Ranges and ranked places of positions that stand upright one after the other."""
    positions = [position(f"p{number}", spine, geometry=volume(WITHOUT_SLICES)) for number, spine in enumerate(spines)]
    found = measured(case(*positions, levels=spines[0].levels, **fields), draws)
    ranges = {(item.metric, item.level, item.side): item for item in found.ranges[0]}
    places = {(item.metric, item.level, item.side): item for item in found.rankedPlaces[0]}
    return ranges, places


def lowest():
    """L4 to S1 alone."""
    spine = lumbarSpine()
    held = {name: point for name, point in spine.points.items() if name.split("_")[0] in ("L4", "L5", "S1", "L4L5")}
    return Spine(("L4", "L5", "S1"), held)


def ranked(places, metric):
    return next(item for key, item in places.items() if key[0] == metric)


def canal(spine, **widths):
    """The spine with the canal of some segments so many mm wide."""
    return spine.having(**{f"{name}_CP": spine.points[f"{name}_CA"] - at(width, 0.0) for name, width in widths.items()})


@pytest.mark.parametrize("count", list(TUKEY))
def test_the_noise_of_a_range_is_tukeys_quantile_for_that_many_positions(count):
    ranges, _ = result(*[lowest()] * count, draws=5000)
    for metric, sd in (("canalApDisc", 0.3 * math.sqrt(2)), ("slip", 0.5 * math.sqrt(2 + 2 * (10 / 35) ** 2))):
        item = ranges[metric, "L4L5", ""]
        assert item.noiseLimit95 == pytest.approx(TUKEY[count] * sd, rel=0.05)
        assert (item.value, item.exceedsNoise, item.positionCount) == (pytest.approx(0.0, abs=1e-9), False, count)


def test_a_range_names_its_ends_and_exceeds_its_noise_where_it_is_larger():
    spine = lumbarSpine()
    ranges, _ = result(canal(spine, L4L5=12.0), canal(spine, L4L5=7.0), canal(spine, L4L5=8.0))
    item = ranges["canalApDisc", "L4L5", ""]
    assert item.value == pytest.approx(5.0)
    assert (item.smallestPosition, item.largestPosition) == ("p1", "p0")
    assert (item.rankedPosition, item.runnerUpPosition, item.exceedsNoise) == ("p1", "p2", True)
    # 1 mm apart, a difference 0.6 mm wide, and as much again in a second marking: P = Phi(1 / 0.849) = 0.881.
    assert item.rankedShare == pytest.approx(0.881, abs=0.03)
    assert item.rankedShare + item.runnerUpShare == pytest.approx(1.0)


def test_the_runner_up_is_the_next_narrowest_even_where_the_narrowest_is_clear():
    spine = lumbarSpine()
    ranges, _ = result(canal(spine, L4L5=12.0), canal(spine, L4L5=7.0), canal(spine, L4L5=10.0), draws=200)
    assert ranges["canalApDisc", "L4L5", ""].runnerUpPosition == "p2"


def test_two_equal_positions_share_the_worst_place_evenly():
    ranges, _ = result(lumbarSpine(), lumbarSpine())
    # The SD of a share of one half over 2000 draws is 1.1 %.
    assert ranges["canalApDisc", "L4L5", ""].rankedShare == pytest.approx(0.5, abs=0.05)
    assert ranges["canalApDisc", "L4L5", ""].runnerUpShare == pytest.approx(0.5, abs=0.05)


def test_one_position_has_no_range():
    ranges, places = result(lumbarSpine(), draws=50)
    assert ranges == {}
    assert ranked(places, "canalApDisc").position == "p0"


def test_without_draws_nothing_is_ranked():
    found = measured(case(position("a", lumbarSpine()), position("b", lumbarSpine()), levels=LUMBAR))
    assert found.ranges == ((),)
    assert found.rankedPlaces == ((),)


def test_a_clearly_narrowest_place_is_so_in_nearly_every_draw():
    spine = lumbarSpine()
    _, places = result(spine, canal(spine, L3L4=8.0))
    item = places["canalApDisc", "L3L4", ""]
    assert (item.position, item.value, item.unit) == ("p1", pytest.approx(8.0), "mm")
    assert item.share > 0.999


def test_the_share_is_the_probability_that_the_place_is_narrower_than_the_next():
    # 10.0 against 10.5 mm, each 0.424 mm: the difference is 0.6 mm wide, in a second marking 0.849, so
    # P = Phi(0.5 / 0.849) = 0.722.
    spine = lumbarSpine()
    _, places = result(canal(spine, L3L4=10.0, L4L5=10.5))
    item = ranked(places, "canalApDisc")
    assert (item.level, item.runnerUpLevel) == ("L3L4", "L4L5")
    assert item.share == pytest.approx(0.722, abs=0.03)
    assert item.share + item.runnerUpShare == pytest.approx(1.0, abs=0.01)


def test_five_equal_places_share_one_fifth_each():
    _, places = result(lumbarSpine(), draws=4000)
    assert ranked(places, "canalApDisc").share == pytest.approx(0.2, abs=0.03)


def test_a_slip_ranks_by_its_size_forward_or_back():
    spine = lumbarSpine()
    back = {name: point - at(6.0, 0.0) for name, point in spine.points.items() if name.split("_")[0] == "L2"}
    _, places = result(spine.having(**back))
    item = ranked(places, "slip")
    assert (item.level, round(item.value, 6)) in (("L1L2", 6.0), ("L2L3", -6.0))
    assert item.share + item.runnerUpShare > 0.999


@pytest.mark.parametrize("what", ["place", "position"])
def test_a_disc_that_stands_back_from_the_canal_is_no_worst_bulge(what):
    spine = lumbarSpine()
    hollow = spine.having(L4L5_CA=spine.points["L4L5_CA"] + at(6.0, 0.0))
    bulging = spine.having(L3L4_CA=spine.points["L3L4_CA"] - at(3.0, 0.0))
    ranges, places = result(hollow.having(L3L4_CA=bulging.points["L3L4_CA"]), spine)
    if what == "place":
        assert ranked(places, "discBulge").level == "L3L4"
    else:
        # 1 mm behind the corners in the second position, 5 mm in front of them in the first.
        assert ranges["discBulge", "L4L5", ""].rankedPosition == "p1"


def test_a_cord_that_is_thicker_than_above_and_below_is_not_the_most_compressed():
    spine = cervicalSpine()
    thick = spine.having(
        C4C5_KP=spine.points["C4C5_KA"] - at(10.0, 0.0), C5C6_KP=spine.points["C5C6_KA"] - at(6.0, 0.0)
    )
    _, places = result(thick, draws=300)
    assert ranked(places, "mscc").level == "C5C6"


@pytest.mark.parametrize("metric", ["cordAp", "cordArea", "compressionRatio"])
def test_a_thin_cord_alone_is_never_worst(metric):
    ranges, places = result(cervicalSpine(), cervicalSpine(), draws=50)
    assert metric not in {key[0] for key in (*ranges, *places)}


def test_operated_segments_are_not_ranked():
    spine = canal(lumbarSpine(), L4L5=6.0, L2L3=9.0)
    _, places = result(spine, segments={"L4L5": "implant"}, draws=200)
    assert ranked(places, "canalApDisc").level == "L2L3"


def test_neck_and_low_back_are_ranked_apart():
    neck, back = cervicalSpine(), lumbarSpine().posed(shiftBy(cranial=-300.0))
    whole = Spine((*CERVICAL, *LUMBAR), {**neck.points, **back.points}, {**neck.curves, **back.curves})
    _, places = result(canal(whole, C5C6=9.0, L4L5=8.0), draws=200)
    assert {item.level for key, item in places.items() if key[0] == "canalApDisc"} == {"C5C6", "L4L5"}


def test_sides_are_told_apart():
    spine = lumbarSpine()
    narrow = spine.having(L4L5_FI_R=spine.points["L4L5_FI_R"] + at(0.0, 4.0))
    ranges, places = result(narrow, spine)
    item = ranked(places, "foramenHeight")
    assert (item.level, item.side, item.position) == ("L4L5", "R", "p0")
    assert ranges["foramenHeight", "L4L5", "R"].exceedsNoise is True
    assert ranges["foramenHeight", "L4L5", "L"].exceedsNoise is False


def test_values_that_may_not_be_given_are_not_ranked():
    # The right foramen C5-6 is marked in a sagittal plane; it would be the narrowest.
    spine = cervicalSpine()
    center = at(-12.0, 45.0, -12.0)
    flat = {"FS": (0, 3), "FI": (0, -3), "FA": (2, 0), "FP": (-1, 0), "FAS": (2, 1), "FPS": (-1, 1)}
    points = {f"C5C6_{code}_R": center + at(*place) for code, place in flat.items()}
    held = Spine(
        CERVICAL,
        {**spine.points, **points},
        {name: curve for name, curve in spine.curves.items() if "C5C6_FC" not in name},
    )
    ranges, places = result(held, held, draws=100)
    assert ("foramenHeight", "C5C6", "R") not in ranges
    assert ("foramenHeight", "C5C6", "L") in ranges
    assert ranked(places, "foramenHeight").level + ranked(places, "foramenHeight").side != "C5C6R"


def test_extremes_on_predicted_marks_are_provisional():
    spine = canal(lumbarSpine(), L4L5=6.0)
    predicted = {f"L4L5_{code}": {"origin": "predicted", "confirmed": False} for code in ("CA", "CP")}
    first = replace(position("a", spine), marks=marks(spine, **predicted))
    found = measured(case(first, position("b", spine), levels=LUMBAR), 100)
    worst = next(item for item in found.rankedPlaces[0] if item.metric == "canalApDisc")
    span = next(item for item in found.ranges[0] if (item.metric, item.level) == ("canalApDisc", "L4L5"))
    assert (worst.level, span.confirmed) == ("L4L5", False)
