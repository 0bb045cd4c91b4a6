"""whose_timeout: one's own limit, somebody else's cancellation and a callee's TimeoutError are three things."""

from collections.abc import Mapping
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import Recipe, Trace, Virtual, double, fresh, points, record

SHOPS = fresh.words(5)
PRICES = {shop: fresh.number(1, 999) for shop in SHOPS}
EACH, WHOLE = 0.6, 1.5
WAIT = double("wait", delay=lambda seconds: seconds)


def market(
    delays: Mapping[str, float], each: float, whole: float, errors: Mapping[str, Exception] | None = None
) -> dict[str, Any]:
    """The shops, and the limits."""
    failing = errors or {}
    ask = double(
        "ask",
        delay=lambda shop: delays[shop],
        reply=lambda shop: PRICES.get(shop, 7),
        raises=lambda shop: failing.get(shop),
    )
    return {"ask": ask, "EACH": each, "WHOLE": whole}


def compared(delays: list[float], after: float | None = None) -> Recipe:
    """A comparison of as many shops as there are delays, cancelled after a while."""
    params: dict[str, Any] = {"shops": SHOPS[: len(delays)], "after": after, "stay": 0.4}
    return record(
        "compare",
        WAIT,
        scenario=True,
        params=params,
        world=market(dict(zip(SHOPS, delays, strict=False)), EACH, WHOLE),
    )


def failed(error: Exception) -> Recipe:
    """A comparison whose second shop raises something."""
    world = market(dict.fromkeys(SHOPS, 0.1), EACH, WHOLE, {SHOPS[1]: error})
    return record("compare", SHOPS, world=world, allow=("raise",))


as_it_is = record(None)
each = compared([0.1, 2.0, 0.2])
# WHOLE is reached during the fourth.
whole = compared([0.3, 0.3, 0.35, 2.0, 0.4])
stopped = compared([0.1, 0.4, 0.4, 0.2], after=0.3)
own_timeout = failed(TimeoutError("database too slow"))
connection = failed(ConnectionError("no such shop"))


def ended(trace: Trace) -> str:
    """How compare ended and when, for people."""
    end = trace.notes("ended")[0]
    return f"it {end.value} at {end.at:.2f} s"


@points(1, "the program compares for 1.6 s", public=True)
def test_program(as_it_is: Trace, whole: Trace) -> None:
    assert as_it_is.lines == ["anna 12, carl 10"]
    assert 1.4 < as_it_is.elapsed < 2.0
    end = whole.notes("ended")[0]
    assert end.at < WHOLE + 0.35, f"here it takes {as_it_is.elapsed:.2f} s, but when WHOLE is {WHOLE} s, {ended(whole)}"
    assert whole.returned == {shop: PRICES[shop] for shop in SHOPS[:3]}, (
        f"here anna and carl are found, but when WHOLE, {WHOLE} s, comes during the fourth shop, "
        f"compare returns {whole.returned}"
    )


@points(1, "a shop that takes longer than EACH is left out, and its question cancelled")
def test_each(each: Trace) -> None:
    end = each.notes("ended")[0]
    assert end.value == "returned", f"one of three shops was too slow, and {ended(each)}"
    assert each.returned == {shop: PRICES[shop] for shop in (SHOPS[0], SHOPS[2])}
    peak = each.peak("ask")
    assert peak == 1, f"{peak} shops were being asked at once; expected one after the other"
    slow = each.call("ask", SHOPS[1])
    assert slow.outcome == "cancelled", f"the question to {SHOPS[1]} was not cancelled"
    assert EACH - 0.1 < slow.seconds < EACH + 0.3
    took = end.at
    assert took < EACH + 0.3 + 0.4, f"compare took {took:.2f} s; expected about {EACH + 0.3:.1f} s"


@points(1, "after WHOLE compare returns what it has")
def test_whole(whole: Trace) -> None:
    end = whole.notes("ended")[0]
    assert end.value == "returned", f"after WHOLE, {WHOLE} s, compare should return what it has, but {ended(whole)}"
    assert WHOLE - 0.1 < end.at < WHOLE + 0.35, f"WHOLE was {WHOLE} s, and {ended(whole)}"
    assert whole.returned == {shop: PRICES[shop] for shop in SHOPS[:3]}
    last = whole.call("ask", SHOPS[3])
    assert last.outcome == "cancelled", f"the question to {SHOPS[3]} was under way at WHOLE and was not cancelled"


