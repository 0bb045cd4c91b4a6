"""half_a_gather: when one reservation fails the others are called off, and nothing stays reserved."""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, fresh, points, record

LEGS = fresh.words(5)
SEATS = {leg: f"seat {fresh.token()}" for leg in LEGS}
FAULT = f"{fresh.word()} is full"
# Two seats are there when a leg turns out to be full; two would come while the letter is being sent. The leg that is
# full stands in the middle of the list, with one of each before it.
FULL = LEGS[2]
DELAYS = dict(zip(LEGS, [0.2, 1.0, 0.6, 0.3, 1.3], strict=True))
WELL = dict(zip(LEGS, fresh.delays(5, 0.2, 1.0, 0.2), strict=True))

as_it_is = record(None)
full = record(
    "main",
    world={
        "LEGS": {leg: DELAYS[leg] for leg in LEGS},
        "reserve": double(
            "reserve",
            delay=lambda leg: DELAYS[leg],
            reply=lambda leg: SEATS[leg],
            raises=lambda leg: LookupError(FAULT) if leg == FULL else None,
        ),
        "give_back": double("give_back", delay=0.1),
        "send_letter": double("send_letter", delay=0.9),
    },
)
well = record(
    "book",
    LEGS,
    world={
        "reserve": double("reserve", delay=lambda leg: WELL[leg], reply=lambda leg: SEATS[leg]),
        "give_back": double("give_back"),
    },
)


def kept(trace: Trace) -> tuple[list[str], list[str]]:
    """The seats that the railway reserved, and those that it got back."""
    reserved = [call.reply for call in trace.calls("reserve") if call.outcome == "replied"]
    back = [call.args[0] for call in trace.calls("give_back") if call.outcome == "replied"]
    return sorted(reserved), sorted(back)


@points(1, "the program gives seat 20 back and reserves no other", public=True)
def test_program(as_it_is: Trace, full: Trace) -> None:
    assert as_it_is.lines == [
        "bergen-oslo: reserved",
        "oslo-stockholm: full",
        "stockholm-turku: called off",
        "seat 20 given back",
        "no journey: oslo-stockholm is full",
        "letter sent",
    ]
    assert as_it_is.elapsed < 1.7
    reserved, back = kept(full)
    assert back == reserved, (
        f"here seat 20 is given back, but when the third of five legs is full, of {len(reserved)} seats {len(back)} are"
    )
    for leg in LEGS:
        if DELAYS[leg] > DELAYS[FULL]:
            other = full.call("reserve", leg)
            assert other.outcome == "cancelled", (
                f"here the third leg is called off, but when {FULL} is full after {DELAYS[FULL]} s, {leg} is not"
            )


@points(1, "when a leg is full, the other reservations are called off at once", means="leaked-task")
def test_called_off(full: Trace) -> None:
    failure = full.call("reserve", FULL).end
    for leg in LEGS:
        if DELAYS[leg] > DELAYS[FULL]:
            other = full.call("reserve", leg)
            assert other.outcome == "cancelled", (
                f"{FULL} was full at {failure:.2f} s, but {leg} was not called off: it went on until {other.end:.2f} s"
            )
            late = other.end - failure
            assert late < 0.45, f"{leg} was called off {late:.2f} s after {FULL} had turned out to be full"


@points(1, "every seat that was reserved is given back, once")
def test_given_back(full: Trace) -> None:
    reserved, back = kept(full)
    assert reserved, f"two seats are there before {FULL} turns out to be full; none was reserved"
    assert back == reserved, (
        f"{len(reserved)} seats were reserved, {len(back)} given back: missing {_names(reserved, back)}, "
        f"too many {_names(back, reserved)}"
    )
    order = full.order()
    letter = next((order.index(event) for event in order if event.startswith("send_letter")), len(order))
    for seat in back:
        assert order.index(f"give_back({seat}) ends") < letter, f"{seat} was given back only after book had ended"


@points(1, "then the letter says which leg is full")
def test_letter(full: Trace) -> None:
    letter = full.call("send_letter")
    assert list(letter.args) == [f"no journey: {FAULT}"]
    # Two seats are given back in 0.1 s each, together or one after the other.
    late = letter.start - full.call("reserve", FULL).end
    assert late < 0.55, (
        f"the letter was begun {late:.2f} s after {FULL} had turned out to be full; expected 0.1 to 0.2 s"
    )


@points(
    1,
    "a journey without a full leg is booked on all legs at once, seats in the order of the legs",
    means=("sequential-await", "wrong-order"),
)
def test_well(well: Trace) -> None:
    assert well.returned == [SEATS[leg] for leg in LEGS]
    assert not well.calls("give_back"), "every leg had a seat, but some were given back"
    assert well.elapsed < max(WELL.values()) + 0.4


@points(1, "whichever legs are full, and whenever that turns out, nothing stays reserved")
@given(
    legs=st.lists(st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=6, unique_by=lambda pair: pair[0])
)
def test_any_leg(virtual: Virtual, legs: list[tuple[int, bool]]) -> None:
    took = {f"leg-{n}": seconds for n, (seconds, _) in enumerate(legs, start=1)}
    full = [leg for leg, (_, free) in zip(took, legs, strict=True) if not free]
    trace = virtual("main", world=railway(took, full))
    when = "when " + ", ".join(
        f"{leg} {'is full' if leg in full else 'is reserved'} after {seconds} s" for leg, seconds in took.items()
    )
    reserved, back = kept(trace)
    expected = [] if not full else reserved
    assert back == expected, f"{when}: reserved {_names(reserved, [])}, given back {_names(back, [])}"
    end = min((took[leg] for leg in full), default=max(took.values()))
    first = next((leg for leg in full if took[leg] == end), None)
    text = f"no journey: {first} is full" if first else f"journey: {', '.join(f'seat on {leg}' for leg in took)}"
    letter = trace.call("send_letter")
    assert list(letter.args) == [text], f"{when}: the letter says {letter.args[0]!r}, expected {text!r}"
    assert letter.start < end + len(back) + 0.1, f"{when}: the letter was begun at {letter.start:.2f} s"
    for leg in took:
        asked = trace.call("reserve", leg)
        assert asked.end < end + 0.1, f"{when}: {leg} was under way until {asked.end:.2f} s, expected {end} s"


def railway(took: dict[str, int], full: list[str]) -> dict[str, Double | dict[str, int]]:
    """A world in which reserving takes so many seconds, giving back one, and a letter very long."""
    return {
        "LEGS": took,
        "reserve": double(
            "reserve",
            delay=lambda leg: float(took[leg]),
            reply=lambda leg: f"seat on {leg}",
            raises=lambda leg: LookupError(f"{leg} is full") if leg in full else None,
        ),
        "give_back": double("give_back", delay=1.0),
        "send_letter": double("send_letter", delay=30.0),
    }


def _names(seats: list[str], without: list[str]) -> str:
    left = list(seats)
    for seat in without:
        if seat in left:
            left.remove(seat)
    return ", ".join(map(str, left)) or "none"
