# Style: the sale blocks as before, but in a thread with an event loop of its own

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


async def sell(db: str, passenger: str) -> None:
    with closing(sqlite3.connect(db)) as connection:
        (last,) = connection.execute("SELECT max(number) FROM tickets").fetchone()
        print(f"{passenger}: ticket {last + 1}")
        await pay(passenger)
        with connection:
            connection.execute("INSERT INTO tickets VALUES (?, ?)", (last + 1, passenger))


async def gate() -> None:
    for n in range(1, 11):
        await lift_gate(n)
        await asyncio.sleep(0.2)


async def main(db: str, passenger: str) -> None:
    await asyncio.gather(gate(), asyncio.to_thread(lambda: asyncio.run(sell(db, passenger))))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        office = sqlite3.connect(f"{folder}/ferry.db", check_same_thread=False)
        with office:
            office.execute("CREATE TABLE tickets (number INTEGER PRIMARY KEY, passenger TEXT)")
            office.execute("INSERT INTO tickets VALUES (41, 'Grace')")
        office.execute("BEGIN EXCLUSIVE")
        threading.Timer(1.0, office.rollback).start()
        asyncio.run(main(f"{folder}/ferry.db", "Ada"))
