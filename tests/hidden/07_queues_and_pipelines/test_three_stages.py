"""three_stages: the stages of a pipeline overlap."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import Seconds, Trace, Virtual, counted, double, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("LOADS", "wash", "dry", "iron")

AT_ONCE_S = 1e-4
"""On the virtual clock."""
MACHINES = ("wash", "dry", "iron")
LOADS = fresh.words(5)
# The first load is long in the dryer, so that washed loads pile up before it; then ironing is slow.
SECONDS = {
    "wash": [0.2, 0.1, 0.1, 0.1, 0.4],
    "dry": [0.8, 0.2, 0.2, 0.2, 0.2],
    "iron": [0.2, 0.2, 0.2, 0.5, 0.1],
}
STEPS = [LOADS] + [[f"{load}-{fresh.token()}" for load in LOADS] for _ in MACHINES]
"""For each machine, what the loads are when they go in; at the end, what they are when they come out of the third."""


def starts(seconds: Mapping[str, Sequence[float]]) -> dict[str, list[float]]:
    """When each machine can start with each load."""
    times: dict[str, list[float]] = {}
    there = [0.0] * len(seconds["wash"])
    for machine in MACHINES:
        free = 0.0
        times[machine] = []
        for number, takes in enumerate(seconds[machine]):
            times[machine].append(max(free, there[number]))
            free = there[number] = times[machine][-1] + takes
    return times


def machines(seconds: Mapping[str, Sequence[float]], steps: Sequence[Sequence[str]]) -> dict[str, Any]:
    """The doubles. Loads of the same name are told apart by their turn.

    What was not handed over as it should be takes no time and comes out as it is.
    """

    def machine(name: str, before: Sequence[str], after: Sequence[str]) -> Any:
        turns: Counter[str] = Counter()

        def number(load: str) -> int | None:
            its = [nth for nth, each in enumerate(before) if each == load]
            return its[min(turns[load], len(its) - 1)] if its else None

        def takes(load: str) -> float:
            nth = number(load)
            return seconds[name][nth] if nth is not None else 0.0

        def comes_out(load: str) -> str:
            nth = number(load)
            turns[load] += 1
            return after[nth] if nth is not None else load

        return double(name, delay=takes, reply=comes_out)

    return {name: machine(name, steps[nth], steps[nth + 1]) for nth, name in enumerate(MACHINES)}


as_it_is = record(None)
washed = record("laundry", LOADS, world=machines(SECONDS, STEPS))


@points(1, "the program has three loads ready after about 2.3 s", public=True)
def test_program(as_it_is: Trace, washed: Trace) -> None:
    for done in ("washed", "dried", "ironed"):
        seen = [line for line in as_it_is.lines if line.endswith(f" {done}")]
        expected = [f"{load} {done}" for load in ("towels", "shirts", "sheets")]
        assert seen == expected, f"expected {', '.join(expected)}; got {', '.join(seen) or 'none of them'}"
    assert as_it_is.lines[-1] == "ready: towels, shirts, sheets"
    assert 2.1 < as_it_is.elapsed < 2.8
    last = starts(SECONDS)["iron"][-1] + SECONDS["iron"][-1]
    assert last - 0.1 < washed.elapsed < last + 0.5, (
        f"your loads take {as_it_is.elapsed:.2f} s, but {len(LOADS)} others that can be ready after {last:.2f} s "
        f"take {washed.elapsed:.2f} s"
    )
    assert washed.returned == STEPS[-1], "your three loads are ready, but five others do not come out in order"


@points(1, "every load goes through all three machines and comes out in order")
def test_all(washed: Trace) -> None:
    for nth, name in enumerate(MACHINES):
        seen = [call.args[0] for call in washed.calls(name)]
        if seen != STEPS[nth]:
            number = next(
                (n for n, (left, right) in enumerate(zip(seen, STEPS[nth], strict=False)) if left != right), len(seen)
            )
            got = f"got {seen[number]}" if number < len(seen) else "was not called again"
            expected = STEPS[nth][number] if number < len(LOADS) else "nothing more"
            raise AssertionError(f"call {number + 1} of {name}: expected {expected}; {name} {got}")
    assert washed.returned == STEPS[-1], f"laundry returned {washed.returned}; expected {STEPS[-1]}"


@points(1, "a machine never takes two loads at once", means="unbounded-concurrency")
def test_one_at_a_time(washed: Trace) -> None:
    for name in MACHINES:
        assert washed.calls(name), f"{name} was never called"
        peak = washed.peak(name)
        assert peak <= 1, f"{name} was called for {peak} loads at once"


@points(2, "every machine starts as soon as it is free and the load is there", means="lock-too-wide")
def test_soon(washed: Trace) -> None:
    for name, times in starts(SECONDS).items():
        calls = washed.calls(name)
        assert len(calls) == len(times), f"{name} began {counted(len(calls), 'load')} of {len(times)}"
    waits = []
    there: list[Seconds | None] = [None] * len(LOADS)
    for name in MACHINES:
        free: Seconds | None = None
        for number, call in enumerate(washed.calls(name)):
            since = max((each for each in (free, there[number]) if each is not None), key=float, default=None)
            if since is not None:
                waits.append(
                    (
                        call.start - since,
                        f"{name} could start with load {number + 1} at {since:.2f} s; it started at {call.start:.2f} s",
                    )
                )
            free = there[number] = call.end
    late, message = latest(waits)
    assert late < 0.35, message


@points(2, "all of this holds, whichever machine is slow")
# More than the small number that a queue or a semaphore may have been given room for.
@example(drawn=[(137, 1713, 2371, False)] * 14)
@given(
    drawn=st.lists(
        st.tuples(st.integers(137, 5000), st.integers(137, 5000), st.integers(137, 5000), st.booleans()), max_size=6
    )
)
def test_any_laundry(virtual: Virtual, drawn: list[tuple[int, int, int, bool]]) -> None:
    seconds = {name: [takes[nth] / 1000 for takes in drawn] for nth, name in enumerate(MACHINES)}
    loads: list[str] = []
    for number, (*_, alike) in enumerate(drawn, start=1):
        loads.append(loads[-1] if alike and loads else f"load-{number}")
    steps = [[f"{load}{done}" for load in loads] for done in ("", " washed", " dried", " ironed")]
    trace = virtual("laundry", loads, world=machines(seconds, steps), allow=("raise",))
    when = (
        "when the loads are "
        + ", ".join(
            f"{load} ({'+'.join(f'{ms / 1000:g}' for ms in takes[:3])} s)"
            for load, takes in zip(loads, drawn, strict=True)
        )
        if drawn
        else "when there is no load"
    )
    assert trace.raised is None, f"{when}: " + (
        "laundry never returns"
        if trace.raised and trace.raised.type == "Deadlock"
        else f"laundry raised {trace.raised}"
    )
    times = starts(seconds)
    for nth, name in enumerate(MACHINES):
        seen = [call.args[0] for call in trace.calls(name)]
        assert seen == steps[nth], f"{when}: {name} was called for {', '.join(seen) or 'nothing'}"
        peak = trace.peak(name)
        assert peak <= 1, f"{when}: {name} was called for {peak} loads at once"
        for call, free_s in zip(trace.calls(name), times[name], strict=True):
            assert abs(call.start - free_s) < AT_ONCE_S, (
                f"{when}: {call} started at {call.start:g} s; expected {free_s:g} s"
            )
    assert trace.returned == steps[-1], f"{when}: laundry returned {trace.returned}"
    end = max((start + takes for start, takes in zip(times["iron"], seconds["iron"], strict=True)), default=0.0)
    assert abs(trace.elapsed - end) < AT_ONCE_S, f"{when}: laundry took {trace.elapsed:g} s; expected {end:g} s"
