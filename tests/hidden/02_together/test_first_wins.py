"""first_wins: the program takes the first success, and cancels the others."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("MIRRORS", "SECONDS", "download", "unpack")

MIRRORS = fresh.words(4)
FASTEST = 0.4
# The winner is neither the first nor the last. One loser would be complete while the archive is being unpacked.
DELAYS = dict(zip(MIRRORS, [1.0, 0.8, FASTEST, 1.3], strict=True))
WINNER = MIRRORS[2]

as_it_is = record(None)
raced = record(
    "main",
    world={
        "MIRRORS": MIRRORS,
        "download": double("download", delay=DELAYS.__getitem__, reply=lambda mirror: f"archive of {mirror}"),
        "unpack": double("unpack", delay=0.6),
    },
)
DOWN = fresh.words(3)
# Each in another way: all of them are ConnectionErrors.
WAYS = [ConnectionError, ConnectionRefusedError, ConnectionResetError]
all_down = record(
    "main",
    world={
        "MIRRORS": DOWN,
        "download": double(
            "download",
            delay=lambda mirror: 0.2 + 0.2 * DOWN.index(mirror),
            raises=lambda mirror: WAYS[DOWN.index(mirror)](f"{mirror} is down"),
        ),
        "unpack": double("unpack", delay=0.1),
    },
    allow=("raise",),
)


@points(1, "the program unpacks osaka's archive after 0.5 s and stops the other two", public=True)
def test_program(as_it_is: Trace, raced: Trace) -> None:
    seen = [line for line in as_it_is.lines if line.startswith("unpacked ")]
    assert seen == ["unpacked the archive of osaka"], (
        f'expected the line "unpacked the archive of osaka"; got {" / ".join(seen) or "no such line"}'
    )
    unpacked = as_it_is.at(seen[0])
    assert unpacked < 1.25, f"osaka's archive is complete after 0.5 s; it was unpacked only after {unpacked:.2f} s"
    for mirror in ("frankfurt", "toronto"):
        stopped = as_it_is.at(f"{mirror}: stopped")
        assert stopped < unpacked, f"{mirror} was stopped after {stopped:.2f} s, when the archive had been unpacked"
    got = as_it_is.at("got the archive of osaka")
    complete = as_it_is.at("osaka: complete")
    assert complete <= got < unpacked, (
        f'"got the archive of osaka" came after {got:.2f} s; expected it when the archive was complete '
        f"({complete:.2f} s) and before it was unpacked ({unpacked:.2f} s)"
    )
    started = [call.start for call in raced.calls("unpack")]
    assert started, f"with {len(MIRRORS)} other mirrors, no archive was unpacked"
    assert started[0] < FASTEST + 0.35, (
        f"with {len(MIRRORS)} other mirrors, {WINNER}'s archive is complete after {FASTEST} s; "
        f"unpacking began after {started[0]:.2f} s"
    )


EXAMPLES = 40

# Milliseconds that polling at any round interval would miss; 0, and longer than anybody waits. No two alike.
RACE = st.lists(
    st.one_of(st.just(0), st.integers(137, 2999), st.sampled_from([40_007, 61_003])),
    min_size=1,
    max_size=5,
    unique=True,
)


@points(1, "the first complete archive is unpacked at once, and only once")
@settings(max_examples=EXAMPLES)
@given(delays=RACE)
def test_winner(virtual: Virtual, delays: list[int]) -> None:
    second, late = _clock(virtual)
    race = virtual("main", world=_world(delays, second))
    _assert_won(race, delays, delays.index(min(delays)), late)


@points(1, "main starts all downloads at once")
@settings(max_examples=EXAMPLES)
@given(delays=st.one_of(RACE, st.just(list(range(900, 940)))))
def test_started(virtual: Virtual, delays: list[int]) -> None:
    second, late = _clock(virtual)
    race = virtual("main", world=_world(delays, second))
    for mirror in _mirrors(delays):
        starts = [call.start for call in race.calls("download") if call.args == (mirror,)]
        assert len(starts) == 1, f"expected one download from {mirror}; there were {len(starts) or 'none'}"
        assert starts[0] <= late, (
            f"the download from {mirror} began after {starts[0]:.5g} s; expected all to begin at once"
        )


@points(1, "all other downloads are cancelled when unpacking begins", means="leaked-task")
@settings(max_examples=EXAMPLES)
@given(delays=RACE)
def test_losers(virtual: Virtual, delays: list[int]) -> None:
    second, late = _clock(virtual)
    race = virtual("main", world=_world(delays, second))
    begun = min((float(call.start) for call in race.calls("unpack")), default=None)
    assert begun is not None, "no archive was unpacked"
    for call in race.calls("download"):
        running = "was still under way" if call.outcome in ("open", "cancelled") else "went on"
        assert call.end <= begun + late, (
            f"unpacking began after {begun:.5g} s; the download from {call.args[0]} {running} until {call.end:.5g} s"
        )


@points(1, "a mirror that is down does not win")
@settings(max_examples=EXAMPLES)
@given(
    delays=RACE.filter(lambda delays: len(delays) > 1),
    down=st.integers(1, 3),
    way=st.sampled_from(WAYS),
    together=st.booleans(),
)
def test_down(virtual: Virtual, delays: list[int], down: int, way: type[ConnectionError], together: bool) -> None:
    second, late = _clock(virtual)
    order = sorted(range(len(delays)), key=delays.__getitem__)
    first_up = min(down, len(delays) - 1)
    if together:  # the mirrors that are down say so at the moment when the archive is complete
        delays = [delays[order[first_up]] if place in order[:first_up] else each for place, each in enumerate(delays)]
    errors: dict[str, Exception] = {_mirrors(delays)[place]: way("no answer") for place in order[:first_up]}
    race = virtual("main", world=_world(delays, second, errors), allow=("raise",))
    assert race.raised is None, f"{_mirrors(delays)[order[first_up]]} is up; main raised {race.raised}"
    _assert_won(race, delays, order[first_up], late)


@points(1, "if all mirrors are down, main raises ConnectionError", means="uncaught-group")
def test_all_down(all_down: Trace) -> None:
    assert not all_down.calls("unpack"), "all mirrors were down, and something was unpacked"
    assert all_down.raised is not None, "all mirrors were down; main returned as if nothing had happened"
    assert all_down.raised.type in [way.__name__ for way in WAYS], (
        f"all mirrors were down; main raised {all_down.raised.type}, expected ConnectionError"
    )


# Neighbours of ConnectionError: what it is derived from, what is derived from that, and others.
ERRORS: list[Exception] = [
    OSError("the disk is full"),
    TimeoutError("too slow"),
    ValueError("broken"),
    KeyError("size"),
]


@points(1, "any other error of download is raised by main", means="caught-too-much")
@settings(max_examples=EXAMPLES)
@given(delays=RACE, error=st.sampled_from(ERRORS))
def test_other_errors(virtual: Virtual, delays: list[int], error: Exception) -> None:
    second, _ = _clock(virtual)
    first, kind = _mirrors(delays)[delays.index(min(delays))], type(error).__name__
    race = virtual("main", world=_world(delays, second, {first: error}), allow=("raise",))
    assert race.raised is not None, f"the download from {first} raised {kind} first; expected main to raise it"
    raised = [each.type for each in _single(race.raised)]
    assert kind in raised, f"the download from {first} raised {kind} first; main raised {race.raised}"


def _assert_won(race: Trace, delays: list[int], place: int, late: float) -> None:
    winner = _mirrors(delays)[place]
    unpacked = [call.args[0] for call in race.calls("unpack")]
    got = " and ".join(map(str, unpacked)) or "nothing"
    assert unpacked == [f"archive of {winner}"], f"{winner} is the first with an archive; main unpacked {got}"
    complete = next((float(call.end) for call in race.calls("download") if call.args == (winner,)), None)
    assert complete is not None, f"nothing was downloaded from {winner}"
    began = race.call("unpack").start
    assert began <= complete + late, (
        f"the archive of {winner} was complete after {complete:.5g} s; unpacking began after {began:.5g} s"
    )


def _single(raised: Any) -> list[Any]:
    """The exceptions of a group, and of the groups in it; what is no group, itself."""
    return [each for inner in raised.inner for each in _single(inner)] if raised.inner else [raised]


def _mirrors(delays: list[int]) -> list[str]:
    return [f"mirror {number}" for number in range(1, len(delays) + 1)]


def _world(delays: list[int], second: float, errors: Mapping[str, Exception] | None = None) -> dict[str, Any]:
    took = {mirror: delay * second / 1000 for mirror, delay in zip(_mirrors(delays), delays, strict=True)}
    return {
        "MIRRORS": list(took),
        "download": double(
            "download",
            delay=took.__getitem__,
            reply=lambda mirror: f"archive of {mirror}",
            raises=(errors or {}).get,
        ),
        # So long that a download which goes on would be complete before it ends.
        "unpack": double("unpack", delay=90.0 * second),
    }


_clocks: list[tuple[Virtual, tuple[float, float]]] = []


def _clock(virtual: Virtual) -> tuple[float, float]:
    """How long a second of the schedule lasts, and how late is too late.

    The simulated clock is exact. A program with threads keeps real time while they run: for that one the delays are
    short, and only what is late beyond doubt counts.
    """
    # Looked at once for each check: it is the same for all its schedules.
    if not _clocks or _clocks[0][0] is not virtual:
        probe = virtual("main", world=_world([1], 0.001))
        downloads = [call for call in probe.calls("download") if call.outcome == "replied"]
        exact = all(abs(float(call.seconds) - 1e-6) < 1e-6 for call in downloads)
        _clocks[:] = [(virtual, (1.0, 1e-4) if exact else (0.005, 1.0))]
    return _clocks[0][1]
