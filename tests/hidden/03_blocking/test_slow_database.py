"""slow_database: an SQLite file that the grader locks while the program reads, and again while it writes."""

import asyncio
import sqlite3
from itertools import pairwise
from pathlib import Path

from grader.suite import Run, Trace, double, fresh, points, record

PASSENGER = fresh.word().title()
LAST = fresh.number(100, 999)
TICKET = f"{PASSENGER}: ticket {LAST + 1}"
READ_LOCK_S = 0.6
WRITE_LOCK_S = 0.75
LIFTS = 10

# The office's connections, by the run's folder: the lock has to be there before the program is.
offices: dict[Path, sqlite3.Connection] = {}


def lock_database(scratch: Path) -> None:
    office = sqlite3.connect(scratch / "ferry.db", timeout=0, isolation_level=None, check_same_thread=False)
    office.execute("CREATE TABLE tickets (number INTEGER PRIMARY KEY, passenger TEXT)")
    office.execute("INSERT INTO tickets VALUES (?, ?)", (LAST, fresh.word()))
    office.execute("BEGIN EXCLUSIVE")
    offices[scratch] = office


async def work_in_office(run: Run) -> None:
    """Release the file, lock it again as soon as the number was printed, and note the ticket once it is stored."""
    office = offices.pop(run.scratch)
    try:
        await asyncio.sleep(READ_LOCK_S)
        office.execute("ROLLBACK")
        await run.line(TICKET)
        await retried(office, "BEGIN EXCLUSIVE")
        stored = await note_stored(run, office)  # a ticket added before it was paid is there already
        await asyncio.sleep(WRITE_LOCK_S)
        office.execute("ROLLBACK")
        while not stored:
            await asyncio.sleep(0.02)
            stored = await note_stored(run, office)
    finally:
        office.close()


async def note_stored(run: Run, office: sqlite3.Connection) -> bool:
    tickets = await retried(office, f"SELECT * FROM tickets WHERE number > {LAST}")
    for number, passenger in tickets:
        run.note("stored", [number, passenger])
    return bool(tickets)


async def retried(office: sqlite3.Connection, statement: str) -> list[tuple[int, str]]:
    """Without waiting inside SQLite: this shares a loop with every other recording."""
    while True:
        try:
            return office.execute(statement).fetchall()
        except sqlite3.OperationalError:
            await asyncio.sleep(0.01)


sale = record(
    "main",
    "ferry.db",
    PASSENGER,
    world={"lift_gate": double("lift_gate"), "pay": double("pay", delay=0.2)},
    prepare=lock_database,
    drive=work_in_office,
)


@points(1, "the ticket gets the next number")
def test_number(sale: Trace) -> None:
    tickets = [line for line in sale.lines if ": ticket " in line]
    assert tickets == [TICKET]


@points(1, "the ticket is in the database once it is paid")
def test_stored(sale: Trace) -> None:
    paid = sale.call("pay")
    assert sale.at(TICKET) <= paid.start, "the money was taken before there was a number"
    stored = sale.notes("stored")
    assert stored, "no ticket was added to the database while the gate was open"
    # Who sells after the last lift may end before the office has looked: the same points, whether it has or not.
    for last in sale.calls("lift_gate")[-1:]:
        late = stored[0].at - last.start
        assert late < 0.5, f"the ticket was added to the database {late:.2f} s after the last lift of the gate"
    assert stored[0].value == [LAST + 1, PASSENGER], f"the table got {stored[0].value}, not {[LAST + 1, PASSENGER]}"
    assert paid.end <= stored[0].at, "the ticket was in the database before it was paid"


@points(1, "the gate lifts ten times")
def test_lifts(sale: Trace) -> None:
    lifted = [next(iter((*span.args, *span.kwargs.values())), None) for span in sale.calls("lift_gate")]
    assert lifted == list(range(1, LIFTS + 1)), f"expected the gate to lift for 1 to {LIFTS}; it lifted for {lifted}"


@points(3, "the gate never stands still for more than 0.4 s", public=True)
def test_gate(sale: Trace) -> None:
    lifts = sale.calls("lift_gate")
    assert lifts, "the gate did not lift at all"
    assert lifts[0].start < 0.45, f"the gate lifted first at {lifts[0].start:.2f} s; expected from the start"
    for earlier, later in pairwise(lifts):
        still = later.start - earlier.start
        assert still < 0.45, f"the gate stood still for {still:.2f} s after {earlier}; expected 0.2 s"


@points(1, "the sale goes on while the gate lifts")
def test_beside(sale: Trace) -> None:
    paid, lifts = sale.call("pay"), sale.calls("lift_gate")
    assert lifts, "the gate did not lift at all"
    first, last = lifts[0].start, lifts[-1].start
    assert first < paid.start < last, (
        f"the ticket was paid at {paid.start:.2f} s; the gate lifted from {first:.2f} s to {last:.2f} s"
    )
