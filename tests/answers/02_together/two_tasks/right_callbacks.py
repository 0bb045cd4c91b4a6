# Style: done callbacks count down, a future tells main; no type hints.

import asyncio
import time

async def task_a() -> None:
    print("Task A starts")
    await asyncio.sleep(1)
    print("Task A ends")


async def task_b() -> None:
    print("Task B starts")
    await asyncio.sleep(1)
    print("Task B ends")


async def run_both():
    both = asyncio.get_running_loop().create_future()
    running = set()

    def ended(task):
        running.discard(task)
        if not running:
            both.set_result(None)

    start = time.monotonic()
    for work in task_a, task_b:
        running.add(asyncio.ensure_future(work()))
    for task in list(running):
        task.add_done_callback(ended)
    await both
    print("Executed in %.2f seconds" % (time.monotonic() - start))


asyncio.new_event_loop().run_until_complete(run_both())
