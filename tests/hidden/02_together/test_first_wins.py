"""first_wins: the first success is taken, the others are cancelled."""

from collections.abc import Callable, Mapping

from hypothesis import given
from hypothesis import strategies as st

from grader.suite import Seconds, Trace, Virtual, double, fresh, points, record

MIRRORS = fresh.words(4)
ARCHIVES = {mirror: fresh.token() for mirror in MIRRORS}
FASTEST = 0.4
# One loser would be complete while the archive is being unpacked, another one only later.
DELAYS = dict(zip(MIRRORS, fresh.shuffled([FASTEST, 0.8, 1.0, 1.3]), strict=True))
WINNER = min(DELAYS, key=lambda mirror: DELAYS[mirror])

THREE = fresh.words(3)
DOWN_DELAYS = dict(zip(THREE, fresh.shuffled([0.2, 0.6, 1.1]), strict=True))
DOWN, UP, LATE = sorted(DOWN_DELAYS, key=lambda mirror: DOWN_DELAYS[mirror])


def down(*mirrors: str) -> Callable[[str], ConnectionError | None]:
    """What ``download`` raises when these mirrors are down."""
    return lambda mirror: ConnectionError(f"{mirror} is down") if mirror in mirrors else None


def unpacking(trace: Trace, winner: str, archives: Mapping[str, str]) -> Seconds:
    """When the archive of ``winner`` began to be unpacked; fails when it is another one that was unpacked."""
    seen = [
        next((mirror for mirror in archives if archives[mirror] in call.args), "nobody")
        for call in trace.calls("unpack")
    ]
    assert seen == [winner], f"unpacked the archive of {', '.join(seen) or 'nobody'}; {winner} was complete first"
    return trace.call("unpack").start


as_it_is = record(None)
raced = record(
    "main",
    world={
        "MIRRORS": MIRRORS,
        "download": double("download", delay=lambda mirror: DELAYS[mirror], reply=lambda mirror: ARCHIVES[mirror]),
        "unpack": double("unpack", delay=0.6),
    },
)
one_down = record(
    "main",
    world={
        "MIRRORS": THREE,
        "download": double(
            "download", delay=lambda mirror: DOWN_DELAYS[mirror], reply=lambda mirror: f"of {mirror}", raises=down(DOWN)
        ),
        "unpack": double("unpack", delay=0.1),
    },
)
all_down = record(
    "main",
    world={
        "MIRRORS": THREE,
        "download": double("download", delay=lambda mirror: DOWN_DELAYS[mirror] / 2, raises=down(*THREE)),
        "unpack": double("unpack", delay=0.1),
    },
    allow=("raise",),
)


@points(1, "the program unpacks the archive of osaka after 0.5 s, and stops the other two downloads", public=True)
def test_program(as_it_is: Trace, raced: Trace) -> None:
    seen = [line for line in as_it_is.lines if line.startswith("unpacked ")]
    assert seen == ["unpacked the archive of osaka"], f"expected one archive to be unpacked, that of osaka; got {seen}"
    unpacked = as_it_is.at(seen[0])
    assert unpacked < 1.2, f"osaka is complete after 0.5 s and unpacked 0.4 s later, but that was at {unpacked:.2f} s"
    for mirror in ("frankfurt", "toronto"):
        stopped = as_it_is.at(f"{mirror}: stopped")
        assert stopped < unpacked, f"{mirror} was stopped at {stopped:.2f} s, after osaka's archive had been unpacked"
    started = unpacking(raced, WINNER, ARCHIVES)
    assert started < FASTEST + 0.4, (
        f"here osaka is unpacked in time, but {WINNER}, complete after {FASTEST} s, only at {started:.2f} s"
    )
    for loser in MIRRORS:
        lost = raced.call("download", loser)
        assert loser == WINNER or lost.outcome == "cancelled", (
            f"here the others are stopped, but when {WINNER} is first, {loser} goes on until {lost.end:.2f} s"
        )


