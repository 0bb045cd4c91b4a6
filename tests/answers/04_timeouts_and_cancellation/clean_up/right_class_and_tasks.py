# Style: a class that knows what is open; each bed is a task that is waited for.

import asyncio


async def pump_on() -> None:
    await asyncio.sleep(0.05)
    print("pump on")


async def pump_off() -> None:
    await asyncio.sleep(0.05)
    print("pump off")


async def open_valve(bed: str) -> None:
    """Raises OSError when it is stuck; it is closed then."""
    await asyncio.sleep(0.05)
    print(f"{bed} open")


async def close_valve(bed: str) -> None:
    await asyncio.sleep(0.05)
    print(f"{bed} closed")


async def soak(bed: str) -> None:
    """Wait until the soil is wet; raises OSError when the sensor is broken."""
    await asyncio.sleep(0.6)


class Garden:
    def __init__(self) -> None:
        self.open: list[str] = []

    async def __aenter__(self) -> "Garden":
        await pump_on()
        return self

    async def bed(self, bed: str) -> None:
        await open_valve(bed)
        self.open.append(bed)
        await soak(bed)
        await self.close()

    async def close(self) -> None:
        while self.open:
            await close_valve(self.open.pop())

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.close()
        finally:
            await pump_off()


async def water(beds: list[str]) -> None:
    async with Garden() as garden:
        for bed in beds:
            await asyncio.create_task(garden.bed(bed))


async def main() -> None:
    try:
        async with asyncio.timeout(1.1):  # the guests
            await water(["roses", "beans", "mint"])
    except TimeoutError:
        print("stopped")


if __name__ == "__main__":
    asyncio.run(main())
