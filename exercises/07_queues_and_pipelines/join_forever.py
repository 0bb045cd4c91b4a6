"""Join forever.

A choir sends out its newsletter. A few mailers take the addresses from a queue, and people who are on the list twice
get one letter. All letters are sent, and then the program waits for something that never comes (stop it with Ctrl-C).

Once it is right, `python join_forever.py` prints this (the seconds on the left count from the start and are not
printed):

    0.30   sent to ada
    0.50   sent to bob
    0.80   sent to cleo
    1.10   sent to dan
    1.10   4 letters sent

Leave alone: `MAILERS`, `ADDRESSES`, `SECONDS` and `send`.

Required:
- the program sends four letters and ends after about 1.1 s
- send_all(addresses) sends one letter to each different address, in the order in which they first appear on the list,
  and returns the number of letters
- at most MAILERS letters are being sent at once, and no mailer is idle while an address is left
- send_all returns as soon as the last letter has been sent, not earlier and not later, and leaves no task behind
- all of this holds for any list, any number of mailers, and slow letters
"""

import asyncio

MAILERS = 2
ADDRESSES = ["ada", "bob", "ada", "cleo", "bob", "dan"]
SECONDS = {"ada": 0.3, "bob": 0.5, "cleo": 0.5, "dan": 0.6}


async def send(address: str) -> None:
    """Send one letter (leave it as it is)."""
    await asyncio.sleep(SECONDS[address])
    print(f"sent to {address}")


async def mailer(queue: asyncio.Queue[str], reached: set[str]) -> None:
    while True:
        address = await queue.get()
        if address in reached:
            continue
        reached.add(address)
        await send(address)
        queue.task_done()


async def send_all(addresses: list[str]) -> int:
    queue: asyncio.Queue[str] = asyncio.Queue()
    for address in addresses:
        queue.put_nowait(address)
    reached: set[str] = set()
    mailers = [asyncio.create_task(mailer(queue, reached)) for _ in range(MAILERS)]
    await queue.join()
    for task in mailers:
        task.cancel()
    return len(reached)


if __name__ == "__main__":
    print(asyncio.run(send_all(ADDRESSES)), "letters sent")
