# Mistake: takes every OSError, so also those that the control room has to learn of.
# Caught by: drill raises all other errors as a group, and only those

import asyncio
from collections.abc import Iterator

COUNTY = ["castle", "harbour", ["bridge", ["mill", "weir"]]]


async def sound(siren: str) -> None:
    await asyncio.sleep(0.4)
    if siren in ("harbour", "mill"):
        raise ConnectionError(siren)
    if siren == "bridge":
        raise ValueError(f"{siren}: the wrong tone")


async def send_technician(siren: str) -> None:
    await asyncio.sleep(0.2)
    print(f"technician sent to {siren}")


async def sound_all(region: list) -> None:
    """Sound all sirens of a region, then raise what went wrong as a group (leave it as it is)."""
    tests = [sound_all(part) if isinstance(part, list) else sound(part) for part in region]
    outcomes = await asyncio.gather(*tests, return_exceptions=True)
    if errors := [outcome for outcome in outcomes if isinstance(outcome, Exception)]:
        raise ExceptionGroup(f"{len(errors)} of {len(region)} parts of a region", errors)


async def drill(county: list) -> None:
    try:
        await sound_all(county)
    except* OSError as group:
        for error in errors_in(group):
            await send_technician(str(error).partition(":")[0])


def errors_in(group: BaseExceptionGroup) -> Iterator[BaseException]:
    for error in group.exceptions:
        yield from errors_in(error) if isinstance(error, BaseExceptionGroup) else [error]


async def main() -> None:
    try:
        await drill(COUNTY)
    except* Exception as group:
        print(*errors_in(group), sep="\n")


if __name__ == "__main__":
    asyncio.run(main())
