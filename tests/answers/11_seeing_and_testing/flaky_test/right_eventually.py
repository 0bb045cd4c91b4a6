# Style: looks again and again whether the letters are there, with a limit; no type hints.

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


async def eventually(condition):
    for _ in range(2000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


async def test_post(post_class):
    delivered, failures, at_once = [], [], []

    async def deliver(letter):
        at_once.append(letter)
        assert_alone = len(at_once) == 1
        await asyncio.sleep(0.02)
        at_once.remove(letter)
        if failures:
            failures.pop()
            raise OSError
        delivered.append(letter if assert_alone else f"{letter} among others")

    post = post_class(deliver)
    post.send("a")
    post.send("b")
    post.send("b")
    await eventually(lambda: delivered == ["a", "b", "b"])
    failures[:] = [1, 2, 3]
    post.send("c")
    post.send("d")
    await eventually(lambda: delivered[3:] == ["c", "d"])
    post.send("e")
    failures[:] = [1]
    post.send("f")
    closing = asyncio.create_task(post.close())
    await eventually(closing.done)
    assert delivered == ["a", "b", "b", "c", "d", "e", "f"]


async def main() -> None:
    for post_class in (PromptPost, SlowPost, CarelessPost):
        [error] = await asyncio.gather(test_post(post_class), return_exceptions=True)
        print(f"{post_class.__name__}: {'failed' if error else 'passed'}")


if __name__ == "__main__":
    asyncio.run(main())
