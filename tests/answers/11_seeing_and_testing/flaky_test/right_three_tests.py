# Style: three small tests, each with a post of its own, in a TaskGroup.

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


class Recorder:
    def __init__(self, *outcomes: type[OSError] | None) -> None:
        self.outcomes = list(outcomes)
        self.log: list[tuple[str, str]] = []
        self.waiting: dict[int, asyncio.Event] = {}

    async def __call__(self, letter: str) -> None:
        self.log.append(("begins", letter))
        await asyncio.sleep(0.03)
        if self.outcomes and (error := self.outcomes.pop(0)):
            self.log.append(("fails", letter))
            raise error("no luck")
        self.log.append(("ends", letter))
        for count, event in self.waiting.items():
            if len(self.letters) >= count:
                event.set()

    @property
    def letters(self) -> list[str]:
        return [letter for what, letter in self.log if what == "ends"]

    async def count(self, count: int) -> None:
        event = self.waiting[count] = asyncio.Event()
        if len(self.letters) < count:
            await event.wait()

    def check(self, *letters: str) -> None:
        assert self.letters == list(letters), self.letters
        for (what, letter), (following, other) in zip(self.log[::2], self.log[1::2], strict=True):
            assert (what, letter) == ("begins", other)
            assert following != "begins"


async def order_and_pause(post_class: type[PromptPost]) -> None:
    recorder = Recorder()
    post = post_class(recorder)
    for letter in "aab":
        post.send(letter)
    await recorder.count(3)
    post.send("c")
    await recorder.count(4)
    await post.close()
    recorder.check("a", "a", "b", "c")


async def closing(post_class: type[PromptPost]) -> None:
    recorder = Recorder(None, None, OSError, OSError)
    post = post_class(recorder)
    for letter in "abc":
        post.send(letter)
    await post.close()
    recorder.check("a", "b", "c")


async def failing(post_class: type[PromptPost]) -> None:
    recorder = Recorder(OSError, TimeoutError, ConnectionError, None)
    post = post_class(recorder)
    for letter in "ab":
        post.send(letter)
    await recorder.count(2)
    await post.close()
    recorder.check("a", "b")


async def test_post(post_class: type[PromptPost]) -> None:
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        for test in (order_and_pause, closing, failing):
            group.create_task(test(post_class))


async def main() -> None:
    for post_class in (PromptPost, SlowPost, CarelessPost):
        [error] = await asyncio.gather(test_post(post_class), return_exceptions=True)
        print(f"{post_class.__name__}: {'failed' if error else 'passed'}")


if __name__ == "__main__":
    asyncio.run(main())
