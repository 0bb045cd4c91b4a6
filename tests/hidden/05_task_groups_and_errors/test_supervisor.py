"""supervisor: a broken connection is made again, after longer and longer pauses; a fault ends everything."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.record.trace import Raised
from grader.suite import Double, Span, Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("GAUGES", "FIRST", "MOST", "STEADY", "listen", "sign_off", "main")

BREAKS = (ConnectionError, ConnectionResetError, BrokenPipeError)
# The parent of ConnectionError, two of its siblings, and errors that have nothing to do with it.
FAULTS = (OSError, TimeoutError, FileNotFoundError, ValueError, KeyError, RuntimeError)
End = type[Exception] | None
"""How a connection ends: with that error, or (None) because the gauge has finished."""
Course = list[tuple[float, End]]
"""The connections of a gauge, one after the other: how many seconds each lasts, and how it ends."""


@dataclass(frozen=True)
class Rules:
    """The three constants of the file, in seconds."""

    first: float
    most: float
    steady: float

    def __str__(self) -> str:
        return f"FIRST is {self.first:g} s, MOST {self.most:g} s, STEADY {self.steady:g} s"


def harbour(courses: dict[str, Course], rules: Rules, sign_off: float) -> dict[str, Any]:
    def connection(gauge: str, number: int) -> tuple[float, End]:
        course = courses[gauge]
        return course[number - 1] if isinstance(number, int) and 1 <= number <= len(course) else (0.1, None)

    def error(gauge: str, number: int) -> Exception | None:
        end = connection(gauge, number)[1]
        return end(f"{gauge}, connection {number}") if end else None

    listen: Double = double("listen", delay=lambda gauge, number: connection(gauge, number)[0], raises=error)
    pauses = {"FIRST": rules.first, "MOST": rules.most, "STEADY": rules.steady}
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
RULES = Rules(first=0.35, most=1.0, steady=0.6)
PAUSES = {STORM: [0.35, 0.7, 1.0], LONG: [0.35, 0.7, 0.35]}
STORMY: dict[str, Course] = {
    STORM: [(0.1, ConnectionError), (0.1, ConnectionResetError), (0.1, BrokenPipeError), (0.1, None)],
    CALM: [(1.2, None)],
    LONG: [(0.1, ConnectionError), (0.1, ConnectionError), (0.8, ConnectionError), (0.1, None)],
}

as_it_is = record(None)
# A program that listens to one gauge after the other ends after 6.2 s, and gets a verdict on that.
stormy = record("watch", list(STORMY), world=harbour(STORMY, RULES, 0.1), deadline_s=8.0)


@points(1, "the program takes 1.5 s, with two pauses for the north", public=True)
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
        f"here it takes {as_it_is.elapsed:.2f} s, but when {RULES} and connections break three times, "
        f"watch takes {stormy.elapsed:.2f} s; expected {expected:.1f} s"
    )
    for gauge, course in STORMY.items():
        times = len(connections(stormy, gauge))
        assert times == len(course), (
            f"here the north is connected 3 times, but {gauge}, graded with {_count(len(course) - 1, 'break')}, "
            f"is connected {_times(times)}; expected {_times(len(course))}"
        )


@points(
    1,
    "a gauge is connected again after each break, until it has finished",
    means=("failure-ends-all", "uncaught-group"),
)
def test_restarted(stormy: Trace) -> None:
    for gauge, course in STORMY.items():
        numbers = [call.args[1] for call in connections(stormy, gauge)]
        expected = list(range(1, len(course) + 1))
        assert numbers == expected, (
            f"{gauge}: expected connections with the numbers {_listed(expected)}; got {_listed(numbers)}"
        )
        last = connections(stormy, gauge)[-1]
        assert last.outcome == "replied", f"watch returned before {gauge} had finished"


@points(1, "pauses double from FIRST to MOST, and start again when it was steady")
def test_pauses(virtual: Virtual) -> None:
    trace = virtual("watch", list(STORMY), world=harbour(STORMY, RULES, 0.1))
    for gauge, pauses in PAUSES.items():
        tried = connections(trace, gauge)
        assert len(tried) > len(pauses), (
            f"{gauge} was connected {_times(len(tried))}; expected {_times(len(pauses) + 1)}"
        )
        for expected, (broken, again) in zip(pauses, itertools.pairwise(tried), strict=False):
            pause = float(again.start - broken.end)
            assert abs(pause - expected) < 1e-4, (
                f"when {RULES}: between connections {broken.args[1]} and {again.args[1]} of {gauge} there was "
                f"a pause of {pause:.2f} s; expected {expected} s"
            )


@points(1, "watch listens to the other gauges all the while", means="failure-ends-all")
def test_others(stormy: Trace) -> None:
    for gauge in STORMY:
        start = connections(stormy, gauge)[0].start if connections(stormy, gauge) else None
        assert start is not None, f"watch never listened to {gauge}"
        assert start < 0.45, f"expected watch to listen to {gauge} from the start; it did from {start:.2f} s on"
    assert stormy.call("listen", CALM, 1).outcome == "replied", f"watch did not listen to {CALM} until it had finished"


# In thousandths, so that nothing falls on a grid; a connection is clearly shorter or clearly longer than STEADY.
CONSTANTS = st.builds(
    lambda first, factor, steady: Rules(first / 1000, round(first * factor / 1000, 3), steady / 1000),
    st.sampled_from([137, 713, 1307]),
    st.sampled_from([1.0, 1.5, 3.0, 7.0, 100.0]),
    st.sampled_from([531, 2417, 6011]),
)
# Each connection as a share of STEADY: at once, short, nearly steady, steady, very long.
SHARES = st.sampled_from([0.0, 0.07, 0.31, 0.89, 1.13, 2.9])
BROKEN = st.tuples(SHARES, st.sampled_from(BREAKS))
Shape = list[tuple[float, End]]
OVER: st.SearchStrategy[Shape] = st.builds(
    lambda broken, last: [*broken, (last, None)], st.lists(BROKEN, max_size=6), SHARES
)
FAILS: st.SearchStrategy[Shape] = st.builds(
    lambda broken, last, kind: [*broken, (last, kind)],
    st.lists(BROKEN, max_size=3), SHARES, st.sampled_from(FAULTS),
)  # fmt: skip


def courses_of(shapes: list[Shape], rules: Rules) -> dict[str, Course]:
    # A few thousandths for each gauge and connection, so that no two things are due at the same moment.
    return {
        f"gauge {'ABC'[n - 1]}": [
            (round(share * rules.steady + (0.011 * n + 0.001 * nth if share else 0.0), 4), end)
            for nth, (share, end) in enumerate(shape)
        ]
        for n, shape in enumerate(shapes, start=1)
    }


def told(courses: dict[str, Course], rules: Rules) -> str:
    """The schedule, as the beginning of a message."""
    return f"when {rules}; " + "; ".join(
        f"{gauge} " + ", then ".join(f"{_how(end)} after {seconds:g} s" for seconds, end in course)
        for gauge, course in courses.items()
    )


@points(2, "any other error ends watch at once, and watch raises it", means="caught-too-much")
@given(
    fails=FAILS, others=st.lists(st.one_of(OVER, OVER, FAILS), max_size=2), at=st.integers(0, 2), rules=CONSTANTS
)  # fmt: skip
def test_fault(virtual: Virtual, fails: Shape, others: list[Shape], at: int, rules: Rules) -> None:
    courses = courses_of([*others[:at], fails, *others[at:]], rules)
    trace = virtual("main", world=harbour(courses, rules, 50.0), allow=("raise",))
    when = told(courses, rules)
    faults = [
        call for call in trace.calls("listen")
        if call.outcome == "raised" and _fault(courses, call) is not None
    ]  # fmt: skip
    assert faults, f"{when}: no gauge was listened to until it failed"
    end = min(float(call.end) for call in faults)
    for call in trace.calls("listen"):
        gauge = call.args[0]
        assert float(call.start) < end + 1e-4, (
            f"{when}: after the fault at {end:.3f} s, {gauge} was connected again at {call.start:.3f} s"
        )
        assert float(call.end) < end + 1e-4, (
            f"{when}: after the fault at {end:.3f} s, watch listened to {gauge} until {call.end:.3f} s"
        )
    signed_off = float(trace.call("sign_off").start)
    assert signed_off < end + 1e-4, f"{when}: expected watch to end at {end:.3f} s; it ended at {signed_off:.3f} s"
    allowed = {_fault(courses, call) for call in faults if float(call.end) < end + 1e-4}
    expected = " or ".join(f"{fault[0]}: {fault[1]}" for fault in allowed if fault)
    assert trace.raised is not None, f"{when}: expected {expected}; watch raised nothing"
    raised = set(leaves(trace.raised))
    assert raised <= allowed, f"{when}: expected {expected}; watch raised {trace.raised}"


@points(1, "however often connections break, each new one is made on time")
@given(shapes=st.lists(OVER, min_size=1, max_size=3), rules=CONSTANTS)
def test_any_night(virtual: Virtual, shapes: list[Shape], rules: Rules) -> None:
    courses = courses_of(shapes, rules)
    trace = virtual("main", world=harbour(courses, rules, 50.0))
    when = told(courses, rules)
    plans = {gauge: plan(course, rules) for gauge, course in courses.items()}
    for gauge, times in plans.items():
        expected = [start for start, _ in times]
        found = [float(call.start) for call in connections(trace, gauge)]
        same = len(found) == len(expected) and all(abs(a - b) < 1e-4 for a, b in zip(found, expected, strict=True))
        assert same, f"{when}: expected {gauge} to be connected {_at(expected)}; it was {_at(found)}"
        numbers = [call.args[1] for call in connections(trace, gauge)]
        assert numbers == list(range(1, len(numbers) + 1)), (
            f"{when}: {gauge} was connected with the numbers {_listed(numbers)}"
        )
    end = max(times[-1][1] for times in plans.values())
    signed_off = float(trace.call("sign_off").start)
    assert abs(signed_off - end) < 1e-4, (
        f"{when}: expected watch to return at {end:.3f} s; it returned at {signed_off:.3f} s"
    )


def plan(course: Course, rules: Rules) -> list[tuple[float, float]]:
    """When each connection begins and ends."""
    times: list[tuple[float, float]] = []
    now, pause = 0.0, rules.first
    for seconds, _ in course:
        times.append((now, now + seconds))
        if seconds > rules.steady:
            pause = rules.first
        now += seconds + min(pause, rules.most)
        pause *= 2
    return times


def _fault(courses: dict[str, Course], call: Span) -> tuple[str, str] | None:
    """Type and text of the fault that ended this connection; None when it was something else."""
    gauge, number = call.args
    course = courses[gauge]
    kind = course[number - 1][1] if isinstance(number, int) and 1 <= number <= len(course) else None
    if kind is None or kind not in FAULTS:
        return None
    return kind.__name__, str(kind(f"{gauge}, connection {number}"))


def _how(end: End) -> str:
    if end is None:
        return "finishes"
    return "breaks" if end in BREAKS else f"fails with {end.__name__}"


def _at(times: list[float]) -> str:
    if not times:
        return "never"
    return f"at {', '.join([f'{at:.3f}' for at in times[:8]] + ['…'] * (len(times) > 8))} s"


def _listed(numbers: list[Any]) -> str:
    return ", ".join(map(str, numbers)) or "none"


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _count(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
