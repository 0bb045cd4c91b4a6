# Mistake: raises an ExceptionGroup where a ConnectionError was promised.
# Shows: uncaught-group
# Caught by: if all mirrors are down, main raises ConnectionError

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
    pending = {asyncio.create_task(download(mirror)) for mirror in mirrors}
    errors: list[Exception] = []
    while pending:
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            try:
                archive = task.result()
            except ConnectionError as error:
                errors.append(error)
            else:
                for other in pending:
                    other.cancel()
                return archive
    raise ExceptionGroup("all mirrors are down", errors)


async def main() -> None:
    archive = await fastest(MIRRORS)
    print("got", archive)
    await unpack(archive)


if __name__ == "__main__":
    asyncio.run(main())
