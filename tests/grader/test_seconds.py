"""Seconds: a number that says when a comparison with it does not stand."""

from __future__ import annotations

import math
import operator
import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.kinds import Doubt, DoubtKind
from grader.record.seconds import Seconds, same_either_way, watch
from grader.report import sentences

ONE, OTHER = object(), object()
times = st.floats(-1e3, 1e3, allow_nan=False)
noises = st.floats(0, 10)
comparisons = st.sampled_from([operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne])
Compare = Callable[[float, float], bool]


def doubts_of(compare: Compare, left: float, right: float) -> list[Doubt]:
    with watch() as doubts:
        compare(left, right)
    return list(doubts)


@given(times, times, noises, comparisons)
def test_comparisons_come_out_as_those_of_floats(left: float, right: float, noise: float, compare: Compare) -> None:
    assert compare(Seconds(left, noise), right) is compare(left, right)
    assert compare(left, Seconds(right, noise)) is compare(left, right)
    assert compare(Seconds(left, noise), Seconds(right, noise)) is compare(left, right)


@given(times, times, noises, comparisons)
def test_a_doubt_is_raised_exactly_within_the_noise(left: float, bound: float, noise: float, compare: Compare) -> None:
    within = noise > 0 and abs(left - bound) <= noise
    assert bool(doubts_of(compare, Seconds(left, noise), bound)) is within
    assert bool(doubts_of(compare, bound, Seconds(left, noise))) is within


@given(times, times, noises, noises, comparisons)
def test_moments_of_one_recording_are_in_exact_order(
    left: float, right: float, first: float, second: float, compare: Compare
) -> None:
    moments = (Seconds(left, first, source=ONE), Seconds(right, second, source=ONE))
    assert doubts_of(compare, *moments) == []


@given(times, times, noises, noises, comparisons)
def test_moments_of_two_recordings_are_measurements(
    left: float, right: float, first: float, second: float, compare: Compare
) -> None:
    noise = first + second
    moments = (Seconds(left, first, source=ONE), Seconds(right, second, source=OTHER))
    assert bool(doubts_of(compare, *moments)) is (noise > 0 and abs(left - right) <= noise)


@given(times, times, noises)
def test_the_longest_of_two_lengths_of_one_recording_is_never_in_doubt(left: float, right: float, noise: float) -> None:
    start = Seconds(0, noise, source=ONE)
    lengths = (Seconds(left, noise, source=ONE) - start, Seconds(right, noise, source=ONE) - start)
    # Suites take the longest of many gaps: that two are alike must not put the outcome in doubt.
    assert doubts_of(operator.lt, *lengths) == []


@given(times, times, noises, noises)
def test_arithmetic_is_that_of_floats_and_keeps_the_noise(left: float, right: float, mine: float, its: float) -> None:
    value, other = Seconds(left, mine, source=ONE), Seconds(right, its, source=OTHER)
    for result, plain in ((value + other, left + right), (value - other, left - right)):
        assert float(result) == plain
        assert result.noise_s == pytest.approx(mine + its)
    assert (value + right, right + value, value - right, right - value) == (
        left + right, right + left, left - right, right - left,
    )  # fmt: skip
    assert (value - right).noise_s == (right - value).noise_s == mine
    assert (-value).noise_s == abs(value).noise_s == mine


@given(times, st.floats(0.1, 10), noises)
def test_scaling_scales_the_noise(value: float, factor: float, noise: float) -> None:
    scaled = (Seconds(value, noise) * factor, factor * Seconds(value, noise), Seconds(value, noise) / (1 / factor))
    assert all(math.isclose(each, value * factor, abs_tol=1e-9) for each in scaled)
    assert all(math.isclose(each.noise_s, noise * factor, abs_tol=1e-9) for each in scaled)


def test_the_ratio_of_two_times_is_as_noisy_as_both() -> None:
    ratio = Seconds(2.0, 0.2, source=ONE) / Seconds(4.0, 0.4, source=OTHER)
    assert float(ratio) == 0.5
    assert ratio.noise_s == pytest.approx((0.2 + 0.5 * 0.4) / 4)
    assert doubts_of(operator.lt, ratio, 0.55)
    assert not doubts_of(operator.lt, ratio, 0.9)


@given(times, noises, st.one_of(st.none(), st.integers(0, 4)))
def test_rounding_is_no_way_past_the_noise(value: float, noise: float, digits: int | None) -> None:
    rounded = round(Seconds(value, noise), digits)
    assert float(rounded) == round(value, digits or 0)
    assert rounded.noise_s == noise


@given(times, noises)
def test_hash_text_and_format_are_those_of_the_number(value: float, noise: float) -> None:
    seconds = Seconds(value, noise)
    assert hash(seconds) == hash(value)
    assert f"{seconds:.3f}" == f"{value:.3f}"
    assert str(seconds) == f"{seconds}" == f"{value:.2f} s"
    assert str(seconds.saying("took {} s")) == f"took {value:.2f} s"
    assert seconds.saying("took {} s") == seconds


