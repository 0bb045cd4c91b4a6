# Style: plain code outside, one asyncio.run for all the answers, and the board printed after it.

import asyncio

TRAINS = ["ICE 577", "RE 4", "S 1"]


async def ask_control(train: str) -> int:
    """Ask the control centre, which is far away; returns minutes."""
    await asyncio.sleep(0.6)
    return {"ICE 577": 7, "S 1": 3}.get(train, 0)


async def all_minutes() -> dict[str, int]:
    async with asyncio.TaskGroup() as group:
        tasks = {train: group.create_task(ask_control(train=train)) for train in TRAINS}
    return {train: task.result() for train, task in tasks.items()}


def board_line(train: str, minutes: int) -> str:
    return f"{train}: {minutes} min late" if minutes else f"{train}: on time"


def main() -> None:
    for train, minutes in asyncio.run(all_minutes()).items():
        print(board_line(train, minutes))


if __name__ == "__main__":
    main()
