"""slow_database: an SQLite file that is locked while the program reads, and again while it writes."""

import asyncio
import sqlite3
import threading
import time
from contextlib import closing

import pytest
from doubles import double, longest_gap

LAST = 417
# The highest number is not the one that was sold last, and there are fewer tickets than it says.
SOLD = [LAST - 30, LAST, 12]
PASSENGER = "Grace O'Neill"
TICKET = f"{PASSENGER}: ticket {LAST + 1}"


def table(db):
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute("SELECT number, passenger FROM tickets").fetchall()[len(SOLD) :]


@pytest.fixture
def sale(exercise, monkeypatch, tmp_path):
    """Runs the program beside an office that keeps the file locked; returns the gate's and the payments' calls."""
    db = str(tmp_path / "ferry.db")

    def run(lock_s, pay_s=0.2, at_pay=None):
        lift_gate, lifts = double()
        pay, paid = double(pay_s)

        async def pay_in_office(passenger):
            if at_pay:
                threading.Thread(target=at_pay, args=[db]).start()
            await pay(passenger)

        monkeypatch.setattr(exercise, "lift_gate", lift_gate)
        monkeypatch.setattr(exercise, "pay", pay_in_office)
        with closing(sqlite3.connect(db, check_same_thread=False, isolation_level=None)) as office:
            office.execute("CREATE TABLE tickets (number INTEGER, passenger TEXT)")
            office.executemany("INSERT INTO tickets VALUES (?, ?)", [(number, "somebody") for number in SOLD])
            office.execute("BEGIN EXCLUSIVE")
            timer = threading.Timer(lock_s, office.rollback)
            timer.start()
            try:
                asyncio.run(exercise.main(db, PASSENGER))
            finally:
                timer.join()
        return db, lifts, paid

    return run


def lock_for_a_while(db):
    with closing(sqlite3.connect(db, isolation_level=None, timeout=5)) as office:
        office.execute("BEGIN EXCLUSIVE")
        time.sleep(0.95)
        office.execute("ROLLBACK")


def test_sale(sale, capsys):
    start = time.monotonic()
    db, lifts, paid = sale(0.6, at_pay=lock_for_a_while)
    assert [line for line in capsys.readouterr().out.splitlines() if ": ticket " in line] == [TICKET]
    assert paid.args == [PASSENGER]
    assert table(db) == [(LAST + 1, PASSENGER)]
    assert lifts.args == list(range(1, 11))
    moments = [call.start for call in lifts.made]
    assert moments[0] - start < 0.5
    assert longest_gap(moments) < 0.55
    assert moments[0] < paid.made[0].start < moments[-1]


def test_not_locked_while_paying(sale):
    used, early = [], []

    def use(db):
        with closing(sqlite3.connect(db, isolation_level=None, timeout=5)) as office:
            time.sleep(0.25)
            office.execute("BEGIN EXCLUSIVE")
            used.append(time.monotonic())
            early.extend(office.execute("SELECT * FROM tickets").fetchall()[len(SOLD) :])
            office.execute("ROLLBACK")

    db, _, paid = sale(0.0, 0.7, at_pay=use)
    assert used
    assert used[0] < paid.made[0].end
    assert not early
    assert table(db) == [(LAST + 1, PASSENGER)]


def test_long_lock(sale):
    db, _, paid = sale(2.2)
    assert paid.args == [PASSENGER]
    assert table(db) == [(LAST + 1, PASSENGER)]
