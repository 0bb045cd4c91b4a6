"""A station whose cars are unplugged once more than they were plugged in; then more cars than sockets come."""

from __future__ import annotations

import asyncio
from types import ModuleType
from typing import Protocol


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def one_too_many(exercise: ModuleType, stage: Stage, sockets: int, plugged: int, cars: list[str]) -> None:
    station = exercise.Station(sockets)
    for _ in range(plugged):
        await asyncio.wait_for(station.plug_in(), 1.0)
    for _ in range(plugged + 1):
        try:
            station.unplug()
        except Exception as error:
            stage.note("unplug", type(error).__name__)
        else:
            stage.note("unplug", "no error")
    for outcome in await asyncio.gather(*[exercise.visit(station, car, 60.0) for car in cars]):
        stage.note("outcome", outcome)
