"""supervisor: what breaks is started again, after longer and longer pauses; what is a fault is not."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.record.trace import Raised
from grader.suite import Double, Span, Trace, Virtual, double, fresh, points, record

BREAKS, OVER, FAULT = "breaks", "is over", "fails with ValueError"
Course = list[tuple[float, str]]
"""What becomes of the connections of a gauge, one after the other: after how many seconds, and how each ends."""


def harbour(courses: dict[str, Course], first: float, most: float, steady: float, sign_off: float) -> dict[str, Any]:
    def connection(gauge: str, number: int) -> tuple[float, str]:
        course = courses[gauge]
        return course[number - 1] if isinstance(number, int) and 1 <= number <= len(course) else (0.1, OVER)

    def error(gauge: str, number: int) -> Exception | None:
        end = connection(gauge, number)[1]
        return {BREAKS: ConnectionError(gauge), FAULT: ValueError(f"fault of {gauge}")}.get(end)

    listen: Double = double("listen", delay=lambda gauge, number: connection(gauge, number)[0], raises=error)
    pauses = {"FIRST": first, "MOST": most, "STEADY": steady}
    return {"GAUGES": list(courses), "listen": listen, "sign_off": double("sign_off", delay=sign_off), **pauses}


def connections(trace: Trace, gauge: str) -> list[Span]:
    return [call for call in trace.calls("listen") if call.args[0] == gauge]


def leaves(raised: Raised) -> Iterator[tuple[str, str]]:
    if not raised.inner:
        yield raised.type, raised.message
    for inner in raised.inner:
        yield from leaves(inner)


STORM, CALM, LONG = fresh.words(3)
# So far apart that half a pause more or less tells the right one from the wrong ones.
FIRST, MOST, STEADY = 0.35, 1.0, 0.6
PAUSES = {STORM: [FIRST, 2 * FIRST, MOST], LONG: [FIRST, 2 * FIRST, FIRST]}
STORMY: dict[str, Course] = {
    STORM: [(0.1, BREAKS), (0.1, BREAKS), (0.1, BREAKS), (0.1, OVER)],
    CALM: [(1.2, OVER)],
    LONG: [(0.1, BREAKS), (0.1, BREAKS), (0.8, BREAKS), (0.1, OVER)],
}
TEXT = f"fault of {STORM}"
FAULTY: dict[str, Course] = {CALM: [(1.6, OVER)], STORM: [(0.3, FAULT)], LONG: [(0.1, BREAKS), (1.5, OVER)]}

as_it_is = record(None)
stormy = record("watch", list(STORMY), world=harbour(STORMY, FIRST, MOST, STEADY, 0.1))
faulty = record("main", world=harbour(FAULTY, 0.4, 1.0, 1.0, 0.9), allow=("raise",))


@points(1, "the program is through after 1.5 s, with two pauses for the north", public=True)
def test_program(as_it_is: Trace, stormy: Trace) -> None:
    assert as_it_is.lines == [
        "north: connection 1 is broken",
        "north: connection 2 is broken",
        "south: over",
        "north: over",
        "signed off",
    ]
    assert 1.4 < as_it_is.elapsed < 1.95
    expected = max(sum(seconds for seconds, _ in STORMY[gauge]) + sum(pauses) for gauge, pauses in PAUSES.items())
    assert expected - 0.1 < stormy.elapsed < expected + 0.45, (
        f"here it takes {as_it_is.elapsed:.2f} s, but with FIRST at {FIRST} s, MOST at {MOST} s, STEADY at {STEADY} s "
        f"and three breaks, it is through after {stormy.elapsed:.2f} s; expected {expected:.1f} s"
    )
    for gauge, course in STORMY.items():
        times = len(connections(stormy, gauge))
        assert times == len(course), (
            f"here the north is connected three times, but {gauge}, which breaks {len(course) - 1} times, {times} times"
        )


@points(1, "a gauge whose connection breaks is connected again, until it is over", means="failure-ends-all")
def test_restarted(stormy: Trace) -> None:
    for gauge, course in STORMY.items():
        numbers = [call.args[1] for call in connections(stormy, gauge)]
        expected = list(range(1, len(course) + 1))
        assert numbers == expected, f"connections of {gauge}: {numbers}; expected {expected}"
        last = connections(stormy, gauge)[-1]
        assert last.outcome == "replied", f"the last connection of {gauge} was not over when watch returned"


@points(1, "each pause is twice as long as the one before, up to MOST, and after a steady connection FIRST again")
def test_pauses(stormy: Trace) -> None:
    for gauge, pauses in PAUSES.items():
        tried = connections(stormy, gauge)
        assert len(tried) > len(pauses), f"{gauge} was connected {len(tried)} times; expected {len(pauses) + 1}"
        for expected, (broken, again) in zip(pauses, itertools.pairwise(tried), strict=False):
            pause = again.start - broken.end
            assert expected - 0.1 < pause < expected + 0.2, (
                f"FIRST is {FIRST} s, MOST {MOST} s, STEADY {STEADY} s: between connections {broken.args[1]} and "
                f"{again.args[1]} of {gauge} there was a pause of {pause:.2f} s, expected {expected} s"
            )


@points(1, "the other gauges are heard all the while", means="failure-ends-all")
def test_others(stormy: Trace) -> None:
    for gauge in STORMY:
        start = connections(stormy, gauge)[0].start if connections(stormy, gauge) else None
        assert start is not None, f"nobody has listened to {gauge}"
        assert start < 0.45, f"{gauge} was first listened to at {start:.2f} s"
    assert stormy.call("listen", CALM, 1).outcome == "replied", f"{CALM} was not listened to until it was over"


@points(1, "a fault is not tried again: it stops all gauges at once and comes out of watch")
def test_fault(faulty: Trace) -> None:
    fault = connections(faulty, STORM)[0].end
    tried = len(connections(faulty, STORM))
    assert tried == 1, f"{STORM} failed with ValueError, and was connected again {tried - 1} times"
    assert faulty.raised is not None, "listen raised ValueError, but watch returned as if all were well"
    assert ("ValueError", TEXT) in list(leaves(faulty.raised)), f"main raised {faulty.raised}; expected ValueError"
    signed_off = faulty.call("sign_off").start
    late = signed_off - fault
    assert late < 0.35, f"listen raised ValueError at {fault:.2f} s; watch ended {late:.2f} s later"
    for call in faulty.calls("listen"):
        late = call.end - signed_off
        assert late < 0.45, f"connection {call.args[1]} of {call.args[0]} went on for {late:.2f} s after the fault"


COURSES = st.tuples(
    st.lists(st.tuples(st.sampled_from([1, 2, 4, 8]), st.just(BREAKS)), max_size=5),
    st.tuples(st.integers(1, 9), st.sampled_from([OVER, OVER, OVER, FAULT])),
).map(lambda parts: [(float(seconds), end) for seconds, end in [*parts[0], parts[1]]])


@points(2, "whatever breaks, and however often, every connection is made at its time")
@given(courses=st.lists(COURSES, min_size=1, max_size=3), most=st.sampled_from([1.5, 3.0, 9.0]))
def test_any_night(virtual: Virtual, courses: list[Course], most: float) -> None:
    named = {f"gauge-{n}": course for n, course in enumerate(courses, start=1)}
    plans = {gauge: plan(course, most) for gauge, course in named.items()}
    faults = [plans[gauge][-1][1] for gauge in named if named[gauge][-1][1] == FAULT]
    end = min(faults, default=max(times[-1][1] for times in plans.values()))
    trace = virtual("main", world=harbour(named, 1.3, most, 6.0, 50.0), allow=("raise",))
    when = f"when FIRST is 1.3 s, MOST {most} s, STEADY 6 s, " + "; ".join(
        f"{gauge} " + ", then ".join(f"{how} after {seconds:g} s" for seconds, how in course)
        for gauge, course in named.items()
    )
    for gauge, times in plans.items():
        expected = [start for start, _ in times if start < end - 0.01]
        found = [float(call.start) for call in connections(trace, gauge) if not start_at(call, end)]
        assert [round(at, 2) for at in found] == [round(at, 2) for at in expected], (
            f"{when}: {gauge} was connected at {_times(found)}; expected at {_times(expected)}"
        )
        numbers = [call.args[1] for call in connections(trace, gauge)]
        assert numbers == list(range(1, len(numbers) + 1)), f"{when}: {gauge} was connected with the numbers {numbers}"
        for call in connections(trace, gauge):
            assert call.end < end + 0.1, f"{when}: {gauge} was listened to until {call.end:.2f} s, expected {end:.2f} s"
    raised = list(leaves(trace.raised)) if trace.raised else []
    kinds = {kind for kind, _ in raised}
    assert kinds == ({"ValueError"} if faults else set()), f"{when}: {', '.join(kinds) or 'nothing'} came out of watch"
    signed_off = trace.call("sign_off").start
    assert end - 0.1 < signed_off < end + 0.1, f"{when}: watch ended at {signed_off:.2f} s, expected {end:.2f} s"


def plan(course: Course, most: float) -> list[tuple[float, float]]:
    """When each connection begins and ends."""
    times: list[tuple[float, float]] = []
    now, pause = 0.0, 1.3
    for seconds, _ in course:
        times.append((now, now + seconds))
        if seconds > 6.0:
            pause = 1.3
        now += seconds + min(pause, most)
        pause *= 2
    return times


def start_at(call: Span, end: float) -> bool:
    """Whether a connection was begun at the very moment at which all ends: that may be or not be."""
    return abs(float(call.start) - end) <= 0.01


def _times(times: list[float]) -> str:
    shown = [f"{at:.1f}" for at in times[:8]] + ["…"] * (len(times) > 8)
    return ", ".join(shown) + " s" if times else "no time"
