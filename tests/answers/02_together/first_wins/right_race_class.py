# Style: no helper of that name: main itself drives a small class.

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


class Race:
    """Downloads under way; the first success ends the race."""

    def __init__(self, mirrors: list[str]) -> None:
        self.tasks = {asyncio.create_task(download(mirror), name=mirror) for mirror in mirrors}

    async def run(self) -> str:
        running = self.tasks
        while running:
            done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for error in filter(None, (task.exception() for task in done)):
                if not isinstance(error, ConnectionError):
                    raise error
            winners = [task for task in done if task.exception() is None]
            if winners:
                for task in running:
                    task.cancel()
                if running:
                    await asyncio.wait(running)
                return winners[0].result()
        raise ConnectionError("every mirror is down")


async def main() -> None:
    archive = await Race(MIRRORS).run()
    print("got", archive)
    await unpack(archive)


if __name__ == "__main__":
    asyncio.run(main())
