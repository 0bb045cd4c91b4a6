# Style: a pool for the doors and another one for the codes; the doors tell how many are closed.

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


async def main(lockers: list[str], codes: list[str]) -> None:
    loop = asyncio.get_running_loop()
    door_pool, code_pool = ThreadPoolExecutor(max(1, len(lockers))), ThreadPoolExecutor(1)
    closed = len(lockers)
    all_open = asyncio.Event()

    def opened(_door: object) -> None:
        nonlocal closed
        closed -= 1
        if not closed:
            all_open.set()

    try:
        doors = [loop.run_in_executor(door_pool, wait_for_door, locker) for locker in lockers]
        for door in doors:
            door.add_done_callback(opened)
        for code in codes:
            print(f"code {code}: {await loop.run_in_executor(code_pool, look_up, code)}")
        if doors:
            await all_open.wait()
    finally:
        for pool in (door_pool, code_pool):
            pool.shutdown(wait=False, cancel_futures=True)
    print(f"{len(lockers)} lockers are empty")


if __name__ == "__main__":
    asyncio.run(main(LOCKERS, ["4711", "1234", "2580"]))
