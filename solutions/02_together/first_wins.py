"""First wins.

A program needs an archive that three mirrors offer. It asks all three, since nobody knows which one is fast today. As
handed out, it then waits for the slowest, and takes the archive of the first mirror in the list.

Once it is right, `python first_wins.py` prints this (on the left: seconds from the start, not printed; the two
"stopped" lines may come in either order, before or after "got"):

    0.50   osaka: complete
    0.50   frankfurt: stopped
    0.50   toronto: stopped
    0.50   got the archive of osaka
    0.90   unpacked the archive of osaka

The grader imports this file and calls main itself: keep its name, its `async def`, and the last two lines.

Leave alone: `MIRRORS`, `SECONDS`, `download` and `unpack`.

Required:
- the program unpacks osaka's archive after 0.5 s and stops the other two
- main starts all downloads at once
- the first complete archive is unpacked at once, and only once
- all other downloads are cancelled when unpacking begins
- a mirror that is down does not win (download raises ConnectionError)
- if all mirrors are down, main raises ConnectionError
- any other error of download is raised by main (as it is, or in an exception group)
"""

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
    tasks = {asyncio.create_task(download(mirror)) for mirror in mirrors}
    pending = tasks
    errors: list[ConnectionError] = []
    try:
        while pending:
            # A task that failed counts as completed too: if this one brought no archive, wait for the next.
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                try:
                    return task.result()
                except ConnectionError as error:
                    errors.append(error)
        raise ConnectionError("all mirrors are down") from errors[-1]
    finally:
        # wait cancels nothing: without this, the other downloads would go on. gather waits until they have stopped, and
        # return_exceptions=True turns each CancelledError into a result, so that none of them is raised here.
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def main() -> None:
    archive = await fastest(MIRRORS)
    print("got", archive)
    await unpack(archive)


if __name__ == "__main__":
    asyncio.run(main())
