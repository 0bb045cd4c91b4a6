# Style: an async generator yields what was saved; main knows nothing of tables.

import asyncio

TABLES = ["customers", "orders"]
VERSION = "7.2"


async def copy_table(table: str) -> int:
    """Copy one table to the safe place; returns how many rows it had."""
    await asyncio.sleep(0.4)
    return 120 * len(table)


async def upgrade(version: str) -> str:
    """Upgrade the shop; returns what it calls itself afterwards."""
    await asyncio.sleep(0.3)
    return f"shop {version}"


async def saved():
    for table in TABLES:
        yield table, await copy_table(table)


async def main():
    print("Backup starts")
    async for table, rows in saved():
        print(f"Saved {table}: {rows} rows")
    print("Backup done")
    print(f"Upgrading to {VERSION}")
    print(f"Upgraded: {await upgrade(VERSION)}")


asyncio.run(main())
