"""meet_up: a barrier at every hut, and a broken one when somebody drops out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.record.trace import Raised
from grader.suite import Seconds, Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("HIKERS", "HUTS", "SECONDS", "walk", "turn_back")

Pace = Mapping[str, Sequence[float]]
"""Seconds that each hiker takes to each hut."""


@dataclass(frozen=True)
class Drop:
    """Who drops out on the way to which hut (from 1 on)."""

    hiker: str
    hut: int
    error: type[RuntimeError] = RuntimeError


@dataclass(frozen=True)
class Tour:
    """What should happen, in seconds: when all set out for each hut, who drops out, who turns back when, the end."""

    starts: list[float]
    dropped: set[str]
    back: dict[str, float]
    end: float


def mountains(pace: Pace, drops: Sequence[Drop], back: float) -> dict[str, object]:
    errors = {(drop.hiker, drop.hut): drop.error for drop in drops}
    return {
        "HIKERS": list(pace),
        "HUTS": len(next(iter(pace.values()))),
        "walk": double(
            "walk",
            delay=lambda hiker, hut: pace[hiker][hut - 1],
            raises=lambda hiker, hut: errors[hiker, hut]("an ankle") if (hiker, hut) in errors else None,
        ),
        "turn_back": double("turn_back", delay=back),
    }


def expected(pace: Pace, drops: Sequence[Drop], back: float) -> Tour:
    starts, now = [], 0.0
    for hut in range(1, len(next(iter(pace.values()))) + 1):
        starts.append(now)
        arrivals = {hiker: now + seconds[hut - 1] for hiker, seconds in pace.items()}
        dropped = {drop.hiker for drop in drops if drop.hut == hut}
        if dropped:
            over = min(arrivals[hiker] for hiker in dropped)
            turning = {hiker: max(at, over) for hiker, at in arrivals.items() if hiker not in dropped}
            last = max([arrivals[hiker] for hiker in dropped] + [at + back for at in turning.values()])
            return Tour(starts, dropped, turning, last)
        now = max(arrivals.values())
    return Tour(starts, set(), {}, now)


def check_tour(trace: Trace, pace: Pace, tour: Tour, slack: float, when: str = "") -> None:
    """``slack``: seconds that anything may be late."""
    walks = {hiker: [call for call in trace.calls("walk") if call.args[0] == hiker] for hiker in pace}
    for hiker, mine in walks.items():
        huts = [call.args[1] for call in mine]
        assert huts == list(range(1, len(tour.starts) + 1)), (
            f"{when}{hiker} walked to {' and '.join(f'hut {hut}' for hut in huts) or 'no hut'}; "
            f"expected the huts up to {len(tour.starts)}"
        )
    for hiker, mine in walks.items():
        for number, call in enumerate(mine):
            assert call.outcome in ("replied", "raised"), f"{when}the walk of {hiker} to hut {number + 1} was cancelled"
            met = max((each[number - 1].end for each in walks.values()), key=float) if number else Seconds(0.0)
            assert float(call.start) >= float(met), (
                f"{when}{hiker} set out for hut {number + 1} at {call.start:.2f} s; the last one reached hut {number} "
                f"at {met:.2f} s"
            )
            assert call.start - met < slack, (
                f"{when}{hiker} set out for hut {number + 1} at {call.start:.2f} s; "
                f"expected at {met:.2f} s, when all had met"
            )
    over = min(
        (call.end for mine in walks.values() for call in mine if call.outcome == "raised"), key=float, default=0.0
    )
    for hiker, mine in walks.items():
        back = [call for call in trace.calls("turn_back") if hiker in call.args]
        wanted = int(hiker in tour.back)
        assert len(back) == wanted, (
            f"{when}expected {'one call' if wanted else 'no call'} of turn_back({hiker}), got {len(back)}"
        )
        for call in back:
            assert call.outcome == "replied", f"{when}turn_back({hiker}) was cancelled"
            since = max(mine[-1].end, over, key=float)
            assert float(call.start) >= float(since), (
                f"{when}{hiker} turned back at {call.start:.2f} s; expected at {since:.2f} s"
            )
            assert call.start - since < slack, (
                f"{when}{hiker} turned back at {call.start:.2f} s; expected at {since:.2f} s"
            )
        outcome = "turned back" if wanted else "dropped out" if hiker in tour.dropped else "arrived"
        ends = back[0].end if back else mine[-1].end
        if outcome == "arrived":
            ends = max((each[-1].end for each in walks.values()), key=float)
        told = trace.at(f"{hiker} {outcome}")
        assert float(told) >= float(ends), f"{when}'{hiker} {outcome}' came at {told:.2f} s; expected at {ends:.2f} s"
        assert told - ends < slack, f"{when}'{hiker} {outcome}' came at {told:.2f} s; expected at {ends:.2f} s"
    assert len(trace.lines) == len(pace), f"{when}{len(trace.lines)} lines were printed for {len(pace)} hikers"


FOUR = fresh.words(4)
PACE = dict(zip(FOUR, zip(*[fresh.delays(4, 0.05, 0.65, 0.15) for _ in range(3)], strict=True), strict=True))
# One waits in the second hut when somebody drops out, one is still on the way to it.
DROPPING, WAITING, WALKING = DROP_NAMES = fresh.words(3)
DROP_PACE = {DROPPING: [0.2, 0.55, 0.2], WAITING: [0.3, 0.1, 0.2], WALKING: [0.1, 1.0, 0.2]}
DROP_PACE = {name: DROP_PACE[name] for name in fresh.shuffled(DROP_NAMES)}
DROPS = [Drop(DROPPING, 2)]

as_it_is = record(None, deadline_s=3.0)
together = record("main", world=mountains(PACE, [], 0.2), deadline_s=4.0)
dropped = record("main", world=mountains(DROP_PACE, DROPS, 0.3), deadline_s=4.0)


@points(1, "the three lines come at the times shown", public=True)
def test_program(as_it_is: Trace, dropped: Trace) -> None:
    assert as_it_is.lines == ["cora dropped out", "ben turned back", "anna turned back"]
    assert as_it_is.elapsed < 1.5
    tour = expected(DROP_PACE, DROPS, 0.3)
    for hiker in DROP_NAMES:
        line = f"{hiker} {'dropped out' if hiker in tour.dropped else 'turned back'}"
        assert line in dropped.lines, (
            f"the file's own lines come; but if {DROPPING} drops out on the way to the second of three huts, "
            f"the line {line!r} is not printed"
        )
    assert dropped.elapsed < tour.end + 0.4, (
        f"the file's own lines come; but if {DROPPING} drops out, the program takes {dropped.elapsed:.2f} s; "
        f"expected {tour.end:.2f} s"
    )


@points(2, "all meet at every hut, and go on at once when the last one arrives")
def test_together(together: Trace) -> None:
    tour = expected(PACE, [], 0.2)
    check_tour(together, PACE, tour, slack=0.35)
    assert together.elapsed < tour.end + 0.4


@points(2, "if one drops out, the others turn back at once or at their next hut", means="failure-ends-all")
def test_dropped(dropped: Trace) -> None:
    tour = expected(DROP_PACE, DROPS, 0.3)
    check_tour(dropped, DROP_PACE, tour, slack=0.35)
    assert dropped.elapsed < tour.end + 0.4


# Moments lie off every grid, so that hikers who check every hundredth of a second are late; some arrive together.
SECONDS = st.sampled_from([0.0, 0.13717, 1.27193, 2.71371, 5.31371])


@points(2, "with any pace, hikers, huts and drop-outs, all meet or turn back")
@given(
    seconds=st.lists(st.lists(SECONDS, min_size=3, max_size=3), min_size=1, max_size=4),
    huts=st.integers(1, 3),
    falls=st.lists(
        st.tuples(st.integers(0, 3), st.integers(1, 3), st.sampled_from([RuntimeError, NotImplementedError])),
        max_size=2,
    ),
    back=st.sampled_from([0.0, 0.25193, 10.13717]),
)
def test_any_tour(
    virtual: Virtual,
    seconds: list[list[float]],
    huts: int,
    falls: list[tuple[int, int, type[RuntimeError]]],
    back: float,
) -> None:
    pace = {f"hiker-{n}": mine[:huts] for n, mine in enumerate(seconds, start=1)}
    drops = [Drop(f"hiker-{n % len(seconds) + 1}", hut, error) for n, hut, error in falls]
    tour = expected(pace, drops, back)
    trace = virtual("main", world=mountains(pace, drops, back))
    when = "when " + ", ".join(
        f"{name} takes {' + '.join(f'{each:.2f}' for each in mine)} s" for name, mine in pace.items()
    )
    when += "".join(
        f", {drop.hiker} drops out on the way to hut {drop.hut}"
        for drop in drops
        if drop.hiker in tour.dropped and drop.hut == len(tour.starts)
    )
    check_tour(trace, pace, tour, 1e-4, f"{when}: ")
    assert abs(trace.elapsed - tour.end) < 1e-3, f"{when}: took {trace.elapsed:.3f} s; expected {tour.end:.3f} s"


def errors(raised: Raised | None) -> set[str]:
    """The names of an error and, if it is a group, of all errors inside it (a TaskGroup raises a group)."""
    if raised is None:
        return set()
    return {raised.type}.union(*(errors(inner) for inner in raised.inner))


@points(1, "the program ends with any other error of walk or turn_back", means="caught-too-much")
@settings(max_examples=12)
@given(error=st.sampled_from([Exception, OSError, ValueError, LookupError]), on_back=st.booleans())
def test_other_errors(virtual: Virtual, error: type[Exception], on_back: bool) -> None:
    name = "turn_back" if on_back else "walk"
    world = mountains({"hiker-1": [0.13717], "hiker-2": [0.27193]}, [Drop("hiker-1", 1)], 0.13717)
    world[name] = double(name, delay=0.13717, raises=error("broken"))
    trace = virtual("main", world=world, allow=("raise",))
    seen = f"it raised {trace.raised}".replace("raised Deadlock:", "never ended:")
    if trace.raised is None:
        seen = f"it returned, and printed {', '.join(trace.lines) or 'nothing'}"
    assert error.__name__ in errors(trace.raised), (
        f"when {name} raises {error.__name__}: expected main to raise {error.__name__}; {seen}"
    )
