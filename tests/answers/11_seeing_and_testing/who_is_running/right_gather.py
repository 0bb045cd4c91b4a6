# Style: a generator of jobs, and gather to wait for the end; no type hints.

import asyncio


def jobs():
    for task in asyncio.all_tasks():
        prefix, colon, job = task.get_name().partition("job: ")
        if colon and not prefix:
            yield job, task


def log(text):
    task = asyncio.current_task()
    name = task.get_name() if task is not None else ""
    print(f"{name[5:] if name.startswith('job: ') else 'shop'}: {text}")


def start(job, sheets):
    return asyncio.get_running_loop().create_task(print_job(job, sheets), name="job: " + job)


def running():
    return sorted({job for job, _ in jobs()})


async def stop(wanted):
    ending = [task for job, task in jobs() if job == wanted]
    for task in ending:
        task.cancel()
    await asyncio.gather(*ending, return_exceptions=True)


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
