# Mistake: looks every 10 ms whether a download is complete.
# Caught by: the first complete archive is unpacked at once, and only once

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


async def fastest(mirrors: list[str]) -> str:
    tasks = [asyncio.create_task(download(mirror)) for mirror in mirrors]
    try:
        while True:
            for task in tasks:
                if task.done() and not isinstance(task.exception(), ConnectionError):
                    return task.result()
            if all(task.done() for task in tasks):
                raise ConnectionError("all mirrors are down")
            await asyncio.sleep(0.01)
    finally:
        for task in tasks:
            task.cancel()


async def main() -> None:
    archive = await fastest(MIRRORS)
    print("got", archive)
    await unpack(archive)


if __name__ == "__main__":
    asyncio.run(main())
