# Style: a class that takes visitors off in a finally and in a callback, and an event that close waits for.

import asyncio

MEMORY = {"Dune": "shelf 4"}
STORE = {"Emma": (0.4, "shelf 7"), "Ulysses": (0.8, None)}


async def ask_store(book: str) -> str:
    """The store is slow (leave it as it is). Raises LookupError."""
    seconds, place = STORE[book]
    await asyncio.sleep(seconds)
    if place is None:
        raise LookupError(book)
    return place


class Desk:
    def __init__(self) -> None:
        self.visitors: dict[str, asyncio.Task[None] | None] = {}
        self.everybody_gone = asyncio.Event()

    def ask(self, visitor: str, book: str) -> asyncio.Task[None]:
        print(f"{visitor} asks for {book}")
        self.visitors[visitor] = None
        self.everybody_gone.clear()
        task = asyncio.create_task(self.serve(visitor, book))
        task.add_done_callback(lambda _: self.leave(visitor))
        if visitor in self.visitors:
            self.visitors[visitor] = task
        return task

    async def serve(self, visitor: str, book: str) -> None:
        try:
            await self.find(visitor, book)
        finally:
            self.leave(visitor)

    async def find(self, visitor: str, book: str) -> None:
        place = MEMORY.get(book)
        if place is None:
            try:
                place = await ask_store(book)
            except LookupError:
                place = "lost"
        print(f"{visitor}: {place}")

    def leave(self, visitor: str) -> None:
        self.visitors.pop(visitor, None)
        if not self.visitors:
            self.everybody_gone.set()


desk = Desk()


def ask(visitor: str, book: str) -> asyncio.Task[None]:
    return desk.ask(visitor, book)


def waiting() -> list[str]:
    return list(desk.visitors)


async def close() -> None:
    while desk.visitors:
        await desk.everybody_gone.wait()


async def main() -> None:
    asyncio.get_running_loop().set_task_factory(asyncio.eager_task_factory)
    for visitor, book in [("ana", "Dune"), ("bo", "Emma"), ("cy", "Ulysses")]:
        ask(visitor, book)
    await asyncio.sleep(0.2)
    print("waiting:", ", ".join(waiting()))
    await close()
    print("waiting:", ", ".join(waiting()) or "nobody")


if __name__ == "__main__":
    asyncio.run(main())
