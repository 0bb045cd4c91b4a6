# Style: a copy of the context, in which the work is started as a task.

import asyncio
from contextvars import ContextVar, copy_context


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
    await audit(f"{current_user.get('system')}: {action}")


async def save(page: str) -> None:
    """Stores a page and logs it (leave it as it is)."""
    await store(page)
    await log(f"saved {page}")


async def work(pages: list[str]) -> None:
    await asyncio.gather(*[save(page) for page in pages])
    await log("left")


async def handle(token: str, pages: list[str]) -> None:
    user = await sign_in(token)
    context = copy_context()
    context.run(current_user.set, user)
    await asyncio.create_task(work(pages), context=context)


async def main() -> None:
    await asyncio.gather(handle("t-1", ["terms"]), handle("t-2", ["prices", "map"]))
    await log("backup made")


if __name__ == "__main__":
    asyncio.run(main())
