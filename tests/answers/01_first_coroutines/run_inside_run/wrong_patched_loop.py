# Mistake: hides the running loop from asyncio.run: the answers come, one after the other.
# Shows: sequential-await
# Python: 3.11 to 3.13
# Caught by: the control centre is asked about all trains at the same time

import asyncio

TRAINS = ["ICE 577", "RE 4", "S 1"]


async def ask_control(train: str) -> int:
    """Ask the control centre, which is far away; returns minutes."""
    await asyncio.sleep(0.6)
    return {"ICE 577": 7, "S 1": 3}.get(train, 0)


def minutes_late(train: str) -> int:
    outer = asyncio.get_running_loop()
    asyncio._set_running_loop(None)
    try:
        return asyncio.run(ask_control(train))
    finally:
        asyncio._set_running_loop(outer)


async def board_line(train: str) -> str:
    minutes = minutes_late(train)
    return f"{train}: {minutes} min late" if minutes else f"{train}: on time"


async def main() -> None:
    lines = await asyncio.gather(*(board_line(train) for train in TRAINS))
    for line in lines:
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
