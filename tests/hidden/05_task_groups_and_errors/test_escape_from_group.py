"""escape_from_group: whoever leaves a task group ends what runs in it first."""

import itertools
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from grader.record.trace import Raised
from grader.suite import Trace, Virtual, double, fresh, points, record

HOT = fresh.number(60, 140)
HOT_AFTER = 3
MINUTE, TURN, RINSE = 0.35, 0.9, 0.2
READY = HOT_AFTER * MINUTE
WORD = fresh.word()
DEADLINE = 3.5
"""Seconds. The longest of these takes 2 s when it is right; a program that stirs for ever is stopped."""


def leaves(raised: Raised) -> Iterator[tuple[str, str]]:
    if not raised.inner:
        yield raised.type, raised.message
    for inner in raised.inner:
        yield from leaves(inner)


as_it_is = record(None, deadline_s=DEADLINE)
hot = record(
    "main",
    world={
        "HOT": HOT,
        "temperature": double(
            "temperature", delay=MINUTE, reply=lambda minute: HOT if minute >= HOT_AFTER else HOT - 1
        ),
        "stir": double("stir", delay=TURN),
        "rinse": double("rinse", delay=RINSE),
        "fill": double("fill", delay=0.7),
    },
    deadline_s=DEADLINE,
)
lukewarm = record(
    "main",
    world={
        "HOT": HOT,
        "PATIENCE": 4,
        "temperature": double("temperature", delay=0.2, reply=HOT - 1),
        "stir": double("stir", delay=0.3),
        "rinse": double("rinse", delay=0.1),
        "fill": double("fill", delay=0.3),
    },
    deadline_s=DEADLINE,
)
no_reading = record(
    "main",
    world={
        "HOT": HOT,
        "temperature": double(
            "temperature", delay=0.5, reply=0, raises=lambda minute: OSError(WORD) if minute == 2 else None
        ),
        "stir": double("stir", delay=1.5),
        "rinse": double("rinse", delay=0.1),
        "fill": double("fill"),
    },
    deadline_s=DEADLINE,
    allow=("raise",),
)
no_stirring = record(
    "main",
    world={
        "HOT": HOT,
        "PATIENCE": 6,
        "temperature": double("temperature", delay=0.35, reply=0),
        "stir": double("stir", delay=0.5, raises=RuntimeError(WORD)),
        "rinse": double("rinse", delay=0.1),
        "fill": double("fill"),
    },
    deadline_s=DEADLINE,
    allow=("raise",),
)


@points(1, "the program fills the jam after 3 minutes, and ends", public=True)
def test_program(as_it_is: Trace, hot: Trace) -> None:
    assert as_it_is.lines == ["70 degrees", "90 degrees", "104 degrees", "spoon rinsed", "filled after 3 minutes"]
    assert as_it_is.elapsed < 1.6
    filled = hot.call("fill").start
    assert filled < READY + RINSE + 0.4, (
        f"here the jam is filled in time, but when it is hot at {READY:.2f} s and rinsing takes {RINSE} s, "
        f"it is filled at {filled:.2f} s"
    )
    assert hot.call("rinse").end <= filled, f"here the spoon is rinsed, but where that takes {RINSE} s, not to the end"


@points(1, "the jam is stirred as long as it is cooked, and stirring stops at once when it is hot")
def test_stirred(hot: Trace) -> None:
    turns = hot.calls("stir")
    assert turns, "nobody has stirred"
    free = 0.0
    for turn in turns:
        assert turn.start - free < 0.4, f"nobody stirred from {free:.2f} s to {turn.start:.2f} s"
        free = turn.end
    ready = hot.call("temperature", HOT_AFTER).end
    assert turns[-1].outcome == "cancelled", (
        f"the jam was hot at {ready:.2f} s, but the turn with the spoon went on until {turns[-1].end:.2f} s"
    )
    late = turns[-1].end - ready
    assert -0.3 < late < 0.45, f"the jam was hot at {ready:.2f} s, stirring ended at {turns[-1].end:.2f} s"


@points(1, "then the spoon is rinsed, and only then cook returns the minute")
def test_rinsed(hot: Trace) -> None:
    assert list(hot.call("fill").args) == [HOT_AFTER]
    rinse, filled = hot.call("rinse"), hot.call("fill").start
    order = hot.order()
    rinsed = "rinse() ends" in order and order.index("rinse() ends") < order.index(f"fill({HOT_AFTER}) begins")
    assert rinsed, f"cook returned at {filled:.2f} s; rinsing had been begun at {rinse.start:.2f} s and takes {RINSE} s"
    assert rinse.outcome == "replied", "the rinsing of the spoon was cancelled"
    late = hot.call("fill").start - hot.call("temperature", HOT_AFTER).end
    assert late < RINSE + 0.35, f"rinsing takes {RINSE} s, but cook returned {late:.2f} s after the jam was hot"


