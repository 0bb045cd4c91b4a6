"""start_it: the backup runs, and it is complete before the upgrade begins."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from grader.suite import Trace, Virtual, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("TABLES", "VERSION", "copy_table", "upgrade")

PROGRAM: Any = None
"""The file as a program, also under virtual time."""

TABLES = fresh.words(3)
VERSION = f"{fresh.number(2, 9)}.{fresh.number(0, 9)}"
SHOP = fresh.token()
ROWS = {table: fresh.number(100, 9999) for table in TABLES}
# The slowest comes first: tables that are copied together never finish in their order.
TOOK = dict(zip(TABLES, sorted(fresh.delays(3, 0.2, 0.6, 0.1), reverse=True), strict=True))

program = record(
    None,
    world={
        "TABLES": TABLES,
        "VERSION": VERSION,
        "copy_table": double("copy_table", delay=TOOK.__getitem__, reply=ROWS.__getitem__),
        "upgrade": double("upgrade", delay=0.3, reply=SHOP),
    },
)


@points(1, "each table is copied exactly once")
def test_copied(program: Trace) -> None:
    for table in TABLES:
        copies = [call for call in program.calls("copy_table") if call.args == (table,)]
        copied = {0: "never copied", 2: "copied twice"}.get(len(copies), f"copied {len(copies)} times")
        assert len(copies) == 1, f"{table} should be copied once; it was {copied}"
        assert copies[0].outcome == "replied", f"the copy of {table} was started, but it never finished"


@points(1, "the one upgrade begins after every copy is complete, not before", means="leaked-task", public=True)
def test_upgrade_waits(program: Trace) -> None:
    upgrade = program.call("upgrade", VERSION)
    for table in TABLES:
        ends = [call.end for call in program.calls("copy_table") if call.args == (table,) and call.outcome == "replied"]
        assert ends, f"the upgrade began at {upgrade.start:.2f} s; the copy of {table} never finished"
        assert min(ends) <= upgrade.start, (
            f"the upgrade began at {upgrade.start:.2f} s; the copy of {table} finished at {min(ends):.2f} s"
        )


EXAMPLES = 40

# Milliseconds that polling at any round interval would miss; 0, and longer than anybody waits.
DELAYS = st.one_of(st.just(0), st.integers(137, 2999), st.just(40_007))


@points(1, "no time is lost, before the upgrade or after it")
@settings(max_examples=EXAMPLES)
@given(copies=st.lists(DELAYS, min_size=1, max_size=5), upgrade=DELAYS)
def test_no_time_lost(virtual: Virtual, copies: list[int], upgrade: int) -> None:
    second, late = _clock(virtual)
    night = virtual(PROGRAM, world=_world(copies, upgrade, second))
    # By the copies that were made: one that is missing, or made twice, has cost its point already.
    made = [call for call in night.calls("copy_table") if call.outcome == "replied"]
    enough = sum(float(call.seconds) for call in made)
    complete = max((float(call.end) for call in made), default=0.0)
    for call in night.calls("upgrade"):
        assert call.start <= complete + late, (
            f"the last copy finished at {complete:.5g} s; the upgrade began at {call.start:.5g} s"
        )
        assert call.start <= enough + late, (
            f"the copies take {enough:.5g} s, one after the other; the upgrade began at {call.start:.5g} s"
        )
    end = max((float(call.end) for call in night.calls()), default=0.0)
    assert night.elapsed <= end + late, f"the work was done at {end:.5g} s; the program ended at {night.elapsed:.5g} s"


ERRORS: list[Exception] = [
    OSError("the disk is full"),
    ConnectionError("the database is gone"),
    TimeoutError("too slow"),
    ValueError("strange row"),
    KeyError("id"),
]


@points(1, "if a copy fails with any error, the upgrade does not begin")
@settings(max_examples=EXAMPLES)
@given(
    copies=st.lists(st.integers(0, 2999), min_size=1, max_size=4),
    failing=st.integers(0, 3),
    error=st.sampled_from(ERRORS),
)
def test_no_upgrade(virtual: Virtual, copies: list[int], failing: int, error: Exception) -> None:
    second, _ = _clock(virtual)
    bad = f"table {failing % len(copies) + 1}"
    night = virtual(PROGRAM, world=_world(copies, 300, second, {bad: error}), allow=("raise", "exit"))
    failed = [call.end for call in night.calls("copy_table") if call.args == (bad,)]
    assert failed, f"{bad} was never copied"
    upgrades = night.calls("upgrade")
    assert not upgrades, (
        f"the copy of {bad} failed with {type(error).__name__} at {failed[0]:.5g} s; "
        f"yet the upgrade began at {upgrades[0].start:.5g} s"
    )


@points(1, "the program prints these lines, in this order, and nothing else", means="wrong-order")
def test_lines(program: Trace) -> None:
    saved = [f"Saved {table}: {ROWS[table]} rows" for table in TABLES]
    end = ["Backup done", f"Upgrading to {VERSION}", f"Upgraded: {SHOP}"]
    assert program.lines == ["Backup starts", *saved, *end]


def _world(
    copies: list[int], upgrade: int, second: float, errors: Mapping[str, Exception] | None = None
) -> dict[str, Any]:
    took = {f"table {number}": delay * second / 1000 for number, delay in enumerate(copies, start=1)}
    return {
        "TABLES": list(took),
        "VERSION": "8.0",
        "copy_table": double("copy_table", delay=took.__getitem__, reply=12, raises=(errors or {}).get),
        "upgrade": double("upgrade", delay=upgrade * second / 1000, reply="shop"),
    }


_clocks: list[tuple[Virtual, tuple[float, float]]] = []


def _clock(virtual: Virtual) -> tuple[float, float]:
    """How long a second of the schedule lasts, and how late is too late.

    The simulated clock is exact. A program with threads keeps real time while they run: for that one the delays are
    short, and only what is late beyond doubt counts.
    """
    # Looked at once for each check: it is the same for all its schedules.
    if not _clocks or _clocks[0][0] is not virtual:
        probe = virtual(PROGRAM, world=_world([5], 5, 1.0))
        exact = all(abs(float(call.seconds) - 0.005) < 1e-6 for call in probe.calls() if call.outcome == "replied")
        _clocks[:] = [(virtual, (1.0, 1e-4) if exact else (0.005, 1.0))]
    return _clocks[0][1]
