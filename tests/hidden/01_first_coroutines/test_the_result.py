"""the_result: the list's answer decides, and a seat is what was taken, not a promise of it."""

from grader.suite import Trace, double, fresh, points, record

GUESTS = fresh.words(4)
LISTED = set(fresh.shuffled(GUESTS)[:2])
SEATS = {guest: fresh.token() for guest in GUESTS}
SEATING = 0.1
# The slowest comes first, by more than taking a seat takes: the order of completion is never that of the guests.
TOOK = dict(zip(GUESTS, sorted(fresh.delays(4, 0.1, 0.5, 0.1), reverse=True), strict=True))

program = record(
    None,
    world={
        "GUESTS": GUESTS,
        "on_the_list": double("on_the_list", delay=TOOK.__getitem__, reply=LISTED.__contains__),
        "take_seat": double("take_seat", delay=SEATING, reply=SEATS.__getitem__),
    },
)


@points(1, "whoever is not on the list is turned away", public=True)
def test_turned_away(program: Trace) -> None:
    for guest in GUESTS:
        if guest not in LISTED:
            _assert_told(program, guest, f"{guest}: not on the list")


@points(1, "whoever is on the list comes in and is told the seat")
def test_comes_in(program: Trace) -> None:
    for guest in GUESTS:
        if guest in LISTED:
            _assert_told(program, guest, f"{guest}: come in, seat {SEATS[guest]}")


@points(1, "a seat is taken after the list has said yes, and for nobody else")
def test_yes_first(program: Trace) -> None:
    asked = [call.args[0] for call in program.calls("on_the_list")]
    assert sorted(asked) == sorted(GUESTS), (
        f"the list should be asked once for each guest; it was asked {len(asked)} times"
    )
    seated = [call.args[0] for call in program.calls("take_seat")]
    assert sorted(seated) == sorted(LISTED), f"{len(LISTED)} guests are on the list; seats taken: {len(seated)}"
    for guest in LISTED:
        answered = program.call("on_the_list", guest).end
        began = program.call("take_seat", guest).start
        assert answered <= began, f"{guest}: the list said yes at {answered:.2f} s, a seat was taken at {began:.2f} s"


@points(
    1, "the lines come in the order of the guests, and nobody waits longer than list and seat take", means="wrong-order"
)
def test_order_and_time(program: Trace) -> None:
    assert [line.partition(":")[0] for line in program.lines] == GUESTS
    asked = len(program.calls("on_the_list"))
    assert asked == len(GUESTS), f"the list should be asked once for each guest; it was asked {asked} times"
    at_least, at_most = max(TOOK.values()), sum(TOOK.values()) + SEATING * len(LISTED)
    assert at_least - 0.1 < program.elapsed < at_most + 0.4


def _assert_told(program: Trace, guest: str, wanted: str) -> None:
    told = [line for line in program.lines if line.startswith(f"{guest}:")]
    assert told == [wanted], f'expected the line "{wanted}"; got "{", ".join(told) or "no line about this guest"}"'
