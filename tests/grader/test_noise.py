"""Noise evidence: what the grader's heartbeat makes of a machine that is late."""

from __future__ import annotations

import asyncio
import os
import signal
import textwrap
import threading
import time
from collections.abc import Callable, Sequence
from itertools import accumulate
from operator import ge, gt, le, lt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.kinds import Ending, EventKind
from grader.record.noise import BEAT_S, RUN_DELAY_S, STALL_S, Heartbeat, Noise
from grader.record.recorder import Recorder
from grader.record.seconds import Seconds, watch
from grader.record.trace import Event, Trace
from tests.grader import runs
from tests.grader.strikes import find
from tests.grader.test_plugin import judge, kinds


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


def test_a_program_that_was_seen_more_often_may_have_lost_more_delays() -> None:
    beats = steady(0, 5, dict.fromkeys(range(0, 200, 10), 0.02))
    assert beats.between(0, 4, waits=15)[1] == pytest.approx(15 * 0.02)


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


# -- a verdict stands only if it would be the same without the noise --------------------------------------------------

TIMES = st.floats(0, 3).map(lambda value: round(value, 3))
LATE = st.floats(0, 0.2)
TINY = 1e-9
"""What adding up numbers with a point may cost."""


@given(true=TIMES, late=LATE, more=LATE, bound=TIMES, compare=st.sampled_from([lt, le, gt, ge]))
def test_a_comparison_that_stands_is_the_same_with_the_noise_taken_away(
    true: float, late: float, more: float, bound: float, compare: Callable[[Any, Any], bool]
) -> None:
    seen = Seconds(true + late, late + more + TINY)  # the noise that was measured is at least what there was
    with watch() as doubts:
        found = compare(seen, bound)
    assert doubts or found == compare(true, bound)


def synthetic(waits: Sequence[tuple[float, float]], stall_s: float = 0.0, start_late_s: float = 0.0) -> Trace:
    """A program that waits so often in a row, each time so long and so much too late, as its grader records it.

    The heartbeat sees each of these delays, and one more that met nobody; ``start_late_s`` is how late the start was
    seen.
    """
    late = sorted([late for _, late in waits] + [stall_s, start_late_s])
    noise = Noise(stall_s=late[-1], lost_s=sum(late[-8:]) + TINY, start_s=start_late_s + TINY)
    source = object()

    def since(at: float) -> Seconds:
        return Seconds(at - start_late_s, noise.doubt_s, source=source, early_s=noise.start_s)

    ends = list(accumulate(wait + late for wait, late in waits))
    events = tuple(Event(since(at), EventKind.LINE, f"line {n}") for n, at in enumerate(ends))
    return Trace(events, (), since(ends[-1]), Ending.RETURNED)


WAITS = st.lists(st.tuples(st.floats(0.05, 0.6), st.floats(0, 0.1)), min_size=2, max_size=7)


@given(waits=WAITS, stalls=st.tuples(LATE, st.floats(0, 0.1)), bound=TIMES, lower=TIMES, data=st.data())
def test_a_check_of_a_trace_that_stands_is_the_same_on_a_quiet_machine(
    waits: list[tuple[float, float]], stalls: tuple[float, float], bound: float, lower: float, data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, len(waits) - 2))
    last = data.draw(st.integers(first + 1, len(waits) - 1))
    checks: list[Callable[[Trace], bool]] = [
        lambda trace: lower < trace.elapsed < bound,
        lambda trace: trace.gap(f"line {first}", f"line {last}") < bound,
        lambda trace: trace.at(f"line {last}") >= lower,
        lambda trace: max(trace.gap(f"line {n}", f"line {n + 1}") for n in range(len(waits) - 1)) <= bound,
        lambda trace: trace.elapsed - trace.at(f"line {first}") > 2 * lower,
    ]
    noisy, quiet = synthetic(waits, *stalls), synthetic([(wait, 0.0) for wait, _ in waits])
    for check in checks:
        with watch() as doubts:
            found = check(noisy)
        assert doubts or found == check(quiet)


def test_a_moment_from_the_start_can_be_too_late_by_all_that_was_lost_and_too_early_only_by_the_start() -> None:
    elapsed = Seconds(1.3, 0.4, source=1, early_s=0.02)
    line = Seconds(0.4, 0.4, source=1, early_s=0.02)
    cases: list[tuple[Callable[[], bool], bool]] = [
        (lambda: elapsed < 1.5, False),  # a quiet machine could only make it shorter
        (lambda: elapsed - 1.0 < 0.5, False),
        (lambda: elapsed.saying("took {} s") < 1.5, False),
        (lambda: elapsed < 1.31, True),
        (lambda: elapsed < 1.1, True),
        (lambda: elapsed > 1.0, True),
        (lambda: elapsed > 0.8, False),
        (lambda: elapsed - line < 1.2, True),  # the line may have been late, and the end not
        (lambda: 1.0 - elapsed > -0.6, True),
    ]
    for outcome, doubtful in cases:
        with watch() as doubts:
            outcome()
        assert bool(doubts) == doubtful


def test_how_late_the_start_was_seen_is_told_by_the_beats_around_it() -> None:
    beats = heartbeat([(0.99, 0.0), (1.0, 0.0), (1.15, 0.14), (1.3, 0.0), (2.0, 0.69)])
    assert beats.around(1.148) == 0.14
    assert beats.around(1.8) == 0.0


@given(first=TIMES, apart=st.floats(0.2, 1), late=st.floats(0, 0.3), other_late=st.floats(0, 0.3))
def test_order_by_a_fifth_of_a_second_stands_unless_a_stall_may_have_changed_it(
    first: float, apart: float, late: float, other_late: float
) -> None:
    if not Noise(stall_s=max(late, other_late), lost_s=late + other_late).disturbed:
        assert first + late < first + apart + other_late


PAUSED = """
    import asyncio

    async def task(name):
        print(f"{name} starts")
        await asyncio.sleep(0.5)
        print(f"{name} ends")

    async def main():
        await asyncio.gather(task("A"), task("B"))
"""
CHECKED = """
@points(2, "both need half a second")
def test_time(run: Trace) -> None:
    assert 0.4 < run.elapsed < 0.9

@points(1, "in this order")
def test_lines(run: Trace) -> None:
    assert run.lines == ["A starts", "B starts", "A ends", "B ends"]
"""


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for the run in /proc")
@pytest.mark.parametrize("walled", [True, False])
def test_a_right_program_that_somebody_pauses_is_never_failed(tmp_path: Path, walled: bool) -> None:
    paused: list[int] = []

    def pause() -> None:
        until = time.monotonic() + 20
        while not paused and time.monotonic() < until:
            for group in find(os.getpid(), "run"):
                time.sleep(0.2)
                os.killpg(group, signal.SIGSTOP)
                paused.append(group)
                time.sleep(0.7)
                os.killpg(group, signal.SIGCONT)
            time.sleep(0.005)

    for recorder in runs.recorder(walled=walled):
        meddler = threading.Thread(target=pause)
        meddler.start()
        [outcomes] = judge(tmp_path, CHECKED, Kept(recorder), textwrap.dedent(PAUSED))
        meddler.join()
    assert paused
    assert kinds(outcomes) == ["passed", "passed"]
    [first] = {each.noise.paused_s for outcome in outcomes for each in outcome.recordings}
    assert first < 0.1, "it was recorded again"


class Kept:
    """A recorder that its user does not close."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def __enter__(self) -> Recorder:
        return self._recorder

    def __exit__(self, *_: object) -> None: ...
