"""Part of a group.

Once a month a county tests its sirens, all at the same time. The county is a list of sirens and of smaller regions,
which are lists of the same kind. A siren that does not answer is no drama: a technician is sent. But any other error
has to reach the control room. In the last drill, one siren howled the alarm for a flood. The error was in the group,
but the control room learned of it from the newspapers.

Once it is right, `python except_star.py` prints this (the seconds on the left are not printed; the two technicians may
be sent in either order, also at the same time):

    0.60   technician sent to harbour
    0.80   technician sent to mill
    0.80   bridge: the wrong tone

Leave alone: `COUNTY`, `sound`, `send_technician`, `sound_all` and `main`.

Required:
- drill(county) sends a technician, once, to every siren whose sound raised a ConnectionError, in any region (the name
  of the siren is the argument of the error)
- when the technicians have been sent, drill raises all other errors in an ExceptionGroup, nested or not, without any
  ConnectionError
- when there are no other errors, drill just returns
"""

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
    except ExceptionGroup as group:
        for error in group.exceptions:
            if isinstance(error, ConnectionError):
                await send_technician(error.args[0])


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
