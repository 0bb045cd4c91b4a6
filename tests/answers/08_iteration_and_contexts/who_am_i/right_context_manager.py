# Style: a context manager signs a user in and out.

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
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


current_user: ContextVar[str] = ContextVar("current_user", default="system")


async def log(action: str) -> None:
    await audit(f"{current_user.get()}: {action}")


async def save(page: str) -> None:
    """Stores a page and logs it (leave it as it is)."""
    await store(page)
    await log(f"saved {page}")


@contextmanager
def signed_in(user: str) -> Iterator[None]:
    before = current_user.get()
    current_user.set(user)
    try:
        yield
    finally:
        current_user.set(before)


async def handle(token: str, pages: list[str]) -> None:
    with signed_in(await sign_in(token)):
        tasks = [asyncio.create_task(save(page)) for page in pages]
        for task in tasks:
            await task
        await log("left")


async def main() -> None:
    await asyncio.gather(handle("t-1", ["terms"]), handle("t-2", ["prices", "map"]))
    await log("backup made")


if __name__ == "__main__":
    asyncio.run(main())