@points(2, "somebody else's cancellation ends compare at once, as cancelled", means="swallowed-cancellation")
def test_stopped(stopped: Trace) -> None:
    cancel, end = stopped.notes("cancel")[0], stopped.notes("ended")[0]
    assert end.value == "was cancelled", f"cancelled at {cancel.at:.2f} s, {ended(stopped)}"
    late = end.at - cancel.at
    assert late < 0.45, f"cancelled at {cancel.at:.2f} s, {ended(stopped)}"
    asked = [call.args[0] for call in stopped.calls("ask")]
    assert asked == SHOPS[:2], f"cancelled at {cancel.at:.2f} s, it went on to ask {', '.join(asked[2:])}"


@points(1, "what ask raises goes to the caller, its own TimeoutError as well", means="lost-exception")
def test_errors(own_timeout: Trace, connection: Trace) -> None:
    for trace, name in ((own_timeout, "TimeoutError"), (connection, "ConnectionError")):
        assert trace.raised is not None, f"ask raised {name} after 0.1 s, and compare returned {trace.returned}"
        assert trace.raised.type == name, f"ask raised {name} after 0.1 s, and compare raised {trace.raised.type}"


@points(1, "nothing is left behind of a limit that was reached")
def test_nothing_left(each: Trace, whole: Trace) -> None:
    for trace, limit in ((each, "EACH"), (whole, "WHOLE")):
        notes = trace.notes("cancelling")
        assert notes, f"{limit} was reached, and {ended(trace)}"
        left = notes[0].value
        assert left == 0, f"{limit} was reached, and afterwards the caller's task has cancelling() == {left}"


@points(1, "whatever comes first, or at the same moment, it is never mistaken")
@given(
    each_s=st.integers(1, 3),
    whole_s=st.integers(1, 6),
    # Tenths, so that no answer comes at the moment of a limit or of a cancellation.
    seconds=st.lists(st.integers(0, 4), min_size=1, max_size=4),
    after=st.integers(1, 14),
)
# The cancellation comes at the moment of EACH, and at that of WHOLE.
@example(each_s=2, whole_s=4, seconds=[2, 2], after=4)
@example(each_s=3, whole_s=2, seconds=[2], after=4)
def test_any_order(virtual: Virtual, each_s: int, whole_s: int, seconds: list[int], after: int) -> None:
    took = {f"shop-{n}": second + 0.1 for n, second in enumerate(seconds, start=1)}
    cancelled_at = after / 2
    trace = virtual(
        "compare",
        WAIT,
        scenario=True,
        params={"shops": list(took), "after": cancelled_at, "stay": 30.0},
        world=market(took, float(each_s), float(whole_s)),
    )
    offers, now = {}, 0.0
    for shop, second in took.items():
        now += min(second, each_s)
        if now >= whole_s:
            now = float(whole_s)
            break
        if second < each_s:
            offers[shop] = 7
    when = (
        f"when EACH is {each_s} s, WHOLE {whole_s} s, the shops take {', '.join(f'{s:g}' for s in took.values())} s "
        f"and compare is cancelled at {cancelled_at:g} s"
    )
    end = trace.notes("ended")[0]
    expected = {"was cancelled"} if cancelled_at < now else {"returned"}
    if cancelled_at == now:
        expected = {"returned", "was cancelled"}
    assert end.value in expected, f"{when}: {ended(trace)}; expected that it {' or '.join(sorted(expected))}"
    at = min(cancelled_at, now)
    assert abs(end.at - at) < 0.05, f"{when}: {ended(trace)}; expected at {at:g} s"
    if end.value == "returned":
        assert trace.returned == offers, f"{when}: returned {trace.returned}; expected {offers}"
        left = trace.notes("cancelling")[0].value
        assert left == 0, f"{when}: afterwards the caller's task has cancelling() == {left}"
