"""Forty doors, and nobody at the counter.

A parcel station waits for the doors of all its lockers. The driver of a lock blocks until the door is opened, so each
door takes a thread. Meanwhile customers enter codes, and each code is looked up. As handed out, the first code is
looked up only when most of the doors have been opened; the fewer processors the computer has, the later.

Once it is right, `python thread_pool_starved.py` prints this (the seconds on the left are not printed):

    0.1   code 4711: locker B7
    0.2   code 1234: unknown
    0.3   code 2580: locker D2
    0.6   40 lockers are empty

Leave alone: `LOCKERS`, `CODES`, `wait_for_door` and `look_up`.

Required of the coroutine function `main(lockers, codes)`:
- wait_for_door runs once for each locker, for all of them at the same time, from the start; there may be any number of
  lockers
- codes are looked up in turn, each as soon as the one before it has been answered, and the first one at the start
- each answer is printed as soon as it is there
- the last line is printed, and main returns, when all doors have been opened and all codes have been answered
- neither other tasks nor other calls of `asyncio.to_thread` have to wait for a door or for a code
- if main is cancelled, it ends at once, even while doors are closed
"""

import asyncio
import time

LOCKERS = [f"{row}{number}" for row in "ABCD" for number in range(1, 11)]
CODES = {"4711": "locker B7", "2580": "locker D2"}


def wait_for_door(locker: str) -> None:
    """Block until the door of this locker is opened."""
    time.sleep(0.6 if locker == "B7" else 0.4)


def look_up(code: str) -> str:
    """Look a code up in the database; this blocks, too."""
    time.sleep(0.1)
    return CODES.get(code, "unknown")


async def serve(codes: list[str]) -> None:
    for code in codes:
        answer = await asyncio.to_thread(look_up, code)
        print(f"code {code}: {answer}")


async def main(lockers: list[str], codes: list[str]) -> None:
    async with asyncio.TaskGroup() as group:
        for locker in lockers:
            group.create_task(asyncio.to_thread(wait_for_door, locker))
        group.create_task(serve(codes))
    print(f"{len(lockers)} lockers are empty")


if __name__ == "__main__":
    asyncio.run(main(LOCKERS, ["4711", "1234", "2580"]))
