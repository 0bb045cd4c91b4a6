# Mistake: takes every OSError for a mirror that is down, a full disk among them.
# Caught by: any other error of download is raised by main

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
        for task in asyncio.as_completed(tasks):
            try:
                return await task
            except OSError:
                continue
    finally:
        for other in tasks:
            other.cancel()
    raise ConnectionError("all mirrors are down")


async def main() -> None:
    archive = await fastest(MIRRORS)
    print("got", archive)
    await unpack(archive)


if __name__ == "__main__":
    asyncio.run(main())
