"""Too many.

A museum lets everybody download its old photographs, three at a time. If you open a fourth one before one of the three
has been read to its end, you are refused. As handed out, a visitor with a list of seven photos gets three of them.

Once it is right, `python too_many.py` prints this (the seconds on the left count from the start and are not printed):

    1.00   gate: 400 kB
    1.00   harbour: 200 kB
    1.00   mill: 300 kB
    1.00   pier: 500 kB
    1.00   tower: 100 kB
    1.00   bridge: 200 kB
    1.00   dunes: 300 kB

Leave alone: `LIMIT`, `KILOBYTES`, `open_photo` and `read_photo`.

Required:
- the program gets all seven photos in about 1 s
- fetch_all(names) never has more than LIMIT downloads under way; a download lasts from the call of open_photo until the
  photo is read or one of the two calls fails
- while photos are waiting, the next download starts as soon as another one ends
- fetch_all opens and reads every photo once and returns what was read, in the order of the names; None stands for a
  photo whose download failed (ConnectionError), and the others go on
- fetch_all raises any other error of a download
- all of this holds for any photos and any limit
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
    # A download lasts until the photo is read, so it keeps its place during both steps. "async with" releases the place
    # when a step fails; without that, three failures would leave no place for the others.
    async with places:
        try:
            key = await open_photo(name)
            return await read_photo(key)
        except ConnectionError:
            return None


async def fetch_all(names: list[str]) -> list[str | None]:
    # All tasks exist at once, and most of them wait for a place: each download that ends lets the next one in. Batches
    # of three would lose time, because the fast downloads of a batch wait for its slowest.
    places = asyncio.Semaphore(LIMIT)
    return await asyncio.gather(*[fetch(name, places) for name in names])


async def main() -> None:
    photos = await fetch_all(list(KILOBYTES))
    for name, photo in zip(KILOBYTES, photos, strict=True):
        print(f"{name}: {photo}")


if __name__ == "__main__":
    asyncio.run(main())
