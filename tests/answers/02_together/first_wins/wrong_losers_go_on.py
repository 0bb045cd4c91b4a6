# Mistake: takes the first archive and leaves the other downloads running.
# Shows: leaked-task
# Caught by: the other downloads are cancelled by then

import asyncio

MIRRORS = ["frankfurt", "osaka", "toronto"]
SECONDS = {"frankfurt": 1.2, "osaka": 0.5, "toronto": 0.8}


async def download(mirror: str) -> str:
    """One download; raises ConnectionError when the mirror is down (leave it as it is)."""
    try:
        await asyncio.sleep(SECONDS[mirror])
    except asyncio.CancelledError:
        print(f"{mirror}: stopped")
        raise
    print(f"{mirror}: complete")
    return f"the archive of {mirror}"


async def unpack(archive: str) -> None:
    """Unpack it (leave it as it is)."""
    await asyncio.sleep(0.4)
    print(f"unpacked {archive}")


async def fastest(mirrors: list[str]) -> str:
    tasks = [asyncio.create_task(download(mirror)) for mirror in mirrors]
    for task in asyncio.as_completed(tasks):
        try:
            return await task
        except ConnectionError:
            continue
    raise ConnectionError("all mirrors are down")


async def main() -> None:
    archive = await fastest(MIRRORS)
    print("got", archive)
    await unpack(archive)


if __name__ == "__main__":
    asyncio.run(main())
