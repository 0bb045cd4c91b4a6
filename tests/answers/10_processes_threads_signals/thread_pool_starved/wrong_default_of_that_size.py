# Mistake: makes the default executor as large as the number of doors, and no larger.
# Caught by: a code is looked up at once, even while all doors are closed

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

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
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(len(lockers) or 1))
    async with asyncio.TaskGroup() as group:
        for locker in lockers:
            group.create_task(asyncio.to_thread(wait_for_door, locker))
        group.create_task(serve(codes))
    print(f"{len(lockers)} lockers are empty")


if __name__ == "__main__":
    asyncio.run(main(LOCKERS, ["4711", "1234", "2580"]))
