# Mistake: takes a number of threads that is enough for the lockers of the file.
# Caught by: all doors are waited for at the same time, whatever their number

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
    loop = asyncio.get_running_loop()
    pool = ThreadPoolExecutor(max_workers=64)
    doors = [loop.run_in_executor(pool, wait_for_door, locker) for locker in lockers]
    pool.shutdown(wait=False)
    await asyncio.gather(*doors, serve(codes))
    print(f"{len(lockers)} lockers are empty")


if __name__ == "__main__":
    asyncio.run(main(LOCKERS, ["4711", "1234", "2580"]))
