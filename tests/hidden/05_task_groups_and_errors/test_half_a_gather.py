"""half_a_gather: when one reservation fails the others are called off, and nothing stays reserved."""

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("LEGS", "reserve", "give_back", "send_letter", "main")

LEGS = fresh.words(5)
SEATS = {leg: f"seat {fresh.token()}" for leg in LEGS}
FAULT = f"train {fresh.number(100, 999)} is full"
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
        f"here seat 20 is given back, but when the third of 5 legs is full, these seats are reserved: "
        f"{_names(reserved)}; and these given back: {_names(back)}"
    )


@points(1, "when a leg is full, the other reservations are called off at once", means="leaked-task")
def test_called_off(full: Trace) -> None:
    failure = full.call("reserve", FULL).end
    for leg in LEGS:
        if DELAYS[leg] > DELAYS[FULL]:
            other = full.call("reserve", leg)
            assert other.outcome == "cancelled", (
                f"{FULL} was full at {failure:.2f} s; expected {leg} to be called off, "
                f"it went on until {other.end:.2f} s"
            )
            late = other.end - failure
            assert late < 0.45, f"{FULL} was full; {leg} was called off {late:.2f} s later, expected at once"


@points(1, "every seat that was reserved is given back, once")
def test_given_back(full: Trace) -> None:
    reserved, back = kept(full)
    assert reserved, f"expected two seats to be reserved before {FULL} turns out to be full; none was"
    assert back == reserved, (
        f"expected {_names(reserved)} to be given back; missing: {_names(reserved, back)}; "
        f"too many: {_names(back, reserved)}"
    )
    order = full.order()
    letter = next((order.index(event) for event in order if event.startswith("send_letter")), len(order))
    for seat in back:
        assert order.index(f"give_back({seat}) ends") < letter, f"{seat} was given back only after book had ended"


@points(1, "when the seats are given back, the letter says which leg is full", means="uncaught-group")
def test_letter(full: Trace) -> None:
    letter = full.call("send_letter")
    assert list(letter.args) == [f"no journey: {FAULT}"], (
        f"expected the letter to say 'no journey: {FAULT}'; it says {letter.args[0]!r}"
    )
    # Two seats are given back in 0.1 s each, together or one after the other.
    late = letter.start - full.call("reserve", FULL).end
    assert late < 0.6, (
        f"the letter was started {late:.2f} s after {FULL} had turned out to be full; expected 0.1 to 0.2 s"
    )


@points(
    1,
    "without a full leg, all legs are booked at once, in their order",
    means=("sequential-await", "wrong-order"),
)
def test_well(well: Trace) -> None:
    assert well.returned == [SEATS[leg] for leg in LEGS]
    assert not well.calls("give_back"), "no leg was full; expected all seats to be kept, but some were given back"
    assert well.elapsed < max(WELL.values()) + 0.45


# In thousandths; some legs answer at the same moment.
MOMENTS = st.sampled_from([0, 1, 137, 713, 1713, 1714, 5003, 9001])


@points(1, "whenever and whichever legs turn out full, nothing stays reserved")
@given(
    legs=st.lists(st.tuples(MOMENTS, st.sampled_from([True, True, False])), min_size=1, max_size=6),
    same=st.booleans(),
    back_s=st.sampled_from([0.0, 0.137, 1.303]),
)
def test_any_leg(virtual: Virtual, legs: list[tuple[int, bool]], same: bool, back_s: float) -> None:
    took = {f"leg {n}": milliseconds / 1000 for n, (milliseconds, _) in enumerate(legs, start=1)}
    full = [leg for leg, (_, free) in zip(took, legs, strict=True) if not free]
    seats = {leg: "seat 12" if same else f"seat {n}" for n, leg in enumerate(took, start=7)}
    trace = virtual("main", world=railway(took, full, seats, back_s))
    when = "when " + ", ".join(
        f"{leg} {'is full' if leg in full else 'is reserved'} after {seconds} s" for leg, seconds in took.items()
    )
    reserved, back = kept(trace)
    expected = [] if not full else reserved
    assert back == expected, f"{when}: expected {_names(expected)} to be given back; given back: {_names(back)}"
    end = min((took[leg] for leg in full), default=max(took.values()))
    texts = [f"no journey: {leg} is full" for leg in full if took[leg] == end]
    texts = texts or [f"journey: {', '.join(seats.values())}"]
    letter = trace.call("send_letter")
    assert letter.args[0] in texts, f"{when}: expected the letter to say {texts[0]!r}; it says {letter.args[0]!r}"
    latest = end + len(back) * back_s
    assert float(letter.start) < latest + 1e-4, (
        f"{when}, and give_back takes {back_s} s: the letter was started at {letter.start:.3f} s; "
        f"expected by {latest:.3f} s"
    )
    for leg in took:
        asked = trace.call("reserve", leg)
        assert float(asked.end) < end + 1e-4, f"{when}: {leg} was under way until {asked.end:.3f} s, expected {end} s"
    for returned in trace.calls("give_back"):
        assert float(returned.end) <= float(letter.start), (
            f"{when}: book ended at {letter.start:.3f} s, before {returned.args[0]} had been given back"
        )


def railway(
    took: dict[str, float], full: list[str], seats: dict[str, str], back_s: float
) -> dict[str, Double | dict[str, float]]:
    """A world in which reserving takes that many seconds, and a letter very long."""
    return {
        "LEGS": took,
        "reserve": double(
            "reserve",
            delay=lambda leg: took[leg],
            reply=lambda leg: seats[leg],
            raises=lambda leg: LookupError(f"{leg} is full") if leg in full else None,
        ),
        "give_back": double("give_back", delay=back_s),
        "send_letter": double("send_letter", delay=30.0),
    }


def _names(seats: list[str], without: list[str] | None = None) -> str:
    left = list(seats)
    for seat in without or []:
        if seat in left:
            left.remove(seat)
    return ", ".join(map(str, left)) or "no seat"
