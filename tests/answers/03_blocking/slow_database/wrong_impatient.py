# Mistake: has SQLite wait for a second and no longer.
# Caught by: the sale is made even if the file stays locked for a long time

import asyncio
import sqlite3
import tempfile
import threading
from contextlib import closing


async def lift_gate(n: int) -> None:
    print(f"gate lifts for {n}")


async def pay(passenger: str) -> None:
    print(f"{passenger} pays")
    await asyncio.sleep(0.3)


def last_number(db: str) -> int:
    with closing(sqlite3.connect(db, timeout=1)) as connection:
        (last,) = connection.execute("SELECT max(number) FROM tickets").fetchone()
    return int(last)


def add_ticket(db: str, number: int, passenger: str) -> None:
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("INSERT INTO tickets VALUES (?, ?)", (number, passenger))


async def sell(db: str, passenger: str) -> None:
    number = await asyncio.to_thread(last_number, db) + 1
    print(f"{passenger}: ticket {number}")
    await pay(passenger)
    await asyncio.to_thread(add_ticket, db, number, passenger)


async def gate() -> None:
    for n in range(1, 11):
        await lift_gate(n)
        await asyncio.sleep(0.2)


async def main(db: str, passenger: str) -> None:
    await asyncio.gather(gate(), sell(db, passenger))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        office = sqlite3.connect(f"{folder}/ferry.db", check_same_thread=False)
        with office:
            office.execute("CREATE TABLE tickets (number INTEGER PRIMARY KEY, passenger TEXT)")
            office.execute("INSERT INTO tickets VALUES (41, 'Grace')")
        office.execute("BEGIN EXCLUSIVE")
        threading.Timer(1.0, office.rollback).start()
        asyncio.run(main(f"{folder}/ferry.db", "Ada"))
