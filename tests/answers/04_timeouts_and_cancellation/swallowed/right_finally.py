# Style: a flag and a finally, which let every exception pass.

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
    outcome = "incomplete"
    try:
        await copy(table)
        outcome = "copied"
    except OSError:
        outcome = "cannot be read"
    finally:
        print(f"{table}: {outcome}")
    return outcome == "copied"


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