@points(1, "when the jam does not get hot, cook gives up after PATIENCE minutes and returns 0")
def test_patience(lukewarm: Trace) -> None:
    assert list(lukewarm.call("fill").args) == [0]
    minutes = [call.args[0] for call in lukewarm.calls("temperature")]
    assert minutes == [1, 2, 3, 4], f"PATIENCE is 4, the temperature was read in the minutes {minutes}"
    assert lukewarm.call("fill").start < 4 * 0.2 + 0.1 + 0.4


@points(1, "an error of the thermometer ends the stirring and comes out of cook", means="lost-exception")
def test_no_reading(no_reading: Trace) -> None:
    failed = no_reading.call("temperature", 2).end
    assert no_reading.raised is not None, f"the thermometer raised OSError({WORD!r}), but cook returned"
    assert ("OSError", WORD) in list(leaves(no_reading.raised)), f"main raised {no_reading.raised}; expected OSError"
    assert no_reading.call("rinse").outcome == "replied", "the spoon was not rinsed"
    rinsed = no_reading.call("rinse").start
    late = rinsed - failed
    assert -0.2 < late < 0.35, f"the thermometer failed at {failed:.2f} s, the spoon was rinsed at {rinsed:.2f} s"


@points(1, "an error of the stirring ends the reading and comes out of cook", means="lost-exception")
def test_no_stirring(no_stirring: Trace) -> None:
    failed = no_stirring.calls("stir")[0].end if no_stirring.calls("stir") else None
    assert failed is not None, "nobody has stirred"
    assert no_stirring.raised is not None, f"stirring raised RuntimeError({WORD!r}), but cook returned"
    found = list(leaves(no_stirring.raised))
    assert ("RuntimeError", WORD) in found, f"main raised {no_stirring.raised}; expected RuntimeError"
    assert no_stirring.call("rinse").outcome == "replied", "the spoon was not rinsed"
    late = no_stirring.elapsed - failed
    assert late < 0.1 + 0.45, f"stirring failed at {failed:.2f} s, but cook went on for {late:.2f} s"


@points(1, "however long the minutes and the turns are, and whatever fails, cook ends when it should")
@given(
    minutes=st.lists(st.integers(1, 4), min_size=1, max_size=5),
    hot_after=st.integers(1, 6),
    unread=st.integers(1, 12),
    unstirred=st.integers(1, 30),
)
def test_any_jam(virtual: Virtual, minutes: list[int], hot_after: int, unread: int, unstirred: int) -> None:
    last = min(hot_after, unread, len(minutes))
    end, error = float(sum(minutes[:last])), "OSError" if unread == last else None
    stuck = unstirred * 0.73 < end
    if stuck:
        end, error = unstirred * 0.73, "RuntimeError"
    turns = itertools.count(1)
    turn = itertools.count(1)
    trace = virtual(
        "main",
        world={
            "HOT": 100,
            "PATIENCE": len(minutes),
            "temperature": double(
                "temperature",
                delay=lambda minute: float(minutes[minute - 1]),
                reply=lambda minute: 100 if minute >= hot_after else 20,
                raises=lambda minute: OSError("thermometer") if minute == unread else None,
            ),
            # Turns of 0.73 s never end with a minute. The 40th would end after the hour that a run may take.
            "stir": double(
                "stir",
                delay=lambda: 0.73 if next(turns) < 40 else 5000.0,
                raises=lambda: RuntimeError("spoon") if stuck and next(turn) == unstirred else None,
            ),
            "rinse": double("rinse"),
            "fill": double("fill", delay=20.0),
        },
        allow=("raise",),
    )
    when = f"when the minutes take {minutes} s, " + (
        f"{'the thermometer' if error == 'OSError' else 'stirring'} raises {error} at {end:g} s"
        if error
        else f"the jam is hot after {hot_after} of them"
        if hot_after == last
        else "the jam does not get hot"
    )
    assert len(trace.calls("stir")) < 40, f"{when}: stirring never ended; expected the end at {end:g} s"
    found = {kind for kind, _ in leaves(trace.raised)} if trace.raised else set()
    assert found == ({error} if error else set()), f"{when}: cook raised {', '.join(found) or 'nothing'}"
    stirred = trace.calls("stir")
    assert len(stirred) == int(end / 0.73 - 0.01) + 1, f"{when}: {len(stirred)} turns with the spoon were begun"
    assert stirred[-1].end < end + 0.1, f"{when}: stirring ended at {stirred[-1].end:.2f} s, expected {end:g} s"
    rinsed = [call.outcome for call in trace.calls("rinse")]
    assert len(rinsed) == 1, f"{when}: the spoon was rinsed {len(rinsed)} times"
    assert rinsed == ["replied"], f"{when}: the rinsing of the spoon was cancelled"
    if error is None:
        filled = trace.call("fill")
        minute = hot_after if hot_after == last else 0
        assert list(filled.args) == [minute], f"{when}: cook returned {filled.args[0]!r}, expected {minute}"
        assert filled.start < end + 0.1, f"{when}: cook returned at {filled.start:.2f} s, expected {end:g} s"
