"""over_release: whoever got no place gives none back, and one given back too many is an error."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, fresh, points, record


@dataclass(frozen=True)
class Car:
    """A car, all in seconds."""

    name: str
    arrival: float
    patience: float
    charge: float
    fails: bool = False


@dataclass(frozen=True)
class Visit:
    """What a visit should be like; ``start`` is None for who drives on."""

    start: float | None
    end: float
    outcome: str


def world(cars: list[Car], sockets: int) -> dict[str, object]:
    return {
        "SOCKETS": sockets,
        "CARS": [[car.name, car.arrival, car.patience] for car in cars],
        "charge": charger(cars),
    }


def charger(cars: list[Car]) -> Double:
    by_name = {car.name: car for car in cars}
    return double(
        "charge",
        delay=lambda car: by_name[car].charge,
        raises=lambda car: RuntimeError("the card was refused") if by_name[car].fails else None,
    )


def expected(cars: list[Car], sockets: int) -> dict[str, Visit]:
    """First come, first served: cars are given in the order of arrival."""
    free = [0.0] * sockets
    visits = {}
    for car in cars:
        free.sort()
        start = max(car.arrival, free[0])
        if start > car.arrival + car.patience:
            visits[car.name] = Visit(None, car.arrival + car.patience, "drove on")
        else:
            free[0] = start + car.charge
            visits[car.name] = Visit(start, free[0], "failed" if car.fails else "charged")
    return visits


def how(car: Car) -> str:
    return "fails after" if car.fails else "charges for"


NAMES = fresh.words(5)
DAY = [
    Car(NAMES[0], 0.0, 0.4, 0.9, fails=True),
    Car(NAMES[1], 0.1, 0.4, 1.3),
    Car(NAMES[2], 0.2, 0.3, 0.5),  # drives on at 0.5
    Car(NAMES[3], 0.6, 0.9, 0.6),  # from 0.9 to 1.5
    Car(NAMES[4], 0.7, 1.2, 0.5),  # from 1.4 to 1.9
]
SOCKETS = 2
VISITS = expected(DAY, SOCKETS)
REGULARS = [Car(name, 0.0, 60.0, 0.4) for name in fresh.words(4)]

as_it_is = record(None)
day = record("main", world=world(DAY, SOCKETS))
spare = record(
    "one_too_many", SOCKETS, 1, [car.name for car in REGULARS], scenario=True, world={"charge": charger(REGULARS)}
)


@points(1, "the program charges three cars, and cleo drives on", public=True)
def test_program(as_it_is: Trace, day: Trace) -> None:
    assert as_it_is.lines == ["cleo: drove on", "ada: charged", "bert: charged", "dan: charged"]
    assert 0.8 < as_it_is.elapsed < 1.4
    peak = day.peak("charge")
    assert peak <= SOCKETS, (
        f"here all is right, but on a day with {len(DAY)} cars {peak} are charged at {SOCKETS} sockets"
    )
    for name, visit in VISITS.items():
        line = f"{name}: {visit.outcome}"
        assert line in day.lines, f"here all is right, but on a day with {len(DAY)} cars there is no line {line!r}"


@points(2, "two sockets, never a third car")
def test_no_third(day: Trace) -> None:
    assert day.calls("charge"), f"{len(DAY)} cars came, and none was charged"
    peak = day.peak("charge")
    assert peak <= SOCKETS, f"{peak} cars were charged at once; there are {SOCKETS} sockets"


@points(2, "a free socket is taken at once, by whoever came first")
def test_turns(day: Trace) -> None:
    for name, visit in VISITS.items():
        if visit.start is None:
            assert not [call for call in day.calls("charge") if name in call.args], (
                f"{name} was charged, but had no patience left"
            )
            continue
        start = day.call("charge", name).start
        assert start > visit.start - 0.1, f"{name} was charged from {start:.2f} s on; expected from {visit.start} s on"
        assert start < visit.start + 0.3, f"{name} was charged from {start:.2f} s on; expected from {visit.start} s on"


@points(2, "everybody is told how it went, and nobody waits longer than their patience")
def test_outcomes(day: Trace) -> None:
    for name, visit in VISITS.items():
        told = day.at(f"{name}: {visit.outcome}")
        assert told < visit.end + 0.3, f"{name}: {visit.outcome} at {told:.2f} s; expected at {visit.end:.2f} s"


@points(2, "unplugging when no car is plugged in is a ValueError, and makes no third socket")
def test_spare(spare: Trace) -> None:
    seen = [note.value for note in spare.notes("unplug")]
    assert seen[:1] == ["no error"], f"a car was plugged in, but unplug raised {seen[0]}"
    assert seen[1:] == ["ValueError"], f"no car was plugged in, and unplug raised {seen[-1]}; expected ValueError"
    peak = spare.peak("charge")
    assert peak == SOCKETS, f"{len(REGULARS)} cars at {SOCKETS} sockets: {peak} were charged at once"
    outcomes = [note.value for note in spare.notes("outcome")]
    assert outcomes == ["charged"] * len(REGULARS), f"four patient drivers were told {outcomes}"


# Arrivals are whole seconds, charging ends on tenths and patience on 0.45: nothing happens at the same time as another.
TIMES = st.tuples(st.integers(1, 3), st.integers(0, 6), st.integers(0, 6), st.booleans())


@points(2, "however many come, however long they wait")
@given(sockets=st.integers(1, 3), times=st.lists(TIMES, min_size=1, max_size=6))
def test_any_day(virtual: Virtual, sockets: int, times: list[tuple[int, int, int, bool]]) -> None:
    cars = []
    now = 0.0
    for number, (gap, patience, charge, fails) in enumerate(times, start=1):
        now += gap
        cars.append(Car(f"car-{number}", now, patience + 0.45, charge + 0.3, fails))
    visits = expected(cars, sockets)
    trace = virtual("main", world=world(cars, sockets))
    when = f"when there are {sockets} sockets and " + ", ".join(
        f"{car.name} comes at {car.arrival:g} s (patience {car.patience} s, {how(car)} {car.charge} s)" for car in cars
    )
    peak = trace.peak("charge")
    assert peak <= sockets, f"{when}: {peak} cars were charged at once"
    for name, visit in visits.items():
        told = trace.at(f"{name}: {visit.outcome}")
        assert abs(told - visit.end) < 0.01, (
            f"{when}: {name} {visit.outcome} at {told:.2f} s; expected at {visit.end:.2f} s"
        )
