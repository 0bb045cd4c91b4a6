"""Eager.

The desk of a library answers questions: from memory if it can, and otherwise it asks the store. Since its tasks are
eager (from Python 3.12 on), an answer from memory comes without a round of the event loop. But the log shows such an
answer before the question, and the visitor who got it counts as waiting for ever.

Once it is right, `python eager.py` prints this (the seconds on the left are not printed):

    0.00   ana asks for Dune
    0.00   ana: shelf 4
    0.00   bo asks for Emma
    0.00   cy asks for Ulysses
    0.20   waiting: bo, cy
    0.40   bo: shelf 7
    0.80   cy: lost
    0.80   waiting: nobody

Leave alone: `MEMORY`, `STORE`, `ask_store` and `main`.

Required:
- the program prints these lines, at these times
- ask prints the question before its answer; if tasks are eager, a known answer is printed before ask returns
- ask returns the task; waiting() names the visitors whose tasks have not ended, in the order in which they asked
- a visitor whose question fails with any error, or is cancelled, no longer counts as waiting
- close() returns when nobody is waiting, however the questions ended; some may come while it waits
- all of this also holds if tasks are not eager; then a known answer comes in the next round of the event loop
"""

import asyncio

MEMORY = {"Dune": "shelf 4"}
STORE = {"Emma": (0.4, "shelf 7"), "Ulysses": (0.8, None)}
questions: dict[str, asyncio.Task[None]] = {}


async def ask_store(book: str) -> str:
    """The store is slow (leave it as it is). Raises LookupError."""
    seconds, place = STORE[book]
    await asyncio.sleep(seconds)
    if place is None:
        raise LookupError(book)
    return place


async def answer(visitor: str, book: str) -> None:
    try:
        place = MEMORY.get(book) or await ask_store(book)
    except LookupError:
        place = "lost"
    print(f"{visitor}: {place}")
    questions.pop(visitor, None)


def ask(visitor: str, book: str) -> asyncio.Task[None]:
    questions[visitor] = asyncio.create_task(answer(visitor, book))
    print(f"{visitor} asks for {book}")
    return questions[visitor]


def waiting() -> list[str]:
    return list(questions)


async def close() -> None:
    await asyncio.gather(*questions.values())


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
