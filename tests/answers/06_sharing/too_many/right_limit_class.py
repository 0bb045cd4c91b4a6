# Style: a class around the limit that counts by itself and wakes the next one; last names first.

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


class Gate:
    def __init__(self, places: int) -> None:
        self.free = places
        self.waiting: list[asyncio.Future[None]] = []

    async def __aenter__(self) -> None:
        if self.free:
            self.free -= 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        await turn  # whoever leaves hands over the place

    async def __aexit__(self, *_: object) -> None:
        if self.waiting:
            self.waiting.pop().set_result(None)
        else:
            self.free += 1


async def fetch(name: str, gate: Gate) -> str | None:
    async with gate:
        try:
            return await read_photo(await open_photo(name))
        except ConnectionError:
            return None


async def fetch_all(names: list[str]) -> list[str | None]:
    gate = Gate(LIMIT)
    tasks = {name: asyncio.create_task(fetch(name, gate)) for name in reversed(names)}
    return [await tasks[name] for name in names]


async def main() -> None:
    photos = await fetch_all(list(KILOBYTES))
    for name, photo in zip(KILOBYTES, photos):
        print(f"{name}: {photo}")


if __name__ == "__main__":
    asyncio.run(main())
