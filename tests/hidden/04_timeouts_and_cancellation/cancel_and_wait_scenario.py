"""Evenings with a radio, and a little time afterwards, which shows what still plays."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any, Protocol


class Stage(Protocol):
    """What a scenario is given to work with."""

    params: dict[str, Any]

    def note(self, label: str, value: object = None) -> None: ...


Wait = Callable[[float], Awaitable[None]]


async def evening(exercise: ModuleType, stage: Stage, wait: Wait) -> None:
    """Hear stations for some seconds each, then stop."""
    radio = exercise.Radio()
    await radio.stop()
    for station, seconds in stage.params["programme"]:
        stage.note("switch", station)
        await radio.switch(station)
        await wait(seconds)
    stage.note("stop")
    await radio.stop()
    stage.note("stopped")
    await wait(stage.params["stay"])


async def impatient(exercise: ModuleType, stage: Stage, wait: Wait) -> None:
    """Cancel a switch while the first station is being turned off; after a pause, hear a third one."""
    first, second, third = stage.params["stations"]
    radio = exercise.Radio()
    await radio.switch(first)
    await wait(0.5)
    switching = asyncio.ensure_future(radio.switch(second))
    await wait(stage.params["after"])
    stage.note("cancel")
    switching.cancel()
    await asyncio.wait([switching])
    stage.note("switched", "was cancelled" if switching.cancelled() else "ended as if nothing had happened")
    await wait(stage.params["pause"])
    stage.note("again")
    await radio.switch(third)
    await wait(0.4)
    await radio.stop()
    stage.note("stopped")
    await wait(stage.params["stay"])
