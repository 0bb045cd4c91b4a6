"""whole_or_each: one deadline for the whole, and one that each piece extends."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from grader.suite import Recipe, Trace, Virtual, counted, double, fresh, latest, points, record

LEAVE_ALONE: tuple[str, ...] = ("STALL", "WHOLE", "SECONDS", "piece", "main")

STALL = 0.75
WHOLE = 1.5

# Together they take longer than STALL, and none of them does.
STEADY = fresh.shuffled([0.1, 0.2, 0.3, 0.35])
STALLED = [*fresh.shuffled([0.1, 0.25]), 1.5, 0.1]
# Each piece is quick enough, but after WHOLE the fourth is under way: three answers may be late before it, and it ends
# after WHOLE. None takes a third of WHOLE: that limit on each piece, on a clock made faster, must not look right.
SLOW = [*fresh.shuffled([0.34, 0.37, 0.41]), 0.45, 0.1, 0.1]
WAIT = double("wait", delay=lambda seconds: seconds)


def world(
    name: str,
    seconds: Sequence[float],
    tokens: Mapping[int, str],
    stall: float,
    whole: float,
    errors: Mapping[int, Exception] | None = None,
) -> dict[str, Any]:
    """A network on which the pieces of that map take these seconds."""

    def text(asked: str, number: int) -> str:
        return tokens[number] if asked == name else f"a piece of {asked}"

    piece = double(
        "piece",
        delay=lambda _, number: seconds[number - 1],
        reply=text,
        raises=lambda _, number: (errors or {}).get(number),
    )
    return {"STALL": stall, "WHOLE": whole, "piece": piece}


def tokens(seconds: Sequence[float]) -> dict[int, str]:
    return {number: fresh.token() for number in range(1, len(seconds) + 1)}


def downloaded(name: str, seconds: Sequence[float], pieces: Mapping[int, str]) -> Recipe:
    return record(
        "download_and_stay",
        WAIT,
        name,
        len(seconds),
        0.6,
        scenario=True,
        world=world(name, seconds, pieces, STALL, WHOLE),
    )


NAMES = fresh.words(3)
STEADY_PIECES, STALLED_PIECES, SLOW_PIECES = tokens(STEADY), tokens(STALLED), tokens(SLOW)

as_it_is = record(None)
steady = downloaded(NAMES[0], STEADY, STEADY_PIECES)
stalled = downloaded(NAMES[1], STALLED, STALLED_PIECES)
slow = downloaded(NAMES[2], SLOW, SLOW_PIECES)


def outcome(trace: Trace) -> str:
    """What download returned first; fails when it did not return a pair."""
    assert isinstance(trace.returned, list), f"download returned {trace.returned!r}; expected an outcome and the pieces"
    assert len(trace.returned) == 2, f"download returned {trace.returned!r}; expected an outcome and the pieces"
    return str(trace.returned[0])


def got(trace: Trace) -> list[Any]:
    """The pieces that download returned; fails when they are no list."""
    pieces = trace.returned[1]
    assert isinstance(pieces, list), f"download returned {pieces!r} for the pieces; expected a list"
    return pieces


def check(trace: Trace, expected: str, pieces: Mapping[int, str], count: int, ended: float) -> None:
    """The outcome, the pieces, and when download returned."""
    at = trace.notes("returned")[0].at
    found = outcome(trace)
    assert found == expected, f"download returned {found!r} after {at:.2f} s; expected {expected!r} after {ended:.2f} s"
    wanted = [pieces[number] for number in range(1, count + 1)]
    assert got(trace) == wanted, (
        f"download returned {counted(len(got(trace)), 'piece')}; expected the first {count}, in order"
    )
    assert ended - 0.1 < at < ended + 0.45, f"{expected!r} came after {at:.2f} s; expected after {ended:.2f} s"


@points(1, "the program reports three maps in about 2.4 s", public=True)
def test_program(as_it_is: Trace, steady: Trace, stalled: Trace, slow: Trace) -> None:
    assert as_it_is.lines == [
        "coast: complete, pieces: 3",
        "hills: stalled, pieces: 1",
        "woods: too slow, pieces: 3",
    ]
    assert 2.2 < as_it_is.elapsed < 3.1
    for trace, seconds, expected in (
        (steady, STEADY, "complete"),
        (stalled, STALLED, "stalled"),
        (slow, SLOW, "too slow"),
    ):
        found = outcome(trace)
        assert found == expected, (
            f"all three are right in the program, but when STALL is {STALL} s, WHOLE {WHOLE} s, and the pieces take "
            f"{', '.join(map(str, seconds))} s, download returns {found!r}; expected {expected!r}"
        )


@points(1, "a map whose pieces keep coming in time is complete")
def test_steady(steady: Trace) -> None:
    check(steady, "complete", STEADY_PIECES, len(STEADY), sum(STEADY))


@points(1, "a stalled connection is given up STALL seconds after the last piece")
def test_stalled(stalled: Trace) -> None:
    check(stalled, "stalled", STALLED_PIECES, 2, sum(STALLED[:2]) + STALL)


@points(1, "the whole map gets no more than WHOLE seconds")
def test_slow(slow: Trace) -> None:
    check(slow, "too slow", SLOW_PIECES, 3, WHOLE)


@points(1, "pieces are fetched in turn, and the one under way at the end is cancelled")
def test_cancelled(slow: Trace, stalled: Trace) -> None:
    for trace, last in ((slow, 4), (stalled, 3)):
        peak = trace.peak("piece")
        assert peak == 1, f"{peak} pieces were under way at once; the network carries one"
        returned = trace.notes("returned")[0].at
        calls = trace.calls("piece")
        assert len(calls) == last, f"expected {counted(last, 'piece')} to be asked for; {len(calls)} were"
        assert calls[-1].outcome == "cancelled", f"piece {last} was not cancelled when the limit was reached"
        late = calls[-1].end - returned
        assert late < 0.4, f"piece {last} was still under way {late:.2f} s after download had returned"


def ahead(stall: float, whole: float, seconds: Sequence[float]) -> tuple[str, int, float]:
    """The outcome of a download, the number of pieces it gets, and when it ends. Rejects close calls."""
    now, count = 0.0, 0
    for took in seconds:
        assume(abs(took - stall) > 0.002 and abs(now + min(took, stall) - whole) > 0.002)
        if now + min(took, stall) > whole:
            return "too slow", count, whole
        if took > stall:
            return "stalled", count, now + stall
        now, count = now + took, count + 1
    return "complete", count, now


# How long a piece takes, as a share of STALL, and how long all of it may take, as a share of what it would without
# the limit: so that each outcome is common. Nothing falls on a round number.
SHARES = st.lists(st.sampled_from([0.0, 0.13, 0.47, 0.71, 0.93, 0.93, 1.09, 2.3]), min_size=1, max_size=6)
STALLS = st.integers(30, 300).map(lambda n: round(n * 0.01371 + 0.00019, 6))
WHOLES = st.integers(20, 150).map(lambda percent: percent * 0.01003)


@points(2, "however long the pieces take, the first limit reached ends the download")
@given(stall=STALLS, shares=SHARES, whole_share=WHOLES)
def test_any_network(virtual: Virtual, stall: float, shares: list[float], whole_share: float) -> None:
    seconds = [round(share * stall, 6) for share in shares]
    whole = max(0.05, round(sum(min(took, stall) for took in seconds) * whole_share, 6))
    expected, count, ends_at = ahead(stall, whole, seconds)
    pieces = {number: f"P{number}" for number in range(1, len(seconds) + 1)}
    network = world("map", seconds, pieces, stall, whole)
    trace = virtual("download_and_stay", WAIT, "map", len(seconds), 20.0, scenario=True, world=network)
    when = (
        f"when STALL is {stall:.2f} s, WHOLE {whole:.2f} s and the pieces take "
        f"{', '.join(f'{took:.2f} s' for took in seconds)}"
    )
    returned = trace.notes("returned")[0].at
    found = outcome(trace)
    assert found == expected, f"{when}: download returned {found!r} after {returned:.2f} s; expected {expected!r}"
    assert got(trace) == [pieces[number] for number in range(1, count + 1)], (
        f"{when}: download returned {counted(len(got(trace)), 'piece')}; expected the first {count}, in order"
    )
    moments = [(abs(returned - ends_at), f"{when}: download ended at {returned:.4f} s; expected {ends_at:.4f} s")]
    calls = trace.calls("piece")
    assert len(calls) == min(count + 1, len(seconds)), f"{when}: {counted(len(calls), 'piece')} asked for"
    if expected != "complete":
        assert calls[-1].outcome == "cancelled", f"{when}: piece {count + 1} was not cancelled"
        late = calls[-1].end - ends_at
        moments.append((late, f"{when}: piece {count + 1} was cancelled {late:.4f} s after the limit"))
    late, message = latest(moments)
    assert late < 1e-4, message


@points(
    1,
    "a cancelled download ends as cancelled, and so does its piece",
    means=("swallowed-cancellation", "leaked-task"),
)
@given(lengths=st.lists(st.integers(1, 60), min_size=1, max_size=5), place=st.integers(0, 4), share=st.integers(1, 99))
def test_called_off(virtual: Virtual, lengths: list[int], place: int, share: int) -> None:
    seconds = [round(n * 0.01371 + 0.00019, 6) for n in lengths]
    place = min(place, len(seconds) - 1)
    after = sum(seconds[:place]) + seconds[place] * share / 100
    pieces = {number: f"P{number}" for number in range(1, len(seconds) + 1)}
    network = world("map", seconds, pieces, 7.7, 77.7)
    trace = virtual("cancelled", WAIT, "map", len(seconds), after, scenario=True, world=network)
    when = f"when download is cancelled after {after:.2f} s, while piece {place + 1} is under way,"
    ended = trace.notes("ended")[0]
    how = ended.value if ended.value == "returned" else f"raised {ended.value}"
    assert ended.value == "was cancelled", f"{when} it {how}; expected it to end as cancelled"
    calls = trace.calls("piece")
    assert len(calls) == place + 1, f"{when} {counted(len(calls), 'piece')} asked for; expected {place + 1}"
    late, message = latest(
        [
            (ended.at - after, f"{when} it ended at {ended.at:.4f} s"),
            (calls[-1].end - after, f"{when} that piece stayed under way until {calls[-1].end:.4f} s"),
        ]
    )
    assert late < 1e-4, message


OTHERS: list[Exception] = [
    ConnectionError("no network"),
    OSError("no network"),
    KeyError("map"),
    ValueError("checksum"),
    RuntimeError("phone"),
]


@points(1, "download raises any other exception of piece", means="caught-too-much")
@given(before=st.integers(0, 3), error=st.sampled_from(OTHERS))
def test_other_exception(virtual: Virtual, before: int, error: Exception) -> None:
    pieces = {number: f"P{number}" for number in range(1, before + 3)}
    network = world("map", [0.137] * len(pieces), pieces, 7.7, 77.7, {before + 1: error})
    trace = virtual("download", "map", len(pieces), world=network, allow=["raise"])
    when = f"when piece {before + 1} raises {type(error).__name__}"
    assert trace.raised, f"{when}: download returned {trace.returned!r}; expected it to raise that error"
    raised = [each.type for each in trace.raised.inner or (trace.raised,)]
    assert raised == [type(error).__name__], f"{when}: download raised {', '.join(raised)}"
