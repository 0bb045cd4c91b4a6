# Mistake: one download at a time: the limit is kept, the time is lost.
# Shows: sequential-await
# Caught by: the next download starts as soon as another one ends

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


async def fetch(name: str) -> str | None:
    try:
        key = await open_photo(name)
        return await read_photo(key)
    except ConnectionError:
        return None


async def fetch_all(names: list[str]) -> list[str | None]:
    return [await fetch(name) for name in names]


async def main() -> None:
    photos = await fetch_all(list(KILOBYTES))
    for name, photo in zip(KILOBYTES, photos):
        print(f"{name}: {photo}")


if __name__ == "__main__":
    asyncio.run(main())
