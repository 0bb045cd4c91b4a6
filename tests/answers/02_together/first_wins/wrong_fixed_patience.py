# Mistake: waits half a second and a bit, then takes what is there.
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
    done, pending = await asyncio.wait(tasks, timeout=0.55)
    for task in pending:
        task.cancel()
    for task in done:
        if task.exception() is None:
            return task.result()
    raise ConnectionError("all mirrors are down")


async def main() -> None:
    archive = await fastest(MIRRORS)
    print("got", archive)
    await unpack(archive)


if __name__ == "__main__":
    asyncio.run(main())
