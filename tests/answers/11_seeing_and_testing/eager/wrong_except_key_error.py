# Mistake: knows only the KeyError of a dictionary.
# Caught by: all of this holds for any questions, whether tasks are eager or not

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


questions = {}


async def answer(visitor, book):
    try:
        place = MEMORY.get(book) or await ask_store(book)
    except KeyError:
        place = "lost"
    print(f"{visitor}: {place}")


def ask(visitor, book):
    print(f"{visitor} asks for {book}")
    task = asyncio.create_task(answer(visitor, book))
    if not task.done():
        questions[visitor] = task
        task.add_done_callback(lambda _: questions.pop(visitor))
    return task


def waiting():
    return list(questions)


async def close():
    while questions:
        await asyncio.gather(*questions.values(), return_exceptions=True)


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
