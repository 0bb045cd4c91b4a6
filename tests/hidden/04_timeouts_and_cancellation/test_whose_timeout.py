"""whose_timeout: compare tells its own limits, a caller's cancellation and a TimeoutError of ask apart."""

from collections.abc import Mapping
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from grader.suite import Recipe, Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("EACH", "WHOLE", "SECONDS", "PRICES", "ask", "main")

SHOPS = fresh.words(5)
PRICES = {shop: fresh.number(1, 999) for shop in SHOPS}
EACH, LONG, WHOLE = 0.6, 1.2, 1.5
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


def params(
    shops: list[str],
    after: float | None,
    stay: float,
    *,
    later: bool = False,
    before: bool = False,
    cut: bool = False,
) -> dict[str, Any]:
    return {"shops": shops, "after": after, "stay": stay, "later": later, "before": before, "cut": cut}


def compared(delays: list[float], each: float, after: float | None = None) -> Recipe:
    """A comparison of as many shops as there are delays, cancelled after a while."""
    return record(
        "compare",
        WAIT,
        scenario=True,
        params=params(SHOPS[: len(delays)], after, 0.4),
        world=market(dict(zip(SHOPS, delays, strict=False)), each, WHOLE),
    )


def failed(error: Exception) -> Recipe:
    """A comparison whose second shop raises something."""
    world = market(dict.fromkeys(SHOPS, 0.1), EACH, WHOLE, {SHOPS[1]: error})
    return record("compare", SHOPS, world=world, allow=("raise",))


as_it_is = record(None)
# All answers and cancellations are 0.4 s or more away from a limit.
each = compared([0.1, 2.0, 0.2], EACH)
# WHOLE is reached during the fourth.
whole = compared([0.3, 0.3, 0.35, 2.0, 0.4], LONG)
stopped = compared([0.1, 1.0, 0.4, 0.2], LONG, after=0.55)
own_timeout = failed(TimeoutError("database too slow"))
connection = failed(ConnectionError("no such shop"))


def ended(trace: Trace) -> str:
    """How compare ended and when, for people."""
    end = trace.notes("ended")[0]
    return f"it {end.value} at {end.at:.2f} s"


@points(1, "the program compares prices for 1.6 s", public=True)
def test_program(as_it_is: Trace, whole: Trace) -> None:
    assert as_it_is.lines == ["anna 12, carl 10"]
    assert 1.4 < as_it_is.elapsed < 2.0
    end = whole.notes("ended")[0]
    assert end.at < WHOLE + 0.45, f"here it takes {as_it_is.elapsed:.2f} s, but when WHOLE is {WHOLE} s, {ended(whole)}"
    assert whole.returned == {shop: PRICES[shop] for shop in SHOPS[:3]}, (
        f"here anna and carl are found, but when WHOLE, {WHOLE} s, comes during the fourth shop, "
        f"compare returns {whole.returned}"
    )


@points(1, "a shop that takes longer than EACH is left out, and ask is cancelled")
def test_each(each: Trace) -> None:
    end = each.notes("ended")[0]
    assert end.value == "returned", f"1 of 3 shops was too slow; expected compare to return; {ended(each)}"
    expected = {shop: PRICES[shop] for shop in (SHOPS[0], SHOPS[2])}
    assert each.returned == expected, (
        f"1 of 3 shops was too slow; expected {expected}, compare returned {each.returned}"
    )
    peak = each.peak("ask")
    assert peak == 1, f"expected one shop to be asked after the other; {peak} were asked at the same time"
    slow = each.call("ask", SHOPS[1])
    assert slow.outcome == "cancelled", f"{SHOPS[1]} took longer than EACH, and the question to it was not cancelled"
    assert EACH - 0.1 < slow.seconds < EACH + 0.35
    took = end.at
    assert took < EACH + 0.3 + 0.4, f"compare took {took:.2f} s; expected about {EACH + 0.3:.1f} s"


@points(1, "after WHOLE, compare returns the offers that it has")
def test_whole(whole: Trace) -> None:
    end = whole.notes("ended")[0]
    assert end.value == "returned", (
        f"WHOLE is {WHOLE} s; expected compare to return the offers it has by then; {ended(whole)}"
    )
    assert WHOLE - 0.1 < end.at < WHOLE + 0.45, f"WHOLE is {WHOLE} s; {ended(whole)}"
    expected = {shop: PRICES[shop] for shop in SHOPS[:3]}
    assert whole.returned == expected, (
        f"WHOLE is {WHOLE} s; expected the offers by then, {expected}; compare returned {whole.returned}"
    )
    last = whole.call("ask", SHOPS[3])
    assert last.outcome == "cancelled", f"the question to {SHOPS[3]} was under way at WHOLE and was not cancelled"


@points(
    1,
    "somebody else's cancellation ends compare at once, as cancelled",
    means=("mistaken-cancellation", "swallowed-cancellation"),
)
def test_stopped(stopped: Trace) -> None:
    cancel, end = stopped.notes("cancel")[0], stopped.notes("ended")[0]
    assert end.value == "was cancelled", f"compare was cancelled at {cancel.at:.2f} s; {ended(stopped)}"
    late = end.at - cancel.at
    assert late < 0.45, f"compare was cancelled at {cancel.at:.2f} s; {ended(stopped)}"
    asked = [call.args[0] for call in stopped.calls("ask")]
    assert asked == SHOPS[:2], f"compare was cancelled at {cancel.at:.2f} s and went on to ask {', '.join(asked[2:])}"


