# Style: a second event loop, in a thread that lives as long as the program, answers run_coroutine_threadsafe.

import asyncio
import threading

TRAINS = ["ICE 577", "RE 4", "S 1"]


async def ask_control(train: str) -> int:
    """Ask the control centre, which is far away; returns minutes."""
    await asyncio.sleep(0.6)
    return {"ICE 577": 7, "S 1": 3}.get(train, 0)

elsewhere = asyncio.new_event_loop()
threading.Thread(target=elsewhere.run_forever, daemon=True).start()


def minutes_late(train):
    return asyncio.run_coroutine_threadsafe(ask_control(train), elsewhere)


async def main():
    questions = [asyncio.wrap_future(minutes_late(train)) for train in TRAINS]
    for train, minutes in zip(TRAINS, await asyncio.gather(*questions)):
        print(f"{train}:", f"{minutes} min late" if minutes else "on time")


asyncio.run(main())