def test_sums_of_a_recording_need_no_start_value_of_their_own() -> None:
    parts = [Seconds(0.5, 0.1, source=ONE) for _ in range(4)]
    for total in (sum(parts), sum(parts, Seconds(0.0))):
        assert isinstance(total, Seconds)
        assert (float(total), total.noise_s) == (2.0, 0.1)


def test_a_comparison_with_something_else_raises_no_doubt() -> None:
    with watch() as doubts:
        assert Seconds(1.0, 5.0) != "1.0"
    assert doubts == []


def test_doubts_go_to_the_innermost_watch_and_to_nobody_outside() -> None:
    def compare(value: float) -> None:
        assert Seconds(value, 9.0) < 10

    compare(1.0)
    with watch() as outer:
        compare(2.0)
        with watch() as inner:
            compare(3.0)
        compare(4.0)
    assert [doubt.seconds for doubt in outer] == [2.0, 4.0]
    assert [doubt.seconds for doubt in inner] == [3.0]


def test_a_doubt_tells_what_was_compared() -> None:
    with watch() as doubts:
        assert Seconds(1.4, 0.2, "took {} s") < 1.5
    assert doubts == [Doubt(DoubtKind.WITHIN_NOISE, 1.4, 1.5, 0.2)]
    assert sentences.doubt(doubts[0]) == "1.40 s against 1.5 s, with noise of 0.20 s"


# -- checks whose outcome is the same either way ----------------------------------------------------------------------

NEAR, FAR = Seconds(1.0, 0.2), Seconds(3.0, 0.2)


def fails_by_what_is_far() -> None:
    """That NEAR is within the noise of its bound does not matter: FAR is not."""
    assert NEAR < 1.1
    assert FAR < 1.1


def fails_by_what_is_near() -> None:
    assert FAR > 1.1
    assert NEAR > 1.1


def fails_by_one_or_the_other() -> None:
    if NEAR < 1.1:
        raise AssertionError("too soon")
    assert FAR < 1.1


def passes_by_chance() -> None:
    assert NEAR < 1.1


def passes_by_one_or_the_other() -> None:
    assert NEAR < 1.1 or NEAR >= 1.1 or FAR > 1.1


def fails_if_only_the_second_is_turned() -> None:
    first, second = NEAR > 1.1, NEAR > 1.1
    assert first or not second


def breaks_in_another_way() -> None:
    assert NEAR < 0.9, "fails"
    raise ValueError


@pytest.mark.parametrize(
    ("check", "same"),
    [
        (fails_by_what_is_far, True),
        (fails_by_what_is_near, False),
        (fails_by_one_or_the_other, True),
        (passes_by_chance, False),
        (passes_by_one_or_the_other, True),
        (fails_if_only_the_second_is_turned, False),
        (breaks_in_another_way, False),
    ],
)
def test_an_outcome_stands_when_it_is_the_same_either_way(check: Callable[[], None], same: bool) -> None:
    assert same_either_way(check) is same


@given(
    st.lists(st.tuples(st.floats(0, 3), st.floats(0, 0.5), st.floats(0.0, 1.0)), min_size=1, max_size=5),
    st.integers(0, 3),
)
def test_what_stands_is_the_same_with_any_part_of_the_noise_taken_away(
    measured: list[tuple[float, float, float]], allowed: int
) -> None:
    def check(values: list[Seconds]) -> None:
        assert sum(value > 1.5 for value in values) <= allowed

    def fails(values: list[Seconds]) -> bool:
        try:
            check(values)
        except AssertionError:
            return True
        return False

    noisy = [Seconds(value, noise, source=object()) for value, noise, _ in measured]
    quiet = [Seconds(value - noise * part) for value, noise, part in measured]
    if same_either_way(lambda: check(noisy)):
        assert fails(noisy) is fails(quiet)


def test_with_too_many_comparisons_within_the_noise_nothing_stands() -> None:
    def check(count: int) -> None:
        found = [NEAR < 1.1 for _ in range(count)]
        assert not found

    assert same_either_way(lambda: check(6))
    assert not same_either_way(lambda: check(7))


class Recorded:
    """A recording that cannot travel, as it holds what a suite says."""

    def __init__(self) -> None:
        self.reply = lambda: 1


def test_times_travel_to_another_process_without_their_recording() -> None:
    one, other = Recorded(), Recorded()
    times = [Seconds(1.0, 0.5, "took {} s", source=one), Seconds(1.2, 0.5, source=one), Seconds(1.1, 0.5, source=other)]
    arrived = pickle.loads(pickle.dumps(times))
    assert [(float(each), each.noise_s, str(each)) for each in arrived] == [
        (float(each), each.noise_s, str(each)) for each in times
    ]
    assert arrived[0].source is arrived[1].source
    assert arrived[0].source is not arrived[2].source
    assert pickle.loads(pickle.dumps(Seconds(1.0))).source is None
