# Mistake: adds the ticket while the passenger pays, and commits after both.
# Caught by: the office can use the file while the passenger pays

import asyncio
import sqlite3
import tempfile
import threading

import aiosqlite


async def lift_gate(n: int) -> None:
    print(f"gate lifts for {n}")


async def pay(passenger: str) -> None:
    print(f"{passenger} pays")
    await asyncio.sleep(0.3)


async def sell(db: str, passenger: str) -> None:
    async with aiosqlite.connect(db) as connection:
        async with connection.execute("SELECT max(number) FROM tickets") as cursor:
            ((last,),) = await cursor.fetchall()
        print(f"{passenger}: ticket {last + 1}")
        insert = connection.execute("INSERT INTO tickets VALUES (?, ?)", (last + 1, passenger))
        await asyncio.gather(pay(passenger), insert)
        await connection.commit()


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
