"""over_release: a driver who got no socket does not give one back, and one release too many is an error."""

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("SOCKETS", "CARS", "SECONDS", "charge")


@dataclass(frozen=True)
class Car:
    """A car, all in seconds; ``called_off`` is how long after its arrival its visit is cancelled."""

    name: str
    arrival: float
    patience: float
    charge: float
    fails: type[Exception] | None = None
    called_off: float | None = None

    def __str__(self) -> str:
        how = f"charging fails with {self.fails.__name__} after" if self.fails else "charges for"
        off = f", cancelled after {self.called_off:.2f} s" if self.called_off else ""
        kept = f"patience {self.patience:.2f} s, {how} {self.charge:.2f} s{off}"
        return f"{self.name} comes at {self.arrival:.2f} s ({kept})"


@dataclass(frozen=True)
class Visit:
    """What a visit should be like; ``start`` is None for a car that gets no socket."""

    start: float | None
    end: float
    outcome: str


def world(cars: Sequence[Car], sockets: int) -> dict[str, object]:
    return {
        "SOCKETS": sockets,
        "CARS": [[car.name, car.arrival, car.patience] for car in cars],
        "charge": charger(cars),
    }


def charger(cars: Sequence[Car]) -> Double:
    by_name = {car.name: car for car in cars}

    def error(name: str) -> Exception | None:
        fails = by_name[name].fails
        return fails("the card was refused") if fails else None

    return double("charge", delay=lambda car: by_name[car].charge, raises=error)


def expected(cars: Sequence[Car], sockets: int) -> dict[str, Visit]:
    """First come, first served: cars are given in the order of arrival."""
    free = [0.0] * sockets
    visits = {}
    for car in cars:
        free.sort()
        start, leaves, outcome = max(car.arrival, free[0]), car.arrival + car.patience, "drove on"
        off = float("inf") if car.called_off is None else car.arrival + car.called_off
        if off < leaves:
            leaves, outcome = off, "was cancelled"
        if start > leaves:
            visits[car.name] = Visit(None, leaves, outcome)
            continue
        end, outcome = start + car.charge, "charged"
        if off < end:
            end, outcome = off, "was cancelled"
        elif car.fails:
            outcome = "failed" if issubclass(car.fails, RuntimeError) else f"raised {car.fails.__name__}"
        free[0] = end
        visits[car.name] = Visit(start, end, outcome)
    return visits


NAMES = fresh.words(5)
DAY = [
    Car(NAMES[0], 0.0, 0.4, 0.9, fails=RuntimeError),
    Car(NAMES[1], 0.1, 0.4, 1.3),
    Car(NAMES[2], 0.2, 0.3, 0.5),  # drives on at 0.5
    Car(NAMES[3], 0.6, 0.9, 0.6),  # from 0.9 to 1.5
    Car(NAMES[4], 0.7, 1.2, 0.5),  # from 1.4 to 1.9
]
SOCKETS = 2
VISITS = expected(DAY, SOCKETS)

as_it_is = record(None)
day = record("main", world=world(DAY, SOCKETS))


@points(1, "the four lines come at the times shown", public=True)
def test_program(as_it_is: Trace, day: Trace) -> None:
    assert as_it_is.lines == ["cleo: drove on", "ada: charged", "bert: charged", "dan: charged"]
    assert as_it_is.elapsed < 1.4
    peak = day.peak("charge")
    graded = f"the file's own lines come; but with {len(DAY)} other cars"
    assert peak <= SOCKETS, f"{graded} {peak} were charged at {SOCKETS} sockets"
    for name, visit in VISITS.items():
        line = f"{name}: {visit.outcome}"
        assert line in day.lines, f"{graded} the line {line!r} was not printed"


@points(2, "never more cars are charged at once than there are sockets")
def test_no_third(day: Trace) -> None:
    assert day.calls("charge"), f"{len(DAY)} cars came, and none was charged"
    peak = day.peak("charge")
    assert peak <= SOCKETS, f"{peak} cars were charged at once; there are {SOCKETS} sockets"


@points(2, "a free socket is taken at once, by the car that came first")
def test_turns(day: Trace) -> None:
    for name, visit in VISITS.items():
        if visit.start is None:
            assert not [call for call in day.calls("charge") if name in call.args], (
                f"{name} should have driven on at {visit.end} s, but was charged"
            )
            continue
        start = day.call("charge", name).start
        assert start < visit.start + 0.35, f"{name} was charged from {start:.2f} s on; expected from {visit.start} s on"


