"""Swallowed

Every night a shop copies its tables, one after the other. After LIMIT seconds the shop opens, and a table that has not
been copied by then has to wait for the next night. This morning the backup went on copying, nobody could sell anything,
and at the end it said that all was well.

Once it is right, `python swallowed.py` prints this (the seconds on the left are not printed):

    0.30   customers: copied
    0.50   invoices: cannot be read
    1.00   orders: incomplete
    1.00   the shop opens before the backup is complete

Leave alone: `TABLES`, `LIMIT`, `SECONDS`, `copy` and `main`.

Required of the coroutine function `backup(tables)`:
- it copies the tables in turn and returns how many it has copied
- a table for which copy raises OSError (TimeoutError is one, too) is skipped
- backup raises any other exception of copy, and copies no other table
- a cancellation (by a timeout, by Ctrl+C, ...) cancels the copy under way, and no other table is copied
- after a cancellation the table under way is printed as incomplete, and no other
- when backup is cancelled it ends as cancelled, and not with a number or with another exception
"""

import asyncio

TABLES = ["customers", "invoices", "orders", "prices"]
LIMIT = 1.0
SECONDS = {"customers": 0.3, "invoices": 0.2, "orders": 1.2, "prices": 0.8}


async def copy(table: str) -> None:
    """Copy a table; raises OSError when it cannot be read."""
    await asyncio.sleep(SECONDS[table])
    if table == "invoices":
        raise OSError("bad sector")


async def save(table: str) -> bool:
    try:
        await copy(table)
    except asyncio.CancelledError:
        print(f"{table}: incomplete")
        return False
    except OSError:
        print(f"{table}: cannot be read")
        return False
    print(f"{table}: copied")
    return True


async def backup(tables: list[str]) -> int:
    return sum([await save(table) for table in tables])


async def main() -> None:
    try:
        async with asyncio.timeout(LIMIT):
            copied = await backup(TABLES)
    except TimeoutError:
        print("the shop opens before the backup is complete")
    else:
        print(f"{copied} tables copied")


if __name__ == "__main__":
    asyncio.run(main())
