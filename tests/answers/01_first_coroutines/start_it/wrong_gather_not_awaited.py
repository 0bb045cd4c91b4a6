# Mistake: hands the backup to gather, and does not await that either.
# Shows: leaked-task
# Caught by: the one upgrade begins after every copy is complete, not before

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


async def backup() -> None:
    print("Backup starts")
    for table in TABLES:
        rows = await copy_table(table)
        print(f"Saved {table}: {rows} rows")
    print("Backup done")


async def main() -> None:
    asyncio.gather(backup())
    print(f"Upgrading to {VERSION}")
    print(f"Upgraded: {await upgrade(VERSION)}")


if __name__ == "__main__":
    asyncio.run(main())
