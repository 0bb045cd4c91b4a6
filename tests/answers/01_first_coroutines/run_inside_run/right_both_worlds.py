# Style: one helper for scripts and one for coroutines, and a class for the board.

import asyncio

TRAINS = ["ICE 577", "RE 4", "S 1"]


async def ask_control(train: str) -> int:
    """Ask the control centre, which is far away; returns minutes."""
    await asyncio.sleep(0.6)
    return {"ICE 577": 7, "S 1": 3}.get(train, 0)


async def minutes_late(train: str) -> int:
    return await ask_control(train)


def minutes_late_blocking(train: str) -> int:
    return asyncio.run(minutes_late(train))


async def board_line(train: str) -> str:
    minutes = await minutes_late(train)
    return f"{train}: {minutes} min late" if minutes else f"{train}: on time"


class Board:
    def __init__(self, trains: list[str]) -> None:
        self.rows = dict.fromkeys(trains, "")

    async def fill(self, train: str) -> None:
        self.rows[train] = await board_line(train)

    async def show(self) -> None:
        await asyncio.wait([asyncio.ensure_future(self.fill(train)) for train in self.rows])
        print(*self.rows.values(), sep="\n")


async def main() -> None:
    await Board(TRAINS).show()


if __name__ == "__main__":
    asyncio.run(main())
