# Style: tells SQLite not to wait, and tries again after a pause of the loop's

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


async def insistent(connection: sqlite3.Connection, sql: str, *values: object) -> list[tuple[int]]:
    while True:
        try:
            return connection.execute(sql, values).fetchall()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            await asyncio.sleep(0.02)


async def sell(db: str, passenger: str) -> None:
    with closing(sqlite3.connect(db, timeout=0, isolation_level=None)) as connection:
        ((last,),) = await insistent(connection, "SELECT max(number) FROM tickets")
        print(f"{passenger}: ticket {last + 1}")
        await pay(passenger)
        await insistent(connection, "INSERT INTO tickets VALUES (?, ?)", last + 1, passenger)


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
