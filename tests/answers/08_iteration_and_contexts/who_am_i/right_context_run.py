# Style: a plain function that makes a task in a copied context; no type hints.

import asyncio
import contextvars


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


USER = contextvars.ContextVar("USER")


async def log(action):
    await audit(f"{USER.get('system')}: {action}")


async def save(page: str) -> None:
    """Stores a page and logs it (leave it as it is)."""
    await store(page)
    await log(f"saved {page}")


def handle(token, pages):
    async def everything():
        USER.set(await sign_in(token))
        await asyncio.gather(*(save(page) for page in pages))
        await log("left")

    return asyncio.get_running_loop().create_task(everything(), context=contextvars.copy_context())


async def main() -> None:
    await asyncio.gather(handle("t-1", ["terms"]), handle("t-2", ["prices", "map"]))
    await log("backup made")


if __name__ == "__main__":
    asyncio.run(main())
