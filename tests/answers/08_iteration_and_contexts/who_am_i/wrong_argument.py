# Mistake: hands the user on as an argument, which other functions that log do not know of.
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


async def log(action: str, user: str = "system") -> None:
    await audit(f"{user}: {action}")


async def save(page: str, user: str) -> None:
    await store(page)
    await log(f"saved {page}", user)


async def handle(token: str, pages: list[str]) -> None:
    user = await sign_in(token)
    await asyncio.gather(*[save(page, user) for page in pages])
    await log("left", user)


async def main() -> None:
    await asyncio.gather(handle("t-1", ["terms"]), handle("t-2", ["prices", "map"]))
    await log("backup made")


if __name__ == "__main__":
    asyncio.run(main())
