# Style: a daemon thread for each door, which settles a future of the loop.

import asyncio
import threading
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


async def in_thread(function, *args):
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    def settle(result, error):
        if done.cancelled():
            return
        if error:
            done.set_exception(error)
        else:
            done.set_result(result)

    def run():
        try:
            outcome = function(*args), None
        except Exception as error:
            outcome = None, error
        loop.call_soon_threadsafe(settle, *outcome)

    threading.Thread(target=run, daemon=True).start()
    return await done


async def main(lockers, codes):
    await asyncio.gather(serve(codes), *(in_thread(wait_for_door, locker) for locker in lockers))
    print(f"{len(lockers)} lockers are empty")


if __name__ == "__main__":
    asyncio.run(main(LOCKERS, ["4711", "1234", "2580"]))
