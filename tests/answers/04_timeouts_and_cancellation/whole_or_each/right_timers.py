# Style: two timers of the loop and a flag for which of them went off

import asyncio

STALL = 0.7
WHOLE = 1.3
SECONDS = {"coast": [0.1, 0.1, 0.1], "hills": [0.1, 1.1, 0.1], "woods": [0.3, 0.3, 0.3, 0.6]}


async def piece(name: str, number: int) -> str:
    """One piece of a map."""
    await asyncio.sleep(SECONDS[name][number - 1])
    return f"{name} {number}"


async def download(name: str, count: int) -> tuple[str, list[str]]:
    clock = asyncio.get_running_loop().time
    loop, pieces, verdict = asyncio.get_running_loop(), [], []

    async def fetch():
        for number in range(1, count + 1):
            alarm = loop.call_later(STALL, give_up, "stalled")
            try:
                pieces.append(await piece(name, number))
            finally:
                alarm.cancel()

    def give_up(why):
        verdict.append(why)
        fetching.cancel()

    fetching = loop.create_task(fetch())
    deadline = loop.call_at(clock() + WHOLE, give_up, "too slow")
    try:
        await fetching
    except asyncio.CancelledError:
        if not verdict:
            raise
        return verdict[0], pieces
    finally:
        deadline.cancel()
    return "complete", pieces


async def main() -> None:
    for name, seconds in SECONDS.items():
        outcome, pieces = await download(name, len(seconds))
        print(f"{name}: {outcome}, pieces: {len(pieces)}")


if __name__ == "__main__":
    asyncio.run(main())
