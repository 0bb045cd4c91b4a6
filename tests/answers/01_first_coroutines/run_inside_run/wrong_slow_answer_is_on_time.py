# Mistake: takes a train for punctual when control needs more than 30 s to answer.
# Caught by: the board is complete as soon as the last answer is in

import asyncio

TRAINS = ["ICE 577", "RE 4", "S 1"]


async def ask_control(train: str) -> int:
    """Ask the control centre, which is far away; returns minutes."""
    await asyncio.sleep(0.6)
    return {"ICE 577": 7, "S 1": 3}.get(train, 0)


async def minutes_late(train: str) -> int:
    try:
        return await asyncio.wait_for(ask_control(train), 30)
    except TimeoutError:
        return 0


async def board_line(train: str) -> str:
    minutes = await minutes_late(train)
    return f"{train}: {minutes} min late" if minutes else f"{train}: on time"


async def main() -> None:
    lines = await asyncio.gather(*(board_line(train) for train in TRAINS))
    for line in lines:
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
