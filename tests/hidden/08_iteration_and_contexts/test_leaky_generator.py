"""leaky_generator: whatever ends the search, the list is closed before it ends."""

from collections.abc import Collection, Mapping, Sequence

from hypothesis import assume, given
from hypothesis import strategies as st

from grader.suite import Double, Trace, Virtual, double, ending, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("OPEN", "next_copy", "is_signed", "close", "set_aside", "main")

TITLE, OTHER = fresh.words(2)
COPIES = [f"{TITLE} {token}" for token in (fresh.token(), fresh.token(), fresh.token(), fresh.token())]
SIGNED = 1
"""The first of the signed copies; the last one is signed as well."""
FAULT = f"{fresh.word()} is out"
CLOSE_S = 0.35
CANCELLED_S = 0.45
WAIT = double("wait", delay=lambda seconds: seconds)
AT_ONCE_S = 1e-4
"""On the virtual clock."""
KINDS: list[type[Exception]] = [OSError, TimeoutError, RuntimeError, KeyError, ValueError]


def shop(
    copies: Sequence[str],
    signed: Collection[int],
    *,
    read_s: float | Sequence[float] = 0.1,
    look_s: float = 0.2,
    close_s: float = CLOSE_S,
    failing: Mapping[str, Exception] | None = None,
) -> dict[str, Double]:
    """The world: these copies, some of them signed. Of ``next_copy 2``, ``is_signed 0``, ``close`` some are failing."""
    errors = failing or {}
    return {
        "next_copy": double(
            "next_copy",
            delay=lambda _, number: read_s if isinstance(read_s, float) else read_s[number],
            reply=lambda _, number: copies[number] if number < len(copies) else None,
            raises=lambda _, number: errors.get(f"next_copy {number}"),
        ),
        "is_signed": double(
            "is_signed",
            delay=look_s,
            reply=lambda copy: copies.index(copy) in signed,
            raises=lambda copy: errors.get(f"is_signed {copies.index(copy)}"),
        ),
        "close": double("close", delay=close_s, raises=errors.get("close")),
        "set_aside": double("set_aside", delay=0.5),
    }


as_it_is = record(None)
found = record("main", world=shop(COPIES, [SIGNED, 3]))
failed = record("search", WAIT, TITLE, scenario=True, world=shop(COPIES, [], failing={"is_signed 1": OSError(FAULT)}))
cancelled = record("search", WAIT, TITLE, [CANCELLED_S], scenario=True, world=shop(COPIES, [], look_s=1.0))


