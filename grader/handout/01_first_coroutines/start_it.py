"""Back up first, then upgrade.

This script copies the tables of a shop's database to a safe place, and then upgrades the shop. Last night an upgrade
went wrong, and when the owners looked for the copies, there were none.

Once it is right, it prints this (on the left: seconds from the start, not printed):

    0.0  Backup starts
    0.4  Saved customers: 1080 rows
    0.8  Saved orders: 720 rows
    0.8  Backup done
    0.8  Upgrading to 7.2
    1.1  Upgraded: shop 7.2

Leave alone: `TABLES`, `VERSION`, `copy_table` and `upgrade`.

Required:
- each table is copied exactly once
- the one upgrade begins after every copy is complete, not before
- no time is lost, before the upgrade or after it (copying one table after the other is fast enough)
- if a copy fails with any error, the upgrade does not begin
- the program prints these lines, in this order, and nothing else (tables in the order of TABLES)
"""

import asyncio

TABLES = ["customers", "orders"]
VERSION = "7.2"


async def copy_table(table: str) -> int:
    """Copy one table to the safe place; returns how many rows it had."""
    await asyncio.sleep(0.4)
    return 120 * len(table)


async def upgrade(version: str) -> str:
    """Upgrade the shop; returns its new name."""
    await asyncio.sleep(0.3)
    return f"shop {version}"


async def backup() -> None:
    print("Backup starts")
    for table in TABLES:
        rows = await copy_table(table)
        print(f"Saved {table}: {rows} rows")
    print("Backup done")


async def main() -> None:
    backup()
    print(f"Upgrading to {VERSION}")
    print(f"Upgraded: {await upgrade(VERSION)}")


if __name__ == "__main__":
    asyncio.run(main())
