# Style: a queue of arrivals, each awaited with a limit of its own.

import asyncio
from collections.abc import Awaitable, Callable


class PromptPost:
    starts_after_s = 0.0

    def __init__(self, deliver: Callable[[str], Awaitable[None]]) -> None:
        self.deliver, self.letters = deliver, asyncio.Queue[str]()
        self.task = asyncio.create_task(self.work())

    def send(self, letter: str) -> None:
        self.letters.put_nowait(letter)

    async def work(self) -> None:
        await asyncio.sleep(self.starts_after_s)
        while letter := await self.letters.get():
            while True:
                try:
                    await self.deliver(letter)
                    break
                except OSError:
                    await asyncio.sleep(0.1)
            self.letters.task_done()

    async def close(self) -> None:
        await self.letters.join()
        self.task.cancel()


class SlowPost(PromptPost):
    starts_after_s = 0.7


class CarelessPost(PromptPost):
    async def close(self) -> None:
        self.task.cancel()


LIMIT_S = 10.0


class Inbox:
    def __init__(self) -> None:
        self.arrivals: asyncio.Queue[str] = asyncio.Queue()
        self.lock = asyncio.Lock()
        self.failures = 0

    async def deliver(self, letter: str) -> None:
        if self.lock.locked():
            self.arrivals.put_nowait("two at the same time")
        async with self.lock:
            await asyncio.sleep(0.05)
            if self.failures:
                self.failures -= 1
                raise ConnectionError("nobody at home")
            self.arrivals.put_nowait(letter)

    async def expect(self, *letters: str) -> None:
        for letter in letters:
            arrived = await asyncio.wait_for(self.arrivals.get(), LIMIT_S)
            assert arrived == letter, f"{arrived} came; expected {letter}"


async def test_post(post_class: type[PromptPost]) -> None:
    inbox = Inbox()
    post = post_class(inbox.deliver)
    for letter in ("1", "1", "2"):
        post.send(letter)
    await inbox.expect("1", "1", "2")
    inbox.failures = 3
    for letter in ("3", "4"):
        post.send(letter)
    await inbox.expect("3", "4")
    post.send("5")
    post.send("6")
    inbox.failures = 1
    await asyncio.wait_for(post.close(), LIMIT_S)
    assert inbox.arrivals.qsize() == 2
    await inbox.expect("5", "6")


async def main() -> None:
    for post_class in (PromptPost, SlowPost, CarelessPost):
        [error] = await asyncio.gather(test_post(post_class), return_exceptions=True)
        print(f"{post_class.__name__}: {'failed' if error else 'passed'}")


if __name__ == "__main__":
    asyncio.run(main())
