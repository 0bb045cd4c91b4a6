# Mistake: keeps the global and puts it back afterwards.
# Caught by: with several requests at once, each line has its own user

import asyncio


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


current_user = "system"


async def log(action: str) -> None:
    await audit(f"{current_user}: {action}")


async def save(page: str) -> None:
    """Stores a page and logs it (leave it as it is)."""
    await store(page)
    await log(f"saved {page}")


async def handle(token: str, pages: list[str]) -> None:
    global current_user
    before, current_user = current_user, await sign_in(token)
    try:
        await asyncio.gather(*[save(page) for page in pages])
        await log("left")
    finally:
        current_user = before


async def main() -> None:
    await asyncio.gather(handle("t-1", ["terms"]), handle("t-2", ["prices", "map"]))
    await log("backup made")


if __name__ == "__main__":
    asyncio.run(main())
