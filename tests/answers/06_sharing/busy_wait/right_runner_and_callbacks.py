# Style: callbacks: who comes too early leaves a function to be called at the next rise; asyncio.Runner; no type hints.

import asyncio

PASSES = 2
MESSAGES = [("weather", 0.0), ("orbit", 0.4), ("photo", 0.6)]  # what comes, and after how many seconds


async def rises(number: int) -> None:
    """Wait until the satellite rises for that pass (leave it as it is)."""
    await asyncio.sleep([0.2, 0.45][number])


async def sets(number: int) -> None:
    """Wait until the satellite, now up, sets (leave it as it is)."""
    await asyncio.sleep([0.25, 0.3][number])


async def transmit(message: str) -> None:
    """Send a message up (leave it as it is)."""
    await asyncio.sleep(0.1)


class Contact:
    def __init__(self):
        self.up = False
        self.later = []

    def when_up(self, function):
        if self.up:
            function()
        else:
            self.later.append(function)


async def track(contact):
    for number in range(PASSES):
        await rises(number)
        contact.up = True
        while contact.later:
            contact.later.pop()()
        await sets(number)
        contact.up = False


async def main():
    loop = asyncio.get_running_loop()
    contact = Contact()
    done = []

    async def really_send(message, finished):
        await transmit(message)
        print(f"{message} sent", flush=True)
        finished.set_result(None)

    tasks = []
    for message, comes in MESSAGES:
        finished = loop.create_future()
        done.append(finished)

        def begin(message=message, finished=finished):
            tasks.append(loop.create_task(really_send(message, finished)))

        loop.call_later(comes, contact.when_up, begin)
    await track(contact)
    for finished in done:
        await finished


if __name__ == "__main__":
    with asyncio.Runner() as runner:
        runner.run(main())
