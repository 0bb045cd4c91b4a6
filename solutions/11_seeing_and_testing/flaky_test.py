"""Flaky test.

A post office delivers letters in the background. test_post sends three, sleeps for half a second, and hopes that they
have arrived by then. So it fails for a slow post office that does nothing wrong, and passes for a careless one.

Once it is right, `python flaky_test.py` prints this (when depends on your test):

    PromptPost: passed
    SlowPost: passed
    CarelessPost: failed

Each post promises: `send` returns at once. The post awaits `deliver(letter)` for one letter at a time, in the order in
which they were sent, within 2 s; two equal letters are two letters. If deliver raises an OSError, it tries that letter
again within 2 s, until it succeeds. `close` returns when all letters are delivered, and not before.

Leave alone: `PromptPost`, `SlowPost`, `CarelessPost` and `main`.

Required of `test_post(post_class)`, which is tried on many other posts:
- it passes (returns) for PromptPost and SlowPost, and fails (raises an exception) for CarelessPost
- it passes for every post that keeps its promises, however slow
- it takes no longer than the post needs for its work
- it finds letters that are lost, doubled, out of order or delivered at the same time
- it finds mistakes that show only after a pause, before a close or at the moment of the close
- it finds mistakes that show only if deliveries fail, once or several times, and does not wait for ever
"""

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

    # Not how long to wait, but for what. The limit only ends the test of a post that never gets there.
    async with asyncio.timeout(60):
        send("to Ana", "to Bo", "to Bo")
        await mailbox.holds(3)
        await asyncio.sleep(0.05)  # so that the post has nothing to do for a moment
        send("to Cy")
        await mailbox.holds(4)
        mailbox.failures_left = 2
        send("to Dee", "to Eli")
        await mailbox.holds(5)
        mailbox.failures_left = 2
        send("to Fay", "to Gus")
        await post.close()
    # Looked at right after close: a letter that comes later comes too late.
    assert mailbox.letters == sent, f"{mailbox.letters} arrived; expected {sent}"
    assert mailbox.most_under_way == 1, f"{mailbox.most_under_way} letters were delivered at the same time"


async def main() -> None:
    for post_class in (PromptPost, SlowPost, CarelessPost):
        [error] = await asyncio.gather(test_post(post_class), return_exceptions=True)
        print(f"{post_class.__name__}: {'failed' if error else 'passed'}")


if __name__ == "__main__":
    asyncio.run(main())
