# Mistake: asks about three trains at a time, as many as there are in the file.
# Caught by: the control centre is asked about all trains at the same time

import asyncio

TRAINS = ["ICE 577", "RE 4", "S 1"]


async def ask_control(train: str) -> int:
    """Ask the control centre, which is far away; returns minutes."""
    await asyncio.sleep(0.6)
    return {"ICE 577": 7, "S 1": 3}.get(train, 0)


async def minutes_late(train: str) -> int:
    return await ask_control(train)


async def board_line(train: str) -> str:
    minutes = await minutes_late(train)
    return f"{train}: {minutes} min late" if minutes else f"{train}: on time"


async def main() -> None:
    for first in range(0, len(TRAINS), 3):
        for line in await asyncio.gather(*map(board_line, TRAINS[first : first + 3])):
            print(line)


if __name__ == "__main__":
    asyncio.run(main())
