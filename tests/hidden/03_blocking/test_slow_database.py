"""slow_database: an SQLite file that the grader locks while the program reads, and again while it writes."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path

from grader.suite import Recipe, Run, Trace, double, fresh, points, record

LEAVE_ALONE: tuple[str, ...] = ("lift_gate", "pay", "gate")

PASSENGER = f"{fresh.shuffled(['Ada', 'Grace', 'Linus', 'Nora'])[0]} O'Neill"
LAST = fresh.number(100, 999)
# The highest number is not the one that was sold last, and there are fewer tickets than it says.
SOLD = [LAST - fresh.number(10, 50), LAST, fresh.number(1, 30)]
TICKET = f"{PASSENGER}: ticket {LAST + 1}"
READ_LOCK_S = 0.6
WRITE_LOCK_S = 0.75
LONG_LOCK_S = 2.2
LIFTS = 10

# The office's connections, by the run's folder: the lock has to be there before the program is.
offices: dict[Path, sqlite3.Connection] = {}


def lock_database(scratch: Path) -> None:
    office = sqlite3.connect(scratch / "ferry.db", timeout=0, isolation_level=None, check_same_thread=False)
    office.set_progress_handler(lambda: 1, 1_000_000)  # a program may have put anything in the place of its table
    office.execute("CREATE TABLE tickets (number INTEGER PRIMARY KEY, passenger TEXT)")
    office.executemany("INSERT INTO tickets VALUES (?, ?)", [(number, f"passenger {number}") for number in SOLD])
    office.execute("BEGIN EXCLUSIVE")
    offices[scratch] = office


def work_in_office(read_lock_s: float, write_lock_s: float, use_after_s: float) -> Callable[[Run], Awaitable[None]]:
    """Release the file, lock it again as soon as the number was printed, and note the ticket once it is stored.

    ``use_after_s``: use the file for a moment, some time after the number was printed, and note when that was possible.
    """

    async def work(run: Run) -> None:
        office = offices.pop(run.scratch)
        try:
            await asyncio.sleep(read_lock_s)
            office.execute("ROLLBACK")
            stored = False
            if write_lock_s:
                await run.line(TICKET)
                await retried(office, "BEGIN EXCLUSIVE")
                stored = await note_stored(run, office)  # a ticket added before it was paid is there already
                await asyncio.sleep(write_lock_s)
                office.execute("ROLLBACK")
            if use_after_s:
                await run.line(TICKET)
                await asyncio.sleep(use_after_s)
                await retried(office, "BEGIN EXCLUSIVE")
                run.note("used")
                office.execute("ROLLBACK")
            while not stored:
                await asyncio.sleep(0.02)
                stored = await note_stored(run, office)
        finally:
            office.close()

    return work


async def note_stored(run: Run, office: sqlite3.Connection) -> bool:
    tickets = await retried(office, f"SELECT * FROM tickets WHERE number NOT IN ({', '.join(map(str, SOLD))})")
    for number, passenger in tickets:
        run.note("stored", [number, passenger])
    return bool(tickets)


async def retried(office: sqlite3.Connection, statement: str) -> list[tuple[int, str]]:
    """Without waiting inside SQLite: this shares a loop with every other recording."""
    while True:
        try:
            return office.execute(statement).fetchmany(1000)
        except sqlite3.OperationalError:
            await asyncio.sleep(0.01)


def sold(read_lock_s: float, write_lock_s: float, *, pay_s: float = 0.2, use_after_s: float = 0.0) -> Recipe:
    return record(
        "then_stay",
        double("wait", delay=0.3),
        "ferry.db",
        PASSENGER,
        scenario=True,
        world={"lift_gate": double("lift_gate"), "pay": double("pay", delay=pay_s)},
        prepare=lock_database,
        drive=work_in_office(read_lock_s, write_lock_s, use_after_s),
    )


sale = sold(READ_LOCK_S, WRITE_LOCK_S)
unlocked = sold(0.0, 0.0, pay_s=0.7, use_after_s=0.25)
long_lock = sold(LONG_LOCK_S, 0.0)


@points(1, "the ticket gets the number after the highest")
def test_number(sale: Trace) -> None:
    tickets = [line for line in sale.lines if ": ticket " in line]
    assert tickets == [TICKET], (
        f"with tickets {', '.join(map(str, SOLD))} in the table: expected {TICKET!r}; "
        f"printed: {'; '.join(tickets) or 'no ticket'}"
    )


@points(1, "the passenger pays once the number is printed, and then the ticket is added")
def test_stored(sale: Trace, unlocked: Trace) -> None:
    for trace in (sale, unlocked):
        paid = trace.call("pay")
        assert trace.at(TICKET) <= paid.start, "the passenger paid before the number was printed"
        stored = trace.notes("stored")
        assert stored, "no ticket was added to the database"
        table = stored[0].value
        assert table == [LAST + 1, PASSENGER], f"the table got {table}; expected {[LAST + 1, PASSENGER]}"
        assert paid.end <= stored[0].at, "the ticket was in the database before it was paid"
    late = sale.call("pay").start - sale.at(TICKET)
    assert late < 0.4, f"the passenger paid {late:.2f} s after the number was printed; expected at once"


@points(1, "the gate lifts ten times")
def test_lifts(sale: Trace) -> None:
    lifted = [span.args[0] for span in sale.calls("lift_gate")]
    assert lifted == list(range(1, LIFTS + 1)), (
        f"expected the gate to lift for 1 to {LIFTS}; it lifted for {', '.join(map(str, lifted)) or 'nobody'}"
    )


@points(3, "the gate never stands still for more than 0.4 s", public=True)
def test_gate(sale: Trace) -> None:
    lifts = sale.calls("lift_gate")
    assert lifts, "the gate did not lift at all"
    assert lifts[0].start < 0.5, f"the gate first lifted at {lifts[0].start:.2f} s; expected it to lift from the start"
    for earlier, later in pairwise(lifts):
        still = later.start - earlier.start
        assert still < 0.55, f"the gate stood still for {still:.2f} s after {earlier}; expected 0.2 s"


@points(1, "the sale goes on while the gate lifts")
def test_beside(sale: Trace) -> None:
    paid, lifts = sale.call("pay"), sale.calls("lift_gate")
    assert lifts, "the gate did not lift at all"
    first, last = lifts[0].start, lifts[-1].start
    assert first < paid.start < last, (
        f"the passenger paid at {paid.start:.2f} s; the gate lifted from {first:.2f} s to {last:.2f} s"
    )


@points(1, "the office can use the file while the passenger pays")
def test_not_locked(unlocked: Trace) -> None:
    paid, used = unlocked.call("pay"), unlocked.notes("used")
    assert used, "the office could not use the file at all, because this program kept it locked"
    assert used[0].at < paid.end, (
        f"the passenger paid from {paid.start:.2f} s to {paid.end:.2f} s; the office could not use the file "
        f"until {used[0].at:.2f} s, because this program kept it locked"
    )


@points(1, "the sale is made even if the file stays locked for a long time")
def test_long_lock(long_lock: Trace) -> None:
    when = f"when the file is locked for {LONG_LOCK_S} s"
    assert long_lock.calls("pay"), f"{when}, the passenger never paid"
    stored = [note.value for note in long_lock.notes("stored")]
    assert stored == [[LAST + 1, PASSENGER]], f"{when}, the ticket was never added to the table"