@points(1, "the first archive to be complete is unpacked, at once")
def test_winner(raced: Trace) -> None:
    peak = raced.peak("download")
    assert peak == len(MIRRORS), f"at most {peak} of {len(MIRRORS)} downloads were under way at the same time"
    complete = raced.call("download", WINNER).end
    start = unpacking(raced, WINNER, ARCHIVES)
    assert start - complete < 0.35, f"{WINNER} was complete at {complete:.2f} s, unpacking began at {start:.2f} s"


@points(1, "the other downloads are cancelled by then")
def test_losers(raced: Trace) -> None:
    start = raced.call("unpack").start
    for loser in MIRRORS:
        if loser != WINNER:
            lost = raced.call("download", loser)
            assert lost.outcome == "cancelled", f"{loser} was not cancelled, but went on until {lost.end:.2f} s"
            assert lost.end - start < 0.45, (
                f"{loser} was cancelled at {lost.end:.2f} s; unpacking began at {start:.2f} s"
            )


@points(1, "a mirror that is down does not win")
def test_one_down(one_down: Trace) -> None:
    complete = one_down.call("download", UP).end
    start = unpacking(one_down, UP, {mirror: f"of {mirror}" for mirror in THREE})
    assert start - complete < 0.35, f"{UP} was complete at {complete:.2f} s, unpacking began at {start:.2f} s"
    lost = one_down.call("download", LATE)
    assert lost.outcome == "cancelled", f"{LATE} was not cancelled, but went on until {lost.end:.2f} s"


@points(1, "when all mirrors are down, main raises ConnectionError")
def test_all_down(all_down: Trace) -> None:
    assert not all_down.calls("unpack"), "nothing was downloaded, but unpack was called"
    assert all_down.raised is not None, "main returned as if nothing had happened"
    assert all_down.raised.type == "ConnectionError", f"main raised {all_down.raised.type}, expected ConnectionError"


@points(1, "the fastest mirror that is up wins, whoever that is")
@given(
    mirrors=st.lists(
        st.tuples(st.integers(1, 9), st.booleans()), min_size=1, max_size=5, unique_by=lambda pair: pair[0]
    )
)
def test_any_race(virtual: Virtual, mirrors: list[tuple[int, bool]]) -> None:
    took = {f"mirror-{n}": seconds for n, (seconds, _) in enumerate(mirrors, start=1)}
    up = [mirror for mirror, (_, is_up) in zip(took, mirrors, strict=True) if is_up]
    race = virtual(
        "main",
        world={
            "MIRRORS": list(took),
            "download": double(
                "download",
                delay=lambda mirror: float(took[mirror]),
                reply=lambda mirror: f"of {mirror}",
                raises=down(*(mirror for mirror in took if mirror not in up)),
            ),
            "unpack": double("unpack", delay=20.0),
        },
        allow=("raise",),
    )
    when = "when " + ", ".join(
        f"{mirror} {'is complete' if mirror in up else 'fails'} after {seconds} s" for mirror, seconds in took.items()
    )
    raised = race.raised.type if race.raised else "nothing"
    if not up:
        assert raised == "ConnectionError", f"{when}: main raised {raised}, expected ConnectionError"
        return
    assert raised == "nothing", f"{when}: main raised {raised}"
    winner = min(up, key=lambda mirror: took[mirror])
    unpacked = [call.args[0] for call in race.calls("unpack")]
    assert unpacked == [f"of {winner}"], f"{when}: unpacked {unpacked}, expected the archive of {winner}"
    started = race.call("unpack", f"of {winner}").start
    assert started < took[winner] + 0.1, f"{when}: unpacking began at {started:.2f} s"
    for mirror in took:
        end = race.call("download", mirror).end
        assert end < started + 0.1, f"{when}: unpacking began at {started:.2f} s, {mirror} went on until {end:.2f} s"
