# Style: one thread for the whole board, with a loop of its own, away from the main loop.

import asyncio

TRAINS = ["ICE 577", "RE 4", "S 1"]


async def ask_control(train: str) -> int:
    """Ask the control centre, which is far away; returns minutes."""
    await asyncio.sleep(0.6)
    return {"ICE 577": 7, "S 1": 3}.get(train, 0)


async def minutes_late() -> list[int]:
    return await asyncio.gather(*(ask_control(train) for train in TRAINS))


def board_line(train: str, minutes: int) -> str:
    return f"{train}: {minutes} min late" if minutes else f"{train}: on time"


async def main() -> None:
    minutes = await asyncio.to_thread(asyncio.run, minutes_late())
    for train, late in zip(TRAINS, minutes):
        print(board_line(train, late))


if __name__ == "__main__":
    asyncio.run(main())
