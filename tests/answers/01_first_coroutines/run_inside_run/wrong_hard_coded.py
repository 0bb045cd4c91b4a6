# Mistake: knows by heart how late the trains are, and waits for show.
# Caught by: the control centre is asked exactly once about each train

import asyncio

TRAINS = ["ICE 577", "RE 4", "S 1"]


async def ask_control(train: str) -> int:
    """Ask the control centre, which is far away; returns minutes."""
    await asyncio.sleep(0.6)
    return {"ICE 577": 7, "S 1": 3}.get(train, 0)


async def board_line(train: str) -> str:
    await asyncio.sleep(0.6)
    minutes = {"ICE 577": 7, "S 1": 3}.get(train, 0)
    return f"{train}: {minutes} min late" if minutes else f"{train}: on time"


async def main() -> None:
    lines = await asyncio.gather(*(board_line(train) for train in TRAINS))
    for line in lines:
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
