"""The program, while something else in its process blocks the event loop for some hundredths of a second."""

from __future__ import annotations

import asyncio
import time
from types import ModuleType


async def beside_a_busy_neighbour(exercise: ModuleType, stage: object, begins: float, seconds: float) -> None:
    del stage
    asyncio.get_running_loop().call_later(begins, time.sleep, seconds)
    await exercise.main()
