"""Three greetings at the same time: if one of them blocks the event loop, the others stand still."""

import asyncio
import inspect
from types import ModuleType


async def three_at_once(exercise: ModuleType, stage: object) -> None:  # noqa: ARG001
    greetings = [exercise.main() for _ in range(3)]
    if not all(inspect.isawaitable(greeting) for greeting in greetings):
        raise TypeError("calling main() no longer gives something to await: keep it an async def")
    await asyncio.gather(*greetings)
