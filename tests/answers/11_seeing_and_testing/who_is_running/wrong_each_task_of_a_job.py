# Mistake: names a job once for each of its tasks.
# Caught by: running() names the jobs that run, no matter who started them

import asyncio


def job_of(task):
    name = task.get_name() if task else ""
    return name.removeprefix("job: ") if name.startswith("job: ") else None


def log(text):
    job = job_of(asyncio.current_task())
    print(f"{'shop' if job is None else job}: {text}")


def start(job, sheets):
    return asyncio.create_task(print_job(job, sheets), name=f"job: {job}")


def running():
    return sorted([job_of(task) for task in asyncio.all_tasks() if job_of(task) is not None])


async def stop(job):
    tasks = [task for task in asyncio.all_tasks() if job_of(task) == job]
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


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
