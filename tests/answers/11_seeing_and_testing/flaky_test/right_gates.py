# Style: each delivery waits until the test lets it through; what runs too early shows while it is held.

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


class Door:
    """Each delivery stands at the door until it is let in or turned away."""

    def __init__(self):
        self.arrived = asyncio.Queue()

    async def deliver(self, letter):
        decision = asyncio.get_running_loop().create_future()
        await self.arrived.put((letter, decision))
        await decision

    async def expect(self, letter, *errors):
        for error in (*errors, None):
            async with asyncio.timeout(20):
                found, decision = await self.arrived.get()
            assert found == letter
            await asyncio.sleep(0.01)
            assert self.arrived.empty(), "another one came at the same time"
            if error:
                decision.set_exception(error)
            else:
                decision.set_result(None)


async def test_post(post_class):
    door = Door()
    post = post_class(door.deliver)
    post.send("x")
    await door.expect("x")
    await asyncio.sleep(0.1)
    for letter in ("y", "y", "z"):
        post.send(letter)
    await door.expect("y", OSError("wet"), OSError("wet"), OSError("wet"))
    await door.expect("y")
    await door.expect("z")
    post.send("last")
    closing = asyncio.ensure_future(post.close())
    async with asyncio.timeout(20):
        letter, decision = await door.arrived.get()
    assert letter == "last"
    done, _ = await asyncio.wait([closing], timeout=0.1)
    assert not done, "close did not wait"
    decision.set_exception(OSError("again"))
    await asyncio.sleep(0.05)
    assert not closing.done(), "close did not wait for another try"
    await door.expect("last")
    async with asyncio.timeout(20):
        await closing
    assert door.arrived.empty()


async def main() -> None:
    for post_class in (PromptPost, SlowPost, CarelessPost):
        [error] = await asyncio.gather(test_post(post_class), return_exceptions=True)
        print(f"{post_class.__name__}: {'failed' if error else 'passed'}")


if __name__ == "__main__":
    asyncio.run(main())
