"""Swallowed.

Every night a shop copies its tables, one after the other. At LIMIT the shop opens, and what has not been copied by then
has to wait for the next night. This morning the backup went on, nobody could sell anything, and in the end it said that
all was well.

Once it is right, `python swallowed.py` prints this (on the left: seconds from the start, not printed):

    0.30   customers: copied
    0.50   invoices: cannot be read
    1.00   orders: incomplete
    1.00   the shop opens before the backup is complete

What may not change: TABLES, LIMIT and copy (when graded, others take their place); the lines that are printed.
`backup(tables)` copies in turn, skips a table that cannot be read (copy raises OSError), and returns how many it has
copied. When somebody cancels it (a timeout, Ctrl+C, ...) it says which table is incomplete, copies nothing more, and
whoever awaits it is told: it ends as cancelled, and not with a number or with another exception.
"""

import asyncio

TABLES = ["customers", "invoices", "orders", "prices"]
LIMIT = 1.0
SECONDS = {"customers": 0.3, "invoices": 0.2, "orders": 1.2, "prices": 0.8}


async def copy(table: str) -> None:
    """Copy a table; raises OSError when it cannot be read (leave it as it is)."""
    await asyncio.sleep(SECONDS[table])
    if table == "invoices":
        raise OSError("bad sector")


async def save(table: str) -> bool:
    try:
        await copy(table)
    except asyncio.CancelledError:
        print(f"{table}: incomplete")
        # A cancellation is a request that is made once. Whoever catches it and does not let it go on has answered it
        # for everybody above: the loop over the tables goes on, and the timeout in main does not fire.
        raise
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
