# Style: one connection that belongs to a pool of one thread, with a TaskGroup around gate and sale

import asyncio
import sqlite3
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor


async def lift_gate(n: int) -> None:
    print(f"gate lifts for {n}")


async def pay(passenger: str) -> None:
    print(f"{passenger} pays")
    await asyncio.sleep(0.3)


async def sell(db: str, passenger: str) -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=1) as clerk:
        connection = await loop.run_in_executor(clerk, sqlite3.connect, db)

        def run(sql: str, *values: object) -> list[tuple[int]]:
            with connection:
                return connection.execute(sql, values).fetchall()

        ((last,),) = await loop.run_in_executor(clerk, run, "SELECT max(number) FROM tickets")
        print(f"{passenger}: ticket {last + 1}")
        await pay(passenger)
        await loop.run_in_executor(clerk, run, "INSERT INTO tickets VALUES (?, ?)", last + 1, passenger)
        await loop.run_in_executor(clerk, connection.close)


async def gate() -> None:
    for n in range(1, 11):
        await lift_gate(n)
        await asyncio.sleep(0.2)


async def main(db: str, passenger: str) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(sell(db, passenger))
        group.create_task(gate())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        office = sqlite3.connect(f"{folder}/ferry.db", check_same_thread=False)
        with office:
            office.execute("CREATE TABLE tickets (number INTEGER PRIMARY KEY, passenger TEXT)")
            office.execute("INSERT INTO tickets VALUES (41, 'Grace')")
        office.execute("BEGIN EXCLUSIVE")
        threading.Timer(1.0, office.rollback).start()
        asyncio.run(main(f"{folder}/ferry.db", "Ada"))
