# Style: keeps all tasks, and looks each time which of them have ended.

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


asked: list[tuple[str, asyncio.Task[None]]] = []


async def answer(visitor: str, book: str) -> None:
    if book in MEMORY:
        print(f"{visitor}: {MEMORY[book]}")
        return
    try:
        print(f"{visitor}: {await ask_store(book)}")
    except LookupError:
        print(f"{visitor}: lost")


def ask(visitor: str, book: str) -> asyncio.Task[None]:
    print(f"{visitor} asks for {book}")
    task = asyncio.create_task(answer(visitor, book), name=visitor)
    asked.append((visitor, task))
    return task


def waiting() -> list[str]:
    return [visitor for visitor, task in asked if not task.done()]


async def close() -> None:
    while open_tasks := [task for _, task in asked if not task.done()]:
        await asyncio.wait(open_tasks)


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