@points(1, "compare raises any error of ask, even a TimeoutError of its own", means="lost-exception")
def test_errors(own_timeout: Trace, connection: Trace) -> None:
    for trace, expected in (
        (own_timeout, "TimeoutError: database too slow"),
        (connection, "ConnectionError: no such shop"),
    ):
        raised = f"raised {trace.raised.type}: {trace.raised.message}" if trace.raised else f"returned {trace.returned}"
        assert raised == f"raised {expected}", f"ask raised {expected!r} after 0.1 s; compare {raised}"


@points(1, "compare raises an error that ask raises when it is cancelled")
def test_cut_off(virtual: Virtual) -> None:
    cut = virtual(
        "compare",
        WAIT,
        scenario=True,
        params=params(SHOPS[:2], None, 1.0, cut=True),
        world=market(dict.fromkeys(SHOPS, 2.0), EACH, WHOLE),
    )
    if cut.notes("cut off"):
        end = cut.notes("ended")[0].value
        assert end == "raised RuntimeError: the line is dead", (
            f"when ask is cancelled after EACH, {EACH} s, and raises 'RuntimeError: the line is dead': "
            f"expected compare to raise that; it {end}"
        )


@points(1, "a limit that was reached leaves nothing behind")
def test_nothing_left(each: Trace, whole: Trace) -> None:
    for trace, limit in ((each, "EACH"), (whole, "WHOLE")):
        notes = trace.notes("left")
        assert notes, f"{limit} was reached; expected compare to return, but {ended(trace)}"
        left = notes[0].value
        assert left == 0, f"{limit} was reached; after compare, cancelling() of its caller's task is {left}, not 0"


# Off every grid; no sum of answers comes to a limit, or to a moment of cancellation.
MOMENTS = st.sampled_from([0.0137, 0.2931, 0.7771, 1.9017, 3.3331, 8.7003])
ERRORS = (TimeoutError, ConnectionError, OSError, ValueError, KeyError)


@points(1, "compare tells limits, errors and cancellations apart at any moment")
@given(
    each_s=st.sampled_from([0.137, 1.003, 2.713]),
    whole_s=st.sampled_from([0.51, 1.717, 4.009]),
    seconds=st.lists(st.sampled_from([0.0, 0.0531, 0.2917, 0.9011, 1.5013, 9.7]), min_size=1, max_size=4),
    # A moment; None: at EACH of the first shop; "WHOLE": at WHOLE.
    after=st.one_of(MOMENTS, st.sampled_from([None, "WHOLE"])),
    later=st.booleans(),
    before=st.sampled_from([False, False, True]),
    failing=st.integers(0, 8),
    error=st.sampled_from(ERRORS),
)
# The cancellation comes at the moment of EACH, and at that of WHOLE.
@example(
    each_s=1.003, whole_s=4.009, seconds=[9.7, 9.7], after=None, later=False, before=False, failing=0, error=OSError
)
@example(
    each_s=1.003, whole_s=4.009, seconds=[9.7, 9.7], after=None, later=True, before=False, failing=0, error=OSError
)
@example(each_s=2.713, whole_s=1.717, seconds=[9.7], after="WHOLE", later=False, before=False, failing=0, error=OSError)
def test_any_order(
    virtual: Virtual,
    each_s: float,
    whole_s: float,
    seconds: list[float],
    after: float | str | None,
    later: bool,
    before: bool,
    failing: int,
    error: type[Exception],
) -> None:
    took = {f"shop {n}": second for n, second in enumerate(seconds, start=1)}
    bad = f"shop {failing}"
    cancelled_at = whole_s if after == "WHOLE" else each_s if after is None else float(after)
    trace = virtual(
        "compare",
        WAIT,
        scenario=True,
        params=params(list(took), cancelled_at, 30.0, later=later, before=before),
        world=market(took, each_s, whole_s, {bad: error("closed")}),
    )
    offers, now, result = {}, 0.0, "returned"
    for shop, second in took.items():
        now += min(second, each_s)
        if now >= whole_s:
            now = whole_s
            break
        if second < each_s and shop == bad:
            result = f"raised {error.__name__}: {error('closed')}"
            break
        if second < each_s:
            offers[shop] = 7
    fault = f", {bad} raises {error.__name__}" if bad in took else ""
    when = (
        f"when EACH is {each_s:g} s, WHOLE {whole_s:g} s, the shops take {', '.join(f'{s:g}' for s in took.values())} s"
        f"{fault} and compare is cancelled at {cancelled_at:g} s"
        + (" (its task was cancelled before, and continued)" if before else "")
    )
    end = trace.notes("ended")[0]
    expected = {"was cancelled"} if cancelled_at < now - 1e-6 else {result}
    if abs(cancelled_at - now) < 1e-6:
        expected = {result, "was cancelled"}
    should = " or ".join(sorted(expected)).replace("was cancelled", "been cancelled")
    assert end.value in expected, f"{when}: {ended(trace)}; it should have {should}"
    at = min(cancelled_at, now)
    assert abs(float(end.at) - at) < 1e-4, f"{when}: {ended(trace)}; expected at {at:.3f} s"
    if end.value == "returned":
        assert trace.returned == offers, f"{when}: compare returned {trace.returned}; expected {offers}"
        left = trace.notes("left")[0].value
        assert left == 0, f"{when}: after compare, cancelling() of its caller's task has changed by {left}"
        hit = trace.notes("hit")
        assert not hit, f"{when}: compare had returned, and at {hit[0].at:.3f} s its caller was cancelled"
