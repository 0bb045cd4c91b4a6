"""await_what: the program awaits asynchronous functions, and just calls plain ones."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("PARCELS", "weigh", "stamp")

PROGRAM: Any = None
"""The file as a program, also under virtual time."""

PARCELS = fresh.words(3)
GRAMS = {parcel: fresh.number(100, 9999) for parcel in PARCELS}
STAMPS = {parcel: fresh.token() for parcel in PARCELS}
# The slowest comes first: parcels that are weighed together never settle in their order.
TOOK = dict(zip(PARCELS, sorted(fresh.delays(3, 0.2, 0.6, 0.1), reverse=True), strict=True))

program = record(
    None,
    world={
        "PARCELS": PARCELS,
        "weigh": double("weigh", delay=TOOK.__getitem__, reply=GRAMS.__getitem__),
        "stamp": double("stamp", reply=lambda parcel, grams: STAMPS[parcel], blocking=True),  # noqa: ARG005
    },
)


@points(1, "each parcel is weighed exactly once")
def test_weighed(program: Trace) -> None:
    for parcel in PARCELS:
        weighed = sum(call.args == (parcel,) for call in program.calls("weigh"))
        assert weighed == 1, f"{parcel} should be weighed once; it was {_times('weighed', weighed)}"


@points(1, "each parcel is stamped exactly once, with the weight that the scale showed", means="leaked-task")
def test_stamped(program: Trace) -> None:
    for parcel in PARCELS:
        weights = [call.args[1] for call in program.calls("stamp") if call.args[0] == parcel]
        assert len(weights) == 1, f"{parcel} should be stamped once; it was {_times('stamped', len(weights))}"
        assert weights == [GRAMS[parcel]], f"{parcel} weighs {GRAMS[parcel]} g; it was stamped with {weights[0]!r}"
        settled = min((call.end for call in program.calls("weigh") if call.args == (parcel,)), default=None)
        began = program.call("stamp", parcel, GRAMS[parcel]).start
        assert settled is not None, f"{parcel} was stamped, but it was never weighed"
        assert settled <= began, f"{parcel} was stamped at {began:.2f} s; the scale had settled at {settled:.2f} s"


@points(
    1,
    'the log has a line for each parcel, in the order of PARCELS, then "All sent"',
    means=("wrong-order", "leaked-task"),
    public=True,
)
def test_log(program: Trace) -> None:
    log = [f"{parcel}: {GRAMS[parcel]} g, stamp {STAMPS[parcel]}" for parcel in PARCELS]
    assert program.lines == [*log, "All sent"]


EXAMPLES = 40

# Milliseconds that polling at any round interval would miss; 0, and longer than anybody waits.
DELAYS = st.one_of(st.just(0), st.integers(137, 2999), st.just(40_007))


@points(1, "no time is lost")
@settings(max_examples=EXAMPLES)
@given(delays=st.lists(DELAYS, min_size=1, max_size=5))
def test_no_time_lost(virtual: Virtual, delays: list[int]) -> None:
    second, late = _clock(virtual)
    desk = virtual(PROGRAM, world=_world(delays, second))
    for call in desk.calls("weigh"):
        assert call.outcome == "replied", (
            f"{call} was given up after {call.end:.5g} s; expected the program to await it"
        )
    # By the calls that were made: a parcel that was weighed twice has cost its point already.
    enough = sum(float(call.seconds) for call in desk.calls("weigh"))
    assert desk.elapsed <= enough + late, (
        f"weighing takes {enough:.5g} s, one parcel after the other; the program took {desk.elapsed:.5g} s"
    )


def _world(delays: list[int], second: float) -> dict[str, Any]:
    took = {f"parcel {number}": delay * second / 1000 for number, delay in enumerate(delays, start=1)}
    return {
        "PARCELS": list(took),
        "weigh": double("weigh", delay=took.__getitem__, reply=250),
        "stamp": double("stamp", reply="250-parcel", blocking=True),
    }


_clocks: list[tuple[Virtual, tuple[float, float]]] = []


def _clock(virtual: Virtual) -> tuple[float, float]:
    """How long a second of the schedule lasts, and how late is too late.

    The simulated clock is exact. A program with threads keeps real time while they run: for that one the delays are
    short, and only what is late beyond doubt counts.
    """
    # Looked at once for each check: it is the same for all its schedules.
    if not _clocks or _clocks[0][0] is not virtual:
        probe = virtual(PROGRAM, world=_world([5], 1.0))
        exact = all(
            abs(float(call.seconds) - (0.005 if call.name == "weigh" else 0.0)) < 1e-6 for call in probe.calls()
        )
        _clocks[:] = [(virtual, (1.0, 1e-4) if exact else (0.005, 1.0))]
    return _clocks[0][1]


def _times(done: str, count: int) -> str:
    return {0: f"never {done}", 1: f"{done} once", 2: f"{done} twice"}.get(count, f"{done} {count} times")
