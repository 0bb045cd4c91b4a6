"""Cars come to a station, and their visits may be cancelled; and a station where unplug is called once too often."""

from __future__ import annotations

import asyncio
from types import ModuleType
from typing import Protocol


class Stage(Protocol):
    def note(self, label: str, value: object = None) -> None: ...


async def any_day(
    exercise: ModuleType, stage: Stage, sockets: int, cars: list[tuple[str, float, float, float | None]]
) -> None:
    station = exercise.Station(sockets)

    async def come(car: str, arrival: float, patience: float, called_off: float | None) -> None:
        await asyncio.sleep(arrival)
        visit = asyncio.create_task(exercise.visit(station, car, patience))
        if called_off is not None:
            asyncio.get_running_loop().call_later(called_off, visit.cancel)
        await asyncio.wait([visit])
        if visit.cancelled():
            stage.note(car, "was cancelled")
        elif error := visit.exception():
            stage.note(car, f"raised {type(error).__name__}")
        else:
            stage.note(car, visit.result())

    await asyncio.gather(*[come(*car) for car in cars])


async def one_too_many(exercise: ModuleType, stage: Stage, sockets: int, plugged: int, cars: list[str]) -> None:
    station = exercise.Station(sockets)
    for _ in range(plugged):
        await asyncio.wait_for(station.plug_in(), 1.0)
    for _ in range(plugged + 1):
        try:
            station.unplug()
        except ValueError:
            stage.note("unplug", "ValueError")
        except Exception as error:
            stage.note("unplug", type(error).__name__)
        else:
            stage.note("unplug", "no error")
    for outcome in await asyncio.gather(*[exercise.visit(station, car, 60.0) for car in cars]):
        stage.note("outcome", outcome)
