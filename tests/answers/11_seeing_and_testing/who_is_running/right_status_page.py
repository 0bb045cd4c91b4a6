# Style: a class for the status page, names by set_name, and callbacks that tell when a task has ended.

import asyncio


class StatusPage:
    def tasks(self) -> dict[str, list[asyncio.Task]]:
        found: dict[str, list[asyncio.Task]] = {}
        for task in asyncio.all_tasks(asyncio.get_running_loop()):
            if task.get_name().startswith("job: "):
                found.setdefault(task.get_name()[len("job: ") :], []).append(task)
        return found

    async def end(self, tasks: list[asyncio.Task]) -> None:
        left = len(tasks)
        ended = asyncio.get_running_loop().create_future()

        def count(_: asyncio.Task) -> None:
            nonlocal left
            left -= 1
            if left == 0 and not ended.done():
                ended.set_result(None)

        for task in tasks:
            task.add_done_callback(count)
            task.cancel()
        if tasks:
            await ended


page = StatusPage()


def log(text: str) -> None:
    current = asyncio.current_task()
    names = [job for job, tasks in page.tasks().items() if current in tasks]
    print(f"{names[0] if names else 'shop'}: {text}")


def start(job: str, sheets: int) -> asyncio.Task[None]:
    task = asyncio.create_task(print_job(job, sheets))
    task.set_name(f"job: {job}")
    return task


def running() -> list[str]:
    return sorted(page.tasks())


async def stop(job: str) -> None:
    await page.end(page.tasks().get(job, []))


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
