# Mistake: asks once to see whether the train is late, and again for the minutes.
# Caught by: the control centre is asked exactly once about each train

import asyncio

TRAINS = ["ICE 577", "RE 4", "S 1"]


async def ask_control(train: str) -> int:
    """Ask the control centre, which is far away; returns minutes."""
    await asyncio.sleep(0.6)
    return {"ICE 577": 7, "S 1": 3}.get(train, 0)


async def minutes_late(train: str) -> int:
    return await ask_control(train)


async def board_line(train: str) -> str:
    return f"{train}: {await minutes_late(train)} min late" if await minutes_late(train) else f"{train}: on time"


async def main() -> None:
    lines = await asyncio.gather(*(board_line(train) for train in TRAINS))
    for line in lines:
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
