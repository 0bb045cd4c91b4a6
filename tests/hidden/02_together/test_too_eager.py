"""too_eager: every task is made before the first is awaited."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.suite import Recipe, Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("find_flight", "find_room", "find_car")

COMPANIES = ["find_flight", "find_room", "find_car"]
CITY, *OFFERS = fresh.words(4)
ANSWERS = dict(zip(COMPANIES, OFFERS, strict=True))
# The flight is the slowest: answers taken as they arrive are in another order. Slower than in the file, to
# catch programs that rely on its delays.
SLOWEST = 1.1
DELAYS = dict(zip(COMPANIES, [SLOWEST, 0.9, 0.6], strict=True))

as_it_is = record(None)


def plan_trip(delays: Mapping[str, float]) -> Recipe:
    world = {name: double(name, delay=delays[name], reply=ANSWERS[name]) for name in COMPANIES}
    return record("plan_trip", CITY, world=world)


planned = plan_trip(DELAYS)
# The room is offered first and the car last: no sorting by when they come gives the order that is asked for.
other_way = plan_trip(dict(zip(COMPANIES, [0.5, 0.2, 0.8], strict=True)))


@points(1, "the program prints the trip after about 0.7 s", means="sequential-await", public=True)
def test_program(as_it_is: Trace, planned: Trace) -> None:
    assert as_it_is.lines == [
        "A trip to Lisbon ...",
        "... flight TP 1351 to Lisbon, Hotel Lisbon, a car at Lisbon station",
    ]
    assert 0.5 < as_it_is.elapsed < 1.0
    assert SLOWEST - 0.1 < planned.elapsed < SLOWEST + 0.4, (
        f"with companies that take {', '.join(f'{seconds} s' for seconds in DELAYS.values())}, expected plan_trip to "
        f"take {SLOWEST} s; it took {planned.elapsed:.2f} s"
    )


@points(1, "plan_trip(city) returns the flight, the room and the car, in this order", means="wrong-order")
def test_trip(planned: Trace, other_way: Trace) -> None:
    offers = ", ".join(f"{name} offers {ANSWERS[name]}" for name in COMPANIES)
    for trip in (planned, other_way):
        came = ", ".join(call.name for call in sorted(trip.calls(), key=lambda call: float(call.end)))
        assert trip.returned == list(ANSWERS.values()), (
            f"when {offers}, and the answers come in the order {came}, plan_trip returned {trip.returned!r}"
        )


@points(1, "each company is asked exactly once")
def test_once(planned: Trace) -> None:
    for name in COMPANIES:
        planned.call(name, CITY)
        asked = len(planned.calls(name))
        assert asked == 1, f"{name} was called {'twice' if asked == 2 else f'{asked} times'}; expected once"


EXAMPLES = 40

# Milliseconds that polling at any round interval would miss; 0, and longer than anybody waits.
DELAYS_MS = st.one_of(st.just(0), st.integers(137, 2999), st.just(40_007))


@points(1, "all companies are asked at once, and a trip takes as long as the slowest")
@settings(max_examples=EXAMPLES)
@given(delays=st.tuples(DELAYS_MS, DELAYS_MS, DELAYS_MS))
def test_any_delay(virtual: Virtual, delays: tuple[int, int, int]) -> None:
    second, late = _clock(virtual)
    took = [delay * second / 1000 for delay in delays]
    trip = virtual("plan_trip", "Oslo", world=_world(took))
    for call in trip.calls():
        assert call.start < late, f"{call.name} was called after {call.start:.5g} s; expected all three at once"
        assert call.outcome == "replied", (
            f"{call} was given up after {call.end:.5g} s; expected the program to await it"
        )
    assert trip.elapsed < max(took) + late, (
        f"the slowest company takes {max(took):.5g} s; plan_trip took {trip.elapsed:.5g} s"
    )


def _world(took: list[float]) -> dict[str, Any]:
    return {name: double(name, delay=delay, reply=f"{name[5:]} 3") for name, delay in zip(COMPANIES, took, strict=True)}


_clocks: list[tuple[Virtual, tuple[float, float]]] = []


def _clock(virtual: Virtual) -> tuple[float, float]:
    """How long a second of the schedule lasts, and how late is too late.

    The simulated clock is exact. A program with threads keeps real time while they run: for that one the delays are
    short, and only what is late beyond doubt counts.
    """
    # Looked at once for each check: it is the same for all its schedules.
    if not _clocks or _clocks[0][0] is not virtual:
        probe = virtual("plan_trip", "Oslo", world=_world([0.005] * 3))
        exact = all(abs(float(call.seconds) - 0.005) < 1e-6 for call in probe.calls() if call.outcome == "replied")
        _clocks[:] = [(virtual, (1.0, 1e-4) if exact else (0.005, 1.0))]
    return _clocks[0][1]
