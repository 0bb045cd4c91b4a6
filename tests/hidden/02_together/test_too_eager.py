"""too_eager: every task is made before the first is awaited."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

COMPANIES = ["find_flight", "find_room", "find_car"]
CITY = fresh.word()
ANSWERS = dict(zip(COMPANIES, fresh.words(3), strict=True))
# The flight is the slowest: were the answers taken as they arrive, they would be in another order. Slower than in the
# program, for those who wait for as long as that takes.
DELAYS = dict(zip(COMPANIES, sorted(fresh.delays(3, 0.5, 1.1, 0.2), reverse=True), strict=True))

as_it_is = record(None)
planned = record(
    "plan_trip",
    CITY,
    world={name: double(name, delay=DELAYS[name], reply=ANSWERS[name]) for name in COMPANIES},
)


@points(1, "the program prints the trip after about 0.7 s", public=True)
def test_program(as_it_is: Trace, planned: Trace) -> None:
    assert as_it_is.lines == [
        "A trip to Lisbon ...",
        "... flight TP 1351 to Lisbon, Hotel Lisbon, a car at Lisbon station",
    ]
    assert 0.5 < as_it_is.elapsed < 1.0
    peak = planned.peak(*COMPANIES)
    assert peak >= 3, (
        f"here it takes {as_it_is.elapsed:.2f} s, but of three other companies at most {peak} were asked at once"
    )
    slowest = max(DELAYS.values())
    assert slowest - 0.1 < planned.elapsed < slowest + 0.4, (
        f"here it takes {as_it_is.elapsed:.2f} s, but with companies that take {_seconds(DELAYS.values())} "
        f"it takes {planned.elapsed:.2f} s; expected {slowest:.2f} s"
    )


@points(1, "plan_trip returns flight, room and car, and asks each company once", means="wrong-order")
def test_trip(planned: Trace) -> None:
    assert planned.returned == list(ANSWERS.values())
    for name in COMPANIES:
        planned.call(name, CITY)
        asked = len(planned.calls(name))
        assert asked == 1, f"{name} was called {asked} times; expected once"


@points(1, "all three companies are asked at the same time", means="sequential-await")
def test_together(planned: Trace) -> None:
    peak = planned.peak(*COMPANIES)
    assert peak >= 3, f"at most {peak} of the three companies were being asked at the same time"
    assert planned.elapsed < max(DELAYS.values()) + 0.4


@points(1, "a trip takes as long as the slowest company, whichever that is")
@given(seconds=st.lists(st.integers(1, 5), min_size=3, max_size=3))
def test_any_delay(virtual: Virtual, seconds: list[int]) -> None:
    world = {
        name: double(name, delay=float(delay), reply=f"answer of {name}")
        for name, delay in zip(COMPANIES, seconds, strict=True)
    }
    trip = virtual("plan_trip", "oslo", world=world)
    assert trip.returned == [f"answer of {name}" for name in COMPANIES]
    assert max(seconds) - 0.1 < trip.elapsed < max(seconds) + 0.1, f"took {trip.elapsed:g} s, expected {max(seconds)} s"


def _seconds(times: Iterable[float]) -> str:
    return ", ".join(f"{seconds:.2f}" for seconds in times) + " s"
