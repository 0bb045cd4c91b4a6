"""Too many.

A museum lets everybody download its old photographs, three at a time: who opens a fourth one before another is read to
its end is refused. A visitor with a list of seven gets three of them.

Once it is right, `python too_many.py` prints this (on the left: seconds from the start, not printed):

    1.00   gate: 400 kB
    1.00   harbour: 200 kB
    1.00   mill: 300 kB
    1.00   pier: 500 kB
    1.00   tower: 100 kB
    1.00   bridge: 200 kB
    1.00   dunes: 300 kB

What may not change: LIMIT, open_photo and read_photo (when graded, others take their place). fetch_all(names) opens and
reads every photo once, and returns what was read in the order of the names, None for a photo whose download failed
(ConnectionError); the others go on. At no time are more than LIMIT downloads under way, and never fewer while there is
another to start: no place stays empty.
"""

import asyncio

LIMIT = 3
KILOBYTES = {"gate": 400, "harbour": 200, "mill": 300, "pier": 500, "tower": 100, "bridge": 200, "dunes": 300}
being_read: set[str] = set()


async def open_photo(name: str) -> str:
    """Open a download: the key to read it with. Raises ConnectionError (leave it as it is)."""
    if len(being_read) >= LIMIT:
        raise ConnectionError("too many downloads")
    being_read.add(name)
    await asyncio.sleep(0.1)
    return f"key-{name}"


async def read_photo(key: str) -> str:
    """Read an open download to its end. Raises ConnectionError (leave it as it is)."""
    name = key.removeprefix("key-")
    await asyncio.sleep(KILOBYTES[name] / 1000)
    being_read.remove(name)
    return f"{KILOBYTES[name]} kB"


async def fetch(name: str, places: asyncio.Semaphore) -> str | None:
    # A download lasts until it is read, so the place is held over both steps. "async with" gives it back when one of
    # them fails; without that, three failures would leave no place for anybody.
    async with places:
        try:
            key = await open_photo(name)
            return await read_photo(key)
        except ConnectionError:
            return None


async def fetch_all(names: list[str]) -> list[str | None]:
    # All tasks exist at once and most of them wait here: whoever finishes lets the next one in. That loses no time,
    # as batches of three would, where the fastest wait for the slowest.
    places = asyncio.Semaphore(LIMIT)
    return await asyncio.gather(*[fetch(name, places) for name in names])


async def main() -> None:
    photos = await fetch_all(list(KILOBYTES))
    for name, photo in zip(KILOBYTES, photos, strict=True):
        print(f"{name}: {photo}")


if __name__ == "__main__":
    asyncio.run(main())
