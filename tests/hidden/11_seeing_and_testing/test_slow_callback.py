"""slow_callback: debug mode tells which task or callback holds the event loop up."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from grader.suite import Seconds, Span, Trace, Virtual, double, fresh, latest, points, record, times

LEAVE_ALONE: tuple[str, ...] = ("LIMIT_S", "page", "measure_wind", "store", "turn_lamp", "main")

WAIT = double("wait", delay=lambda seconds: seconds)
HOLD = double("hold", delay=lambda _who, _stretch, seconds: seconds, blocking=True)
PAGE = double("page", blocking=True)
AT_ONCE_S = 1e-4
"""On the virtual clock."""

Steps = list[list[Any]]
Plan = list[tuple[str, Steps]]

TIME = re.compile(r"(\d+(?:\.\d+)?)\s*(?:s\b|sec)")
MOST_TIMES = 3
"""A text that has many times says none."""


@dataclass(frozen=True)
class Stall:
    """Something held the event loop up, between two of its waits."""

    who: str
    start: Seconds
    end: Seconds

    def __str__(self) -> str:
        return f"{self.who} held the event loop up for {self.end - self.start:.2f} s, until {self.end:.2f} s"


def stalls(trace: Trace, limit_s: float) -> list[Stall]:
    """Those that took long, in order."""
    stretches: dict[tuple[str, int], list[Span]] = {}
    for call in trace.calls("hold"):
        who, stretch, _ = call.args
        stretches.setdefault((who, stretch), []).append(call)
    all_of = [Stall(who, calls[0].start, calls[-1].end) for (who, _), calls in stretches.items()]
    return [each for each in all_of if each.end - each.start > limit_s - 1e-6]


def starters(plan: Plan) -> dict[str, str]:
    """The job, by the name of each task and callback that it starts; and of itself."""

    def all_in(steps: Steps) -> Iterator[str]:
        for what, *details in steps:
            if what in ("task", "callback"):
                yield details[0]
            if what == "task":
                yield from all_in(details[1])

    return {name: job for job, steps in plan for name in [job, *all_in(steps)]}


def compare_pages(trace: Trace, plans: Sequence[Plan], limit_s: float, late_s: float, when: str = "") -> list[Span]:
    """Each stall is told of; returns the pages that tell of none."""
    pages = list(trace.calls("page"))
    jobs = {name: job for plan in plans for name, job in starters(plan).items()}
    for stall in stalls(trace, limit_s):
        near = [call for call in pages if abs(float(call.start) - float(stall.end)) < late_s]
        found = [call for call in near if stall.who in str(call.args[0])]
        said = f"; the page then was {told(near[0])}" if near else "; no page came then"
        assert found, f"{when}{stall}; expected a page that names {stall.who}{said}"
        text = str(found[0].args[0])
        others = [each for each in jobs if each in text and each not in (stall.who, jobs[stall.who])]
        assert not others, f"{when}{stall}; the page names {others[0]} as well: {told(found[0])}"
        seen = [float(each) for each in TIME.findall(text)][: MOST_TIMES + 1]
        assert seen, f"{when}{stall}; the page does not say for how long: {told(found[0])}"
        nearest = min(seen, key=lambda seconds: abs(seconds - float(stall.end - stall.start)))
        assert len(seen) <= MOST_TIMES, f"{when}{stall}; the page has several times: {told(found[0])}"
        assert abs(stall.end - stall.start - nearest) < max(0.051, late_s), (
            f"{when}{stall}; the page says {nearest:g} s: {told(found[0])}"
        )
        pages.remove(found[0])
    return pages


def told(call: Span) -> str:
    """The text of a page, for people."""
    text = re.sub(r"\s+", " ", str(call.args[0]))
    return repr(text if len(text) < 120 else f"{text[:60]} … {text[-50:]}")


def described(plan: Plan) -> str:
    """The jobs of a night, for people."""
    return ", ".join(name for name, _ in plan) or "no jobs"


def nights(virtual: Virtual, plans: Sequence[Plan], limit_s: float, *, one_loop: bool = True) -> Trace:
    world = {"LIMIT_S": limit_s, "page": PAGE}
    return virtual("nights", WAIT, HOLD, plans, one_loop, scenario=True, world=world)


HORN, RADAR, TIDES, SWEEP, RING = fresh.words(5)
COLD, FULL = (f"{word} is out of order" for word in fresh.words(2))
LIMIT_S = 0.3
NIGHT: Plan = [
    (HORN, [["wait", 0.2], ["hold", 0.7]]),
    (RADAR, [["error", COLD], ["callback", RING, 1.6, 0.5]]),
    (TIDES, [["warning", FULL], ["task", SWEEP, [["wait", 1.0], ["hold", 0.45]]], ["wait", 0.1], ["wait", 0.05]]),
]
STORES_S = 1.0
WIND = {1: fresh.number(10, 49), 2: fresh.number(50, 99)}
ENTRIES = [f"wind {force}" for force in WIND.values()]

as_it_is = record(None, deadline_s=4.0)
slow_disk = record(
    None,
    world={
        "measure_wind": double("measure_wind", delay=0.2, reply=lambda hour: WIND.get(hour, 0)),
        "store": double("store", blocking=True, delay=STORES_S),
    },
    deadline_s=5.0,
)
night = record(
    "nights", WAIT, HOLD, [NIGHT], scenario=True, world={"LIMIT_S": LIMIT_S, "page": PAGE}, deadline_s=6.0
)  # fmt: skip

LINES = [
    "lamp turns", "lamp turns", "lamp turns", "stored: wind 4", "lamp turns", "lamp turns", "stored: wind 5",
]  # fmt: skip


@points(1, "the program prints these lines, at these times", public=True)
def test_program(as_it_is: Trace, slow_disk: Trace) -> None:
    assert as_it_is.lines == LINES
    assert 1.0 < as_it_is.elapsed < 2.0
    entries = [call.args[0] for call in slow_disk.calls("store")]
    assert entries == ENTRIES, (
        f"the lines come, but when the wind is {' and then '.join(map(str, WIND.values()))}, store is called with "
        f"{' and then '.join(map(repr, entries)) or 'nothing'}"
    )


@points(2, "the jobs of this file do not hold up the event loop")
def test_own_jobs(slow_disk: Trace) -> None:
    when = f"when store takes {STORES_S} s, "
    turns = [event.at for event in slow_disk.events if event.name == "lamp turns"]
    assert len(turns) == 5, f"{when}the lamp turns {times(len(turns))}; expected 5 times"
    late, message = latest(
        (later - earlier, f"{when}the lamp turned at {earlier:.2f} s and then at {later:.2f} s; expected 0.30 s later")
        for earlier, later in pairwise(turns)
    )
    assert late < 0.62, message
    calls = slow_disk.calls("store")
    assert len(calls) == 2, f"{when}it is called {times(len(calls))}; expected twice"
    first, second = calls
    assert first.end <= second.start, f"{when}the second entry is stored before the first is"
    assert [call.outcome for call in calls] == ["replied", "replied"], f"{when}the program ends before it is done"


@points(2, "the keeper is paged at once, with the name and the time")
def test_pages(night: Trace) -> None:
    compare_pages(night, [NIGHT], LIMIT_S, 0.5)


@points(1, "nobody is paged for anything else, and the log is complete")
def test_nothing_else(virtual: Virtual, night: Trace) -> None:
    for text, what in ((COLD, "error"), (FULL, "warning")):
        assert text in night.stderr, (
            f"asyncio logged the {what} '{text}'; expected it on standard error, where it goes without the pager"
        )
    calm: Plan = [
        ("radar", [["error", COLD], ["wait", 5.013], ["hold", 0.037], ["wait", 0.001], ["hold", 0.038]]),
        ("beacon", [["wait", 1.1], ["warning", FULL], ["hold", 0.02], ["hold", 0.02], ["callback", "toll", 0.2, 0.03]]),
        ("fog horn", [["wait", 3.3], ["hold", 0.07]]),
    ]  # fmt: skip
    trace = nights(virtual, [calm], 0.05)
    compare_jobs(trace, [calm], "")
    extra = compare_pages(trace, [calm], 0.05, AT_ONCE_S)
    assert not extra, (
        f"the keeper was paged {told(extra[0])}, at {extra[0].start:.3f} s, when no step had taken 0.05 s or longer"
    )


def compare_jobs(trace: Trace, plans: Sequence[Plan], when: str) -> None:
    """All jobs of a night begin when it begins, and it ends when they have ended."""
    held = [(float(call.start), float(call.end)) for call in trace.calls("hold")]
    for number, plan in enumerate(plans):
        returned = trace.notes(f"returned {number}")
        assert returned, f"{when}run_jobs did not return"
        assert returned[0].value is None, f"{when}run_jobs raised {returned[0].value}"
        called, until = trace.notes(f"called {number}")[0].at, returned[0].at
        last = called
        for name, _ in plan:
            begun, ended = trace.notes(f"{name} begins {number}"), trace.notes(f"{name} ends {number}")
            assert len(begun) == 1, f"{when}the job {name} was begun {times(len(begun))}; expected once"
            waited = begun[0].at - called - sum(end - start for start, end in held if called <= start < begun[0].at)
            assert waited < AT_ONCE_S, f"{when}the job {name} began {waited:.2f} s late"
            assert ended, f"{when}the job {name} did not come to its end"
            assert ended[0].at <= until, f"{when}run_jobs returned at {until:.2f} s, when the job {name} was running"
            last = max(last, ended[0].at)
        assert until - last < AT_ONCE_S, (
            f"{when}run_jobs returned at {until:.2f} s; expected {last:.2f} s, when all jobs had ended"
        )


# Off every grid, and on both sides of the limits.
WAITS = st.sampled_from([0.0371, 0.1133, 0.4019, 1.7077])
HOLDS = st.sampled_from([0.013, 0.0419, 0.0631, 0.157, 0.389, 0.413, 0.9011])
OWN_STEPS = st.one_of(
    st.tuples(st.just("wait"), WAITS),
    st.tuples(st.just("hold"), HOLDS),
    st.tuples(st.just("hold"), HOLDS),
)
TASKS = st.tuples(
    st.just("task"), st.sampled_from(["sweep", "probe"]), st.lists(OWN_STEPS, min_size=1, max_size=3)
)  # fmt: skip
CALLBACKS = st.tuples(st.just("callback"), st.sampled_from(["toll_bell", "blink_light"]), WAITS, HOLDS)
ANY_STEPS = st.lists(st.one_of(OWN_STEPS, OWN_STEPS, TASKS, CALLBACKS), max_size=5)


@points(2, "all of this holds for any jobs, tasks and callbacks, each time")
@settings(max_examples=60)
@given(
    plans=st.lists(
        st.dictionaries(st.sampled_from(["radar", "fog horn", "tide gauge"]), ANY_STEPS, max_size=3),
        min_size=1,
        max_size=2,
    ),
    limit_s=st.sampled_from([0.05, 0.4]),
    one_loop=st.booleans(),
)
def test_any_night(
    virtual: Virtual, plans: list[dict[str, list[tuple[Any, ...]]]], limit_s: float, one_loop: bool
) -> None:
    drawn: list[Plan] = [[(name, [list(step) for step in steps]) for name, steps in plan.items()] for plan in plans]
    trace = nights(virtual, drawn, limit_s, one_loop=one_loop)
    long = stalls(trace, limit_s)
    event(f"{min(len(long), 3)} stalls")
    if any(one.end == other.start for one, other in pairwise(long)):
        event("a stall right after another")
    if len(drawn) > 1:
        event("a second night")
    when = f"with a limit of {limit_s} s, run_jobs is called with {' and then with '.join(map(described, drawn))}: "
    compare_jobs(trace, drawn, when)
    extra = compare_pages(trace, drawn, limit_s, AT_ONCE_S, when)
    assert not extra, (
        f"{when}the keeper was paged {told(extra[0])} at {extra[0].start:.2f} s; expected no page, or only one, then"
    )
