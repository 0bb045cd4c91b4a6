# Style: awaits the stopped tasks one by one, and does without them whatever they raise.

import asyncio
import sys

name_of = "job: {}".format


def named(job: str) -> set[asyncio.Task[None]]:
    return {task for task in asyncio.all_tasks() if task.get_name() == name_of(job)}


def log(text: str) -> None:
    try:
        name = asyncio.current_task().get_name()
    except AttributeError:  # no task
        name = ""
    print(f"{name.removeprefix('job: ')}: {text}" if name.startswith("job: ") else f"shop: {text}")


def start(job: str, sheets: int) -> asyncio.Task[None]:
    return asyncio.create_task(print_job(job, sheets), name=name_of(job))


def running() -> list[str]:
    jobs = set()
    for task in asyncio.all_tasks():
        if not task.done() and task.get_name()[:5] == "job: ":
            jobs.add(task.get_name()[5:])
    return sorted(jobs)


async def stop(job: str) -> None:
    tasks = named(job)
    for task in tasks:
        task.cancel()
    for task in tasks:
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            if not task.cancelled():
                raise
        except Exception as error:
            print(f"{job} ended with {error!r}", file=sys.stderr)


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
