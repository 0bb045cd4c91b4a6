# Style: a future that the first success completes, inside a TaskGroup.

import asyncio
from contextlib import suppress

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


async def fastest(mirrors: list[str]) -> str:
    winner: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def attempt(mirror: str) -> None:
        with suppress(ConnectionError):
            archive = await download(mirror)
            if not winner.done():
                winner.set_result(archive)
                for task in tasks:
                    if task is not asyncio.current_task():
                        task.cancel()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(attempt(mirror)) for mirror in mirrors]
    if not winner.done():
        raise ConnectionError("all mirrors are down")
    return winner.result()


async def main() -> None:
    archive = await fastest(MIRRORS)
    print("got", archive)
    await unpack(archive)


if __name__ == "__main__":
    asyncio.run(main())
