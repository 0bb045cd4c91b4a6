"""whole_or_each: one deadline for the whole, and one that each piece puts off."""

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Recipe, Trace, Virtual, double, fresh, points, record

STALL = 0.6
WHOLE = 1.4

# The sum is over STALL by far, and no piece takes that long.
STEADY = fresh.shuffled([0.1, 0.2, 0.3, 0.35])
STALLED = [*fresh.shuffled([0.2, 0.35]), 1.5, 0.1]
# Each piece is quick enough, but after WHOLE the fourth is under way: three answers may be late before it, and it ends
# well after WHOLE. None takes a third of WHOLE: that limit on each piece, on a clock made faster, must not look right.
SLOW = [*fresh.shuffled([0.34, 0.37, 0.41]), 0.42, 0.1, 0.1]


def world(name: str, seconds: Sequence[float], tokens: Mapping[int, str], stall: float, whole: float) -> dict[str, Any]:
    """A network on which the pieces of that map take so many seconds."""

    def text(asked: str, number: int) -> str:
        return tokens[number] if asked == name else f"a piece of {asked}"

    return {
        "STALL": stall,
        "WHOLE": whole,
        "piece": double("piece", delay=lambda _, number: seconds[number - 1], reply=text),
    }


def tokens(seconds: Sequence[float]) -> dict[int, str]:
    return {number: fresh.token() for number in range(1, len(seconds) + 1)}


def downloaded(name: str, seconds: Sequence[float], pieces: Mapping[int, str]) -> Recipe:
    return record(
        "download_and_stay",
        double("stay", delay=0.6),
        name,
        len(seconds),
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


def check(trace: Trace, expected: str, pieces: Mapping[int, str], got: int, ended: float) -> None:
    """The outcome, the pieces, and when download returned."""
    at = trace.notes("returned")[0].at
    found = outcome(trace)
    assert found == expected, f"download said {found!r} after {at:.2f} s; expected {expected!r} after {ended:.2f} s"
    wanted = [pieces[number] for number in range(1, got + 1)]
    assert trace.returned[1] == wanted, f"download returned {len(trace.returned[1])} pieces; expected the first {got}"
    assert ended - 0.1 < at < ended + 0.4, f"{expected!r} came after {at:.2f} s; expected after {ended:.2f} s"


@points(1, "the program tells of three maps in about 2.5 s", public=True)
def test_program(as_it_is: Trace, steady: Trace, stalled: Trace, slow: Trace) -> None:
    assert as_it_is.lines == [
        "coast: complete, pieces: 3",
        "hills: stalled, pieces: 1",
        "woods: too slow, pieces: 3",
    ]
    assert 2.3 < as_it_is.elapsed < 3.2
    for trace, seconds, expected in (
        (steady, STEADY, "complete"),
        (stalled, STALLED, "stalled"),
        (slow, SLOW, "too slow"),
    ):
        found = outcome(trace)
        assert found == expected, (
            f"here all three are right, but when STALL is {STALL} s, WHOLE {WHOLE} s, and the pieces take "
            f"{', '.join(map(str, seconds))} s, download says {found!r}; expected {expected!r}"
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


@points(1, "the pieces are fetched in turn, and the one under way at the end is cancelled")
def test_cancelled(slow: Trace, stalled: Trace) -> None:
    for trace, last in ((slow, 4), (stalled, 3)):
        peak = trace.peak("piece")
        assert peak == 1, f"{peak} pieces were under way at once; the network carries one"
        returned = trace.notes("returned")[0].at
        calls = trace.calls("piece")
        assert len(calls) == last, f"{len(calls)} pieces were asked for; expected {last}"
        assert calls[-1].outcome == "cancelled", f"piece {last} was not cancelled when the limit was reached"
        late = calls[-1].end - returned
        assert late < 0.4, f"piece {last} was still under way {late:.2f} s after download had returned"


@points(2, "whatever the pieces take, the first limit that is reached ends the download")
@given(
    stall=st.integers(1, 4),
    whole=st.integers(2, 12),
    seconds=st.lists(st.integers(0, 6), min_size=1, max_size=6),
)
def test_any_network(virtual: Virtual, stall: int, whole: int, seconds: list[int]) -> None:
    # Limits that no sum of whole seconds can meet exactly, nor each other.
    stall_s, whole_s = stall + 0.25, whole + 0.5
    pieces = {number: f"P{number}" for number in range(1, len(seconds) + 1)}
    trace = virtual("download", "map", len(seconds), world=world("map", seconds, pieces, stall_s, whole_s))
    now, got, expected = 0.0, 0, "complete"
    for took in seconds:
        if now + min(took, stall_s) > whole_s:
            expected, now = "too slow", whole_s
        elif took > stall_s:
            expected, now = "stalled", now + stall_s
        else:
            now, got = now + took, got + 1
            continue
        break
    when = f"when STALL is {stall_s:g} s, WHOLE {whole_s:g} s and the pieces take {', '.join(map(str, seconds))} s"
    found = outcome(trace)
    assert found == expected, f"{when}: download said {found!r} after {trace.elapsed:g} s, expected {expected!r}"
    assert trace.returned[1] == [pieces[number] for number in range(1, got + 1)], (
        f"{when}: download returned {len(trace.returned[1])} pieces; expected {got}"
    )
    assert abs(trace.elapsed - now) < 0.1, f"{when}: download ended at {trace.elapsed:g} s; expected {now:g} s"
