# Mistake: lets deliveries fail only while the post is being closed.
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


class Mailbox:
    """Where letters arrive. It takes a little time for each, can fail, and tells when something has come."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self.failures_left = 0
        self.under_way = 0
        self.most_under_way = 0
        self.changed = asyncio.Condition()

    async def deliver(self, letter: str) -> None:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        await asyncio.sleep(0.01)
        self.under_way -= 1
        if self.failures_left:
            self.failures_left -= 1
            raise OSError("the letter box is jammed")
        async with self.changed:
            self.letters.append(letter)
            self.changed.notify_all()

    async def holds(self, count: int) -> None:
        async with self.changed:
            await self.changed.wait_for(lambda: len(self.letters) >= count)


async def test_post(post_class: type[PromptPost]) -> None:
    mailbox = Mailbox()
    post = post_class(mailbox.deliver)
    sent: list[str] = []

    def send(*letters: str) -> None:
        for letter in letters:
            post.send(letter)
            sent.append(letter)

    async with asyncio.timeout(60):
        send("to Ana", "to Bo", "to Bo")
        await mailbox.holds(3)
        await asyncio.sleep(0.05)
        send("to Cy")
        await mailbox.holds(4)
        send("to Dee", "to Eli")
        await mailbox.holds(5)
        mailbox.failures_left = 2
        send("to Fay", "to Gus")
        await post.close()
    assert mailbox.letters == sent, f"{mailbox.letters} arrived; expected {sent}"
    assert mailbox.most_under_way == 1, f"{mailbox.most_under_way} letters were delivered at the same time"


async def main() -> None:
    for post_class in (PromptPost, SlowPost, CarelessPost):
        [error] = await asyncio.gather(test_post(post_class), return_exceptions=True)
        print(f"{post_class.__name__}: {'failed' if error else 'passed'}")


if __name__ == "__main__":
    asyncio.run(main())