def often(times: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(times, f"{times} times")


def closed_in_time(trace: Trace, title: str, when: str = "") -> None:
    """The list was closed, once, by the time the search ended."""
    note = trace.notes("ended")[0]
    calls = trace.calls("close")
    opening = trace.calls("next_copy")[:1]
    opened = [call for call in opening if call.outcome == "replied"]
    assert len(calls) <= 1, f"{when}close was called {often(len(calls))}; expected once"
    assert calls or not opened, f"{when}close was never called"
    for call in calls:
        assert call.args == (title,), f"{when}close was called for {call.args[0]!r}; expected {title!r}"
        assert call.end <= note.at, (
            f"{when}first_signed ended at {note.at:.2f} s, but the list was closed only at {call.end:.2f} s"
        )


@points(1, "the program closes the list and then sets the copy aside", public=True)
def test_program(as_it_is: Trace, found: Trace) -> None:
    assert as_it_is.lines == ["Dune is closed", "Dune 2 is set aside"]
    assert 0.7 < as_it_is.elapsed < 1.4
    aside = found.call("set_aside", COPIES[SIGNED]).start
    closed = [call.end for call in found.calls("close") if call.outcome == "replied" and call.end <= aside]
    assert closed, (
        f"your list is closed first, but when closing takes {CLOSE_S} s and copy {SIGNED} is signed, set_aside is "
        f"called at {aside:.2f} s, before the list is closed"
    )


@points(1, "the list is closed before the copy is set aside", means="skipped-cleanup")
def test_before(found: Trace) -> None:
    aside = found.call("set_aside", COPIES[SIGNED])
    times = len(found.calls("close"))
    assert times == 1, f"close was called {often(times)}; expected once"
    close = found.calls("close")[0]
    assert close.args == ("Dune",), f"close was called for {close.args[0]!r}; expected 'Dune'"
    assert close.end <= aside.start, (
        f"set_aside was called at {aside.start:.2f} s, but the list was closed only at {close.end:.2f} s"
    )
    late = aside.start - close.end
    assert late < 0.35, f"the list was closed at {close.end:.2f} s, but set_aside was called {late:.2f} s later"


@points(1, "each copy is looked at once, and none after the first signed one")
def test_no_further(found: Trace) -> None:
    asked = [call.args[1] for call in found.calls("next_copy")]
    assert asked == list(range(SIGNED + 1)), f"copy {SIGNED} is signed, but next_copy was called for the copies {asked}"
    looked = [call.args[0] for call in found.calls("is_signed")]
    assert looked == COPIES[: SIGNED + 1], (
        f"is_signed was called for {', '.join(looked) or 'none'}; expected {', '.join(COPIES[: SIGNED + 1])}"
    )


@points(
    1,
    "when is_signed fails, the list is closed before the error comes out",
    means=("skipped-cleanup", "lost-exception"),
)
def test_failed(failed: Trace) -> None:
    how = failed.notes("ended")[0].value
    assert how == f"OSError: {FAULT}", f"first_signed {ending(how)}; it should have raised OSError: {FAULT}"
    closed_in_time(failed, TITLE)


@points(1, "when the search is cancelled, the list is closed before it ends", means="skipped-cleanup")
def test_cancelled(cancelled: Trace) -> None:
    note = cancelled.notes("ended")[0]
    assert note.value == "cancelled", f"first_signed {ending(note.value)}; it should have been cancelled"
    closed_in_time(cancelled, TITLE)
    late = note.at - cancelled.call("wait", CANCELLED_S).end - CLOSE_S
    assert late < 0.4, (
        f"closing takes {CLOSE_S} s, but first_signed ended {late + CLOSE_S:.2f} s after it was cancelled"
    )


def searched(trace: Trace, names: Sequence[str], signed: Collection[int], when: str) -> None:
    """The calls were those of a search, one at a time and without a pause, and no further than needed."""
    calls = [call for call in trace.calls() if call.name != "wait"]
    wanted: list[str] = []
    for number, name in enumerate(names):
        wanted += [f"next_copy({OTHER}, {number})", f"is_signed({name})"]
        if number in signed:
            break
    else:
        wanted.append(f"next_copy({OTHER}, {len(names)})")
    seen = [str(call) for call in calls if call.name != "close"]
    whole = not trace.notes("cancel") and not any(call.outcome == "raised" for call in calls if call.name != "close")
    wanted = wanted if whole else wanted[: len(seen)]
    assert seen == wanted, (
        f"{when}expected the calls {', '.join(wanted)}; first_signed made {', '.join(seen) or 'none'}"
    )
    over, last = 0.0, "it"
    for call in calls:
        assert abs(call.start - over) < AT_ONCE_S, f"{when}{call} began at {call.start:g} s, {last} ended at {over:g} s"
        over, last = float(call.end), str(call)
    end = trace.notes("ended")[0].at
    assert abs(end - over) < AT_ONCE_S, f"{when}{last} ended at {over:g} s, but first_signed at {end:g} s"


STEP = st.integers(137, 2000)
SEARCH = st.tuples(st.integers(0, 5), st.sets(st.integers(0, 6), max_size=3))
READS = st.lists(STEP, min_size=6, max_size=6)
TROUBLE = st.one_of(
    st.none(),
    st.none(),
    st.builds("next_copy {}".format, st.integers(0, 4)),
    st.builds("is_signed {}".format, st.integers(0, 4)),
    st.just("close"),
)


def told(copies: int, signed: Collection[int], failing: Mapping[str, Exception]) -> str:
    """The drawn search, in words."""
    its = [f"copy-{number}" for number in sorted(signed) if number < copies]
    words = f"when there are {copies} copies" if copies != 1 else "when there is 1 copy"
    words += f", of which {', '.join(its)} {'is' if len(its) == 1 else 'are'} signed" if its else ""
    return words + "".join(
        f", and {where.replace(' ', ' for number ')} raises {type(error).__name__}" for where, error in failing.items()
    )


@points(1, "every search closes the list once, before it ends")
@given(
    search=SEARCH, reads=READS, look=STEP, close=STEP, fails=st.lists(TROUBLE, max_size=2), kind=st.sampled_from(KINDS)
)
def test_any_search(
    virtual: Virtual,
    search: tuple[int, set[int]],
    reads: list[int],
    look: int,
    close: int,
    fails: list[str | None],
    kind: type[Exception],
) -> None:
    copies, signed = search
    names = [f"copy-{number}" for number in range(copies)]
    failing = {where: kind(f"{where} fails") for where in fails if where}
    world = shop(
        names, signed, read_s=[ms / 1000 for ms in reads], look_s=look / 1000, close_s=close / 1000, failing=failing
    )
    trace = virtual("search", WAIT, OTHER, [], 20.0, scenario=True, world=world)
    when = told(copies, signed, failing) + ": "
    closed_in_time(trace, OTHER, when)
    searched(trace, names, signed, when)
    # What fails first ends the search; a close that fails then may take the place of its exception.
    happened = [
        call.name
        if call.name == "close"
        else f"{call.name} {len([c for c in trace.calls(call.name) if c.start < call.start])}"
        for call in trace.calls()
        if call.outcome == "raised"
    ]
    first = next((names[number] for number in range(copies) if number in signed), None)
    possible: list[str | None] = [f"{kind.__name__}: {failing[where]}" for where in happened]
    possible = possible or [first]
    value = trace.notes("ended")[0].value
    assert value in possible, f"{when}first_signed {ending(value)}; it should have {ending(*possible, was='been')}"


@points(1, "whenever the search is cancelled, the list is closed once", means="swallowed-cancellation")
@given(
    search=SEARCH,
    reads=READS,
    look=STEP,
    close=STEP,
    fails=TROUBLE,
    kind=st.sampled_from(KINDS),
    moments=st.lists(st.floats(0.01, 0.999), min_size=1, max_size=2),
)
def test_any_cancellation(
    virtual: Virtual,
    search: tuple[int, set[int]],
    reads: list[int],
    look: int,
    close: int,
    fails: str | None,
    kind: type[Exception],
    moments: list[float],
) -> None:
    copies, signed = search
    names = [f"copy-{number}" for number in range(copies)]
    failing = {fails: kind("out of order")} if fails else {}
    world = shop(
        names, signed, read_s=[ms / 1000 for ms in reads], look_s=look / 1000, close_s=close / 1000, failing=failing
    )
    steps = min(signed, default=copies) if min(signed, default=copies) < copies else copies
    whole_s = (sum(reads[: steps + 1]) + min(steps + 1, copies) * look + close) / 1000
    at = [round(share * whole_s, 4) for share in moments]
    trace = virtual("search", WAIT, OTHER, at, 20.0, scenario=True, world=world)
    cancels = [float(event.at) for event in trace.notes("cancel")]
    calls = [call for call in trace.calls() if call.name != "wait"]
    # At the very moment at which a call ends, either may come first.
    assume(
        all(abs(call.end - cancel) > AT_ONCE_S or call.outcome == "cancelled" for call in calls for cancel in cancels)
    )
    when = (
        told(copies, signed, failing)
        + f", and it is cancelled at {' and '.join(f'{moment:g} s' for moment in sorted(at))}: "
    )
    closed_in_time(trace, OTHER, when)
    searched(trace, names, signed, when)
    for call in calls:
        if call.name != "close" and any(at < call.end - AT_ONCE_S for at in cancels):
            raise AssertionError(f"{when}{call} went on, or began, after the cancellation")
    first = next((names[number] for number in range(copies) if number in signed), None)
    possible: list[str | None] = ["cancelled"] if cancels else []
    possible += [f"{kind.__name__}: {failing[fails]}" for call in calls if call.outcome == "raised" and fails]
    possible = possible or [first]
    value = trace.notes("ended")[0].value
    assert value in possible, f"{when}first_signed {ending(value)}; it should have {ending(*possible, was='been')}"
