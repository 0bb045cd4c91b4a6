"""First wins.

A program needs one archive that three mirrors offer, and asks all three since nobody knows which is fast today.
It then waits for the slowest, and takes the first of the list.

Once it is right, `python first_wins.py` prints this (on the left: seconds from the start, not printed; the two
"stopped" lines may come in either order, before or after "got"):

    0.50   osaka: complete
    0.50   frankfurt: stopped
    0.50   toronto: stopped
    0.50   got the archive of osaka
    0.90   unpacked the archive of osaka

What may not change: MIRRORS, download and unpack (when graded, others take their place); main() starts all downloads
at once, unpacks the archive that is complete first, once, and by then has the other downloads cancelled. A mirror
that is down (download raises ConnectionError) does not win. If all are down, main raises ConnectionError.
"""

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
    archives = await asyncio.gather(*[download(mirror) for mirror in mirrors])
    return archives[0]


async def main() -> None:
    archive = await fastest(MIRRORS)
    print("got", archive)
    await unpack(archive)


if __name__ == "__main__":
    asyncio.run(main())
