# Mistake: has a delivery that always succeeds.
# Caught by: the test finds mistakes that show when deliveries fail

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
    letters, failures, under_way = [], [], []
    changed = asyncio.Event()
    overlaps = 0

    async def deliver(letter):
        nonlocal overlaps
        overlaps += bool(under_way)
        under_way.append(letter)
        await asyncio.sleep(0.02)
        under_way.pop()
        if failures:
            raise failures.pop()
        letters.append(letter)
        changed.set()

    async def holds(count):
        while len(letters) < count:
            changed.clear()
            await changed.wait()

    post = post_class(deliver)
    async with asyncio.timeout(30):
        for letter in ("a", "b", "b"):
            post.send(letter)
        await holds(3)
        post.send("c")
        await holds(4)
        post.send("d")
        post.send("e")
        await holds(6)
        post.send("f")
        post.send("g")
        await post.close()
    assert letters == ["a", "b", "b", "c", "d", "e", "f", "g"]
    assert overlaps == 0


async def main() -> None:
    for post_class in (PromptPost, SlowPost, CarelessPost):
        [error] = await asyncio.gather(test_post(post_class), return_exceptions=True)
        print(f"{post_class.__name__}: {'failed' if error else 'passed'}")


if __name__ == "__main__":
    asyncio.run(main())
