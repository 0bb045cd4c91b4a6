# Style: a plain function that hands on the coroutine object; tasks instead of gather.

import asyncio
from collections.abc import Awaitable

TRAINS = ["ICE 577", "RE 4", "S 1"]


async def ask_control(train: str) -> int:
    """Ask the control centre, which is far away; returns minutes."""
    await asyncio.sleep(0.6)
    return {"ICE 577": 7, "S 1": 3}.get(train, 0)


def minutes_late(train: str) -> Awaitable[int]:
    return ask_control(train)


async def board_line(train: str) -> str:
    minutes = await minutes_late(train)
    return f"{train}: {minutes} min late" if minutes else f"{train}: on time"


async def main() -> None:
    tasks = [asyncio.create_task(board_line(train)) for train in TRAINS]
    for task in tasks:
        print(await task)


if __name__ == "__main__":
    asyncio.run(main())
