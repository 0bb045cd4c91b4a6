# Mistake: no running loop any more, and no two questions at once either.
# Shows: sequential-await
# Caught by: the control centre is asked about all trains at the same time

import asyncio

TRAINS = ["ICE 577", "RE 4", "S 1"]


async def ask_control(train: str) -> int:
    """Ask the control centre, which is far away; returns minutes."""
    await asyncio.sleep(0.6)
    return {"ICE 577": 7, "S 1": 3}.get(train, 0)


def minutes_late(train: str) -> int:
    return asyncio.run(ask_control(train))


def board_line(train: str) -> str:
    minutes = minutes_late(train)
    return f"{train}: {minutes} min late" if minutes else f"{train}: on time"


def main() -> None:
    for train in TRAINS:
        print(board_line(train))


if __name__ == "__main__":
    main()
