"""A ticket while the file is locked

A ferry sells a ticket at the desk, while foot passengers walk on through the gate, one every 0.2 s. The office on shore
uses the same SQLite file, and sometimes locks it for a while. Then the sale has to wait, but the gate does not. As
handed out, the gate stands still while the file is locked. Once it is right, the program ends after about 2 s:

    gate lifts for 1
    gate lifts for 2
    ...
    Ada: ticket 42
    Ada pays
    ...

Leave alone: `lift_gate`, `pay` and `gate`.

Required of the coroutine function `main(db, passenger)`:
- the gate lifts ten times, and never stands still for more than 0.4 s
- meanwhile the program reads the highest number from the table `tickets`, and prints the next one
- the passenger pays as soon as the number is printed, and then the ticket is added to the table
- the office can use the file while the passenger pays: this program does not keep it locked
- the sale is made even if the file is locked for 3 s
"""

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
