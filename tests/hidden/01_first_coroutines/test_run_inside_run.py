"""run_inside_run: one event loop, on which the questions about all trains wait together."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("TRAINS", "ask_control")

PROGRAM: Any = None
"""The file as a program, also under virtual time."""

# No more than the default pool of threads has room for on a machine with one core: a thread for each train is right.
TRAINS = fresh.words(5)
MINUTES = dict(zip(TRAINS, [fresh.number(2, 59), 0, fresh.number(60, 180), 0, 1], strict=True))
# Slower than in the file, to catch programs that rely on its delays. The slowest comes first: a board that is filled as
# the answers arrive is not in the order of the trains.
TOOK = dict(zip(TRAINS, sorted(fresh.delays(5, 0.15, 0.95, 0.1), reverse=True), strict=True))

program = record(
    None,
    world={
        "TRAINS": TRAINS,
        "ask_control": double("ask_control", delay=TOOK.__getitem__, reply=MINUTES.__getitem__),
    },
)


@points(1, "the control centre is asked exactly once about each train")
def test_once(program: Trace) -> None:
    for train in TRAINS:
        asked = sum(call.args == (train,) for call in program.calls("ask_control"))
        how_often = {0: "never asked", 2: "asked twice"}.get(asked, f"asked {asked} times")
        assert asked == 1, f"the control centre should be asked about {train} once; it was {how_often}"


@points(1, "the control centre is asked about all trains at the same time", means="sequential-await")
def test_together(program: Trace) -> None:
    peak = program.peak("ask_control")
    assert peak >= len(TRAINS), (
        f"with {len(TRAINS)} trains, expected {len(TRAINS)} questions at the same time; there were at most {peak}"
    )
    # Of questions that were asked twice, the first: that costs another point.
    last, slowest = max(program.calls("ask_control")[: len(TRAINS)], key=lambda call: call.end).end, max(TOOK.values())
    assert last < slowest + 0.5, f"the slowest answer takes {slowest:.2f} s; the last one came at {last:.2f} s"


@points(
    1,
    "the board has a line for each train, in the order of TRAINS, and nothing else",
    means="wrong-order",
    public=True,
)
def test_board(program: Trace) -> None:
    late = {train: f"{minutes} min late" if minutes else "on time" for train, minutes in MINUTES.items()}
    assert program.lines == [f"{train}: {late[train]}" for train in TRAINS]


EXAMPLES = 40

# Milliseconds that polling at any round interval would miss; 0, and longer than anybody waits.
DELAYS = st.one_of(st.just(0), st.integers(137, 2999), st.just(40_007))


@points(1, "the board is complete as soon as the last answer is in")
@settings(max_examples=EXAMPLES)
@given(delays=st.lists(DELAYS, min_size=1, max_size=5))
def test_no_time_lost(virtual: Virtual, delays: list[int]) -> None:
    second, late = _clock(virtual)
    board = virtual(PROGRAM, world=_world(delays, second))
    for call in board.calls("ask_control"):
        assert call.outcome == "replied", f"the answer about {call.args[0]} was due later; the program ended without it"
    answered = max((float(call.end) for call in board.calls("ask_control")), default=0.0)
    assert board.elapsed <= answered + late, (
        f"the last answer came at {answered:.5g} s; the program ended at {board.elapsed:.5g} s"
    )


def _world(delays: list[int], second: float) -> dict[str, Any]:
    took = {f"train {number}": delay * second / 1000 for number, delay in enumerate(delays, start=1)}
    return {"TRAINS": list(took), "ask_control": double("ask_control", delay=took.__getitem__, reply=4)}


_clocks: list[tuple[Virtual, tuple[float, float]]] = []


def _clock(virtual: Virtual) -> tuple[float, float]:
    """How long a second of the schedule lasts, and how late is too late.

    The simulated clock is exact. A program with threads keeps real time while they run: for that one the delays are
    short, and only what is late beyond doubt counts.
    """
    # Looked at once for each check: it is the same for all its schedules.
    if not _clocks or _clocks[0][0] is not virtual:
        probe = virtual(PROGRAM, world=_world([5], 1.0))
        exact = all(abs(float(call.seconds) - 0.005) < 1e-6 for call in probe.calls())
        _clocks[:] = [(virtual, (1.0, 1e-4) if exact else (0.005, 1.0))]
    return _clocks[0][1]
