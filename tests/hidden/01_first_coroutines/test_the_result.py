"""the_result: the answer of the list decides, and guests are told their seat, not a coroutine object."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("GUESTS", "on_the_list", "take_seat")

PROGRAM: Any = None
"""The file as a program, also under virtual time."""

GUESTS = fresh.words(4)
# Not the first, and not every other one: a program that lets guests in by position is caught.
LISTED = {GUESTS[1], GUESTS[2]}
SEATS = {guest: fresh.token() for guest in GUESTS}
# The slowest comes first, by more than taking a seat takes: guests looked up together never finish in their order.
TOOK = dict(zip(GUESTS, sorted(fresh.delays(4, 0.1, 0.5, 0.1), reverse=True), strict=True))

program = record(
    None,
    world={
        "GUESTS": GUESTS,
        "on_the_list": double("on_the_list", delay=TOOK.__getitem__, reply=LISTED.__contains__),
        "take_seat": double("take_seat", delay=0.05, reply=SEATS.__getitem__),
    },
)


@points(1, "a guest who is not on the list is turned away", public=True)
def test_turned_away(program: Trace) -> None:
    for guest in GUESTS:
        if guest not in LISTED:
            _assert_told(program, guest, f"{guest}: not on the list")


EXAMPLES = 40

# Milliseconds that polling at any round interval would miss; 0, and longer than anybody waits.
DELAYS = st.one_of(st.just(0), st.integers(137, 2999), st.just(40_007))
# How long the list takes, whether it says yes, and how long it takes to take a seat.
ANYBODY = st.lists(st.tuples(DELAYS, st.booleans(), DELAYS), min_size=1, max_size=5)
TICKETS = {f"guest {number}": fresh.token() for number in range(1, 6)}


@points(1, "a guest on the list comes in and is told the seat that was taken")
@settings(max_examples=EXAMPLES)
@given(guests=ANYBODY)
def test_comes_in(virtual: Virtual, guests: list[tuple[int, bool, int]]) -> None:
    second, _ = _clock(virtual)
    named = dict(zip(TICKETS, guests, strict=False))
    door = virtual(PROGRAM, world=_world(named, second))
    for guest, (_, listed, _) in named.items():
        if listed:
            _assert_told(door, guest, f"{guest}: come in, seat {TICKETS[guest]}")


@points(1, "the list is asked exactly once for each guest")
def test_asked_once(program: Trace) -> None:
    for guest in GUESTS:
        asked = _count(program, "on_the_list", guest)
        assert asked == 1, f"the list should be asked about {guest} once; it was {_asked(asked)}"


@points(1, "one seat is taken for each guest on the list, after the list says yes")
def test_yes_first(program: Trace) -> None:
    for guest in GUESTS:
        taken, wanted = _count(program, "take_seat", guest), int(guest in LISTED)
        on_it = "is on the list" if wanted else "is not on the list"
        assert taken == wanted, (
            f"{guest} {on_it}: expected {_seats(wanted)} to be taken; the program took {_seats(taken)}"
        )
        for seat in program.calls("take_seat"):
            answers = [call.end for call in program.calls("on_the_list") if call.args == seat.args]
            assert answers, f"a seat was taken for {seat.args[0]} without asking the list"
            assert min(answers) <= seat.start, (
                f"the list said yes to {seat.args[0]} at {min(answers):.2f} s; "
                f"a seat was taken at {seat.start:.2f} s already"
            )


@points(1, "there is one line for each guest, in the order of GUESTS, and nothing else", means="wrong-order")
def test_order(program: Trace) -> None:
    told = [line.partition(":")[0] for line in program.lines]
    assert told == GUESTS, f"expected lines about {', '.join(GUESTS)}, in this order; got {_about(told, GUESTS)}"


@points(1, "no time is lost: looking up the guests one after the other is fast enough")
@settings(max_examples=EXAMPLES)
@given(guests=ANYBODY)
def test_no_time_lost(virtual: Virtual, guests: list[tuple[int, bool, int]]) -> None:
    second, late = _clock(virtual)
    door = virtual(PROGRAM, world=_world(dict(zip(TICKETS, guests, strict=False)), second))
    # By the calls that were made: a question that was asked twice has cost its point already.
    enough = sum(float(call.seconds) for call in door.calls())
    assert door.elapsed <= enough + late, (
        f"the list and the seats take {enough:.5g} s, one after the other; the program took {door.elapsed:.5g} s"
    )


def _world(guests: Mapping[str, tuple[int, bool, int]], second: float) -> dict[str, Any]:
    return {
        "GUESTS": list(guests),
        "on_the_list": double(
            "on_the_list", delay=lambda guest: guests[guest][0] * second / 1000, reply=lambda guest: guests[guest][1]
        ),
        "take_seat": double("take_seat", delay=lambda guest: guests[guest][2] * second / 1000, reply=TICKETS.get),
    }


_clocks: list[tuple[Virtual, tuple[float, float]]] = []


def _clock(virtual: Virtual) -> tuple[float, float]:
    """How long a second of the schedule lasts, and how late is too late.

    The simulated clock is exact. A program with threads keeps real time while they run: for that one the delays are
    short, and only what is late beyond doubt counts.
    """
    # Looked at once for each check: it is the same for all its schedules.
    if not _clocks or _clocks[0][0] is not virtual:
        probe = virtual(PROGRAM, world=_world({"guest 1": (5, True, 5)}, 1.0))
        exact = all(abs(float(call.seconds) - 0.005) < 1e-6 for call in probe.calls())
        _clocks[:] = [(virtual, (1.0, 1e-4) if exact else (0.005, 1.0))]
    return _clocks[0][1]


def _assert_told(program: Trace, guest: str, wanted: str) -> None:
    told = [line for line in program.lines if line.startswith(f"{guest}:")]
    shown = " and ".join(f'"{line}"' for line in told) or "no line about this guest"
    assert told == [wanted], f'expected the line "{wanted}"; got {shown}'


def _count(program: Trace, name: str, guest: str) -> int:
    return sum(call.args == (guest,) for call in program.calls(name))


def _asked(count: int) -> str:
    return {0: "never asked", 1: "asked once", 2: "asked twice"}.get(count, f"asked {count} times")


def _seats(count: int) -> str:
    return {0: "no seat", 1: "1 seat"}.get(count, f"{count} seats")


def _about(told: list[str], guests: list[str]) -> str:
    return ", ".join(name if name in guests else f'"{name}"' for name in told) or "no lines"
