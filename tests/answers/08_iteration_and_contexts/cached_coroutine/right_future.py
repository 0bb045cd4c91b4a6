# Style: a future for each question, settled by a task beside.

import asyncio


async def ask_bank(currency: str) -> float:
    """The bank (slow, and every question costs; leave it as it is)."""
    await asyncio.sleep(0.4)
    return {"yen": 160.0, "kroner": 7.5}[currency]


_answers: dict[str, asyncio.Future[float]] = {}
_askers: set[asyncio.Task[None]] = set()


async def settle(currency: str, answer: asyncio.Future[float]) -> None:
    try:
        answer.set_result(await ask_bank(currency))
    except BaseException as error:
        del _answers[currency]
        answer.set_exception(error)
        answer.exception()


async def rate(currency: str) -> float:
    answer = _answers.get(currency)
    if answer is None:
        answer = _answers[currency] = asyncio.get_running_loop().create_future()
        asker = asyncio.create_task(settle(currency, answer))
        _askers.add(asker)
        asker.add_done_callback(_askers.discard)
    return await asyncio.shield(answer)


async def price(parcel: str, euros: int, currency: str) -> None:
    print(f"{parcel}: {euros * await rate(currency):.0f} {currency}")


async def main() -> None:
    await price("book", 20, "yen")
    await asyncio.gather(price("lamp", 50, "yen"), price("vase", 60, "kroner"), price("desk", 100, "kroner"))


if __name__ == "__main__":
    asyncio.run(main())
