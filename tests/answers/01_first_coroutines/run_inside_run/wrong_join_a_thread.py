# Mistake: runs each question in a thread, and holds the loop until it is answered.
# Shows: blocking-call
# Caught by: the control centre is asked about all trains at the same time

import asyncio
from concurrent.futures import ThreadPoolExecutor

TRAINS = ["ICE 577", "RE 4", "S 1"]


async def ask_control(train: str) -> int:
    """Ask the control centre, which is far away; returns minutes."""
    await asyncio.sleep(0.6)
    return {"ICE 577": 7, "S 1": 3}.get(train, 0)


def minutes_late(train: str) -> int:
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, ask_control(train)).result()


async def board_line(train: str) -> str:
    minutes = minutes_late(train)
    return f"{train}: {minutes} min late" if minutes else f"{train}: on time"


async def main() -> None:
    lines = await asyncio.gather(*(board_line(train) for train in TRAINS))
    for line in lines:
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
