# Mistake: signs correctly, but swallows the failure of a page.
# Caught by: outside of requests the system signs, even after a failure

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


current_user: ContextVar[str] = ContextVar("current_user", default="system")


async def log(action: str) -> None:
    await audit(f"{current_user.get()}: {action}")


async def save(page: str) -> None:
    """Stores a page and logs it (leave it as it is)."""
    await store(page)
    await log(f"saved {page}")


async def handle(token: str, pages: list[str]) -> None:
    before = current_user.set(await sign_in(token))
    await asyncio.gather(*[save(page) for page in pages], return_exceptions=True)
    await log("left")
    current_user.reset(before)


async def main() -> None:
    await asyncio.gather(handle("t-1", ["terms"]), handle("t-2", ["prices", "map"]))
    await log("backup made")


if __name__ == "__main__":
    asyncio.run(main())
