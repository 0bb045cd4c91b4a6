"""Three greetings at the same time: what one of them holds, the others have to wait for."""

import asyncio
import inspect
from types import ModuleType


async def three_at_once(exercise: ModuleType, stage: object) -> None:  # noqa: ARG001
    greetings = [exercise.main() for _ in range(3)]
    if not all(inspect.isawaitable(greeting) for greeting in greetings):
        raise TypeError("main is no coroutine function (async def) any more")
    await asyncio.gather(*greetings)
