"""Tests that use the database, fail, and leave tasks behind."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any, Protocol

Wait = Callable[[float], Awaitable[None]]
ERRORS: dict[str, type[BaseException]] = {
    each.__name__: each
    for each in (AssertionError, ValueError, TimeoutError, RuntimeError, KeyError, KeyboardInterrupt)
}


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


def made(
    stage: Stage, wait: Wait, loops: list[Any], name: str, items: list[str], error: str | None, left: float | None
) -> Any:
    """A test that asks for its items at the same time; ``left``: it leaves two tasks that clean up for so long."""
    kept: list[Any] = []

    async def linger() -> None:
        try:
            await wait(50.0)
            stage.note(f"went on {name}")
        finally:
            if left:
                await wait(left)
            stage.note(f"left {name}")

    async def ask(database: Any, item: str) -> int:
        async with database.turn:  # which belongs to the loop of the test that made it
            return int(await database.get(item))

    async def test(database: Any) -> None:
        stage.note(f"began {name}")
        loops.append(asyncio.get_running_loop())
        if left is not None:
            kept.extend(asyncio.create_task(linger()) for _ in range(2))
            await asyncio.sleep(0)
        if not hasattr(database, "turn"):
            database.turn = asyncio.Lock()
        found = await asyncio.gather(*[ask(database, item) for item in items])
        stage.note(f"found {name}", found)
        if error:
            raise ERRORS[error]

    test.__name__ = test.__qualname__ = name
    return test


def evening(exercise: ModuleType, stage: Stage, wait: Wait, plan: list[list[Any]]) -> None:
    """Run the tests, and note how ``run_tests`` ended."""
    loops: list[asyncio.AbstractEventLoop] = []
    tests = [made(stage, wait, loops, *each) for each in plan]
    try:
        returned = exercise.run_tests(tests)
    except (Exception, KeyboardInterrupt) as error:
        stage.note("ended", type(error).__name__)
    else:
        stage.note("ended", returned)
    stage.note("all loops are closed", all(loop.is_closed() for loop in loops))
