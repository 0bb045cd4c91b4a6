# Style: the downloads report to a queue, and main reads the first success from it.

import asyncio

MIRRORS = ["frankfurt", "osaka", "toronto"]
SECONDS = {"frankfurt": 1.2, "osaka": 0.5, "toronto": 0.8}


async def download(mirror: str) -> str:
    """Download the archive from one mirror; raises ConnectionError when the mirror is down."""
    try:
        await asyncio.sleep(SECONDS[mirror])
    except asyncio.CancelledError:
        print(f"{mirror}: stopped")
        raise
    print(f"{mirror}: complete")
    return f"the archive of {mirror}"


async def unpack(archive: str) -> None:
    """Unpack an archive."""
    await asyncio.sleep(0.4)
    print(f"unpacked {archive}")


async def first_report(reports: asyncio.Queue[str | Exception | None], tasks: list[asyncio.Task[None]]) -> str | None:
    """The next report; an archive stops all other downloads. None for a failure, or when everything has ended."""
    if reports.empty() and all(task.done() for task in tasks):
        return None
    report = await reports.get()
    if isinstance(report, Exception):
        raise report
    if report is not None:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    return report


async def fastest(mirrors: list[str]) -> str:
    reports: asyncio.Queue[str | Exception | None] = asyncio.Queue()

    async def attempt(mirror: str) -> None:
        try:
            reports.put_nowait(await download(mirror))
        except ConnectionError:
            reports.put_nowait(None)
        except Exception as error:
            reports.put_nowait(error)

    tasks = [asyncio.create_task(attempt(mirror)) for mirror in mirrors]
    archives = [archive for _ in mirrors if (archive := await first_report(reports, tasks)) is not None]
    if not archives:
        raise ConnectionError("all mirrors are down")
    return archives[0]


async def main() -> None:
    archive = await fastest(MIRRORS)
    print("got", archive)
    await unpack(archive)


if __name__ == "__main__":
    asyncio.run(main())
