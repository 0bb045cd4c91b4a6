# Style: done callbacks settle a future; whatever is left is cancelled when it is settled.

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


async def fastest(mirrors):
    winner = asyncio.get_running_loop().create_future()
    running = {asyncio.ensure_future(download(mirror)) for mirror in mirrors}

    def ended(task):
        running.discard(task)
        if task.cancelled() or winner.done():
            return
        error = task.exception()
        if error is None:
            winner.set_result(task.result())
        elif not isinstance(error, ConnectionError) or not running:
            winner.set_exception(error)

    for task in list(running):
        task.add_done_callback(ended)
    try:
        return await winner
    finally:
        for task in running:
            task.cancel()


async def main() -> None:
    archive = await fastest(MIRRORS)
    print("got", archive)
    await unpack(archive)


if __name__ == "__main__":
    asyncio.run(main())
