"""A harbour is opened, and prints what is reported to it until the grader has seen enough."""

from __future__ import annotations

import asyncio
from types import ModuleType


async def harbour(exercise: ModuleType, _stage: object, port: int) -> None:
    reports: asyncio.Queue[str] = asyncio.Queue()
    server = await exercise.listen(port, reports)
    try:
        while True:
            print(await reports.get())
    finally:
        server.close()
