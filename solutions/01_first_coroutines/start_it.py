"""Back up first, then upgrade.

This script copies the tables of a shop's database to a safe place, and then upgrades the shop.
Last night an upgrade went wrong, and when the shop's people looked for the copies, there were none.

Once it is right, you see (seconds on the left):

    0.0  Backup starts
    0.4  Saved customers: 1080 rows
    0.8  Saved orders: 720 rows
    0.8  Backup done
    0.8  Upgrading to 7.2
    1.1  Upgraded: shop 7.2

Every table is copied exactly once, and the upgrade begins as soon as the last copy is complete, never before.
You may copy the tables one after the other or together, as long as it takes no longer than shown, the order of the
lines stays as shown (tables in the order of TABLES), and nothing else goes to standard output.

May not change: TABLES, VERSION, `copy_table` and `upgrade`. They are the outside world.
"""

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
    # Awaited, not made a task: the upgrade may only begin once the last table is safe, and an error in the backup
    # arrives here, where it stops the upgrade.
    await backup()
    print(f"Upgrading to {VERSION}")
    print(f"Upgraded: {await upgrade(VERSION)}")


if __name__ == "__main__":
    asyncio.run(main())
