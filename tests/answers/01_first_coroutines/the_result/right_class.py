# Style: a door with a method for each step; tasks, and arguments by keyword.

import asyncio

GUESTS = ["Ada", "Bob", "Cleo"]


async def on_the_list(guest: str) -> bool:
    """Ask the list, which takes a moment."""
    await asyncio.sleep(0.3)
    return guest != "Bob"


async def take_seat(guest: str) -> str:
    """Take a free seat for this guest; returns its number."""
    await asyncio.sleep(0.2)
    return f"{len(guest)}{guest[0]}"


class Door:
    async def seat(self, guest: str) -> str | None:
        return await take_seat(guest=guest) if await on_the_list(guest=guest) else None

    async def answer(self, guest: str) -> str:
        match await self.seat(guest):
            case None:
                return f"{guest}: not on the list"
            case seat:
                return f"{guest}: come in, seat {seat}"


async def main() -> None:
    door = Door()
    answers = [asyncio.ensure_future(door.answer(guest)) for guest in GUESTS]
    for answer in answers:
        print(await answer)


if __name__ == "__main__":
    asyncio.run(main())
