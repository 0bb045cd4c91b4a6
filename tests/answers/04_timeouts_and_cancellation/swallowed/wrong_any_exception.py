# Mistake: takes every exception for a table that cannot be read.
# Caught by: backup raises any other exception of copy, and copies no other table
# Shows: caught-too-much

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
        raise
    except Exception:
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
