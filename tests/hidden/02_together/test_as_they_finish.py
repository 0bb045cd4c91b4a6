"""as_they_finish: each result is shown when it is known."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

STATIONS = fresh.words(4)
VOTES = {station: fresh.number(1, 999) for station in STATIONS}
# The first one is the slowest: whoever waits for it shows all others too late. The two fastest come in the wrong order:
# whoever looks at all of them now and then shows these as they stand in the list.
SLOWEST, SLOW, FAST, FASTEST = sorted(fresh.delays(4, 0.2, 1.4, 0.35), reverse=True)
DELAYS = dict(zip(STATIONS, [SLOWEST, FAST, FASTEST, SLOW], strict=True))


def screen(votes: Mapping[str, int], delays: Mapping[str, float]) -> dict[str, str]:
    """The line shown for each station, in the order of arrival."""
    total = 0
    lines = {}
    for station in sorted(delays, key=lambda name: delays[name]):
        total += votes[station]
        lines[station] = f"{station} {votes[station]}, sum {total}"
    return lines


as_it_is = record(None)
night = record(
    "election_night",
    STATIONS,
    world={"count": double("count", delay=lambda station: DELAYS[station], reply=lambda station: VOTES[station])},
)


@points(1, "the program prints the night as it happens, in about 1.2 s", public=True)
def test_program(as_it_is: Trace, night: Trace) -> None:
    assert as_it_is.lines == [
        "library 120, sum 120",
        "school 310, sum 430",
        "theatre 455, sum 885",
        "town hall 640, sum 1525",
        "all counted: 1525",
    ]
    assert 0.15 < as_it_is.at("library 120, sum 120") < 0.55
    assert 0.9 < as_it_is.elapsed < 1.8
    arrived = list(screen(VOTES, DELAYS).values())
    assert night.lines[: len(arrived)] == arrived, (
        f"here the results come as they are known, but when {', '.join(sorted(DELAYS, key=lambda name: DELAYS[name]))} "
        f"is the order in which stations have counted, the screen shows: {'; '.join(night.lines)}"
    )
    assert night.elapsed < SLOWEST + 0.4, (
        f"here it takes {as_it_is.elapsed:.2f} s, but when the slowest station counts for {SLOWEST:.2f} s, "
        f"it takes {night.elapsed:.2f} s"
    )


@points(1, "every station is shown with its own votes and the right sum, in the order of arrival")
def test_lines(night: Trace) -> None:
    assert night.lines == [*screen(VOTES, DELAYS).values(), f"all counted: {sum(VOTES.values())}"]


@points(1, "every result is shown when it is known", means="polling")
def test_soon(night: Trace) -> None:
    for station in sorted(DELAYS, key=lambda name: DELAYS[name]):
        known = night.call("count", station).end
        shown = [line for line in night.lines if line.startswith(f"{station} ")]
        assert shown, f"{station} was never shown"
        at = night.at(shown[0])
        assert at >= known, f"{station} was shown at {at:.2f} s, before it had counted"
        assert at - known < 0.2, f"{station} had counted at {known:.2f} s and was shown at {at:.2f} s"


@points(1, "all stations count at the same time, each once", means="sequential-await")
def test_together(night: Trace) -> None:
    times = len(night.calls("count"))
    assert times == len(STATIONS), f"count was called {times} times for {len(STATIONS)} stations"
    peak = night.peak("count")
    assert peak == len(STATIONS), f"at most {peak} of {len(STATIONS)} stations were counting at the same time"
    assert night.elapsed < SLOWEST + 0.4


@points(1, "the screen is right whichever station is slow")
@given(delays=st.lists(st.integers(1, 9), min_size=1, max_size=6, unique=True))
def test_any_order(virtual: Virtual, delays: list[int]) -> None:
    took = {f"station-{n}": float(seconds) for n, seconds in enumerate(delays, start=1)}
    votes = {station: 10 * n for n, station in enumerate(took, start=1)}
    world = {"count": double("count", delay=lambda station: took[station], reply=lambda station: votes[station])}
    shown = virtual("election_night", list(took), world=world)
    lines = screen(votes, took)
    assert shown.lines == [*lines.values(), f"all counted: {sum(votes.values())}"]
    for station, line in lines.items():
        at = shown.at(line)
        assert abs(at - took[station]) < 0.1, f"{station} had counted at {took[station]:g} s and was shown at {at:g} s"
