# Style: success is raised as an exception: it makes the TaskGroup cancel the others.

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


class Found(Exception):
    """Carries the archive out of the group."""


async def fastest(mirrors: list[str]) -> str:
    archive: str | None = None

    async def attempt(mirror: str) -> None:
        try:
            found = await download(mirror)
        except ConnectionError:
            return
        raise Found(found)

    try:
        async with asyncio.TaskGroup() as group:
            for mirror in mirrors:
                group.create_task(attempt(mirror))
    except* Found as group_of_found:
        archive = str(group_of_found.exceptions[0])
    if archive is None:
        raise ConnectionError("all mirrors are down")
    return archive


async def main() -> None:
    archive = await fastest(MIRRORS)
    print("got", archive)
    await unpack(archive)


if __name__ == "__main__":
    asyncio.run(main())
