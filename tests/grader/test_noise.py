"""Noise evidence: what the grader's heartbeat makes of a machine that is late."""

from __future__ import annotations

import asyncio
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.record.noise import BEAT_S, RUN_DELAY_S, STALL_S, Heartbeat, Noise


def heartbeat(beats: list[tuple[float, float]]) -> Heartbeat:
    """One that has noted these beats: when, and how late."""
    found = Heartbeat()
    found._times = [at for at, _ in beats]
    found._late = [late for _, late in beats]
    return found


def steady(start: float, end: float, late: dict[int, float] | None = None) -> Heartbeat:
    """A beat every ``BEAT_S`` plus how late it was, by its number."""
    beats, at, number = [], start, 0
    while at < end:
        delay = (late or {}).get(number, 0.0)
        at += BEAT_S + delay
        beats.append((at, delay))
        number += 1
    return heartbeat(beats)


def test_a_quiet_machine_loses_nothing() -> None:
    assert steady(0, 3).between(1.0, 2.0) == (0.0, 0.0)


def test_a_stall_within_the_run_counts_and_one_outside_does_not() -> None:
    beats = steady(0, 3, {100: 0.3})
    stall, lost = beats.between(0.5, 2.5)
    assert [stall, lost] == pytest.approx([0.3, 0.3])
    assert beats.between(1.5, 2.5) == (0.0, 0.0)


def test_a_stall_that_ends_as_the_run_starts_counts_because_it_made_the_run_look_shorter() -> None:
    beats = heartbeat([(0.99, 0.0), (1.3, 0.3), (1.31, 0.0)])
    assert beats.between(1.3001, 1.315)[0] == 0.3


def test_a_beat_that_is_overdue_at_the_end_counts() -> None:
    stall, lost = steady(0, 1).between(0.5, 1.5)
    assert stall == pytest.approx(0.5, abs=0.03)
    assert lost == stall


def test_the_longest_eight_delays_are_added_up() -> None:
    beats = steady(0, 5, dict.fromkeys(range(0, 200, 10), 0.02))
    assert beats.between(0, 4)[1] == pytest.approx(8 * 0.02)


@given(st.lists(st.floats(0, 0.5), max_size=40), st.floats(0, 2), st.floats(0, 2))
def test_what_was_lost_is_at_least_the_longest_stall_and_at_most_eight(
    late: list[float], start: float, length: float
) -> None:
    stall, lost = steady(0, 2, dict(enumerate(late))).between(start, start + length)
    assert 0 <= stall <= lost <= 8 * stall + 1e-9


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_what_noise_may_decide(stall: float, lost: float, delay: float, paused: float) -> None:
    noise = Noise(stall, lost, delay, paused)
    assert noise.doubt_s == lost + paused
    assert noise.disturbed is (stall > STALL_S or paused > STALL_S)
    assert noise.kept_waiting is (delay > RUN_DELAY_S)


def test_run_delay_never_widens_a_doubt_and_so_never_turns_a_fail_into_a_pass() -> None:
    assert Noise(run_delay_s=100.0).doubt_s == 0.0
    assert not Noise(run_delay_s=100.0).disturbed


def test_a_loop_that_is_held_is_seen() -> None:
    async def hold() -> tuple[float, float]:
        heart = Heartbeat()
        heart.start()
        await asyncio.sleep(0.03)
        start = time.monotonic()
        time.sleep(0.25)  # noqa: ASYNC251 (that is the point)
        await asyncio.sleep(0.03)
        found = heart.between(start, time.monotonic())
        assert heart.latest_s >= 0
        await heart.stop()
        return found

    assert asyncio.run(hold())[0] == pytest.approx(0.24, abs=0.1)
