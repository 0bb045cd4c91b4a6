# Style: a class and a TaskGroup, whose only error is taken out of its group; no default, no type hints.

import asyncio
from contextvars import ContextVar


async def sign_in(token: str) -> str:
    """The user to whom the token belongs (leave it as it is)."""
    await asyncio.sleep(0.1 if token == "t-1" else 0.3)
    return {"t-1": "ida", "t-2": "tom"}[token]


async def store(page: str) -> None:
    """Stores a page; may raise OSError (leave it as it is)."""
    await asyncio.sleep({"terms": 0.4, "prices": 0.3, "map": 0.5}[page])


async def audit(line: str) -> None:
    """Writes a line of the audit log (leave it as it is)."""
    print(line)


current_user: ContextVar[str] = ContextVar("current_user")


async def log(action: str) -> None:
    try:
        name = current_user.get()
    except LookupError:
        name = "system"
    await audit(f"{name}: {action}")


async def save(page: str) -> None:
    """Stores a page and logs it (leave it as it is)."""
    await store(page)
    await log(f"saved {page}")


class Request:
    def __init__(self, token, pages):
        self.token, self.pages = token, pages

    async def run(self):
        current_user.set(await sign_in(self.token))
        try:
            async with asyncio.TaskGroup() as group:
                for page in self.pages:
                    group.create_task(save(page))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None
        await log("left")


async def handle(token, pages):
    await asyncio.gather(Request(token, pages).run())


async def main() -> None:
    await asyncio.gather(handle("t-1", ["terms"]), handle("t-2", ["prices", "map"]))
    await log("backup made")


if __name__ == "__main__":
    asyncio.run(main())
