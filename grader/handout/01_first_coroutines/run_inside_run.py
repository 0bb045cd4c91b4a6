"""The departures board.

A small station shows how late its trains are. `minutes_late` was written for a script, and works there. The board, an
asyncio program, calls the same function for all trains at the same time, and crashes.

Once it is right, it prints this (on the left: seconds from the start, not printed):

    0.6  ICE 577: 7 min late
    0.6  RE 4: on time
    0.6  S 1: 3 min late

No script needs minutes_late any more: you may change it in any way.

Leave alone: `TRAINS` and `ask_control`.

Required:
- the control centre is asked exactly once about each train
- the control centre is asked about all trains at the same time
- the board has a line for each train, in the order of TRAINS, and nothing else
- the board is complete as soon as the last answer is in
"""

import asyncio

TRAINS = ["ICE 577", "RE 4", "S 1"]


async def ask_control(train: str) -> int:
    """Ask the control centre, which is far away; returns minutes."""
    await asyncio.sleep(0.6)
    return {"ICE 577": 7, "S 1": 3}.get(train, 0)


def minutes_late(train: str) -> int:
    return asyncio.run(ask_control(train))


async def board_line(train: str) -> str:
    minutes = minutes_late(train)
    return f"{train}: {minutes} min late" if minutes else f"{train}: on time"


async def main() -> None:
    lines = await asyncio.gather(*(board_line(train) for train in TRAINS))
    for line in lines:
        print(line)


if __name__ == "__main__":
    asyncio.run(main())
