# Style: one loop over connections and pauses of all gauges, with wait(FIRST_COMPLETED).

import time
import asyncio

GAUGES = ["north", "south"]
FIRST, MOST, STEADY = 0.2, 0.8, 1.0


async def listen(gauge: str, number: int) -> None:
    """One connection, until it is over or breaks (leave it as it is)."""
    if gauge == "north" and number < 3:
        await asyncio.sleep(0.1)
        print(f"{gauge}: connection {number} is broken")
        raise ConnectionError(f"connection {number} of {gauge}")
    await asyncio.sleep(0.4 if gauge == "north" else 0.6)
    print(f"{gauge}: over")


async def sign_off() -> None:
    await asyncio.sleep(0.3)
    print("signed off")


async def watch(gauges):
    now = time.monotonic
    state = {g: [1, FIRST] for g in gauges}
    running = {}
    def listen_to(g):
        running[asyncio.ensure_future(listen(g, state[g][0]))] = ("listen", g, now())
    for g in gauges: listen_to(g)
    try:
        while running:
            done, _ = await asyncio.wait(running, return_when="FIRST_COMPLETED")
            for task in done:
                what, g, since = running.pop(task)
                if what == "sleep":
                    listen_to(g)
                    continue
                error = task.exception()
                if error is None: continue
                if not isinstance(error, ConnectionError): raise error
                if now() - since > STEADY: state[g][1] = FIRST
                pause = state[g][1]
                state[g] = [state[g][0] + 1, min(MOST, pause * 2)]
                running[asyncio.ensure_future(asyncio.sleep(pause))] = ("sleep", g, now())
    finally:
        for t in running: t.cancel()
        if running: await asyncio.wait(running)






async def main() -> None:
    try:
        await watch(GAUGES)
    finally:
        await sign_off()


if __name__ == "__main__":
    asyncio.run(main())