@points(2, "each visit returns the right outcome, as soon as it is known")
def test_outcomes(day: Trace) -> None:
    for name, visit in VISITS.items():
        told = day.at(f"{name}: {visit.outcome}")
        assert told < visit.end + 0.35, f"'{name}: {visit.outcome}' came at {told:.2f} s; expected at {visit.end:.2f} s"


@points(2, "unplug without a plugged-in car raises ValueError and adds no socket")
@settings(max_examples=12)
@given(sockets=st.integers(1, 3), plugged=st.integers(0, 3))
def test_spare(virtual: Virtual, sockets: int, plugged: int) -> None:
    plugged = min(plugged, sockets)
    cars = [Car(f"car-{number}", 0.0, 60.0, 0.4) for number in range(1, 6)]
    names = [car.name for car in cars]
    trace = virtual("one_too_many", sockets, plugged, names, scenario=True, world={"charge": charger(cars)})
    when = f"when unplug of a Station({sockets}) is called {times(plugged + 1)} and plug_in {times(plugged)}: "
    *before, last = [note.value for note in trace.notes("unplug")]
    for number, seen in enumerate(before, start=1):
        assert seen == "no error", f"{when}unplug number {number} raised {seen}; expected no error"
    assert last == "ValueError", f"{when}expected ValueError from the last call of unplug; got {last}"
    peak = trace.peak("charge")
    assert peak == sockets, f"{when}{len(cars)} cars came afterwards, with at most {peak} of them charged at once"
    outcomes = [note.value for note in trace.notes("outcome")]
    assert outcomes == ["charged"] * len(cars), f"{when}{len(cars)} patient drivers came afterwards: {outcomes}"


def times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count} times")


# All moments lie off every grid, and nothing happens at the same moment as something else. Most cars that come while
# others are being charged have to wait, and some visits are cancelled while they wait or charge.
CARS_DRAWN = st.lists(
    st.tuples(
        st.sampled_from([1, 1, 2]),
        st.integers(0, 6),
        st.sampled_from([0.0, 1.31371, 3.31371, 6.31371, 30.31371]),
        st.sampled_from([None, None, RuntimeError, NotImplementedError, TimeoutError, OSError, ValueError, KeyError]),
        st.sampled_from([None, None, None, 0, 1, 2, 5]),
    ),
    min_size=1,
    max_size=6,
)


@points(2, "however a visit ends, the socket that the car had is free again")
@given(sockets=st.sampled_from([1, 1, 2, 3]), drawn=CARS_DRAWN)
def test_any_day(
    virtual: Virtual, sockets: int, drawn: list[tuple[int, int, float, type[Exception] | None, int | None]]
) -> None:
    cars = []
    now = 0.0
    for number, (gap, patience, charge, fails, off) in enumerate(drawn, start=1):
        now += gap
        called_off = None if off is None else off + 0.60719 + 0.0171 * number
        cars.append(Car(f"car-{number}", now, patience + 0.45193, charge, fails, called_off))
    visits = expected(cars, sockets)
    times = [[car.name, car.arrival, car.patience, car.called_off] for car in cars]
    trace = virtual("any_day", sockets, times, scenario=True, world={"charge": charger(cars)})
    when = f"when there {'is 1 socket' if sockets == 1 else f'are {sockets} sockets'} and {', '.join(map(str, cars))}: "
    peak = trace.peak("charge")
    assert peak <= sockets, f"{when}{peak} cars were charged at once"
    for name, visit in visits.items():
        [told] = trace.notes(name)
        assert told.value == visit.outcome, (
            f"{when}the visit of {name} {said(told.value)} at {told.at:.2f} s; "
            f"it should have {should(visit.outcome)} at {visit.end:.2f} s"
        )
        assert abs(told.at - visit.end) < 1e-4, (
            f"{when}the visit of {name} {said(told.value)} at {told.at:.4f} s; expected at {visit.end:.4f} s"
        )
        starts = [float(call.start) for call in trace.calls("charge") if name in call.args]
        assert len(starts) == (visit.start is not None), f"{when}charge({name}) was called {len(starts)} times"
        for start in starts:
            assert abs(start - (visit.start or 0.0)) < 1e-4, (
                f"{when}{name} was charged from {start:.4f} s on; expected from {visit.start:.4f} s on"
            )


def said(outcome: object) -> str:
    known = isinstance(outcome, str) and outcome.startswith(("raised ", "was cancelled"))
    return str(outcome) if known else f"returned {outcome!r}"


def should(outcome: object) -> str:
    return said(outcome).replace("was cancelled", "been cancelled")
