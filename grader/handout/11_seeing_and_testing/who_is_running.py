"""Who is running.

A print shop runs each job in a task. Its status page names jobs that ended long ago, and leaves out jobs that other
parts of the program start. Its log says "Task-2" where the customer wants to know which job it was.

Once it is right, `python who_is_running.py` prints this (the seconds on the left are not printed; lines of the same
moment may change places):

    0.40   menus: sheet 1
    0.40   flyers: sheet 1
    0.40   poster: sheet 1
    0.60   running: flyers, menus, poster
    0.80   menus: sheet 2
    1.00   running: menus, poster
    1.00   shop: stopping menus
    1.00   running: poster
    1.20   poster: sheet 2
    1.20   running: nothing

Leave alone: `feed`, `print_job` and `main`.
(When graded, other parts of the program start more jobs, in tasks with names like the one that main gives the
poster's.)

Required:
- the program prints these lines, at these times
- running() names each job that runs at that moment, once, in alphabetical order, no matter who started its tasks
- jobs that have returned, failed or been cancelled are not named, and neither are tasks that are not jobs
- log(text) signs with the job in whose task it is called, and with "shop" in other tasks and in callbacks
- stop(job) cancels all tasks of that job, no other, and returns when they have ended, whatever they raise
- start(job, sheets) returns the task
"""

import asyncio

tasks: dict[str, asyncio.Task[None]] = {}


def log(text: str) -> None:
    print(f"{asyncio.current_task().get_name()}: {text}")


def start(job: str, sheets: int) -> asyncio.Task[None]:
    tasks[job] = asyncio.create_task(print_job(job, sheets))
    return tasks[job]


def running() -> list[str]:
    return sorted(tasks)


async def stop(job: str) -> None:
    tasks.pop(job).cancel()


async def feed(job: str, sheet: int) -> None:
    """The printer (leave it as it is). A jam raises OSError."""
    await asyncio.sleep(0.8 if (job, sheet) == ("poster", 2) else 0.4)
    if (job, sheet) == ("flyers", 2):
        raise OSError("paper jam")


async def print_job(job: str, sheets: int) -> None:
    for sheet in range(1, sheets + 1):
        await feed(job, sheet)
        log(f"sheet {sheet}")


async def main() -> None:
    jobs = [start("menus", 9), start("flyers", 3)]
    jobs.append(asyncio.create_task(print_job("poster", 2), name="job: poster"))
    for seconds in (0.6, 0.4):
        await asyncio.sleep(seconds)
        print("running:", ", ".join(running()))
    log("stopping menus")
    await stop("menus")
    print("running:", ", ".join(running()))
    await asyncio.gather(*jobs, return_exceptions=True)
    print("running:", ", ".join(running()) or "nothing")


if __name__ == "__main__":
    asyncio.run(main())
