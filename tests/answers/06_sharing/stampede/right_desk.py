# Style: a desk with a queue, which owns the calls and answers everybody's future.

import asyncio

VISITORS = [  # who, asks for what, comes after how many seconds, waits how many seconds
    ("ana", "oslo", 0.0, 0.2),
    ("bo", "oslo", 0.1, 2.0),
    ("cy", "oslo", 0.15, 2.0),
    ("dee", "lima", 0.0, 2.0),
    ("eli", "oslo", 0.9, 2.0),
]
WEATHER = {"oslo": ("rain", 0.6), "lima": ("sun", 0.4)}
calls = 0


async def ask_service(city: str) -> str:
    """Ask for a forecast. Costs money; raises ConnectionError (leave it as it is)."""
    global calls
    calls += 1
    text, seconds = WEATHER[city]
    await asyncio.sleep(seconds)
    return text


questions: asyncio.Queue[tuple[str, asyncio.Future[str]]] = asyncio.Queue()


async def forecast(city: str) -> str:
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    questions.put_nowait((city, answer))
    return await answer


async def desk() -> None:
    known: dict[str, str] = {}
    waiting: dict[str, list[asyncio.Future[str]]] = {}

    async def ask(city: str) -> None:
        error: ConnectionError | None = None
        try:
            known[city] = await ask_service(city)
        except ConnectionError as problem:
            error = problem
        for answer in waiting.pop(city):
            if answer.done():
                continue
            if error:
                answer.set_exception(error)
            else:
                answer.set_result(known[city])

    async with asyncio.TaskGroup() as group:
        while True:
            city, answer = await questions.get()
            if city in known:
                answer.set_result(known[city])
            elif city in waiting:
                waiting[city].append(answer)
            else:
                waiting[city] = [answer]
                group.create_task(ask(city))


async def visit(name: str, city: str, comes: float, patience: float) -> None:
    await asyncio.sleep(comes)
    try:
        async with asyncio.timeout(patience):
            print(f"{name}: {await forecast(city)}")
    except TimeoutError:
        print(f"{name}: gone")
    except ConnectionError:
        print(f"{name}: no forecast")


async def main() -> None:
    keeper = asyncio.create_task(desk())
    await asyncio.gather(*[visit(*visitor) for visitor in VISITORS])
    keeper.cancel()
    print("calls:", calls)


if __name__ == "__main__":
    asyncio.run(main())
