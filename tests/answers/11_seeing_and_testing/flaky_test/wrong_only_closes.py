# Mistake: sends, closes and compares.
# Caught by: the test finds mistakes that show after a pause or at the close

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


async def test_post(post_class):
    delivered = []

    async def deliver(letter):
        await asyncio.sleep(0.02)
        delivered.append(letter)

    post = post_class(deliver)
    for letter in ("a", "b", "b", "c"):
        post.send(letter)
    async with asyncio.timeout(20):
        await post.close()
    assert delivered == ["a", "b", "b", "c"]


async def main() -> None:
    for post_class in (PromptPost, SlowPost, CarelessPost):
        [error] = await asyncio.gather(test_post(post_class), return_exceptions=True)
        print(f"{post_class.__name__}: {'failed' if error else 'passed'}")


if __name__ == "__main__":
    asyncio.run(main())
